"""The door of live visitors: hello, pages, limits, and what agents then see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from chat.browsing.here import boards, registry
from chat.inviting.armory import armory
from chat.presence import SHOP_WINDOW
from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.realtime import pool
from helpdesk.realtime.hub import hub
from tests.realtime.test_sockets import SHOP, Client
from tests.world import Side, World
from widget.browsing import BrowsingDoor
from widget.models import LiveVisitors

pytestmark = pytest.mark.timeout(60)


def hello_of(side: Side, **other: Any) -> dict[str, Any]:
    return {
        "type": "hello",
        "key": side.widget.key,
        "browser": str(uuid4()),
        "visit": {"id": str(uuid4()), "number": 3, "started_at": "2026-05-01T10:00:00Z"},
        "page": {"url": "https://shop.north.example/lamps", "title": "Lamps"},
        "referrer": "https://www.google.com/",
        "language": "de-DE",
        "time_zone": "Europe/Berlin",
        "screen": {"width": 1280, "height": 720},
        "utm": {"campaign": "spring"},
        **other,
    }


@asynccontextmanager
async def page_of(side: Side, origin: bytes | None = SHOP, **other: Any) -> AsyncIterator[Client]:
    client = Client("/ws/live/", origin)
    assert await client.open()
    await client.send(**hello_of(side, **other))
    await client.next("welcome")
    yield client
    await client.socket.disconnect()


async def rows_of(side: Side) -> list[dict[str, Any]]:
    """What an admin reads, after a flush."""
    await registry().flush()

    def read() -> list[dict[str, Any]]:
        board = boards().of(side.workspace.pk)
        board._read_at = min(board._read_at, board._read_at - 5)
        board._states_at = -1e9
        board.refresh()
        return [shown.row for shown in board.rows.values()]

    return await pool.run(read)


async def test_a_page_becomes_a_row_and_a_page_view_changes_it(live_world: World) -> None:
    north = live_world.north
    async with page_of(north) as page:
        (row,) = await rows_of(north)
        assert row["url"] == "https://shop.north.example/lamps"
        assert row["source"] == "Google"
        assert (row["pages"], row["visits"], row["state"]) == (1, 3, "browsing")
        await page.send(type="page", url="https://shop.north.example/checkout", title="Checkout")
        await page.send(type="active", seconds_page=4, seconds_visit=11, hidden=False)
        await page.send(type="nonsense")
        assert (await page.next("error"))["code"] == "unknown_type"
        (row,) = await rows_of(north)
        assert (row["title"], row["pages"], row["active_seconds"]) == ("Checkout", 2, 11)


async def test_agents_watch_and_are_told_of_changes_alone(live_world: World) -> None:
    north = live_world.north
    _row, token = await sync_to_async(_token)(north)
    async with page_of(north) as page:
        await registry().flush()
        agent = Client("/ws/agent/")
        assert await agent.open()
        await agent.send(type="hello", v=1, token=token)
        await agent.next("welcome")
        ack = await agent.command("visitors.watch")
        (shown,) = ack["visitors"]
        assert shown["title"] == "Lamps"
        await page.send(type="page", url="https://shop.north.example/cups", title="Cups")
        changed = await agent.next("visitors.changed", timeout=8)
        (news,) = changed["rows"]
        assert (news["id"], news["title"], news["pages"]) == (shown["id"], "Cups", 2)
        assert "country" not in news
        await page.send(type="optout")
        gone = await agent.next("visitors.changed", timeout=8)
        assert gone["removed"] == [shown["id"]]
        await agent.socket.disconnect()


def _token(side: Side) -> tuple[Any, str]:
    with side.inside():
        return create_api_token(membership=side.maya, name="x")


# --- who may come in -------------------------------------------------------------------------------------------------
async def refused(client: Client, **frame: Any) -> tuple[dict[str, Any], int]:
    """What the client reads and how the socket closes after this first frame."""
    assert await client.open()
    await client.send(**frame)
    code = await client.closed()
    return client.frames[-1], code


def without(frame: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in frame.items() if key != name}


async def test_an_unknown_key_a_strange_site_and_a_page_that_is_none_are_refused(live_world: World) -> None:
    north = live_world.north
    for origin, changes, code, close in [
        (SHOP, {"key": "unknown"}, "not_found", 4404),
        (b"https://evil.example", {}, "site_not_allowed", 4403),
        (b"https://evil.example", {"page": {"url": "https://shop.north.example/"}}, "site_not_allowed", 4403),
        (None, {"page": {"url": "https://evil.example/"}}, "site_not_allowed", 4403),
        (SHOP, {"page": {"url": "javascript:alert(1)"}}, "invalid", 4400),
        (SHOP, {"browser": "me"}, "invalid_client_id", 4400),
        (SHOP, {"visit": {"id": str(uuid4()), "started_at": "yesterday"}}, "invalid", 4400),
        (SHOP, {"utm": []}, "object_expected", 4400),
        (SHOP, {"trail": [{"url": "https://x.example/"}] * 21}, "too_long", 4400),
        (SHOP, {"attributes": {f"a{n}": n for n in range(21)}}, "too_long", 4400),
        (SHOP, {"attributes": {"list": []}}, "invalid", 4400),
        (SHOP, {"cart": {"value": "much", "currency": "EUR"}}, "invalid", 4400),
        (SHOP, {"cart": {"value": 1}}, "required", 4400),
    ]:
        client = Client("/ws/live/", origin)
        frame, closed = await refused(client, **{**hello_of(north), **changes})
        assert (frame["code"], closed) == (code, close), changes
    assert registry().rows == {}


async def test_hello_comes_first_and_once(live_world: World) -> None:
    frame, code = await refused(Client("/ws/live/", SHOP), type="page", url="https://shop.north.example/")
    assert (frame["code"], code) == ("token_missing", 4401)
    async with page_of(live_world.north) as page:
        await page.send(**hello_of(live_world.north))
        assert (await page.next("error"))["code"] == "already_greeted"


async def test_a_widget_that_follows_nobody_lets_no_page_in(live_world: World) -> None:
    north = live_world.north
    await sync_to_async(_follow_nobody)(north)
    frame, code = await refused(Client("/ws/live/", SHOP), **hello_of(north))
    assert (frame["code"], code) == ("not_allowed", 4403)


def _follow_nobody(side: Side) -> None:
    with side.inside():
        side.widget.live_visitors = LiveVisitors.OFF
        side.widget.save()


@pytest.mark.parametrize(
    ("frame", "code", "field"),
    [
        ({"type": "page"}, "required", "url"),
        ({"type": "page", "url": 7}, "invalid", "url"),
        ({"type": "page", "url": "https://x.example/" + "x" * 2000}, "too_long", "url"),
        ({"type": "page", "url": "data:text/html,x"}, "invalid", "url"),
        ({"type": "active", "seconds_page": -1}, "invalid", "seconds_page"),
        ({"type": "active", "hidden": "yes"}, "invalid", "hidden"),
        ({"type": "set", "profile": {"email": "nobody"}}, "invalid_email", "email"),
        ({"type": "set", "cart": {"value": 1, "currency": "EUR", "items": {}}}, "invalid", "items"),
        ({"type": "track"}, "required", "name"),
        ({"type": "track", "name": " "}, "blank", "name"),
        ({"type": "track", "name": "order", "value": True}, "invalid", "value"),
        ({"type": "track", "name": "order", "properties": {"deep": {}}}, "invalid", "properties"),
        ({"type": "message.send"}, "unknown_type", None),
    ],
)
async def test_a_frame_that_cannot_be_read_is_answered_and_costs_nothing(
    live_world: World, frame: dict[str, Any], code: str, field: str | None
) -> None:
    async with page_of(live_world.north) as page:
        await page.send(**frame, id="x")
        error = await page.next("error")
        assert (error["code"], error.get("field"), error["id"]) == (code, field, "x")
        await page.send(type="page", url="https://shop.north.example/on")
        assert [row["url"] for row in await rows_of(live_world.north)] == ["https://shop.north.example/on"]


async def test_too_many_frames_close_the_socket_and_bad_ones_too(live_world: World) -> None:
    async with page_of(live_world.north) as page:
        for number in range(40):
            await page.send(type="active", seconds_page=number, seconds_visit=number)
        assert await page.closed() == 4429
    async with page_of(live_world.north) as page:
        for _ in range(3):
            await page.socket.send_to(text_data="{nonsense")
        assert await page.closed() == 4400


async def test_a_browser_and_an_address_have_so_many_pages(live_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.browsing.ADDRESS_SOCKETS", 2)
    async with page_of(live_world.north), page_of(live_world.north):
        frame, code = await refused(Client("/ws/live/", SHOP), **hello_of(live_world.north))
        assert (frame["code"], code) == ("too_many_sockets", 4429)
        assert frame["retry_in_ms"] == 60_000
    assert BrowsingDoor._per_address == {}


# --- how it ends -----------------------------------------------------------------------------------------------------
async def test_a_page_that_answers_no_heartbeat_is_gone_at_once(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widget.browsing.HEARTBEAT_SECONDS", 0.1)
    async with page_of(live_world.north) as page:
        (socket,) = hub().light
        socket.beat()
        await page.next("heartbeat")
        await page.send(type="pong")
        await asyncio.sleep(0.15)
        socket.beat()
        await page.next("heartbeat")
        assert len(await rows_of(live_world.north)) == 1
        await asyncio.sleep(0.15)
        socket.beat()
        assert await page.closed() == 4408
        await asyncio.sleep(0.05)
        assert await rows_of(live_world.north) == []


async def test_a_widget_that_follows_nobody_any_more_ends_its_open_pages(live_world: World) -> None:
    north = live_world.north
    async with page_of(north) as page:
        (socket,) = hub().light
        await sync_to_async(_follow_nobody)(north)
        SHOP_WINDOW.clear()
        socket.beat()  # asks
        await page.next("heartbeat")
        async with asyncio.timeout(5):
            while SHOP_WINDOW.peek(0, ("key", north.widget.key)) is None:  # noqa: ASYNC110  (the database ends it)
                await asyncio.sleep(0.01)
        socket.beat()
        assert await page.closed() == 4403


async def test_the_drain_says_bye_to_pages_too(live_world: World) -> None:
    async with page_of(live_world.north) as page:
        draining = asyncio.ensure_future(hub().drain())
        assert (await page.next("bye"))["code"] == "restart"
        assert await page.closed() == 1012
        await draining


async def test_a_page_view_asks_no_database(live_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await armory().refresh(live_world.north.workspace.pk)  # what invites visitors is read every few seconds, if at all
    async with page_of(live_world.north) as page:
        asked: list[Any] = []
        monkeypatch.setattr(pool, "run", lambda *args: asked.append(args))
        for number in range(10):
            await page.send(type="page", url=f"https://shop.north.example/{number}")
        await page.send(type="nonsense")
        await page.next("error")
        assert asked == []
        monkeypatch.undo()


async def test_a_second_page_of_the_same_shop_asks_no_database_either(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await armory().refresh(live_world.north.workspace.pk)
    async with page_of(live_world.north):
        monkeypatch.setattr(pool, "run", lambda *args: pytest.fail("the widget is remembered"))
        async with page_of(live_world.north):
            monkeypatch.undo()
