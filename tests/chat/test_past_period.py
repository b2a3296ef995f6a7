"""What the simulator reads of a past period."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chat import past_period
from chat.models import Chat, Desk, Ring, RingMode, RingOutcome, RoutingDecision
from helpdesk.accounts.actions.opening_hours import set_opening_hours
from helpdesk.accounts.calendar import Interval
from tests.chat.yesterday import MINUTE, MORNING, NOON, answered, chat, north, scenario, status
from tests.world import Side, World
from tickets.models import Ticket

__all__ = ["north"]


def test_chats_of_the_period_and_no_others_arrive(north: Side) -> None:
    for after in (timedelta(hours=-12), timedelta(0), timedelta(hours=12) - timedelta(seconds=1)):
        answered(north, after)
    for after in (timedelta(hours=-12, seconds=-1), timedelta(hours=12)):
        answered(north, after)
    assert len(scenario(north).arrivals) == 3


def test_a_chat_takes_a_place_from_its_first_answer_until_it_ends_or_falls_silent(north: Side) -> None:
    answered(north, timedelta(0))
    answered(north, MINUTE, inactive_at=5 * MINUTE)
    chat(north, 2 * MINUTE, answered_at=MINUTE, accepted_at=8 * MINUTE, ended_at=10 * MINUTE, ended_why="agent")
    assert [each.handling for each in scenario(north).arrivals] == [590.0, 290.0, 540.0]


def test_a_chat_that_nobody_handled_takes_as_long_as_the_usual_one(north: Side) -> None:
    answered(north, timedelta(0))
    chat(north, MINUTE, ended_at=2 * MINUTE, ended_why="visitor")
    assert [each.handling for each in scenario(north).arrivals] == [590.0, 590.0]


def test_who_left_unanswered_has_the_patience_that_they_had(north: Side) -> None:
    answered(north, timedelta(0))
    chat(north, MINUTE, ended_at=2 * MINUTE, ended_why="visitor")
    chat(north, 2 * MINUTE, ended_at=33 * MINUTE, ended_why="inactive")  # ended 30 minutes after they had left
    chat(north, 3 * MINUTE)
    assert [each.patience for each in scenario(north).arrivals] == [3600.0, 120.0, 180.0, 3600.0]


def test_who_was_answered_late_has_waited_for_it(north: Side) -> None:
    chat(north, timedelta(0), accepted_at=timedelta(hours=3), ended_at=timedelta(hours=4), ended_why="agent")
    assert [each.patience for each in scenario(north).arrivals] == [3 * 3600 + 1]


def test_of_very_many_rings_the_fast_and_the_slow_stay(north: Side) -> None:
    assert past_period._some(range(1000, 0, -1)) == tuple(range(1, 1001, 6))
    assert past_period._some([3.0, 1.0]) == (1.0, 3.0)


def test_a_chat_that_was_passed_on_arrives_where_it_came(north: Side) -> None:
    passed = chat(north, timedelta(0), department="sales", overflowed_at=MINUTE)
    with north.inside():
        RoutingDecision.objects.create(
            ticket_id=passed.ticket_id,
            department=north.departments["delivery"],
            at=NOON + MINUTE,
            kind="overflow",
            why="too_long",
            inputs={},
            outcome="",
        )
    assert scenario(north).arrivals[0].department == north.departments["delivery"].pk


def test_messages_that_were_left_arrive_too(north: Side) -> None:
    north.start(visitor=north.new_visitor()[0], offline=True, form={"email": "vera@example.com", "name": "Vera"})
    with north.inside():
        Ticket.objects.update(created_at=NOON, language="el-GR")
    (arrival,) = scenario(north).arrivals
    assert (arrival.was_message, arrival.language, arrival.handling) == (True, "el", past_period.USUAL_HANDLING)


def test_customers_know_those_with_whom_they_talked_before(north: Side) -> None:
    found = answered(north, timedelta(0))
    with north.inside():
        Ticket.objects.create(
            number=99,
            visitor=found.ticket.visitor,
            assignee=north.maya,
            answered_at=NOON - timedelta(days=4),
            last_at=NOON - timedelta(days=3),
        )
    assert scenario(north).known == {found.ticket.visitor_id: (north.maya.pk, (NOON - timedelta(days=3)).timestamp())}


def test_agents_answer_as_fast_and_miss_as_many_as_they_did(north: Side) -> None:
    found = answered(north, timedelta(0))
    rings = [
        (RingOutcome.ACCEPTED, 4),
        (RingOutcome.ACCEPTED, 8),
        (RingOutcome.TIMEOUT, 30),
        (RingOutcome.DECLINED, 2),
        (RingOutcome.CANCELLED, 1),
    ]
    with north.inside():
        for outcome, seconds in rings:
            ring(found, north.maya, outcome, seconds)
        ring(found, north.maya, RingOutcome.ACCEPTED, 60, mode=RingMode.TRANSFER)
        Desk.objects.create(membership=north.maya, chat_limit=7)
    people = {each.id: each for each in scenario(north).people}
    maya, theo = people[north.maya.pk], people[north.theo.pk]
    assert (maya.answers, maya.misses, maya.declines, maya.own_limit) == ((4.0, 8.0), 0.25, 0.25, 7)
    assert (theo.answers, theo.misses, theo.own_limit) == ((4.0, 8.0), 0.0, None)


def ring(found: Chat, member: Any, outcome: RingOutcome, seconds: int, mode: RingMode = RingMode.DIRECTED) -> None:
    Ring.objects.create(
        ticket_id=found.ticket_id,
        membership=member,
        mode=mode,
        started_at=NOON,
        deadline_at=NOON + MINUTE,
        outcome=outcome,
        closed_at=NOON + timedelta(seconds=seconds),
    )


def presence(side: Side, name: str) -> list[tuple[float, float]]:
    """In hours since the morning."""
    people = {each.id: each for each in scenario(side).people}
    begin = MORNING.timestamp()
    return [((at - begin) / 3600, (until - begin) / 3600) for at, until in people[side.members[name].pk].present]


def test_agents_are_there_when_they_were(north: Side) -> None:
    status(north, "maya", MORNING - timedelta(hours=9), "online")
    status(north, "olga", MORNING - timedelta(hours=1), "offline")
    status(north, "maya", MORNING + timedelta(hours=2), "away")
    status(north, "maya", MORNING + timedelta(hours=3), "online")
    status(north, "maya", MORNING + timedelta(hours=5), "online", is_paused=True)
    status(north, "olga", MORNING + timedelta(hours=20), "online")
    assert presence(north, "maya") == [(0, 2), (3, 5)]
    assert presence(north, "olga") == [(20, 24)]
    assert presence(north, "theo") == []


def test_where_nothing_was_recorded_everybody_is_there(north: Side) -> None:
    assert presence(north, "theo") == [(0, 24)]
    status(north, "maya", MORNING + timedelta(hours=6), "online")
    assert presence(north, "theo") == [(0, 6)]
    assert presence(north, "maya") == [(0, 6), (6, 24)]


def test_opening_hours_are_those_of_each_department(north: Side) -> None:
    nine_to_five = [(Interval(9 * 60, 17 * 60),)] * 7
    with north.inside():
        set_opening_hours(
            by=north.olga, department=north.departments["sales"], time_zone="UTC", week=nine_to_five, special=()
        )
    rules, begin = scenario(north).departments, MORNING.timestamp()
    assert rules[north.departments["sales"].pk].open == ((begin + 9 * 3600, begin + 17 * 3600),)
    assert rules[north.departments["delivery"].pk].open == rules[None].open == ((begin, begin + 24 * 3600),)


def test_nothing_of_the_neighbours_is_read(world: World, north: Side) -> None:
    answered(north, timedelta(0))
    assert scenario(world.south).arrivals == ()
    ours = {member.pk for member in world.south.members.values()}
    assert {each.id for each in scenario(world.south).people} == ours
