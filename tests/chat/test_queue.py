"""The queue: who waits in which order, and what those who wait are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from chat.actions import conversations
from chat.actions import queue as queue_actions
from chat.actions.queue import tell_positions
from chat.models import Chat
from chat.queue import position_of
from helpdesk.realtime import pool, publish
from tests.realtime.test_sockets import agent, start, visitor
from tests.world import Side, World
from tickets.authors import Author
from tickets.models import State, Ticket


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[str, int]]]:
    """What was sent to those who wait: a list of (ticket, place) for each time."""
    sent: list[list[tuple[str, int]]] = []
    monkeypatch.setattr(
        publish, "changed_each", lambda news: sent.append([(each["ticket"], each["position"]) for _group, each in news])
    )
    return sent


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The departments whose queue was said to have moved."""
    said: list[int | None] = []
    monkeypatch.setattr(queue_actions, "nudge", lambda _task, department, **_options: said.append(department))
    return said


def new_chat(side: Side, text: str = "Hello", department: str = "") -> UUID:
    options = {"department": side.departments[department].public_id} if department else {}
    ticket = side.start(text, visitor=side.new_visitor()[0], **options).ticket
    assert ticket is not None
    return ticket


def places(side: Side, *tickets: UUID) -> list[int | None]:
    with side.inside():
        return [position_of(side.ticket(ticket)) for ticket in tickets]


def take(side: Side, ticket: UUID) -> None:
    conversations.take_ticket(by=Author.of_member(side.olga), ticket_id=ticket, client_id=uuid4())


def test_who_came_first_is_next_in_each_department(world: World) -> None:
    north = world.north
    first, second = new_chat(north), new_chat(north)
    sales = new_chat(north, department="sales")
    assert places(north, first, second, sales) == [1, 2, 1]
    with north.inside():
        take(north, first)
    assert places(north, first, second, sales) == [None, 1, 1]


def test_who_does_not_wait_has_no_place(world: World) -> None:
    north = world.north
    ended, resolved, answered, waiting = (new_chat(north) for _ in range(4))
    with north.inside():
        conversations.end_chat(by=Author.of_visitor(north.ticket(ended).visitor), ticket_id=ended, client_id=uuid4())
        conversations.set_state(
            by=Author.of_member(north.olga), ticket_id=resolved, client_id=uuid4(), state=State.RESOLVED
        )
        north.say(answered, "Hello!", by=north.olga)
    assert places(north, ended, resolved, answered, waiting) == [None, None, None, 1]


def test_a_chat_that_was_put_back_is_at_the_head_again(world: World) -> None:
    north = world.north
    first, second = north.start().ticket, new_chat(north)
    with north.inside():
        north.say(first, "A moment.", by=north.maya)
        north.say(first, "Are you there?")
        conversations.assign_ticket(by=Author.of_member(north.olga), ticket_id=first, client_id=uuid4(), to=None)
    assert places(north, first, second) == [1, 2]


def test_far_back_nobody_is_told_a_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.queue.MOST_COUNTED", 1)
    assert places(world.north, new_chat(world.north), new_chat(world.north)) == [1, None]


def test_those_who_wait_are_told_their_places(world: World, told) -> None:
    north = world.north
    tickets = [new_chat(north) for _ in range(3)]
    new_chat(north, department="sales")
    new_chat(world.south)
    with north.inside():
        assert tell_positions(None) == 3
    assert told == [[(str(ticket), place) for place, ticket in enumerate(tickets, 1)]]


def test_in_a_rush_they_are_told_every_two_seconds_and_the_last_move_is_not_left_out(world: World, told, moved) -> None:
    north = world.north
    new_chat(north)
    with north.inside():
        moved.clear()
        assert [tell_positions(None) for _ in range(5)] == [1, 0, 0, 0, 0]
        assert moved == [None]  # put off once, for all of them
        cache.clear()
        assert tell_positions(None) == 1
    assert len(told) == 2


@pytest.mark.parametrize(
    "leave",
    [
        lambda side, ticket: take(side, ticket),
        lambda side, ticket: side.say(ticket, "Hello!", by=side.olga),
        lambda side, ticket: conversations.assign_ticket(
            by=Author.of_member(side.olga), ticket_id=ticket, client_id=uuid4(), to=side.maya.public_id
        ),
        lambda side, ticket: conversations.end_chat(
            by=Author.of_member(side.olga), ticket_id=ticket, client_id=uuid4()
        ),
        lambda side, ticket: conversations.set_state(
            by=Author.of_member(side.olga), ticket_id=ticket, client_id=uuid4(), state=State.SPAM
        ),
    ],
)
def test_whoever_leaves_the_queue_moves_it(world: World, moved, leave: Any) -> None:
    north = world.north
    ticket = new_chat(north, department="delivery")
    moved.clear()
    with north.inside():
        leave(north, ticket)
    assert set(moved) == {north.departments["delivery"].pk}


def test_a_change_of_department_moves_both_queues(world: World, moved) -> None:
    north = world.north
    ticket = new_chat(north)
    sales = north.departments["sales"]
    with north.inside():
        conversations.update_ticket(
            by=Author.of_member(north.olga),
            ticket_id=ticket,
            client_id=uuid4(),
            changes={"department": sales.public_id},
        )
    assert moved == [None, sales.pk]


def test_an_abandoned_chat_moves_the_queue(world: World, moved) -> None:
    north = world.north
    ticket = new_chat(north)
    with north.inside():
        Chat.objects.update(end_due_at=timezone.now() - timedelta(seconds=1))
        moved.clear()
        assert conversations.end_abandoned_chat(ticket_pk=Ticket.objects.get(public_id=ticket).pk)
    assert moved == [None]


async def test_a_visitor_hears_the_place_at_once_when_it_changes_and_after_coming_back(live_world: World) -> None:
    north = live_world.north
    _visitor, token = await pool.run(north.new_visitor)

    def worker() -> None:
        with north.inside():
            tell_positions(None)

    async with visitor(north.token) as vera, visitor(token) as victor, agent(north, north.olga) as olga:
        first = (await start(vera, "First"))["ticket"]
        assert (await vera.next("subscribed", ticket=first))["queue"] == {"position": 1}
        second = (await start(victor, "Second"))["ticket"]
        assert (await victor.next("subscribed", ticket=second))["queue"] == {"position": 2}
        await olga.command("ticket.take", ticket=first, client_id=str(uuid4()))
        await pool.run(worker)
        assert (await victor.next("queue", ticket=second))["position"] == 1
        again = await victor.command("subscribe", ticket=second, after=0)
        assert (again["type"], again["queue"]) == ("subscribed", {"position": 1})
        taken = await vera.command("subscribe", ticket=first, after=0)
        assert taken["queue"] == {"position": None}
