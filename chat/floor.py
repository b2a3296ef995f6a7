"""Who is at work in the workspace, as routing needs to know it: read once, then counted on while chats ring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, QuerySet
from django.utils import timezone

from chat.forced_online import is_forced_online
from chat.models import Chat, DepartmentPause, Desk, InvitationExposure, Ring
from chat.policies import Policies
from chat.routing.situation import Agent
from helpdesk.accounts.models import DepartmentMember, Membership, Status
from helpdesk.tenancy.kept import Kept


@dataclass(slots=True)
class Seat:
    """A member and their desk. `load`: chats that take a place, directed rings, and places kept for who was invited."""

    member: Membership
    desk: Desk
    load: int = 0
    departments: dict[int, int] = field(default_factory=dict)  # department → priority
    paused: set[int] = field(default_factory=set)  # departments

    def is_online(self, now: datetime) -> bool:
        member = self.member
        alive = member.lease_until is not None and member.lease_until > now
        return alive and member.is_present and member.status == Status.ONLINE

    def is_paused(self, department_id: int | None) -> bool:
        return self.desk.paused_at is not None or department_id in self.paused

    def is_forced_online(self, policies: Policies, department_id: int | None) -> bool:
        return is_forced_online(self.desk, self.member, policies.of(department_id))

    def limit(self, policies: Policies, department_id: int | None) -> int | None:
        own = self.desk.chat_limit
        return own if own is not None else policies.of(department_id).chats_at_once

    def widest_limit(self, policies: Policies) -> int | None:
        """The limit that the agent is shown: of several departments the largest."""
        departments: list[int | None] = [*self.departments] or [None]
        limits = [self.limit(policies, each) for each in departments]
        return None if None in limits else max(each for each in limits if each is not None)


@dataclass
class Floor:
    """Every active member of the workspace."""

    now: datetime
    policies: Policies
    seats: dict[int, Seat]

    def seats_of(self, department_id: int | None) -> list[Seat]:
        """Who answers the department's chats; those without a department are everybody's."""
        if department_id is None:
            return list(self.seats.values())
        return [seat for seat in self.seats.values() if department_id in seat.departments]

    def agents(self, department_id: int | None) -> tuple[Agent, ...]:
        """The same as `chat.routing` needs them."""
        return tuple(self._agent(seat, department_id) for seat in self.seats_of(department_id))

    def _agent(self, seat: Seat, department_id: int | None) -> Agent:
        desk = seat.desk
        return Agent(
            id=seat.member.pk,
            is_online=seat.is_online(self.now),
            is_paused=seat.is_paused(department_id),
            load=seat.load,
            limit=seat.limit(self.policies, department_id),
            priority=seat.departments.get(department_id, 50) if department_id is not None else 50,
            languages=tuple(seat.member.languages),
            last_offered_at=_seconds(desk.last_offered_at),
            last_ended_at=_seconds(desk.last_ended_at),
            is_forced_online=seat.is_forced_online(self.policies, department_id),
        )

    def can_ring_somebody(self, department_id: int | None) -> bool:
        """Whether anybody there is online, not paused, and has a place."""
        return self.can_ring_one_of(self.seats_of(department_id), department_id)

    def can_ring_one_of(self, seats: Iterable[Seat], department_id: int | None) -> bool:
        for seat in seats:
            limit = seat.limit(self.policies, department_id)
            has_place = limit is None or seat.load < limit
            if has_place and seat.is_online(self.now) and not seat.is_paused(department_id):
                return True
        return False


def read_floor(policies: Policies, now: datetime, *, lock: bool = False) -> Floor:
    """Who is at work. With `lock` the desks are held until the transaction ends: nobody else gives out their places."""
    members = {each.pk: each for each in MEMBERS.ask()}
    desks = _desks(members, lock=lock)
    seats = {pk: Seat(member, desks[pk]) for pk, member in members.items()}
    for membership_id, department_id, priority in PLACES_IN_DEPARTMENTS.ask():
        if membership_id in seats:
            seats[membership_id].departments[department_id] = priority
    for membership_id, department_id in PAUSES.ask():
        if membership_id in seats:
            seats[membership_id].paused.add(department_id)
    for membership_id, load in _added_up(LOADS.ask(now=now)).items():
        if membership_id in seats:
            seats[membership_id].load = load
    return Floor(now, policies, seats)


def _desks(members: dict[int, Membership], *, lock: bool) -> dict[int, Desk]:
    found = {desk.membership_id: desk for desk in (HELD_DESKS if lock else DESKS).ask()}
    missing = [pk for pk in members if pk not in found]
    if missing and lock:
        Desk.objects.bulk_create([Desk(membership_id=pk) for pk in missing], ignore_conflicts=True)
        return _desks(members, lock=True)
    return {**found, **{pk: Desk(membership_id=pk) for pk in missing}}


def loads_of(membership_ids: Iterable[int]) -> dict[int, int]:
    """How many places of these members are taken. Those with none are left out."""
    ids = list(membership_ids)
    chats = Chat.objects.that_take_a_place().filter(ticket__assignee__in=ids)
    rings = Ring.objects.that_take_a_place().filter(membership__in=ids)
    invited = InvitationExposure.objects.that_take_a_place(timezone.now()).filter(by__in=ids)
    return _added_up(_counted(chats, rings, invited))


def _counted(
    chats: QuerySet[Chat], rings: QuerySet[Ring], invited: QuerySet[InvitationExposure]
) -> QuerySet[Any, tuple[int, int]]:
    """Memberships with how many of the chats are theirs, of the rings, and of those whom they invited."""
    theirs = chats.order_by().values_list("ticket__assignee").annotate(Count("id"))
    others = (
        rings.order_by().values_list("membership").annotate(Count("id")),
        invited.order_by().values_list("by").annotate(Count("id")),
    )
    return theirs.union(*others, all=True)


def _loads(now: Any) -> QuerySet[Any, tuple[int, int]]:
    invited = InvitationExposure.objects.that_take_a_place(now)
    return _counted(Chat.objects.that_take_a_place(), Ring.objects.that_take_a_place(), invited)


def _added_up(counted: Iterable[tuple[int, int]]) -> dict[int, int]:
    loads: dict[int, int] = {}
    for membership_id, count in counted:
        loads[membership_id] = loads.get(membership_id, 0) + count
    return loads


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None


# --- what a routing step asks -----------------------------------------------------------------------------------------
def _held_desks() -> QuerySet[Desk]:
    held: QuerySet[Desk] = Desk.objects.order_by("membership_id").select_for_update(no_key=True)
    return held


MEMBERS = Kept(lambda: Membership.objects.active().select_related("user").order_by("id"))
DESKS = Kept(lambda: Desk.objects.all())
HELD_DESKS = Kept(_held_desks)
PLACES_IN_DEPARTMENTS = Kept(lambda: DepartmentMember.objects.values_list("membership_id", "department_id", "priority"))
PAUSES = Kept(lambda: DepartmentPause.objects.values_list("membership_id", "department_id"))
LOADS = Kept(_loads, now=DateTimeField())
