"""Who is here, and what happens by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from chat.actions import presence
from chat.actions.conversations import return_chat
from chat.models import Chat
from chat.presence import is_online
from chat.tasks import end_abandoned_chats, expire_presence, return_left_chats
from helpdesk.accounts.actions.opening_hours import set_opening_hours
from helpdesk.accounts.calendar import Interval
from helpdesk.accounts.models import DepartmentMember, Membership, Status, Workspace
from tests.world import World
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event, State, Ticket, Visitor


def maya_now(world: World) -> Membership:
    with world.north.inside():
        return Membership.objects.select_related("user").get(pk=world.north.maya.pk)


def run_out(world: World, model: Any, pk: int) -> None:
    with world.north.inside():
        model.objects.filter(pk=pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_agent_is_online_while_a_console_vouches_for_it(world: World) -> None:
    assert maya_now(world).shown_status == Status.OFFLINE
    with world.north.inside():
        presence.member_arrived(world.north.maya)
        assert is_online()
        assert is_online(world.north.departments["delivery"])
        assert not is_online(world.north.departments["sales"])
    run_out(world, Membership, world.north.maya.pk)
    assert expire_presence() == 1
    assert expire_presence() == 0
    assert maya_now(world).shown_status == Status.OFFLINE


def test_out_of_hours_nobody_is_online_however_many_are_there(world: World) -> None:
    """Saturday noon; sales are open then, the workspace is not."""
    north = world.north
    office, weekend = (Interval(540, 1020),), (Interval(600, 840),)
    with north.inside(), time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False):
        sales = north.departments["sales"]
        DepartmentMember.objects.create(department=sales, membership=north.maya)
        presence.member_arrived(north.maya)
        assert is_online()
        for department, week in ((None, [office] * 5 + [()] * 2), (sales, [()] * 5 + [weekend] * 2)):
            set_opening_hours(by=north.olga, department=department, time_zone="UTC", week=week, special=[])
        assert not is_online()
        assert not is_online(north.departments["delivery"])
        assert is_online(sales)


def test_away_is_not_available_and_is_kept_over_a_reload(world: World) -> None:
    with world.north.inside():
        presence.member_arrived(world.north.maya)
        presence.set_status(member=world.north.maya, status=Status.AWAY, reason="Lunch")
        assert not is_online()
    run_out(world, Membership, world.north.maya.pk)
    expire_presence()
    with world.north.inside():
        presence.member_arrived(world.north.maya)
    assert maya_now(world).shown_status == Status.AWAY


def test_closing_the_last_console_leaves_a_moment_for_a_reload(world: World) -> None:
    with world.north.inside():
        presence.member_arrived(world.north.maya)
        presence.members_left([world.north.maya.pk])
    assert expire_presence() == 0
    left = maya_now(world).lease_until
    assert left is not None
    assert left < timezone.now() + timedelta(seconds=20)


def test_a_renewed_lease_outlives_an_expiry_that_was_on_its_way(world: World) -> None:
    with world.north.inside():
        presence.member_arrived(world.north.maya)
        run_out(world, Membership, world.north.maya.pk)
        presence.renew_members([world.north.maya.pk])
        assert not presence.expire_member(world.north.maya.pk)


def test_a_chat_left_by_its_visitor_ends_after_the_idle_time(world: World) -> None:
    ticket = world.north.start().ticket
    world.north.say(ticket, "Yes, it is", by=world.north.maya)
    with world.north.inside():
        presence.visitor_arrived(world.north.visitor)
    run_out(world, Visitor, world.north.visitor.pk)
    assert expire_presence() == 1
    with world.north.inside():
        due = Chat.objects.get().end_due_at
        assert due is not None
        assert timedelta(minutes=29) < due - timezone.now() < timedelta(minutes=31)
    assert end_abandoned_chats() == 0
    with world.north.inside():
        Chat.objects.update(end_due_at=timezone.now() - timedelta(seconds=1))
    assert end_abandoned_chats() == 1
    assert end_abandoned_chats() == 0
    row = world.north.ticket(ticket)
    assert (row.state, row.is_over) == (State.RESOLVED, True)


def test_a_visitor_who_comes_back_keeps_the_chat(world: World) -> None:
    world.north.start()
    with world.north.inside():
        presence.visitor_arrived(world.north.visitor)
    run_out(world, Visitor, world.north.visitor.pk)
    expire_presence()
    with world.north.inside():
        presence.visitor_arrived(world.north.visitor)
        assert Chat.objects.get().end_due_at is None


def test_the_sweeps_touch_each_workspace_in_its_own_scope(world: World) -> None:
    for side in (world.north, world.south):
        with side.inside():
            presence.visitor_arrived(side.visitor)
    for side in (world.north, world.south):
        with side.inside():
            Visitor.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert expire_presence() == 2


# --- an agent leaves in mid-chat --------------------------------------------------------------------------------------
@pytest.fixture
def left_alone(world: World) -> Ticket:
    """Maya answered, the visitor wrote again, and Maya's browser has been gone for as long as it takes."""
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        presence.member_arrived(north.maya)
        north.say(ticket, "A moment, please.", by=north.maya)
        north.say(ticket, "Are you still there?")
        long_ago = timezone.now() - timedelta(minutes=2, seconds=1)
        Membership.objects.filter(pk=north.maya.pk).update(is_present=False, lease_until=long_ago)
        Ticket.objects.filter(public_id=ticket).update(waiting_since=long_ago)
        return Ticket.objects.get(public_id=ticket)


