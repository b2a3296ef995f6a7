"""Saving an invitation as its editor shows it, with all its variants; and the order in which invitations go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chat.actions.invitations import add_variant, change_invitation, change_variant, remove_variant
from chat.models import Invitation, InvitationVariant
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope

LAST = 100  # the priority of all that come after the first ninety-nine


@dataclass(frozen=True)
class Edited:
    """One variant of the editor."""

    variant: InvitationVariant | None  # None: a new one
    settings: Mapping[str, Any]


class VariantRefused(Exception):
    """What was refused of a variant, and of which: its place in the list."""

    def __init__(self, index: int, error: HelpdeskError) -> None:
        super().__init__(index, error)
        self.index, self.error = index, error


def save_invitation(
    *,
    by: Membership,
    invitation: Invitation,
    settings: Mapping[str, Any],
    variants: Sequence[Edited],
    removed: Collection[InvitationVariant] = (),
) -> Invitation:
    """All of it or nothing. Raises as `change_invitation` does, and VariantRefused for what a variant's verb refuses.

    The heaviest variants first, so that an active invitation has one with a weight at every step.
    """
    with scope.atomic():
        invitation = change_invitation(by=by, invitation=invitation, **settings)
        for index, each in sorted(enumerate(variants), key=lambda one: -one[1].settings["weight"]):
            try:
                if each.variant is None:
                    add_variant(by=by, invitation=invitation, **each.settings)
                else:
                    change_variant(by=by, variant=each.variant, **each.settings)
            except HelpdeskError as error:
                raise VariantRefused(index, error) from error
        for variant in removed:
            remove_variant(by=by, variant=variant)
    return invitation


def order_invitations(*, by: Membership, order: Sequence[UUID]) -> None:
    """Let those in `order` go first, in that order; all others keep their place behind them.

    Raises `not_allowed`. Ids that are none of the workspace's are passed over.
    """
    require_admin(by)
    with scope.atomic():
        rows = list(Invitation.objects.kept().select_for_update().order_by("priority", "id"))
        wanted = {public_id: place for place, public_id in enumerate(order)}
        rows.sort(key=lambda row: wanted.get(row.public_id, len(wanted)))
        for place, row in enumerate(rows, start=1):
            change_invitation(by=by, invitation=row, priority=min(place, LAST))
