"""An agent's place at work: pausing, and what the console is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.rings import close_rings_at, locked_desk
from chat.actions.waking import wake_routing
from chat.desks import desk_frame
from chat.floor import Floor, Seat
from chat.forced_online import may_force_online
from chat.models import DepartmentPause, Desk, ForcedWhy, PausedWhy, RoutingPolicy, StatusChange
from chat.presence import shop_window_changed
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import groups, publish
from helpdesk.tenancy import bulk, scope


def pause_desk(*, member: Membership, why: PausedWhy, department: Department | None = None) -> None:
    """The member is rung for no chat, or for none of the department; what rings now goes on elsewhere at once.

    Chats that they have stay theirs. Nothing to do when it is so already.
    """
    with scope.atomic():
        close_rings_at(member, department_id=department.pk if department else None)
        if department is not None:
            DepartmentPause.objects.get_or_create(membership=member, department=department)
        else:
            _pause(locked_desk(member), member, why)
        _tell(member)
        wake_routing()


def resume_desk(*, member: Membership, department: Department | None = None) -> None:
    """The member is rung again, as far as status and places allow. Without a department: for all of them."""
    with scope.atomic():
        pauses = DepartmentPause.objects.filter(membership=member)
        (pauses.filter(department=department) if department is not None else pauses).delete()
        if department is None:
            desk = locked_desk(member)
            if desk.paused_at is not None:
                note_status(member, is_paused=False)
            desk.paused_at, desk.paused_why, desk.misses = None, "", 0
            desk.save(update_fields=["paused_at", "paused_why", "misses"])
        _tell(member)
        wake_routing()


def force_online(*, member: Membership, why: ForcedWhy) -> None:
    """The member stays available outside the departments' hours, while they are online, until somebody says otherwise.

    Nothing to do when it is so already. Raises `not_allowed` for an agent of whom no department lets it.
    """
    if why == ForcedWhy.SELF and not may_force_online(member):
        raise HelpdeskError("not_allowed", _("Your department keeps to its opening hours. Ask an admin."))
    with scope.atomic():
        desk = locked_desk(member)
        if desk.forced_online_at is None:
            _set_forced(desk, member, timezone.now(), why)


def keep_hours(*, member: Membership) -> None:
    """The member is available within the hours only. Nothing to do when it is so already."""
    with scope.atomic():
        desk = locked_desk(member)
        if desk.forced_online_at is not None:
            _set_forced(desk, member, None, "")


def _set_forced(desk: Desk, member: Membership, at: datetime | None, why: str) -> None:
    desk.forced_online_at, desk.forced_online_why = at, why
    desk.save(update_fields=["forced_online_at", "forced_online_why"])
    _tell(member)
    wake_routing()


def note_activity(member: Membership) -> None:
    """The person uses the console."""
    Desk.objects.get_or_create(membership=member)
    Desk.objects.filter(membership=member).update(last_active_at=timezone.now())


def _pause(desk: Desk, member: Membership, why: PausedWhy) -> None:
    if desk.paused_at is None:
        desk.paused_at, desk.paused_why = timezone.now(), why
        desk.save(update_fields=["paused_at", "paused_why"])
        note_status(member, is_paused=True)


def note_status(member: Membership, *, is_paused: bool) -> None:
    """Write down what the member's colleagues see from now on."""
    StatusChange.objects.create(
        membership=member,
        status=member.shown_status,
        reason=member.status_reason,
        is_paused=is_paused,
        at=timezone.now(),
    )


def note_miss(seat: Seat, policy: RoutingPolicy, now: datetime) -> None:
    """The agent let a chat ring. After several in a row, or one while away from the computer, they are paused.

    Must hold: the desk is locked. The source of the second rule: LiveAgent pauses who was idle for five minutes and
    left something unanswered, never somebody to whom nothing was offered.
    """
    desk = seat.desk
    desk.misses += 1
    desk.save(update_fields=["misses"])
    if policy.pause_after_misses and desk.misses >= policy.pause_after_misses:
        _pause(desk, seat.member, PausedWhy.MISSES)
    elif policy.pause_idle_minutes and _is_idle(desk, policy.pause_idle_minutes, now):
        _pause(desk, seat.member, PausedWhy.IDLE)


def _is_idle(desk: Desk, minutes: int, now: datetime) -> bool:
    # A program with an API token tells nothing of a keyboard: that is not known, not idle.
    return desk.last_active_at is not None and now - desk.last_active_at >= timedelta(minutes=minutes)


def tell_desks(floor: Floor, changed: Iterable[int] = ()) -> None:
    """Show agents how many of their places are taken, where that is news, and keep when they were rung last.

    `changed`: whose desk changed otherwise.

    Must hold: the desks are locked.
    """
    known, news, rows = set(changed), [], []
    for seat in floor.seats.values():
        limit = seat.widest_limit(floor.policies)
        if seat.member.pk in known or (seat.load, limit) != (seat.desk.told_load, seat.desk.told_limit):
            seat.desk.told_load, seat.desk.told_limit = seat.load, limit
            rows.append((seat.desk.pk, seat.desk.last_offered_at, seat.load, limit))
            news.append(_news(seat.member, desk_frame(seat.desk, seat.paused)))
    if rows:
        bulk.run(bulk.updating(Desk, ("id", "last_offered_at", "told_load", "told_limit"), rows))
    publish.told_each(news)


def _tell(member: Membership) -> None:
    shop_window_changed(member.workspace_id)  # visitors see whether anybody takes chats
    desk = Desk.objects.filter(membership=member).first() or Desk(membership=member)
    paused = DepartmentPause.objects.filter(membership=member).values_list("department_id", flat=True)
    publish.told_each([_news(member, desk_frame(desk, set(paused)))])


def _news(member: Membership, frame: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return groups.member(member.workspace_id, member.pk), frame
