"""The two socket doors, with real transactions and the realtime pool."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from channels.testing import WebsocketCommunicator

from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models import Membership
from helpdesk.asgi import application
from helpdesk.realtime import pool
from helpdesk.realtime.hub import hub
from helpdesk.realtime.outgoing import Outgoing
from helpdesk.realtime.peer import Frame
from tests.world import Side, World

pytestmark = pytest.mark.timeout(60)
SHOP = b"https://shop.north.example"


class Client:
    """A client that speaks the protocol and remembers every frame."""

    def __init__(self, path: str, origin: bytes | None = None) -> None:
        headers = [(b"origin", origin)] if origin else []
        self.socket = WebsocketCommunicator(application, path, headers=headers, subprotocols=["helpdesk.v1"])
        self.frames: list[dict[str, Any]] = []
        self.unclaimed: list[dict[str, Any]] = []

    async def open(self) -> bool:
        connected, protocol = await self.socket.connect(timeout=5)
        assert not connected or protocol == "helpdesk.v1"
        return connected

    async def send(self, **frame: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(frame))

    async def _read(self, timeout: float) -> dict[str, Any]:
        output = await self.socket.receive_output(timeout)
        assert output["type"] == "websocket.send", output
        frame: dict[str, Any] = json.loads(output["text"])
        self.frames.append(frame)
        self.unclaimed.append(frame)
        return frame

    async def next(self, kind: str, timeout: float = 5, **wanted: Any) -> dict[str, Any]:
        """The first frame of a kind that no earlier call has claimed; waits for it."""

        def fits(frame: dict[str, Any]) -> bool:
            return frame["type"] == kind and all(frame.get(key) == value for key, value in wanted.items())

        async with asyncio.timeout(timeout):
            while not any(fits(frame) for frame in self.unclaimed):
                await self._read(timeout)
        found = next(frame for frame in self.unclaimed if fits(frame))
        self.unclaimed.remove(found)
        return found

    async def closed(self, timeout: float = 5) -> int:
        async with asyncio.timeout(timeout):
            while True:
                output = await self.socket.receive_output(timeout)
                if output["type"] == "websocket.close":
                    return int(output["code"])
                self.frames.append(json.loads(output["text"]))

    async def command(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its ack or error."""
        id = uuid4().hex
        await self.send(type=type, id=id, **fields)
        async with asyncio.timeout(5):
            while not any(frame.get("id") == id for frame in self.unclaimed):
                await self._read(5)
        found = next(frame for frame in self.unclaimed if frame.get("id") == id)
        self.unclaimed.remove(found)
        return found

    def events(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == "event"]


@asynccontextmanager
async def visitor(token: str, **hello: Any) -> AsyncIterator[Client]:
    client = Client("/ws/visitor/", SHOP)
    assert await client.open()
    await client.send(type="hello", v=1, token=token, client={"app": "test", "version": "1", "tab": "1"}, **hello)
    await client.next("welcome")
    try:
        yield client
    finally:
        await client.socket.disconnect()


def api_token(side: Side, member: Membership) -> str:
    with side.inside():
        return create_api_token(membership=member, name="test")[1]


@asynccontextmanager
async def agent(side: Side, member: Membership, **hello: Any) -> AsyncIterator[Client]:
    token = await pool.run(api_token, side, member)
    client = Client("/ws/agent/")
    assert await client.open()
    await client.send(type="hello", v=1, token=token, workspace=side.slug, **hello)
    await client.next("welcome")
    try:
        yield client
    finally:
        await client.socket.disconnect()


@pytest.fixture
def world(live_world: World) -> World:
    return live_world


async def start(client: Client, body: str = "Is the bowl food safe?") -> dict[str, Any]:
    return await client.command("chat.start", client_id=str(uuid4()), form={}, body=body)