def assignee(world: World, ticket: Ticket) -> int | None:
    with world.north.inside():
        return Ticket.objects.get(pk=ticket.pk).assignee_id


def test_a_chat_whose_agent_has_left_is_everybodys_again_and_its_visitor_is_told(world, left_alone) -> None:
    waiting = left_alone.waiting_since
    assert (return_left_chats(), return_left_chats()) == (1, 0)
    with world.north.inside():
        ticket = Ticket.objects.get(pk=left_alone.pk)
        assert (ticket.assignee, ticket.waiting_since, ticket.state) == (None, waiting, left_alone.state)
        event = Event.objects.select_related("member", "visitor").get(ticket=ticket, seq=ticket.last_seq)
        shown = for_visitor(event, str(ticket.public_id)).event
        for_team = for_agents(event, str(ticket.public_id)).event
    assert (shown.to, shown.why) == (None, "agent_left")
    assert (for_team.from_["name"], for_team.why) == (world.north.maya.name, "agent_left")


def test_who_is_back_or_was_answered_or_has_not_waited_long_keeps_the_chat(world, left_alone) -> None:
    north, now = world.north, timezone.now()
    long_ago = left_alone.waiting_since
    for changes, member in (
        ({"waiting_since": None}, {}),
        ({"waiting_since": now - timedelta(minutes=1)}, {}),
        ({"state": State.RESOLVED}, {}),
        ({}, {"is_present": True}),
        ({}, {"lease_until": now - timedelta(minutes=1)}),
        ({}, {"lease_until": None}),
    ):
        before = {"waiting_since": long_ago, "state": left_alone.state}
        with north.inside():
            Ticket.objects.filter(pk=left_alone.pk).update(**before | changes)
            Membership.objects.filter(pk=north.maya.pk).update(
                **{"is_present": False, "lease_until": long_ago} | member
            )
        assert return_left_chats() == 0, (changes, member)
        with north.inside():
            assert not return_chat(ticket_pk=left_alone.pk)
    assert assignee(world, left_alone) == north.maya.pk


def test_a_chat_that_has_ended_stays_with_its_agent(world, left_alone) -> None:
    with world.north.inside():
        Chat.objects.update(ended_at=timezone.now())
    assert return_left_chats() == 0


@pytest.mark.parametrize(("minutes", "returned"), [(0, 0), (1, 1), (3, 0)])
def test_how_long_is_the_workspaces_own_decision(world, left_alone, minutes, returned) -> None:
    Workspace.objects.filter(pk=world.north.workspace.pk).update(return_minutes=minutes)
    assert return_left_chats() == returned


def test_other_reasons_are_not_told_to_visitors(world) -> None:
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        north.say(ticket, "Hello!", by=north.maya)
        event = Event.objects.filter(ticket__public_id=ticket, name="ticket.assigned").get()
        assert for_visitor(event, str(ticket)).event.why is None
