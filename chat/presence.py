"""Questions about who is here, and how the answers look on the wire."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat.forced_online import is_forced_online
from chat.policies import policy_of
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.models import Department, Membership, Status
from helpdesk.accounts.names import initials_of
from helpdesk.recent import Recent
from tickets.models import Ticket

# What visitors are shown of a workspace. Whoever changes it says so with `shop_window_changed`; a change that nobody
# announces in this process (another process's, a department's name) shows when the value is this old.
SHOP_WINDOW = Recent(seconds=5.0)


def shop_window_changed(workspace_id: int) -> None:
    """Show visitors the change once the running transaction has committed."""

    def forget() -> None:
        SHOP_WINDOW.forget(workspace_id)

    transaction.on_commit(forget)


def available_members() -> QuerySet[Membership]:
    """Agents who set themselves online and whose browser vouches for it."""
    return Membership.objects.active().filter(is_present=True, status=Status.ONLINE).select_related("user")


def is_online(department: Department | None = None) -> bool:
    """Whether it is open and somebody is there who does not pause: for the department or, with None, for anybody.

    Out of hours it takes somebody who stays available.
    """
    key = department.pk if department else None
    members = available_members().exclude(desk__paused_at__isnull=False)
    if department is not None:
        members = members.filter(departments=department).exclude(pauses__department=department)
    if current_hours().is_open(key, timezone.now()):
        return members.exists()
    policy = policy_of(key)
    staying = members.filter(desk__forced_online_at__isnull=False).select_related("desk")
    return any(is_forced_online(member.desk, member, policy) for member in staying)


def as_agent(member: Membership, *, online: bool) -> dict[str, Any]:
    """A face, as visitors see it."""
    return {
        "name": member.public_name,
        "avatar": None,
        "hue": member.hue,
        "initials": initials_of(member.public_name),
        "online": online,
    }


def agents_of(ticket: Ticket) -> list[dict[str, Any]]:
    """Who answers this ticket, as its visitor sees them."""
    if ticket.assignee is None:
        return []
    return [as_agent(ticket.assignee, online=ticket.assignee.shown_status == Status.ONLINE)]


def availability_frame(ticket: Ticket, agents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "presence", "ticket": str(ticket.public_id), "agents": agents}


def member_frame(member: Membership) -> dict[str, Any]:
    return {
        "type": "presence",
        "member": str(member.public_id),
        "status": member.shown_status,
        "reason": member.status_reason,
    }
