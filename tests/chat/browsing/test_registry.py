"""The rows of one process: tabs become one row, a flush writes what changed, nothing grows without end."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import orjson
import pytest

from chat.browsing import registry as module
from chat.browsing.registry import Registry, Visit
from helpdesk.errors import HelpdeskError
from tests.browsing_store import MemoryStore
from tests.chat.browsing.pages import CHROME, SHOP, hello, moved

NORTH, SOUTH = 1, 2


class Site:
    """A registry and the store it writes to, with what agents would read."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.asked: list[list[str]] = []
        self.registry = Registry(self.store, self.find)

    def find(self, workspace_id: int, hashes: list[str]) -> dict[str, tuple[str, str, str]]:
        self.asked.append(hashes)
        return {"good": ("visitor-1", "Clara", "clara@example.com")}

    def open(self, wanted: dict[str, Any] | None = None, *, workspace: int = NORTH, agent: str = "") -> Visit:
        visit = self.registry.enter(workspace, wanted or hello(), "192.0.2.7", agent)
        assert visit is not None
        return visit

    def rows(self, workspace: int = NORTH) -> list[dict[str, Any]]:
        return [orjson.loads(row) for (of, _name), (row, _rest) in self.store.rows.items() if of == workspace]

    async def flushed(self) -> list[dict[str, Any]]:
        await self.registry.flush()
        return self.rows()


@pytest.fixture
async def site() -> Site:
    return Site()


async def test_the_tabs_of_a_browser_are_one_row_with_the_page_that_was_used_last(site: Site) -> None:
    browser = uuid4()
    first = site.open(hello(browser, "/first"))
    second = site.open(hello(browser, "/second"))
    (row,) = await site.flushed()
    assert row["url"] == SHOP + "/second"
    site.registry.active(first, {"seconds_page": 5, "seconds_visit": 9, "hidden": False})
    (row,) = await site.flushed()
    assert (row["url"], row["active_seconds"]) == (SHOP + "/first", 9)
    site.registry.leave(first)
    (row,) = await site.flushed()
    assert row["url"] == SHOP + "/second"
    assert second.row is first.row


async def test_a_page_that_was_opened_in_the_background_does_not_hide_the_one_that_is_read(site: Site) -> None:
    browser = uuid4()
    site.open(hello(browser, "/read"))
    site.open(hello(browser, "/behind", hidden=True))
    (row,) = await site.flushed()
    assert (row["url"], row["hidden"]) == (SHOP + "/read", False)


async def test_a_page_view_is_written_with_the_next_flush_and_not_before(site: Site) -> None:
    visit = site.open()
    await site.flushed()
    for number in range(30):
        site.registry.move(visit, moved(f"/{number}"))
    before = site.store.written
    (row,) = await site.flushed()
    assert site.store.written == before + 1
    assert (row["title"], row["pages"]) == ("/29", 31)
    assert len(orjson.loads(next(iter(site.store.rows.values()))[1])["trail"]) == 20
    await site.flushed()
    assert site.store.written == before + 1, "nothing changed"