async def test_a_chat_from_the_first_word_to_the_answer(world: World) -> None:
    north = world.north
    async with agent(north, north.maya) as maya, visitor(north.token) as vera:
        ack = await start(vera)
        assert ack["type"] == "ack"
        assert (ack["seq"], ack["duplicate"]) == (1, False)
        subscribed = await vera.next("subscribed")
        assert "id" not in subscribed
        assert (subscribed["from"], subscribed["head"], subscribed["state"]) == (1, 1, "open")
        own = await vera.next("event")
        assert own["data"]["body"] == "Is the bowl food safe?"

        row = (await maya.next("inbox.changed"))["row"]
        assert row["id"] == ack["ticket"]
        await maya.send(type="subscribe", id="s", ticket=ack["ticket"], after=0)
        await maya.next("subscribed", id="s")
        await maya.next("event", seq=1)
        client_id = str(uuid4())
        reply = await maya.command(
            "message.send", ticket=ack["ticket"], client_id=client_id, kind="text", body="Yes, with oil only."
        )
        assert reply["seq"] == 3  # the assignment came first

        heard = await vera.next("event", name="message.created", seq=3)
        assert heard["by"] == {"kind": "agent", "id": str(north.maya.public_id), "name": "Maya"}
        assert heard["client_id"] == client_id
        assert "@" not in json.dumps(heard)


async def test_a_note_reaches_colleagues_and_never_the_visitor(world: World) -> None:
    north = world.north
    async with agent(north, north.maya) as maya, visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await maya.send(type="subscribe", id="s", ticket=ticket, after=0)
        await maya.next("event", seq=1)
        await maya.command("message.send", ticket=ticket, client_id=str(uuid4()), kind="note", body="SECRET batch 7")
        await maya.next("event", name="note.created")
        await maya.command("message.send", ticket=ticket, client_id=str(uuid4()), kind="text", body="Let me look")
        last = await vera.next("event", name="message.created", seq=3)
        assert last["data"]["body"] == "Let me look"
        assert [frame["seq"] for frame in vera.events()] == [1, 2, 3]
        assert "SECRET" not in json.dumps(vera.frames)


async def test_a_missed_hint_is_read_from_the_log(world: World) -> None:
    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("event", seq=1)
        socket = next(iter(hub().sockets))
        subscription = socket.pipe.find(ticket)
        # A process whose hints are lost: the rows are there, nobody was told.
        group = socket._ticket_group(subscription.ticket_id)
        await socket.layer.group_discard(group, socket.channel_name)
        for number in range(3):
            await pool.run(lambda number=number: north.say(_uuid(ticket), f"message {number}", by=north.maya))
        await socket.layer.group_add(group, socket.channel_name)
        await pool.run(lambda: north.say(_uuid(ticket), "last", by=north.maya))
        await vera.next("event", seq=6)
        assert [frame["seq"] for frame in vera.events()] == [1, 2, 3, 4, 5, 6]


async def test_the_sweep_finds_a_lost_tail(world: World) -> None:
    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("event", seq=1)
        socket = next(iter(hub().sockets))
        subscription = socket.pipe.find(ticket)
        await socket.layer.group_discard(socket._ticket_group(subscription.ticket_id), socket.channel_name)
        await pool.run(lambda: north.say(_uuid(ticket), "you will not hear of this", by=north.maya))
        await hub().sweep()
        await vera.next("event", seq=3)
        assert [frame["seq"] for frame in vera.events()] == [1, 2, 3]


