"""A visitor who waits leaves a message instead."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions import conversations
from chat.actions import queue as queue_actions
from chat.actions.leaving import leave_message
from chat.models import Chat, EndedWhy, Ring, RingMode, RingOutcome
from chat.queue import waiting_chats
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import scope
from tests.realtime.test_sockets import start, visitor
from tests.widget.test_api import Api
from tests.world import Side, World
from tickets.authors import Author
from tickets.log import VisitorLog
from tickets.models import Event, SearchDocument, State, Visitor
from tickets.search import tokens_of

ADDRESS = "vera@example.com"


def leave(
    side: Side, ticket: UUID | None, *, client_id: UUID | None = None, email: str = ADDRESS, phone: str = ""
) -> Ack:
    assert ticket is not None
    with side.inside():
        by = Author.of_visitor(Visitor.objects.get(pk=side.visitor.pk))
        return leave_message(by=by, ticket_id=ticket, client_id=client_id or uuid4(), email=email, phone=phone)


def refusal(side: Side, ticket: UUID | None, **options: Any) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as refused:
        leave(side, ticket, **options)
    return refused.value


def test_the_chat_is_over_and_the_message_waits_as_long_as_before(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    before = north.ticket(ticket)
    ack = leave(north, ticket)
    after = north.ticket(ticket)
    assert (after.channel, after.state, after.assignee) == ("offline_form", State.NEW, None)
    assert after.waiting_since == before.waiting_since is not None
    assert after.public_state == "open"
    with north.inside():
        run = Chat.objects.get(ticket=after)
        assert (run.ended_why, run.ended_at is not None) == (EndedWhy.MESSAGE, True)
        assert not waiting_chats(None).exists()
        [frame] = VisitorLog(north.visitor.pk, lambda _ticket: {}).since(after.pk, 1, 10)
    assert (ack.seq, ack.visitor_seq) == (2, 2)
    assert f'"data":{{"why":"message","number":{after.number}}}' in frame.text


def test_the_address_is_the_visitors_from_now_on_and_found(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    leave(north, ticket, phone="+30 210 123 4567")
    with north.inside():
        vera = Visitor.objects.get(pk=north.visitor.pk)
        assert (vera.email, vera.phone) == (ADDRESS, "+30 210 123 4567")
        found = north.ticket(ticket)
        assert found.contact == vera.contact is not None
        words = [document.tokens for document in SearchDocument.objects.filter(ticket=found)]
        assert any(tokens_of(ADDRESS, north.workspace.pk)[0] in each for each in words)


@pytest.mark.parametrize(("asked", "given", "field"), [
    ({"email": "required", "phone": "off"}, {}, "email"),
    ({"email": "required", "phone": "off"}, {"phone": "+30 210 123 4567"}, "email"),
    ({"email": "optional", "phone": "required"}, {"email": ADDRESS}, "phone"),
])  # fmt: skip
def test_without_the_address_that_the_offline_form_asks_for_it_stays_a_chat(
    world: World, asked: dict[str, str], given: dict[str, str], field: str
) -> None:
    north = world.north
    north.widget.forms["offline"]["fields"] |= asked
    with north.inside():
        north.widget.save()
    ticket = north.start().ticket
    error = refusal(north, ticket, **{"email": "", **given})
    assert (error.code, error.field) == ("required", field)
    assert north.ticket(ticket).channel == "chat"
    with north.inside():
        assert Chat.objects.live().exists()
        assert Visitor.objects.get(pk=north.visitor.pk).email == ""


def test_an_address_that_is_known_is_enough(world: World) -> None:
    north = world.north
    ticket = north.start(form={"email": ADDRESS}).ticket
    leave(north, ticket, email="")
    assert north.ticket(ticket).channel == "offline_form"


def test_twice_is_once(world: World) -> None:
    north = world.north
    ticket, client_id = north.start().ticket, uuid4()
    first, again = (leave(north, ticket, client_id=client_id) for _ in range(2))
    assert (first.duplicate, again.duplicate, again.seq) == (False, True, first.seq)
    other = leave(north, ticket, email="other@example.com")
    assert (other.duplicate, other.seq) == (False, first.seq), "a message already: nothing but the address is new"
    assert refusal(north, ticket, client_id=client_id, email="x@example.com").code == "idempotency_conflict"
    with north.inside():
        assert Event.objects.filter(name="chat.ended").count() == 1
        assert Visitor.objects.get(pk=north.visitor.pk).email == "other@example.com"


def test_a_chat_that_somebody_has_goes_on(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        conversations.take_ticket(by=Author.of_member(north.olga), ticket_id=ticket, client_id=uuid4())
    error = refusal(north, ticket)
    assert (error.code, error.status, error.retry) == ("chat_taken", 409, False)
    with north.inside():
        assert Chat.objects.live().exists()
        assert Visitor.objects.get(pk=north.visitor.pk).email == ""


def test_a_chat_that_ended_meanwhile_becomes_a_message_all_the_same(world: World) -> None:
    """The visitor's computer slept while the form was open."""
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        Chat.objects.update(end_due_at=timezone.now())
        assert conversations.end_abandoned_chat(ticket_pk=north.ticket(ticket).pk)
    assert north.ticket(ticket).public_state == "ended"
    leave(north, ticket)
    assert (north.ticket(ticket).channel, north.ticket(ticket).public_state) == ("offline_form", "open")


