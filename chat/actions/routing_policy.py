"""Deciding how a department's chats find an agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.waking import wake_routing
from chat.models import Alerted, Dispatcher, LateReply, RoutingPolicy
from chat.policies import policy_of
from chat.presence import shop_window_changed
from chat.queue import waiting_everywhere
from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from helpdesk.tenancy.scope import require_workspace_id

MOST_RULES = 20
MOST_POINTS = 20
RULE_KINDS = ("page", "returning", "language")
SETTINGS = tuple(
    field.name
    for field in RoutingPolicy._meta.concrete_fields
    if field.name not in ("id", "workspace", "department", "updated_at")
)

MAY_BE_EMPTY = ("chats_at_once", "max_wait_minutes", "overflow_department", "priority_rules")


def set_routing_policy(*, by: Membership, department: Department | None, **settings: Any) -> RoutingPolicy:
    """Give the department, or with None the workspace, these of SETTINGS; those that are left out stay.

    A department that followed the workspace has settings of its own from now on, at first the same. They hold for chats
    that wait and for those that come.

    Raises `not_allowed`; `choice` for a department that would pass its chats to itself, and for late replies of which
    nobody would be told; `too_many`, `invalid` rules; ValidationError for values that the fields refuse.
    """
    require_admin(by)
    _refuse_passing_to_itself(department, settings.get("overflow_department"))
    if "priority_rules" in settings:
        settings["priority_rules"] = _clean_rules(settings["priority_rules"])
    with scope.atomic():
        own = RoutingPolicy.objects.select_for_update(of=("self",)).filter(department=department).first()
        policy = own or _like_before(department)
        changed = _change(policy, settings)
        if changed or own is None:
            _refuse_odd_values(policy)
            _refuse_alert_to_nobody(policy)
            policy.save()
            record(by=by, action="routing.changed", target=department or by.workspace, changed=changed)
            _look_again()
    return policy


def clear_routing_policy(*, by: Membership, department: Department) -> None:
    """Let the department follow the workspace again; its own settings are gone. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        deleted, _each = RoutingPolicy.objects.filter(department=department).delete()
        if deleted:
            record(by=by, action="routing.cleared", target=department)
            _look_again()


def _look_again() -> None:
    """Decide anew for everybody who waits: when nobody can be rung, a step looks only at those whose time has come.

    Not while a step is under way, which has read the settings as they were and writes down when to look again.
    """
    shop_window_changed(require_workspace_id())  # how many may wait is settled here too
    Dispatcher.objects.update(routed_at=F("routed_at"))
    waiting_everywhere().update(route_at=timezone.now())
    wake_routing()


def _like_before(department: Department | None) -> RoutingPolicy:
    """What holds for it now, as a row of its own."""
    followed = policy_of(department.pk if department else None)
    policy = RoutingPolicy(department=department, **{name: getattr(followed, name) for name in SETTINGS})
    if department is not None and policy.overflow_department_id == department.pk:
        policy.overflow_department = None
    return policy


def _change(policy: RoutingPolicy, settings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values; what was and what is for each that differs, as JSON."""
    changed = {}
    for name in SETTINGS:
        before = getattr(policy, name)
        after = settings.get(name, before)
        setattr(policy, name, after)
        if before != after:
            changed[name] = [_as_json(before), _as_json(after)]
    return changed


def _as_json(value: Any) -> Any:
    return value.name if isinstance(value, Department) else value


def _refuse_odd_values(policy: RoutingPolicy) -> None:
    # "Blank" is what Django calls NULL and an empty list too, where they are an answer.
    empty = [name for name in MAY_BE_EMPTY if getattr(policy, name) in (None, [])]
    policy.clean_fields(exclude=["workspace", "department", *empty])


def _refuse_passing_to_itself(department: Department | None, overflow: Department | None) -> None:
    if department is not None and overflow is not None and department.pk == overflow.pk:
        raise HelpdeskError(
            "choice", _("A department cannot pass its chats to itself. Choose another."), field="overflow_department"
        )


def _refuse_alert_to_nobody(policy: RoutingPolicy) -> None:
    if policy.late_reply == LateReply.ALERT and policy.alerts_whom == Alerted.NOBODY:
        text = _("Choose who is alerted: a late reply is to alert somebody.")
        raise HelpdeskError("choice", text, field="alerts_whom")


def _clean_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(rules) > MOST_RULES:
        raise HelpdeskError("too_many", _("Keep %(count)d rules at most.") % {"count": MOST_RULES})
    return [_clean_rule(rule) for rule in rules]


def _clean_rule(rule: dict[str, Any]) -> dict[str, Any]:
    kind, value, add = rule["kind"], str(rule["value"]).strip()[:200], rule["add"]
    if kind not in RULE_KINDS or not 1 <= add <= MOST_POINTS or (kind != "returning" and not value):
        raise HelpdeskError("invalid", _("A rule says when it holds and adds 1 to 20 points."), field="priority_rules")
    return {"kind": kind, "value": "" if kind == "returning" else value, "add": add}