async def test_a_reader_that_does_not_read_holds_up_no_sweep(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = world.north
    _other, token = await pool.run(north.new_visitor)
    async with visitor(north.token) as vera, visitor(token) as walt:
        tickets = [(await start(client))["ticket"] for client in (vera, walt)]
        for client in (vera, walt):
            await client.next("event", seq=1)
        by_ticket = {ticket: socket for socket in hub().sockets for ticket in tickets if socket.pipe.find(ticket)}
        for ticket, socket in by_ticket.items():
            group = socket._ticket_group(socket.pipe.find(ticket).ticket_id)
            await socket.layer.group_discard(group, socket.channel_name)
        stuck = by_ticket[tickets[0]]

        room = Outgoing.room

        async def never_for_one(outgoing: Outgoing) -> None:
            await (asyncio.Event().wait() if outgoing is stuck.outgoing else room(outgoing))

        monkeypatch.setattr(Outgoing, "room", never_for_one)
        await pool.run(lambda: north.say(_uuid(tickets[0]), "lost on the way", by=north.maya))
        await pool.run(lambda: north.say(_uuid(tickets[1]), "lost too", by=north.maya))
        async with asyncio.timeout(5):
            await hub().sweep()
        await walt.next("event", seq=3)


async def test_doubled_and_late_hints_change_nothing(world: World) -> None:
    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("event", seq=1)
        socket = next(iter(hub().sockets))
        subscription = socket.pipe.find(ticket)
        for seq in (1, 1, 0):
            socket.pipe.hint(subscription.ticket_id, Frame(seq, json.dumps({"type": "event", "seq": seq})))
        await vera.command("message.send", ticket=ticket, client_id=str(uuid4()), kind="text", body="second")
        await vera.next("event", seq=2)
        assert [frame["seq"] for frame in vera.events()] == [1, 2]


async def test_resume_brings_what_was_missed_and_a_wrong_epoch_starts_afresh(world: World) -> None:
    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        epoch = (await vera.next("subscribed"))["epoch"]
    await pool.run(lambda: north.say(_uuid(ticket), "While you were away", by=north.maya))
    async with visitor(north.token, resume=[{"ticket": ticket, "epoch": epoch, "after": 1}]) as vera:
        assert (vera.frames[-1]["subscriptions"], vera.frames[-1]["epoch"]) == ([ticket], epoch)
        await vera.next("subscribed")
        await vera.next("event", seq=3)
        assert [frame["seq"] for frame in vera.events()] == [2, 3]
    twice = [{"ticket": ticket, "epoch": epoch, "after": after} for after in (1, 0)]
    async with visitor(north.token, resume=twice) as vera:
        assert vera.frames[-1]["subscriptions"] == [ticket]
    async with visitor(north.token, resume=[{"ticket": ticket, "epoch": "old", "after": 1}]) as vera:
        assert vera.frames[-1]["subscriptions"] == []
        assert (await vera.next("resync"))["why"] == "epoch"
    async with visitor(north.token) as vera:
        await vera.send(type="subscribe", id=1, ticket=ticket, epoch=epoch, after=99)
        assert (await vera.next("resync"))["why"] == "ahead"


async def test_over_five_hundred_missing_events_are_paged(world: World) -> None:
    from tickets.models import Event, Ticket

    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]

        def fill() -> None:
            with north.inside():
                row = Ticket.objects.get(public_id=ticket)
                first = Event.objects.get(ticket=row, seq=1)
                Event.objects.bulk_create(
                    Event(
                        ticket=row,
                        seq=number,
                        visitor_seq=number,
                        name="message.created",
                        by_kind="visitor",
                        visitor=north.visitor,
                        text="x",
                        created_at=first.created_at,
                    )
                    for number in range(2, 603)
                )
                Ticket.objects.update(last_seq=602, last_visitor_seq=602)

        await pool.run(fill)
        await vera.send(type="unsubscribe", ticket=ticket)
        await vera.send(type="subscribe", id="all", ticket=ticket, after=0)
        assert (await vera.next("subscribed", id="all"))["more"] is True
        await vera.send(type="subscribe", id="rest", ticket=ticket, after=500)
        assert (await vera.next("subscribed", id="rest"))["more"] is False
        await vera.next("event", seq=602)
        await vera.send(type="subscribe", id="recent", ticket=ticket, after=-1)
        assert (await vera.next("subscribed", id="recent"))["from"] == 553


async def test_typing_reaches_the_other_side_by_the_name_it_may_read(world: World) -> None:
    north = world.north
    async with agent(north, north.maya) as maya, visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("event", seq=1)
        await maya.send(type="subscribe", id="s", ticket=ticket, after=0)
        await maya.next("event", seq=1)
        await vera.send(type="typing", ticket=ticket, on=True)
        assert (await maya.next("typing"))["expires_in_ms"] == 6000
        await maya.send(type="typing", ticket=ticket, on=True)
        assert (await vera.next("typing"))["by"]["name"] == "Maya"