def test_a_resolved_conversation_is_closed(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    with north.inside():
        conversations.set_state(
            by=Author.of_member(north.olga), ticket_id=ticket, client_id=uuid4(), state=State.RESOLVED
        )
    assert refusal(north, ticket).code == "chat_closed"


def test_the_visitor_writes_on_without_a_new_chat(world: World) -> None:
    north = world.north
    ticket = north.start().ticket
    leave(north, ticket)
    north.say(ticket, "And it is blue.")
    with north.inside():
        assert not Chat.objects.live().exists()
        assert north.ticket(ticket).inbound == 2
    assert north.start("Another thing").ticket != ticket, "another chat may begin"


def test_what_rings_stops_and_the_queue_moves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = world.north
    ticket = north.start().ticket
    moved: list[int | None] = []
    with north.inside():
        now = timezone.now()
        Ring.objects.create(
            ticket=north.ticket(ticket),
            membership=north.maya,
            mode=RingMode.DIRECTED,
            started_at=now,
            deadline_at=now,
        )
    monkeypatch.setattr(queue_actions, "nudge", lambda _task, department, **_options: moved.append(department))
    leave(north, ticket)
    with north.inside():
        assert [ring.outcome for ring in Ring.objects.all()] == [RingOutcome.CANCELLED]
    assert moved == [None]


def test_of_an_agent_and_a_visitor_at_once_one_is_refused(live_world: World) -> None:
    north = live_world.north
    ticket = north.start().ticket
    results: dict[str, str] = {}

    def take() -> None:
        with north.inside():
            conversations.take_ticket(by=Author.of_member(north.olga), ticket_id=ticket, client_id=uuid4())

    def attempt(name: str, act: Any) -> None:
        try:
            with scope.outside():
                act()
            results[name] = "done"
        except HelpdeskError as error:
            results[name] = error.code
        finally:
            connection.close()

    threads = [
        threading.Thread(target=attempt, args=(name, act))
        for name, act in (("leave", lambda: leave(north, ticket)), ("take", take))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    found = north.ticket(ticket)
    assert results["take"] == "done", "a message can be taken too"
    assert results["leave"] in ("done", "chat_taken")
    assert found.channel == ("offline_form" if results["leave"] == "done" else "chat")


# --- the doors --------------------------------------------------------------------------------------------------------
async def test_over_the_socket_the_visitor_reads_the_number_and_goes_on_reading(live_world: World) -> None:
    async with visitor(live_world.north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("subscribed", ticket=ticket)
        wrong = await vera.command("chat.leave", ticket=ticket, client_id=str(uuid4()), email="vera@")
        assert (wrong["code"], wrong["field"]) == ("invalid_email", "email")
        ack = await vera.command("chat.leave", ticket=ticket, client_id=str(uuid4()), email=ADDRESS)
        assert (ack["type"], ack["seq"]) == ("ack", 2)
        event = await vera.next("event", seq=2)
        assert event["name"] == "chat.ended"
        assert event["data"] == {"why": "message", "number": 1}
        again = await vera.command("subscribe", ticket=ticket, after=0)
        assert (again["state"], again["queue"]["position"]) == ("open", None)


async def test_over_http_too(live_world: World) -> None:
    north = live_world.north
    ticket = str((await pool.run(north.start)).ticket)
    api = Api(token=north.token)
    body = {"ticket": ticket, "client_id": str(uuid4()), "email": ADDRESS}
    first, again = (await api.post("leave", body)).json(), (await api.post("leave", body)).json()
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    refused = await api.post("leave", {**body, "client_id": str(uuid4()), "name": "Vera"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_field")
