"""Which settings of routing hold where. Must hold for all of it: the workspace is active."""

from __future__ import annotations

from dataclasses import dataclass, field

from chat.models import RoutingPolicy
from helpdesk.tenancy.kept import Kept

ALL = Kept(lambda: RoutingPolicy.objects.select_related("overflow_department"))


@dataclass(frozen=True)
class Policies:
    """All settings of a workspace: by department, its own under None."""

    rows: dict[int | None, RoutingPolicy]
    default: RoutingPolicy = field(default_factory=RoutingPolicy)

    def of(self, department_id: int | None) -> RoutingPolicy:
        """The department's own, else the workspace's, else the defaults (a row that is not saved)."""
        return self.rows.get(department_id) or self.rows.get(None) or self.default


def current_policies() -> Policies:
    """In one query."""
    return Policies({row.department_id: row for row in ALL.ask()})


def policy_of(department_id: int | None) -> RoutingPolicy:
    return current_policies().of(department_id)
