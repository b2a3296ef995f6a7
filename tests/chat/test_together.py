"""Many people's messages in one transaction: the same as one by one, with a constant number of statements."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.actions import conversations
from chat.actions.messages import Message, send_messages
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.peer import HELD, Ack
from helpdesk.tenancy import scope
from tests.world import Side, World
from tickets.authors import Author
from tickets.models import Event, SearchDocument, State, Ticket


def from_visitor(side: Side, ticket: UUID | None, text: str = "And the lid?", **options: object) -> Message:
    visitor = options.pop("visitor", side.visitor)
    return _message(side, Author.of_visitor(visitor), ticket, text, **options)


def from_member(side: Side, name: str, ticket: UUID | None, text: str = "The lid too.", **options: object) -> Message:
    return _message(side, Author.of_member(side.members[name]), ticket, text, **options)


def _message(side: Side, by: Author, ticket: UUID | None, text: str, **options: object) -> Message:
    assert ticket is not None
    options.setdefault("client_id", uuid4())
    return Message(by=by, ticket_id=ticket, text=text, workspace_id=side.workspace.pk, **options)  # type: ignore[arg-type]


def seen(answers: list[object]) -> list[object]:
    """Numbers of acks, codes of refusals."""
    return [
        (each.seq, each.visitor_seq)
        if isinstance(each, Ack)
        else each.code
        if isinstance(each, HelpdeskError)
        else each
        for each in answers
    ]


def test_both_sides_write_in_turn_in_one_transaction(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    answers = send_messages(
        [
            from_visitor(north, ticket, "One"),
            from_member(north, "maya", ticket, "Only for us", kind="note"),
            from_member(north, "maya", ticket, "Two"),
            from_visitor(north, ticket, "Three"),
        ]
    )
    # The first text of an agent takes the ticket, which is an event before it.
    assert seen(answers) == [(2, 2), (3, None), (5, 4), (6, 5)]
    with north.inside():
        log = list(Event.objects.filter(ticket__public_id=ticket).values_list("seq", "name", "text"))
        assert SearchDocument.objects.filter(event__ticket__public_id=ticket).count() == 5
    assert [name for _seq, name, _text in log] == [
        "message.created",
        "message.created",
        "note.created",
        "ticket.assigned",
        "message.created",
        "message.created",
    ]
    assert [seq for seq, _name, _text in log] == [1, 2, 3, 4, 5, 6]
    stored = north.ticket(ticket)
    assert (stored.last_seq, stored.last_visitor_seq, stored.inbound) == (6, 5, 3)
    assert (stored.state, stored.last_preview, stored.assignee) == (State.OPEN, "Three", north.maya)


def test_what_one_by_one_and_together_leave_in_the_database_is_the_same(world: World) -> None:
    north = world.north
    alone, together = north.start().ticket, north.start(visitor=north.new_visitor()[0]).ticket
    north.say(alone, "Hello", by=north.maya)
    other = north.ticket(together).visitor
    send_messages([from_member(north, "maya", together, "Hello")])
    assert other is not None
    own = {"id", "public_id", "number", "visitor", "created_at", "start_client_id", "start_request_hash"}
    moving = {"answered_at", "last_at", "updated_at"}
    for field in Ticket._meta.concrete_fields:
        values = [getattr(north.ticket(each), field.attname) for each in (alone, together)]
        if field.name in moving:
            assert all(values), field.name
        elif field.name not in own:
            assert values[0] == values[1], field.name


def test_each_workspace_writes_in_its_own(world: World) -> None:
    north, south = world.north, world.south
    tickets = [north.start().ticket, south.start().ticket]
    answers = send_messages(
        [from_visitor(south, tickets[1]), from_visitor(north, tickets[0]), from_visitor(south, tickets[0])]
    )
    assert seen(answers) == [(2, 2), (2, 2), "not_found"]
    with south.inside():
        assert Event.objects.count() == 2


def test_the_answers_are_those_of_a_single_command(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    other, _token = north.new_visitor()
    once = from_visitor(north, ticket, "Once")
    again = from_visitor(north, ticket, "Once", client_id=once.client_id)
    different = from_visitor(north, ticket, "Else", client_id=once.client_id)
    answers = send_messages(
        [
            once,
            again,
            different,
            from_visitor(north, ticket, visitor=other),
            from_visitor(north, uuid4()),
            from_visitor(north, ticket, reply_to=uuid4()),
            from_visitor(north, ticket, "Last"),
        ]
    )
    assert seen(answers) == [
        (2, 2),
        (2, 2),
        "idempotency_conflict",
        "not_found",
        "not_found",
        "not_found",
        (3, 3),
    ]
    assert [each.duplicate for each in answers if isinstance(each, Ack)] == [False, True, False]
    later = send_messages([again, different])
    assert seen(later) == [(2, 2), "idempotency_conflict"]


def test_an_agent_without_the_department_finds_nothing(world: World) -> None:
    north = world.north
    ticket = north.start(department=north.departments["delivery"].public_id).ticket
    outside = next(name for name, member in north.members.items() if not _sees(north, member, ticket))
    answers = send_messages([from_member(north, outside, ticket), from_member(north, "olga", ticket)])
    assert seen(answers)[0] == "not_found"
    assert isinstance(answers[1], Ack)


def _sees(side: Side, member: object, ticket: UUID | None) -> bool:
    with side.inside():
        return Ticket.objects.visible_to(member).filter(public_id=ticket).exists()


def test_a_pipelined_burst_meets_the_limit_in_the_middle(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    answers = send_messages([from_visitor(north, ticket, f"{number}") for number in range(31)])
    assert [isinstance(each, Ack) for each in answers] == [True] * 30 + [False]
    assert seen(answers)[-1] == "rate_limited"
    trusted = send_messages([from_visitor(north, ticket, f"{number}", is_limited=False) for number in range(31)])
    assert all(isinstance(each, Ack) for each in trusted)


def test_the_number_of_statements_does_not_depend_on_the_number_of_messages(world: World) -> None:
    north = world.north
    tickets = [north.start(visitor=north.new_visitor()[0]).ticket for _ in range(12)]
    send_messages([from_member(north, "maya", ticket, "Hello") for ticket in tickets])

    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            answers = send_messages([from_member(north, "maya", ticket) for ticket in tickets[:count]])
        assert all(isinstance(each, Ack) for each in answers)
        return len(queries)

    assert statements(1) == statements(12)


def test_a_ticket_that_waits_for_a_new_run_gets_one(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    north.say(ticket, "Bye", by=north.maya)
    with north.inside():
        conversations.end_chat(by=Author.of_member(north.maya), ticket_id=ticket, client_id=uuid4())
    [answer] = send_messages([from_visitor(north, ticket, "One more thing")])
    assert isinstance(answer, Ack)
    assert (north.ticket(ticket).state, north.ticket(ticket).is_over) == (State.OPEN, False)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_somebody_holds_stops_nobody(live_world: World) -> None:
    north = live_world.north
    held, free = north.start().ticket, north.start(visitor=north.new_visitor()[0]).ticket
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with north.inside(), transaction.atomic():
            Ticket.objects.select_for_update().get(public_id=held)
            is_held.set()
            may_go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(10)
        answers = send_messages([from_member(north, "maya", held), from_member(north, "maya", free)])
    finally:
        may_go.set()
        holder.join()
    assert answers[0] is HELD
    assert isinstance(answers[1], Ack)
    with scope.workspace(north.workspace.pk):
        assert Event.objects.filter(ticket__public_id=held).count() == 1
