"""How an agent's place at work looks on their own screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chat.forced_online import may_force_online
from chat.lead_alerts import open_alerts
from chat.models import DepartmentPause, Desk
from chat.rings import still_ringing
from helpdesk.accounts.models import Department, Membership
from helpdesk.times import wire_time


def desk_frame(desk: Desk, paused_departments: Iterable[int]) -> dict[str, Any]:
    """Must hold: the workspace is active."""
    pauses = list(paused_departments)
    names = Department.objects.filter(pk__in=pauses).values_list("public_id", flat=True) if pauses else []
    is_paused, forced_at = desk.paused_at is not None, desk.forced_online_at
    return {
        "type": "desk",
        "load": desk.told_load,
        "limit": desk.told_limit,
        "paused": {"why": desk.paused_why, "at": wire_time(desk.paused_at)} if is_paused else None,
        "paused_departments": [str(name) for name in names],
        "forced_online": {"why": desk.forced_online_why, "at": wire_time(forced_at)} if forced_at is not None else None,
    }


def at_work(member: Membership) -> dict[str, Any]:
    """What a console that connects is told: what rings there, which chats find nobody, its desk, and whether
    the member may say that they stay available outside the hours.

    Must hold: the workspace is active.
    """
    return {
        "rings": still_ringing(member.pk),
        "alerts": open_alerts(member),
        "desk": own_desk(member.pk),
        "may_force_online": may_force_online(member),
    }


def own_desk(membership_id: int) -> dict[str, Any]:
    """The same for a console that connects: as the agent was told last."""
    desk = Desk.objects.filter(membership=membership_id).first() or Desk(membership_id=membership_id)
    paused = DepartmentPause.objects.filter(membership=membership_id).values_list("department_id", flat=True)
    frame = desk_frame(desk, paused)
    del frame["type"]
    return frame