async def test_read_marks_travel_in_the_readers_numbers(world: World) -> None:
    north = world.north
    async with agent(north, north.maya) as maya, visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await vera.next("event", seq=1)
        await maya.send(type="subscribe", id="s", ticket=ticket, after=0)
        await maya.next("event", seq=1)
        await maya.command("message.send", ticket=ticket, client_id=str(uuid4()), kind="note", body="note")
        await maya.command("message.send", ticket=ticket, client_id=str(uuid4()), kind="text", body="Hello")
        await vera.next("event", name="message.created", seq=3)
        assert (await maya.next("receipt", delivered=4))["read"] == 0  # sent to the page, not read yet
        await vera.send(type="read", ticket=ticket, upto=3)
        await maya.next("receipt", read=4)
        await maya.send(type="read", ticket=ticket, upto=999)
        await vera.next("receipt", read=3)


# --- who may enter ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hello", "code", "close"),
    [
        ({"type": "hello", "v": 1}, "token_missing", 4401),
        ({"type": "hello", "v": 1, "token": "nope"}, "token_invalid", 4401),
        ({"type": "hello", "v": 1, "token": {"$ne": 1}}, "token_missing", 4401),
        ({"type": "message.send"}, "token_missing", 4401),
    ],
)
async def test_nobody_enters_without_a_valid_token(world: World, hello: Any, code: str, close: int) -> None:
    client = Client("/ws/visitor/", SHOP)
    await client.open()
    await client.send(**hello)
    assert await client.closed() == close
    assert client.frames[-1]["code"] == code


async def test_a_page_of_another_site_is_refused(world: World) -> None:
    client = Client("/ws/visitor/", b"https://evil.example")
    await client.open()
    await client.send(type="hello", v=1, token=world.north.token)
    assert await client.closed() == 4403
    assert client.frames[-1]["code"] == "site_not_allowed"


async def test_the_agents_door_refuses_foreign_origins_before_it_opens(world: World) -> None:
    for origin in (b"https://evil.example", b"null", b"http://testserver.evil.example", b"https://testserver"):
        assert not await Client("/ws/agent/", origin).open()


async def test_an_api_token_opens_only_its_own_workspace(world: World) -> None:
    token = await pool.run(api_token, world.north, world.north.maya)
    client = Client("/ws/agent/")
    await client.open()
    await client.send(type="hello", v=1, token=token, workspace=world.south.slug)
    assert await client.closed() == 4404


async def test_a_revoked_token_is_out_at_the_next_sweep(world: World) -> None:
    from helpdesk.accounts.models import ApiToken

    north = world.north
    async with agent(north, north.maya) as maya:

        def revoke() -> None:
            with north.inside():
                from django.utils import timezone

                ApiToken.objects.update(revoked_at=timezone.now())

        await pool.run(revoke)
        await hub().sweep()
        assert await maya.closed() == 4411
        assert maya.frames[-1]["code"] == "token_revoked"


async def test_losing_a_department_takes_its_tickets_off_the_screen(world: World) -> None:
    from helpdesk.accounts.models import DepartmentMember

    north = world.north
    async with agent(north, north.maya) as maya:

        def drop() -> None:
            with north.inside():
                DepartmentMember.objects.all().delete()

        await pool.run(drop)
        await hub().sweep()
        delivery = north.departments["delivery"].public_id
        ack = await pool.run(lambda: north.start("for Delivery", department=delivery))
        refused = await maya.command("ticket.take", ticket=str(ack.ticket), client_id=str(uuid4()))
        assert refused["code"] == "not_found"
        assert not any(frame["type"] == "inbox.changed" for frame in maya.frames)


