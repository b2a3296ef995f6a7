"""The verbs of a conversation, at the height of the verb."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.actions import conversations
from chat.actions.messages import Message, send_message
from chat.models import Chat
from helpdesk.errors import HelpdeskError
from tests.world import World
from tickets.authors import Author
from tickets.models import Contact, Event, State, Ticket, Visitor


def events(world: World, ticket: Any) -> list[Event]:
    with world.north.inside():
        return list(Event.objects.filter(ticket__public_id=ticket).order_by("seq"))


def names(world: World, ticket: Any) -> list[str]:
    return [event.name for event in events(world, ticket)]


def refusal(call: Any) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as caught:
        call()
    return caught.value


# --- starting --------------------------------------------------------------------------------------------------------
def test_the_first_message_makes_a_ticket_with_the_next_number(world: World) -> None:
    first = world.north.start("Hello")
    other, _ = world.north.new_visitor()
    second = world.north.start("Hi", visitor=other)
    assert [world.north.ticket(ack.ticket).number for ack in (first, second)] == [1, 2]
    assert first.seq == first.visitor_seq == 1
    assert not first.duplicate
    assert world.north.ticket(first.ticket).state == State.NEW


def test_opening_a_session_makes_no_ticket(world: World) -> None:
    world.north.new_visitor()
    with world.north.inside():
        assert Visitor.objects.count() == 2
        assert Ticket.objects.count() == 0


def test_a_start_sent_again_answers_the_same_ticket(world: World) -> None:
    client_id = uuid4()
    first = world.north.start("Hello", client_id=client_id)
    again = world.north.start("Hello", client_id=client_id)
    assert again.duplicate
    assert (again.ticket, again.seq) == (first.ticket, first.seq)
    with world.north.inside():
        assert Ticket.objects.count() == 1


def test_the_same_client_id_with_other_words_is_a_conflict(world: World) -> None:
    client_id = uuid4()
    world.north.start("Hello", client_id=client_id)
    assert refusal(lambda: world.north.start("Bye", client_id=client_id)).code == "idempotency_conflict"


def test_a_second_start_while_one_is_open_names_the_open_one(world: World) -> None:
    first = world.north.start()
    error = refusal(lambda: world.north.start("Another"))
    assert (error.code, error.data) == ("chat_open", {"ticket": str(first.ticket)})


def test_the_widget_requires_what_its_form_requires(world: World) -> None:
    world.north.widget.forms["prechat"]["fields"]["email"] = "required"
    error = refusal(lambda: world.north.start())
    assert (error.code, error.field) == ("required", "email")
    assert world.north.start(form={"email": "vera@example.com"}).seq == 1


def test_what_is_known_is_not_asked_again(world: World) -> None:
    ack = world.north.start(form={"email": "vera@example.com"})
    with world.north.inside():
        conversations.end_chat(by=Author.of_visitor(world.north.visitor), ticket_id=ack.ticket, client_id=uuid4())
    world.north.widget.forms["prechat"]["fields"]["email"] = "required"
    with world.north.inside():
        returning = Visitor.objects.get(pk=world.north.visitor.pk)
    assert world.north.start("Again", visitor=returning).seq == 1


def test_an_offline_message_needs_a_way_to_answer(world: World) -> None:
    error = refusal(lambda: world.north.start(offline=True))
    assert (error.code, error.field) == ("required", "email")
    ack = world.north.start(offline=True, form={"email": "vera@example.com"})
    assert world.north.ticket(ack.ticket).channel == "offline_form"


def test_a_visitor_may_start_five_chats_an_hour(world: World) -> None:
    for number in range(5):
        ack = world.north.start(f"Question {number}")
        with world.north.inside():
            conversations.end_chat(by=Author.of_visitor(world.north.visitor), ticket_id=ack.ticket, client_id=uuid4())
    error = refusal(lambda: world.north.start("One more"))
    assert error.code == "rate_limited"
    assert error.retry
    assert error.retry_in_ms


# --- contacts --------------------------------------------------------------------------------------------------------
def test_an_anonymous_visitor_is_no_contact(world: World) -> None:
    world.north.start()
    with world.north.inside():
        assert Contact.objects.count() == 0


def test_the_same_unverified_address_never_merges_two_people(world: World) -> None:
    first = world.north.start(form={"email": "vera@example.com", "name": "Vera"})
    other, _ = world.north.new_visitor()
    second = world.north.start(visitor=other, form={"email": "VERA@example.com", "name": "Somebody"})
    contacts = [world.north.ticket(ack.ticket).contact for ack in (first, second)]
    assert contacts[0] != contacts[1]
    assert contacts[0].name == "Vera"


# --- writing ---------------------------------------------------------------------------------------------------------
def test_numbers_have_no_gaps_and_a_note_has_none_for_the_visitor(world: World) -> None:
    ticket = world.north.start().ticket
    world.north.say(ticket, "Let me look", by=world.north.maya)
    world.north.say(ticket, "Check batch 7", by=world.north.maya, kind="note")
    world.north.say(ticket, "Thank you")
    log = events(world, ticket)
    assert [event.seq for event in log] == [1, 2, 3, 4, 5]
    assert [event.name for event in log] == [
        "message.created",
        "ticket.assigned",
        "message.created",
        "note.created",
        "message.created",
    ]
    assert [event.visitor_seq for event in log] == [1, 2, 3, None, 4]


def test_a_message_sent_again_is_stored_once(world: World) -> None:
    ticket = world.north.start().ticket
    client_id = uuid4()
    first = world.north.say(ticket, "Hello?", client_id=client_id)
    again = [world.north.say(ticket, "Hello?", client_id=client_id) for _ in range(3)]
    assert not first.duplicate
    assert all(ack.duplicate and ack.seq == first.seq for ack in again)
    assert names(world, ticket).count("message.created") == 2


def test_two_senders_may_use_the_same_client_id(world: World) -> None:
    ticket = world.north.start().ticket
    client_id = uuid4()
    world.north.say(ticket, "Hello?", client_id=client_id)
    assert not world.north.say(ticket, "Hello!", by=world.north.maya, client_id=client_id).duplicate


def test_a_visitor_cannot_write_a_note(world: World) -> None:
    ticket = world.north.start().ticket
    assert refusal(lambda: world.north.say(ticket, "psst", kind="note")).code == "not_allowed"


def test_the_first_answer_takes_the_ticket_and_a_note_does_not(world: World) -> None:
    ticket = world.north.start().ticket
    world.north.say(ticket, "Mine?", by=world.north.maya, kind="note")
    assert world.north.ticket(ticket).assignee is None
    world.north.say(ticket, "Hello", by=world.north.maya)
    assert world.north.ticket(ticket).assignee == world.north.maya
    world.north.say(ticket, "Hello from me too", by=world.north.theo)
    assert world.north.ticket(ticket).assignee == world.north.maya


def test_state_and_waiting_follow_whose_turn_it_is(world: World) -> None:
    ticket = world.north.start().ticket
    assert world.north.ticket(ticket).waiting_since is not None
    world.north.say(ticket, "Yes", by=world.north.maya)
    row = world.north.ticket(ticket)
    assert (row.state, row.waiting_since) == (State.ANSWERED, None)
    world.north.say(ticket, "Great")
    row = world.north.ticket(ticket)
    assert row.state == State.OPEN
    assert row.waiting_since is not None
    assert row.inbound == 2


def test_a_visitor_writes_at_most_thirty_messages_a_minute_and_repeats_are_free(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    ticket = world.north.start().ticket
    client_id = uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(29):
            world.north.say(ticket, f"{number}")
        world.north.say(ticket, "thirty", client_id=client_id)
    assert refusal(lambda: world.north.say(ticket, "too many")).code == "rate_limited"
    assert world.north.say(ticket, "thirty", client_id=client_id).duplicate


# --- taking and assigning --------------------------------------------------------------------------------------------
def test_the_first_to_take_wins_and_the_other_reads_who(world: World) -> None:
    ticket = world.north.start().ticket
    with world.north.inside():
        conversations.take_ticket(by=Author.of_member(world.north.maya), ticket_id=ticket, client_id=uuid4())
        error = refusal(
            lambda: conversations.take_ticket(
                by=Author.of_member(world.north.theo), ticket_id=ticket, client_id=uuid4()
            )
        )
    assert error.code == "already_taken"
    assert error.data["by"]["name"] == "Maya Lindqvist"


def test_a_ticket_cannot_go_to_somebody_elsewhere(world: World) -> None:
    ticket = world.north.start().ticket
    with world.north.inside():
        error = refusal(
            lambda: conversations.assign_ticket(
                by=Author.of_member(world.north.maya),
                ticket_id=ticket,
                client_id=uuid4(),
                to=world.south.sam.public_id,
            )
        )
    assert (error.code, error.field) == ("invalid_assignee", "to")


def test_compare_and_set_refuses_what_was_decided_on_an_older_view(world: World) -> None:
    ack = world.north.start()
    world.north.say(ack.ticket, "More")
    with world.north.inside():
        error = refusal(
            lambda: conversations.set_state(
                by=Author.of_member(world.north.maya),
                ticket_id=ack.ticket,
                client_id=uuid4(),
                state=State.RESOLVED,
                if_seq=ack.seq,
            )
        )
    assert (error.code, error.data["head"]) == ("stale", 2)


# --- the end and after -----------------------------------------------------------------------------------------------
def resolve(world: World, ticket: Any) -> None:
    with world.north.inside():
        conversations.set_state(
            by=Author.of_member(world.north.maya), ticket_id=ticket, client_id=uuid4(), state=State.RESOLVED
        )


def test_a_visitors_message_reopens_a_resolved_ticket(world: World) -> None:
    ticket = world.north.start().ticket
    world.north.say(ticket, "Done", by=world.north.maya)
    resolve(world, ticket)
    world.north.say(ticket, "One more thing")
    row = world.north.ticket(ticket)
    assert row.state == State.OPEN
    assert names(world, ticket)[-2:] == ["message.created", "ticket.changed"]
    assert row.assignee == world.north.maya


def test_after_the_reopen_days_the_visitor_is_offered_a_new_chat(world: World) -> None:
    ticket = world.north.start().ticket
    resolve(world, ticket)
    with world.north.inside():
        Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=31))
    assert refusal(lambda: world.north.say(ticket, "Hello?")).code == "chat_closed"
    assert world.north.start("A new one").seq == 1


def test_spam_is_stored_and_stays_spam_and_its_sender_cannot_tell(world: World) -> None:
    ticket = world.north.start().ticket
    with world.north.inside():
        conversations.set_state(
            by=Author.of_member(world.north.maya), ticket_id=ticket, client_id=uuid4(), state=State.SPAM
        )
    world.north.say(ticket, "Buy now")
    row = world.north.ticket(ticket)
    assert (row.state, row.public_state) == (State.SPAM, "open")
    assert [event.visitor_seq for event in events(world, ticket)] == [1, None, 2]


@pytest.mark.parametrize(("answered", "state"), [(True, State.RESOLVED), (False, State.NEW)])
def test_ending_a_chat_resolves_it_only_if_it_was_answered(world: World, answered: bool, state: State) -> None:
    ticket = world.north.start().ticket
    if answered:
        world.north.say(ticket, "Yes", by=world.north.maya)
    with world.north.inside():
        conversations.end_chat(by=Author.of_visitor(world.north.visitor), ticket_id=ticket, client_id=uuid4())
    row = world.north.ticket(ticket)
    assert (row.state, row.public_state) == (state, "ended")
    assert "chat.ended" in names(world, ticket)


def test_an_abandoned_chat_that_waits_for_an_answer_stays_open(world: World) -> None:
    ticket = world.north.start().ticket
    world.north.say(ticket, "Which one?", by=world.north.maya)
    world.north.say(ticket, "The blue one")
    with world.north.inside():
        Chat.objects.update(end_due_at=timezone.now() - timedelta(seconds=1))
        pk = Ticket.objects.get(public_id=ticket).pk
        assert conversations.end_abandoned_chat(ticket_pk=pk)
        assert not conversations.end_abandoned_chat(ticket_pk=pk)
    assert world.north.ticket(ticket).state == State.OPEN


# --- tenancy ---------------------------------------------------------------------------------------------------------
def test_another_workspaces_people_find_no_ticket(world: World) -> None:
    ticket = world.north.start().ticket
    with world.south.inside():
        for author in (Author.of_member(world.south.oscar), Author.of_visitor(world.south.visitor)):
            error = refusal(
                lambda author=author: send_message(
                    Message(by=author, ticket_id=ticket, client_id=uuid4(), text="Hello")
                )
            )
            assert error.code == "not_found"


def test_an_agent_sees_own_departments_and_those_without_one(world: World) -> None:
    delivery = world.north.departments["delivery"]
    ticket = world.north.start(department=delivery.public_id).ticket
    assert world.north.say(ticket, "Hello", by=world.north.maya, kind="note").seq == 2
    assert refusal(lambda: world.north.say(ticket, "Hello", by=world.north.theo, kind="note")).code == "not_found"
    assert world.north.say(ticket, "Hello", by=world.north.ada, kind="note").seq == 3