async def test_a_page_change_by_a_new_document_keeps_the_row(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER_SECONDS", 0.05)
    browser = uuid4()
    site.registry.track(visit := site.open(hello(browser, "/a")), {"name": "order", "value": 3, "properties": {}})
    await site.flushed()
    site.registry.leave(visit)
    site.open(hello(browser, "/b", visit={**_visit(), "pages": 2}))
    await asyncio.sleep(0.1)
    (row,) = await site.flushed()
    assert (row["title"], row["pages"]) == ("/b", 2)
    assert orjson.loads(next(iter(site.store.rows.values()))[1])["events"][0]["name"] == "order"


async def test_the_row_goes_soon_after_the_last_page_closes_and_at_once_for_who_wants_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINGER_SECONDS", 0.05)
    site.registry.leave(site.open())
    assert len(await site.flushed()) == 1
    await asyncio.sleep(0.1)
    assert await site.flushed() == []
    browser = uuid4()
    site.open(hello(browser))
    visit = site.open(hello(browser))
    assert len(await site.flushed()) == 1
    site.registry.opt_out(visit)
    assert await site.flushed() == []
    site.registry.leave(visit)  # the sockets close after that
    site.registry.move(visit, moved("/late"))
    assert await site.flushed() == []


async def test_what_a_gone_visit_still_says_changes_nothing(site: Site) -> None:
    visit = site.open()
    site.registry.opt_out(visit)
    site.registry.set(visit, {"token": "good", "profile": None, "attributes": {"a": 1}, "cart": ...})
    await site.flushed()
    assert site.registry.rows == {}


async def test_another_visit_begins_with_a_trail_of_its_own(site: Site) -> None:
    browser = uuid4()
    visit = site.open(hello(browser, "/a"))
    site.registry.move(visit, moved("/b"))
    site.open(hello(browser, "/c", visit={**_visit(), "id": str(uuid4()), "number": 2}))
    (row,) = await site.flushed()
    assert (row["visits"], row["pages"]) == (2, 1)
    assert [page["title"] for page in _rest(site)["trail"]] == ["/c"]


async def test_the_trail_that_the_browser_remembers_is_taken_over(site: Site) -> None:
    before = [{"url": f"{SHOP}/{n}", "title": str(n), "ago": n, "seconds": 1} for n in range(20)]
    site.open(hello(trail=before))
    await site.flushed()
    assert [page["title"] for page in _rest(site)["trail"]] == ["/", *(str(n) for n in range(19))]


async def test_who_has_a_token_is_shown_by_name_and_asked_for_once(site: Site) -> None:
    visit = site.open(hello(token="good", profile={"name": "Somebody"}))
    site.registry.set(visit, {"token": "good", "profile": None, "attributes": None, "cart": ...})
    (row,) = await site.flushed()
    assert (row["visitor"], row["name"], row["email"]) == ("visitor-1", "Clara", "clara@example.com")
    site.registry.move(visit, moved("/b"))
    await site.flushed()
    assert site.asked == [["good"]]


async def test_what_the_site_says_is_merged_and_the_cart_replaced(site: Site) -> None:
    cart = {"value": 20, "currency": "EUR", "items": [{"name": "Cup", "quantity": 2, "price": 10}]}
    visit = site.open(hello(attributes={"plan": "gold"}, cart=cart, profile={"name": "Ann"}))
    site.registry.set(visit, {"token": None, "profile": None, "attributes": {"age": 4}, "cart": ...})
    (row,) = await site.flushed()
    assert (row["name"], row["cart"]) == ("Ann", {"value": 20, "currency": "EUR", "count": 2})
    assert _rest(site)["attributes"] == {"plan": "gold", "age": 4}
    site.registry.set(visit, {"token": None, "profile": None, "attributes": None, "cart": None})
    assert (await site.flushed())[0]["cart"] is None


async def test_the_device_is_described_and_the_place_is_kept_without_the_address(site: Site) -> None:
    site.registry.enter(NORTH, hello(), "8.8.8.8", CHROME)
    (row,) = await site.flushed()
    assert (row["browser"], row["os"], row["country"]) == ("Chrome 140", "Linux", "US")
    assert b"8.8.8.8" not in b"".join(part for parts in site.store.rows.values() for part in parts)
    assert "8.8.8.8" not in repr(site.registry.rows)


async def test_a_workspace_has_so_many_rows_and_the_rest_is_counted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    visits = [site.open() for _ in range(5)]
    site.open(workspace=SOUTH)
    assert len(await site.flushed()) == 3
    assert len(site.rows(SOUTH)) == 1
    assert site.store.beyond[(NORTH, site.registry.process)] == 2
    site.registry.move(visits[-1], moved("/counted-only"))
    site.registry.leave(visits[-1])
    await site.flushed()
    assert site.store.beyond[(NORTH, site.registry.process)] == 1


async def test_a_browser_has_so_many_tabs(site: Site) -> None:
    browser = uuid4()
    for _ in range(module.MAX_TABS):
        site.open(hello(browser))
    assert site.registry.enter(NORTH, hello(browser), "", "") is None


async def test_rows_are_written_again_before_their_lease_runs_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.open()
    await site.flushed()
    before = dict(site.store.turns)
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.0)
    await site.flushed()
    assert site.store.written == 2
    assert site.store.turns == before, "for readers nothing has changed"


async def test_while_redis_is_away_pages_go_on_and_everything_is_written_afterwards(site: Site) -> None:
    gone, stays = site.open(), site.open(hello(path="/stays"))
    await site.flushed()
    before = site.store.read(NORTH, "", "")
    site.store.is_away = True
    site.registry.opt_out(gone)
    site.registry.move(stays, moved("/on"))
    site.open(hello(path="/new"))
    with pytest.raises(HelpdeskError):
        await site.registry.flush()
    site.store.is_away = False
    assert sorted(row["title"] for row in await site.flushed()) == ["/new", "/on"]
    news = site.store.read(NORTH, before.born, before.turn)
    assert len(news.rows) == 3, "a reader is told all that it missed"


async def test_a_redis_that_lost_everything_is_filled_again_with_the_flush_after_next(site: Site) -> None:
    visits = [site.open() for _ in range(4)]
    await site.flushed()
    site.store.forget_all()
    site.registry.move(visits[0], moved("/b"))
    assert len(await site.flushed()) == 1
    assert len(await site.flushed()) == 4


async def test_removals_that_cannot_be_written_are_remembered_within_bounds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_GONE", 5)
    site.store.is_away = True
    for _ in range(20):
        site.registry.opt_out(site.open())
    assert len(site.registry._gone) <= 5


async def test_the_flusher_ends_with_the_last_row(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    visit = site.open()
    await asyncio.sleep(0.05)
    assert len(site.rows()) == 1
    site.registry.opt_out(visit)
    async with asyncio.timeout(5):
        await site.registry._flusher
    assert site.rows() == []


def _visit() -> dict[str, Any]:
    return {"id": "00000000-0000-0000-0000-000000000007", "number": 1, "started_at": "2026-05-01T10:00:00Z"}


def _rest(site: Site) -> dict[str, Any]:
    ((_row, rest),) = site.store.rows.values()
    found: dict[str, Any] = orjson.loads(rest)
    return found