# --- bad frames ------------------------------------------------------------------------------------------------------
async def test_the_third_bad_frame_closes_and_a_bad_field_does_not(world: World) -> None:
    async with visitor(world.north.token) as vera:
        for _ in range(4):
            assert (await vera.command("message.send", ticket=5))["code"] == "not_found"
        for text in ("{", "[1]"):
            await vera.socket.send_to(text_data=text)
        await vera.next("error", code="object_expected")
        await vera.socket.send_to(text_data='{"type":7}')
        assert await vera.closed() == 4400


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"body": ""}, "blank", "body"),
        ({"body": " \u200b\n"}, "blank", "body"),
        ({"body": "x" * 8001}, "too_long", "body"),
        ({"body": 5}, "invalid", "body"),
        ({"body": ["x"]}, "invalid", "body"),
        ({"body": "a\u0000b"}, "invalid_text", "body"),
        ({"body": "\ud800"}, "invalid_text", "body"),
        ({"client_id": "nope"}, "invalid_client_id", "client_id"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "invalid_client_id", "client_id"),
        ({"client_id": None}, "invalid_client_id", "client_id"),
        ({"kind": "shout"}, "choice", "kind"),
        ({"ticket": str(uuid4())}, "not_found", None),
        ({"ticket": "../../etc"}, "not_found", None),
        ({"attachments": [str(uuid4())]}, "not_found", None),
        ({"reply_to": str(uuid4())}, "not_found", None),
    ],
)
async def test_a_bad_message_is_refused_with_its_code_and_field(
    world: World, fields: dict[str, Any], code: str, field: str | None
) -> None:
    async with visitor(world.north.token) as vera:
        ticket = (await start(vera))["ticket"]
        good = {"ticket": ticket, "client_id": str(uuid4()), "kind": "text", "body": "hello"}
        error = await vera.command("message.send", **{**good, **fields})
        assert (error["type"], error["code"], error.get("field")) == ("error", code, field)
        assert error["message"]
        assert (await vera.command("message.send", **good))["type"] == "ack"


async def test_unknown_frames_are_answered_and_cost_nothing(world: World) -> None:
    async with visitor(world.north.token) as vera:
        for kind in ("__class__", "websocket.close", "ring.accept", "survey.answer", ""):
            assert (await vera.command(kind))["code"] == "unknown_type"
        assert (await vera.command("hello", token="x"))["code"] == "already_greeted"


async def test_binary_frames_close_the_socket(world: World) -> None:
    async with visitor(world.north.token) as vera:
        await vera.socket.send_to(bytes_data=b"{}")
        assert await vera.closed() == 1003


async def test_too_many_frames_are_refused_and_the_third_strike_closes(world: World) -> None:
    async with visitor(world.north.token) as vera:
        for _ in range(40):
            await vera.send(type="pong")
        assert await vera.closed() == 4429
        assert [frame["code"] for frame in vera.frames if frame["type"] == "error"] == ["rate_limited"] * 3
        assert vera.frames[-1]["type"] == "bye"


async def test_a_visitor_has_two_subscriptions_at_most(world: World) -> None:
    from chat.actions import conversations
    from tickets.authors import Author

    north = world.north

    def three() -> list[str]:
        found = []
        for number in range(3):
            ack = north.start(f"Question {number}")
            with north.inside():
                conversations.end_chat(by=Author.of_visitor(north.visitor), ticket_id=ack.ticket, client_id=uuid4())
            found.append(str(ack.ticket))
        return found

    tickets = await pool.run(three)
    async with visitor(north.token) as vera:
        for ticket in tickets[:2]:
            await vera.send(type="subscribe", id=ticket, ticket=ticket, after=0)
            await vera.next("subscribed", id=ticket)
        refused = await vera.command("subscribe", ticket=tickets[2], after=0)
        assert refused["code"] == "too_many_subscriptions"
        await vera.send(type="subscribe", id="again", ticket=tickets[0], after=0)
        await vera.next("subscribed", id="again")


async def test_a_stranger_cannot_subscribe_or_act(world: World) -> None:
    ticket = str((await pool.run(world.north.start)).ticket)
    south_token = world.south.token
    client = Client("/ws/visitor/", b"https://shop.south.example")
    await client.open()
    await client.send(type="hello", v=1, token=south_token)
    await client.next("welcome")
    for kind, fields in {
        "subscribe": {"after": 0},
        "message.send": {"client_id": str(uuid4()), "body": "hi"},
        "chat.end": {"client_id": str(uuid4())},
        "read": {"upto": 1},
        "typing": {"on": True},
    }.items():
        assert (await client.command(kind, ticket=ticket, **fields))["code"] == "not_found", kind
    await client.socket.disconnect()


async def test_the_drain_says_bye_and_closes_with_1012(world: World) -> None:
    async with visitor(world.north.token) as vera:
        await hub().drain()
        assert await vera.closed() == 1012
        assert vera.frames[-1]["type"] == "bye"
        assert vera.frames[-1]["code"] == "restart"


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)
