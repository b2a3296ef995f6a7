"""What a client that nobody here wrote does at the edges of the protocol."""

from __future__ import annotations

import asyncio
import threading
import time
from uuid import uuid4

import pytest
from django.db import OperationalError

from chat.actions import conversations
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool
from helpdesk.realtime.hub import hub
from helpdesk.tenancy import scope
from tests.realtime.test_sockets import SHOP, Client, agent, start, visitor
from tests.world import World
from tickets.authors import Author
from tickets.log import VisitorLog

pytestmark = pytest.mark.timeout(60)
HALF = "\\ud83d"  # half of a surrogate pair, as JSON: what is left of an emoji that was cut in two


@pytest.fixture
def world(live_world: World) -> World:
    return live_world


# --- who may not see a ticket any more -------------------------------------------------------------------------------
async def test_a_ticket_that_went_to_another_department_is_heard_no_more(world: World) -> None:
    north = world.north
    async with agent(north, north.theo) as theo, visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        await theo.command("subscribe", ticket=ticket, after=0)

        def move() -> None:
            with north.inside():
                conversations.update_ticket(
                    by=Author.of_member(north.olga),
                    ticket_id=ticket,
                    client_id=uuid4(),
                    changes={"department": north.departments["sales"].public_id},
                )

        await pool.run(move)
        await hub().sweep()
        assert (await theo.next("resync", ticket=ticket))["why"] == "gone"

        await vera.command("message.send", ticket=ticket, client_id=str(uuid4()), body="For sales only")
        await vera.send(type="typing", ticket=ticket, on=True)
        refused = await theo.command("typing", ticket=ticket, on=True)
        assert refused["code"] == "not_found"
        assert not any("For sales only" in str(frame) for frame in theo.frames)
        assert not any(frame["type"] == "typing" for frame in theo.frames)


async def test_the_sweep_leaves_admins_and_whoever_may_see_alone(world: World) -> None:
    north = world.north
    async with agent(north, north.ada) as ada, agent(north, north.theo) as theo, visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        for client in (ada, theo):
            await client.command("subscribe", ticket=ticket, after=0)
        await hub().sweep()
        await vera.command("message.send", ticket=ticket, client_id=str(uuid4()), body="Still there?")
        for client in (ada, theo):
            assert (await client.next("event", seq=2))["data"]["body"] == "Still there?"


# --- a hello while the database is away ------------------------------------------------------------------------------
def out_of_reach(*_: object, **__: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("step", ["authenticate", "entered", "resume", "subscribe"])
async def test_who_cannot_be_welcomed_now_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    north = world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
    if step == "authenticate":
        monkeypatch.setattr("widget.sockets.visitor_peer", out_of_reach)
    elif step == "entered":
        monkeypatch.setattr("widget.sockets.visitor_arrived", out_of_reach)
    else:
        monkeypatch.setattr(VisitorLog, "open" if step == "resume" else "since", out_of_reach)
    client = Client("/ws/visitor/", SHOP)
    await client.open()
    await client.send(type="hello", v=1, token=north.token, resume=[{"ticket": ticket, "after": 0}])
    assert await client.closed() == 4503
    assert client.frames[-1]["code"] == "unavailable"


async def test_what_is_missing_is_read_part_by_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = world.north
    monkeypatch.setattr("helpdesk.realtime.pipe.PART", 2)
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        for number in range(6):
            await vera.command("message.send", ticket=ticket, client_id=str(uuid4()), body=f"Part {number}")
    async with visitor(north.token, resume=[{"ticket": ticket, "after": 0}]) as again:
        await again.next("event", seq=7)
        assert [frame["seq"] for frame in again.events()] == [1, 2, 3, 4, 5, 6, 7]


# --- half of a surrogate pair ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["id", "client_id"])
async def test_a_text_that_cannot_be_sent_back_is_refused_and_the_socket_goes_on(world: World, field: str) -> None:
    async with visitor(world.north.token) as vera:
        await vera.socket.send_to(text_data=f'{{"type": "message.send", "{field}": "{HALF}"}}')
        refused = await vera.next("error")
        assert (refused["code"], refused["field"]) == ("invalid_text", field)
        assert (await vera.command("nothing.known"))["code"] == "unknown_type"


async def test_a_token_that_is_no_text_is_an_unknown_one(world: World) -> None:
    client = Client("/ws/visitor/")
    assert await client.open()
    await client.socket.send_to(text_data=f'{{"type": "hello", "v": 1, "token": "{HALF}"}}')
    assert (await client.next("error"))["code"] == "token_invalid"
    assert await client.closed() == 4401


# --- subscriptions ---------------------------------------------------------------------------------------------------
async def test_a_new_chat_is_followed_beside_two_old_ones(world: World) -> None:
    async with visitor(world.north.token) as vera:
        for number in range(2):
            ticket = (await start(vera, f"Chat {number}"))["ticket"]
            await vera.command("chat.end", ticket=ticket, client_id=str(uuid4()))
        ack = await start(vera, "The third one")
        assert ack["type"] == "ack"
        subscribed = await vera.next("subscribed", ticket=ack["ticket"])
        assert (subscribed["from"], subscribed["head"]) == (1, 1)
        assert not any(frame["type"] == "error" for frame in vera.frames)


# --- two at the same moment ------------------------------------------------------------------------------------------
async def test_whoever_waited_for_a_ticket_finds_it_taken(world: World) -> None:
    north = world.north
    ticket = (await pool.run(north.start)).ticket
    taken = threading.Event()

    def take(member: object) -> None:
        conversations.take_ticket(by=Author.of_member(member), ticket_id=ticket, client_id=uuid4())

    def first() -> None:
        with north.inside(), scope.atomic():
            take(north.maya)
            taken.set()
            time.sleep(0.5)  # the other one waits for the row meanwhile

    def second() -> HelpdeskError:
        taken.wait(5)
        with north.inside(), pytest.raises(HelpdeskError) as refused:
            take(north.theo)
        return refused.value

    _none, refused = await asyncio.gather(pool.run(first), pool.run(second))
    assert (refused.code, refused.data["by"]["id"]) == ("already_taken", str(north.maya.public_id))


# --- refused as a whole ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("id", ["true", "1.5", "[1]", '{"a": 1}', f'["{HALF}"]'])
async def test_an_id_is_text_or_a_whole_number(world: World, id: str) -> None:
    async with visitor(world.north.token) as vera:
        await vera.socket.send_to(text_data=f'{{"type": "profile.set", "id": {id}, "name": "Vera"}}')
        refused = await vera.next("error")
        assert ("id" in refused, refused["field"]) == (False, "id")


async def test_frames_that_nobody_can_use_count_as_frames(world: World) -> None:
    async with visitor(world.north.token) as vera:
        for _ in range(40):
            await vera.socket.send_to(text_data='{"type": "pong", "x": NaN}')
        assert await vera.closed() == 4429
