"""Many people's messages in one transaction: the same as one by one, with a constant number of statements."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions import conversations
from chat.actions.messages import Message, send_message, send_messages
from chat.models import Chat
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.peer import ALONE, HELD, Ack
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
    """The numbers of acks, and what was not done."""
    return [(each.seq, each.visitor_seq) if isinstance(each, Ack) else each for each in answers]


def refusal(message: Message) -> str:
    """The code with which the message is refused when it is sent alone."""
    with scope.workspace(message.workspace_id), pytest.raises(HelpdeskError) as refused:
        send_message(message)
    return refused.value.code


def test_both_sides_write_in_turn_in_one_transaction(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    north.say(ticket, "Hello", by=north.maya)
    answers = send_messages(
        [
            from_visitor(north, ticket, "One"),
            from_member(north, "maya", ticket, "Only for us", kind="note"),
            from_member(north, "maya", ticket, "Two"),
            from_visitor(north, ticket, "Three"),
        ]
    )
    assert seen(answers) == [(4, 4), (5, None), (6, 5), (7, 6)]
    with north.inside():
        log = list(Event.objects.filter(ticket__public_id=ticket).values_list("seq", "name", "text"))
        assert SearchDocument.objects.filter(event__ticket__public_id=ticket).count() == 6
    assert [name for _seq, name, _text in log] == [
        "message.created",
        "ticket.assigned",
        "message.created",
        "message.created",
        "note.created",
        "message.created",
        "message.created",
    ]
    assert [seq for seq, _name, _text in log] == [1, 2, 3, 4, 5, 6, 7]
    stored = north.ticket(ticket)
    assert (stored.last_seq, stored.last_visitor_seq, stored.inbound) == (7, 6, 3)
    assert (stored.state, stored.last_preview, stored.assignee) == (State.OPEN, "Three", north.maya)


BODIES = ["Hello", 'With "quotes", \\ and {braces}', "Two\nlines", "سؤال عن الشحن؟", "NULL"]


@pytest.mark.parametrize("turns", ["v", "a", "n", "va", "av", "vvaan", "nav"])
def test_together_leaves_in_the_database_what_one_by_one_does(world: World, turns: str) -> None:
    north = world.north
    alone, together = north.start().ticket, north.start(visitor=north.new_visitor()[0]).ticket
    for ticket in (alone, together):
        north.say(ticket, "Hello", by=north.maya)
    assert alone is not None
    assert together is not None

    def write(ticket: UUID, turn: str, text: str) -> Message:
        if turn == "v":
            return from_visitor(north, ticket, text, visitor=north.ticket(ticket).visitor)
        return from_member(north, "maya", ticket, text, kind="note" if turn == "n" else "text")

    texts = [BODIES[number % len(BODIES)] for number in range(len(turns))]
    with north.inside():
        for turn, text in zip(turns, texts, strict=True):
            send_message(write(alone, turn, text))
    answers = send_messages([write(together, turn, text) for turn, text in zip(turns, texts, strict=True)])
    assert all(isinstance(each, Ack) for each in answers)
    assert [_told(north, each) for each in (alone,)] == [_told(north, each) for each in (together,)]
    own = {"id", "public_id", "number", "visitor", "created_at", "start_client_id", "start_request_hash", "version"}
    moving = {"answered_at", "waiting_since", "last_at", "updated_at"}
    for field in Ticket._meta.concrete_fields:
        values = [getattr(north.ticket(each), field.attname) for each in (alone, together)]
        if field.name in moving:
            assert (values[0] is None) == (values[1] is None), field.name
        elif field.name not in own:
            assert values[0] == values[1], field.name


def _told(side: Side, ticket: UUID) -> list[object]:
    """The log of a ticket and what the search knows of it, without what differs from ticket to ticket."""
    with side.inside():
        visitor = side.ticket(ticket).visitor
        assert visitor is not None
        events = Event.objects.filter(ticket__public_id=ticket).order_by("seq")
        tokens = dict(SearchDocument.objects.filter(event__in=events).values_list("event_id", "tokens"))
        return [
            (
                event.seq,
                event.visitor_seq,
                event.name,
                event.by_kind,
                event.member_id,
                event.visitor_id == visitor.pk,
                event.sender.replace(str(visitor.pk), "me") if event.by_kind == "visitor" else event.sender,
                event.client_id is None,
                len(event.request_hash),
                event.text,
                event.data if event.name == "message.created" else None,
                event.created_at is None,
                tokens.get(event.pk),
            )
            for event in events
        ]


def test_each_workspace_writes_in_its_own(world: World) -> None:
    north, south = world.north, world.south
    tickets = [north.start().ticket, south.start().ticket]
    answers = send_messages(
        [from_visitor(south, tickets[1]), from_visitor(north, tickets[0]), from_visitor(south, tickets[0])]
    )
    assert seen(answers) == [(2, 2), (2, 2), HELD], "what is not there cannot be told from what is held"
    assert refusal(from_visitor(south, tickets[0])) == "not_found"
    with south.inside():
        assert Event.objects.count() == 2


def test_what_is_not_plain_is_left_to_a_transaction_of_its_own(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    other, _token = north.new_visitor()
    once = from_visitor(north, ticket, "Once")
    again = from_visitor(north, ticket, "Once", client_id=once.client_id)
    different = from_visitor(north, ticket, "Else", client_id=once.client_id)
    foreign = from_visitor(north, ticket, visitor=other)
    unknown_quote = from_visitor(north, ticket, reply_to=uuid4())
    first_answer = from_member(north, "maya", ticket)
    last = from_visitor(north, ticket, "Last")
    answers = send_messages([once, again, different, foreign, unknown_quote, first_answer, last])
    assert seen(answers) == [(2, 2), ALONE, ALONE, ALONE, ALONE, ALONE, (3, 3)]
    with north.inside():
        assert send_message(again).duplicate
    assert [refusal(each) for each in (different, foreign, unknown_quote)] == [
        "idempotency_conflict",
        "not_found",
        "not_found",
    ]
    assert seen(send_messages([again, different])) == [ALONE, ALONE]


def test_an_agent_without_the_department_finds_nothing(world: World) -> None:
    north = world.north
    ticket = north.start(department=north.departments["delivery"].public_id).ticket
    outside = next(name for name, member in north.members.items() if not _sees(north, member, ticket))
    north.say(ticket, "Hello", by=north.olga)
    answers = send_messages([from_member(north, outside, ticket), from_member(north, "olga", ticket)])
    assert seen(answers) == [ALONE, (4, 4)]
    assert refusal(from_member(north, outside, ticket)) == "not_found"


def _sees(side: Side, member: object, ticket: UUID | None) -> bool:
    with side.inside():
        return Ticket.objects.visible_to(member).filter(public_id=ticket).exists()


def test_a_pipelined_burst_meets_the_limit_in_the_middle(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    answers = send_messages([from_visitor(north, ticket, f"{number}") for number in range(31)])
    assert [isinstance(each, Ack) for each in answers] == [True] * 30 + [False]
    assert answers[-1] is ALONE
    trusted = send_messages([from_visitor(north, ticket, f"{number}", is_limited=False) for number in range(31)])
    assert all(isinstance(each, Ack) for each in trusted)


def test_the_number_of_statements_does_not_depend_on_the_number_of_messages(world: World) -> None:
    north = world.north
    tickets = [north.start(visitor=north.new_visitor()[0]).ticket for _ in range(12)]
    for ticket in tickets:
        north.say(ticket, "Hello", by=north.maya)

    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            answers = send_messages([from_member(north, "maya", ticket) for ticket in tickets[:count]])
        assert all(isinstance(each, Ack) for each in answers)
        return len(queries)

    assert statements(1) == statements(12)


def test_a_conversation_that_was_ended_is_not_plain(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    north.say(ticket, "Bye", by=north.maya)
    with north.inside():
        conversations.end_chat(by=Author.of_member(north.maya), ticket_id=ticket, client_id=uuid4())
    more = from_visitor(north, ticket, "One more thing")
    assert seen(send_messages([more])) == [HELD], "only open tickets are locked together"
    with north.inside():
        send_message(more)
    assert (north.ticket(ticket).state, north.ticket(ticket).is_over) == (State.OPEN, False)


def test_a_visitor_who_writes_while_the_chat_is_about_to_end_keeps_it(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        Chat.objects.update(end_due_at=timezone.now())
    message = from_visitor(north, ticket)
    assert seen(send_messages([message])) == [ALONE]
    with north.inside():
        send_message(message)
        assert Chat.objects.get().end_due_at is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_somebody_holds_stops_nobody(live_world: World) -> None:
    north = live_world.north
    held, free = north.start().ticket, north.start(visitor=north.new_visitor()[0]).ticket
    for ticket in (held, free):
        north.say(ticket, "Hello", by=north.maya)
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
        assert Event.objects.filter(ticket__public_id=held).count() == 3
