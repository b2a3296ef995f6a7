"""The queue: who waits in which order, and what those who wait are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions import conversations, presence
from chat.actions import queue as queue_actions
from chat.actions.queue import tell_place, tell_positions
from chat.eta_record import FEWEST, EtaRecord, eta_records
from chat.models import Chat, Desk, EndedWhy, RoutingPolicy
from chat.presence import SHOP_WINDOW
from chat.queue import position_of, waiting_chat
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
        found = [side.ticket(ticket) for ticket in tickets]
        return [position_of(chat, ticket.department_id) if (chat := waiting_chat(ticket)) else None for ticket in found]


def queue_of(side: Side, ticket: UUID) -> dict[str, Any]:
    """What `subscribed` says of it."""
    with side.inside():
        return tell_place(side.ticket(ticket))


def handle(side: Side, seconds: Sequence[int], department: str = "") -> None:
    """Chats that are over, and took a place for so long."""
    now = timezone.now()
    for number, span in enumerate(seconds):
        ticket = new_chat(side, department=department)
        accepted_at = now - timedelta(days=1) + timedelta(seconds=number)
        with side.inside():
            Chat.objects.filter(ticket__public_id=ticket).update(
                accepted_at=accepted_at, ended_at=accepted_at + timedelta(seconds=span), ended_why=EndedWhy.AGENT
            )


def come(side: Side, name: str, limit: int | None = None) -> None:
    with side.inside():
        presence.member_arrived(side.members[name])
        if limit is not None:
            Desk.objects.update_or_create(membership=side.members[name], defaults={"chat_limit": limit})
    SHOP_WINDOW.clear()


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


def test_far_back_nobody_is_told_a_number_but_offered_to_leave_a_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    north = world.north
    monkeypatch.setattr("chat.queue.MOST_COUNTED", 1)
    first, second = new_chat(north), new_chat(north)
    assert places(north, first, second) == [1, None]
    assert queue_of(north, first) == {"position": 1, "eta_seconds": None, "offer": None}
    assert queue_of(north, second) == {"position": None, "eta_seconds": None, "offer": "message"}


def test_priority_goes_ahead_and_who_has_waited_longer_overtakes_it(world: World) -> None:
    north = world.north
    early, late, urgent = (new_chat(north) for _ in range(3))
    now = timezone.now()
    with north.inside():
        for ticket, minutes in ((early, 5), (late, 1), (urgent, 3)):
            Chat.objects.filter(ticket__public_id=ticket).update(rank_at=now - timedelta(minutes=minutes))
    assert places(north, early, urgent, late) == [1, 2, 3]


def test_of_two_with_the_same_rank_the_one_that_began_first_is_first(world: World) -> None:
    north = world.north
    tickets = [new_chat(north) for _ in range(3)]
    with north.inside():
        Chat.objects.update(rank_at=timezone.now())
        assert tell_positions(None) == 3
    assert places(north, *tickets) == [1, 2, 3]


def test_the_place_only_falls_while_others_come_and_go(world: World) -> None:
    north = world.north
    tickets = [new_chat(north) for _ in range(6)]
    seen = [places(north, tickets[4])[0]]
    with north.inside():
        for ahead in (tickets[2], tickets[0], tickets[3], tickets[1]):
            take(north, ahead)
            new_chat(north)
            seen.append(places(north, tickets[4])[0])
    assert seen == [5, 4, 3, 2, 1]


# --- how long it takes ------------------------------------------------------------------------------------------------
def test_the_wait_is_the_median_of_the_last_chats_times_the_place_by_the_places_of_who_is_there(world: World) -> None:
    north = world.north
    handle(north, [60, 120, 120, 180, 9000])
    first, second, sales = new_chat(north), new_chat(north), new_chat(north, department="sales")
    assert queue_of(north, first)["eta_seconds"] is None, "nobody is there"
    come(north, "maya")
    with north.inside():
        RoutingPolicy.objects.create(chats_at_once=1)
    SHOP_WINDOW.clear()
    assert [queue_of(north, ticket)["eta_seconds"] for ticket in (first, second, sales)] == [120, 240, None]
    come(north, "theo")
    assert queue_of(north, second)["eta_seconds"] == 120
    with north.inside():
        Desk.objects.create(membership=north.theo, paused_at=timezone.now())
    SHOP_WINDOW.clear()
    assert queue_of(north, second)["eta_seconds"] == 240, "who rests takes none"


def test_a_department_goes_by_its_own_chats_and_agents(world: World) -> None:
    north = world.north
    handle(north, [600] * 5)
    handle(north, [60] * 5, department="delivery")
    come(north, "theo")
    ticket = new_chat(north, department="delivery")
    assert queue_of(north, ticket)["eta_seconds"] is None, "Theo does not answer there"
    come(north, "maya")
    with north.inside():
        Desk.objects.create(membership=north.maya, chat_limit=1)
    SHOP_WINDOW.clear()
    assert queue_of(north, ticket)["eta_seconds"] == 60


def test_what_was_told_first_is_kept_whoever_told_it(world: World, told) -> None:
    north = world.north
    handle(north, [120] * 5)
    come(north, "maya", limit=1)
    by_subscribing, by_the_worker = new_chat(north), new_chat(north)
    queue_of(north, by_subscribing)
    with north.inside():
        assert tell_positions(None) == 2
        conversations.end_chat(by=Author.of_member(north.olga), ticket_id=by_subscribing, client_id=uuid4())
        cache.clear()
        assert tell_positions(None) == 1
        kept = Chat.objects.filter(ticket__public_id__in=[by_subscribing, by_the_worker]).order_by("id")
        assert [(chat.eta_told_seconds, chat.eta_told_at is not None) for chat in kept] == [(120, True), (240, True)]


def test_who_is_put_back_is_told_anew(world: World) -> None:
    north = world.north
    handle(north, [120] * 5)
    come(north, "maya", limit=1)
    ticket = new_chat(north)
    queue_of(north, ticket)
    with north.inside():
        take(north, ticket)
        conversations.assign_ticket(by=Author.of_member(north.olga), ticket_id=ticket, client_id=uuid4(), to=None)
        assert Chat.objects.get(ticket__public_id=ticket).eta_told_at is None


@pytest.mark.parametrize("is_first_time", [True, False])
def test_telling_many_takes_as_many_statements_as_telling_one(world: World, is_first_time: bool) -> None:
    north = world.north
    handle(north, [120] * 5)
    come(north, "maya")
    counts = []
    for more in (1, 12):
        for _ in range(more):
            new_chat(north)
        cache.clear()
        with north.inside():
            if not is_first_time:
                tell_positions(None)
                cache.clear()
            with CaptureQueriesContext(connection) as said:
                assert tell_positions(None) == more + (more > 1)
        counts.append(len(said))
    assert counts[0] == counts[1], said.captured_queries


def test_one_visitor_reads_their_place_with_a_few_statements_however_many_wait(world: World) -> None:
    north = world.north
    handle(north, [120] * 5)
    come(north, "maya")
    counts = []
    for more in (1, 12):
        ticket = [new_chat(north) for _ in range(more)][-1]
        queue_of(north, ticket)
        with north.inside():
            found = north.ticket(ticket)
            with CaptureQueriesContext(connection) as said:
                tell_place(found)
        counts.append(len(said))
    assert counts == [2, 2], said.captured_queries


# --- how true it was --------------------------------------------------------------------------------------------------
def test_the_record_counts_the_waits_that_were_within_a_minute_of_what_was_said(world: World) -> None:
    north = world.north
    with north.inside():
        assert eta_records() == {}
        for said, took in ((60, 60), (60, 119), (240, 180), (60, 121), (600, 30)) * 2:
            told_and_took(north, said, took)
        handle(north, [1])  # nothing was said
        records = eta_records()
        assert records.keys() == {None}
        record = records[None]
        assert (record.told, record.percent_close, record.percent_near, record.percent_longer) == (10, 60, 40, 20)
        assert record.median_off_seconds == 60


def told_and_took(side: Side, said: float, took: float) -> None:
    """One more chat."""
    now = timezone.now()
    handle(side, [1])
    Chat.objects.filter(pk=Chat.objects.latest("id").pk).update(
        eta_told_at=now - timedelta(seconds=took), eta_told_seconds=said, accepted_at=now
    )


def test_of_too_few_chats_nothing_is_said() -> None:
    few = EtaRecord(((60, 60),) * (FEWEST - 1))
    assert (few.told, few.percent_close, few.percent_near, few.median_off_seconds) == (FEWEST - 1, None, None, None)
    assert EtaRecord(((60, 60),) * FEWEST).percent_close == 100


def test_the_record_looks_at_the_last_chats_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = world.north
    monkeypatch.setattr("chat.eta_record.CHATS", 2)
    now = timezone.now()
    handle(north, [1] * 3)
    with north.inside():
        for age, chat in enumerate(Chat.objects.order_by("-id")):
            Chat.objects.filter(pk=chat.pk).update(
                accepted_at=now - timedelta(hours=age),
                eta_told_at=now - timedelta(hours=age),
                eta_told_seconds=0 if age < 2 else 3600,
            )
        assert eta_records()[None].waits == ((0, 0), (0, 0))


def test_the_last_chats_are_found_by_an_index(world: World) -> None:
    with world.north.inside():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = Chat.objects.handled().order_by("-accepted_at", "-id")[:20].explain()
    assert "chat_by_acceptance" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


# --- telling ----------------------------------------------------------------------------------------------------------


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


def test_a_chat_that_goes_ahead_moves_the_queue(world: World, moved) -> None:
    new_chat(world.north)
    assert moved == [], "whoever joins at the end changes nobody's place"
    with world.north.inside():
        rule = {"kind": "language", "value": "en", "add": 5}
        RoutingPolicy.objects.create(priority_rules=[rule])
    new_chat(world.north)
    assert moved == [None]


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
        assert (await vera.next("subscribed", ticket=first))["queue"] == waits(1)
        second = (await start(victor, "Second"))["ticket"]
        assert (await victor.next("subscribed", ticket=second))["queue"] == waits(2)
        await olga.command("ticket.take", ticket=first, client_id=str(uuid4()))
        await pool.run(worker)
        assert await victor.next("queue", ticket=second) == {"type": "queue", "ticket": second, **waits(1)}
        again = await victor.command("subscribe", ticket=second, after=0)
        assert (again["type"], again["queue"]) == ("subscribed", waits(1))
        taken = await vera.command("subscribe", ticket=first, after=0)
        assert taken["queue"] == waits(None)


async def test_whom_nobody_could_be_found_for_is_offered_to_leave_a_message(live_world: World) -> None:
    north = live_world.north

    def give_up() -> None:
        with north.inside():
            Chat.objects.update(given_up_at=timezone.now())
            tell_positions(None)

    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("subscribed", ticket=ticket)
        await pool.run(give_up)
        assert (await vera.next("queue", ticket=ticket))["offer"] == "message"
        again = await vera.command("subscribe", ticket=ticket, after=0)
        assert again["queue"] == {"position": 1, "eta_seconds": None, "offer": "message"}


def waits(position: int | None) -> dict[str, Any]:
    """What is said before anything is known of the pace."""
    return {"position": position, "eta_seconds": None, "offer": None}
