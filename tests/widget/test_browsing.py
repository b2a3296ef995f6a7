"""The door of live visitors: hello, pages, limits, and what agents then see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from chat.browsing.here import boards, registry
from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.realtime import pool
from tests.realtime.test_sockets import SHOP, Client
from tests.world import Side, World

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
