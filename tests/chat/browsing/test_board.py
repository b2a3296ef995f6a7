"""What agents read: rows of all processes folded, with chats as far as they may see them; REST and turns."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import pytest

from chat.auth import member_groups, member_peer
from chat.browsing import board as module
from chat.browsing import watching
from chat.browsing.board import Board
from chat.browsing.here import boards, use_store
from chat.browsing.registry import Registry, Visit
from chat.commands import COMMANDS
from helpdesk.accounts.credentials import own_departments
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.peer import Peer
from tests.browsing_store import MemoryStore
from tests.chat.browsing.pages import hello, moved
from tests.chat.test_rest import Api
from tests.world import Side, World


class Site:
    """One process with pages of a workspace, and the board that all processes' agents read."""

    def __init__(self, side: Side, store: MemoryStore) -> None:
        self.side = side
        self.store = store
        visitor = (str(side.visitor.public_id), "Vera", "vera@example.com")
        self.registry = Registry(store, lambda _workspace, hashes: {"vera": visitor} if "vera" in hashes else {})

    def open(self, path: str = "/", **other: Any) -> Visit:
        with_token = {"token": "vera"} if other.pop("vera", False) else {}
        return self.do(self._open, hello(path=path, **with_token, **other))

    def _open(self, wanted: dict[str, Any]) -> Visit:
        visit = self.registry.enter(self.side.workspace.pk, wanted, "192.0.2.7", "")
        assert visit is not None
        return visit

    def do(self, act: Any, *args: Any) -> Any:
        """On a loop for a moment; written when it returns."""

        async def run() -> Any:
            done = act(*args)
            # What it looks up is looked up here: a test's database is that of its own thread.
            for row, token in self.registry._tokens.items():
                row.visitor = self.registry.find(row.workspace_id, [token]).get(token)
            self.registry._tokens.clear()
            self.registry._agents.clear()
            await self.registry.flush()
            return done

        return asyncio.run(run())

    @property
    def board(self) -> Board:
        return boards().of(self.side.workspace.pk)

    def read(self) -> Board:
        """The board after a reading that nothing has put off."""
        self.board._read_at -= 10
        self.board._states_at = -1e9
        self.board.refresh()
        return self.board


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    use_store(store)
    return store


@pytest.fixture
def north(world: World, store: MemoryStore) -> Site:
    return Site(world.north, store)


@pytest.fixture
def maya(world: World) -> Api:
    return Api(world.north, world.north.maya)


@pytest.fixture(autouse=True)
def _no_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(module, "STATES_SECONDS", 0.0)


def peer_of(member: Any) -> Peer:
    return member_peer(member, member_groups(member, own_departments(member)))


def frame_for(site: Site, peer: Peer) -> dict[str, Any] | None:
    site.read()
    watcher = watching._told[peer]
    return watching._frame(site.board, watcher, peer.groups)


# --- folding ---------------------------------------------------------------------------------------------------------
def test_rows_of_one_browser_in_two_processes_are_one(north: Site, world: World, store: MemoryStore) -> None:
    browser = uuid4()
    other = Site(world.north, store)
    north.do(north._open, hello(browser, "/old"))
    visit = {"id": str(uuid4()), "number": 1, "started_at": "2026-05-01T10:00:00Z", "pages": 4}
    time.sleep(0.002)  # which of them was used last is told by milliseconds
    other.do(other._open, hello(browser, "/new", visit=visit))
    (shown,) = north.read().rows.values()
    assert (shown.row["pages"], shown.row["title"]) == (4, "/new")
    for name in store.rows:  # the other process was killed: its part ends by its lease
        if name[1].endswith(other.registry.process):
            store.leases[name] = 0
    (shown,) = north.read().rows.values()
    assert shown.row["title"] == "/old"


def test_a_row_ends_with_its_lease_when_its_process_was_killed(north: Site, store: MemoryStore) -> None:
    north.open()
    assert len(north.read().rows) == 1
    soon = store.clock() + 44
    store.clock = lambda: soon
    assert len(north.read().rows) == 1
    late = soon + 2
    store.clock = lambda: late
    assert len(north.read().rows) == 0


def test_a_board_shows_so_many_rows_and_counts_the_rest(
    north: Site, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 2)
    visits = [north.open(f"/{n}") for n in range(3)]
    board = north.read()
    assert (len(board.rows), board.total, board.is_complete) == (2, 3, False)
    shown = next(visit for visit in visits if visit.row and visit.row.browser in board.rows)
    north.do(north.registry.opt_out, shown)
    board = north.read()
    assert (len(board.rows), board.total, board.is_complete) == (2, 2, True)


# --- chats -----------------------------------------------------------------------------------------------------------
def test_the_state_comes_from_the_open_chat_and_goes_with_it(north: Site, world: World) -> None:
    north.open(vera=True)
    (shown,) = north.read().rows.values()
    assert (shown.row["state"], shown.row["name"], shown.row["ticket"]) == ("browsing", "Vera", None)
    ack = world.north.start(form={"name": "Vera Vogel"})
    (shown,) = north.read().rows.values()
    assert (shown.row["state"], shown.row["number"], shown.row["with"]) == ("queued", 1, None)
    assert (shown.row["ticket"], shown.row["name"]) == (str(ack.ticket), "Vera Vogel")
    world.north.say(ack.ticket, "Hello!", by=world.north.maya)
    (shown,) = north.read().rows.values()
    assert (shown.row["state"], shown.row["with"]) == ("chatting", str(world.north.maya.public_id))


def test_who_may_not_see_the_ticket_reads_its_state_alone(north: Site, world: World) -> None:
    north.open(vera=True)
    world.north.start(department=world.north.departments["delivery"].public_id)
    north.read()
    seen = {
        name: Api(world.north, world.north.members[name]).get("visitors").json()["visitors"][0]
        for name in ("ada", "maya", "theo")
    }
    assert [seen[name]["state"] for name in seen] == ["queued"] * 3
    assert [seen[name]["number"] for name in seen] == [1, 1, None]
    assert (seen["theo"]["ticket"], seen["theo"]["with"]) == (None, None)


# --- watching --------------------------------------------------------------------------------------------------------
def test_a_watcher_is_told_what_changed_and_of_nothing_else(north: Site, world: World) -> None:
    visit, other = north.open("/a"), north.open("/b")
    peer = peer_of(world.north.maya)
    ack = COMMANDS["visitors.watch"].run(peer, {}).frame("agents", id=1)
    assert len(ack["visitors"]) == ack["total"] == 2
    assert ack["truncated"] is False
    assert frame_for(north, peer) is None
    north.do(north.registry.move, visit, moved("/c"))
    frame = frame_for(north, peer)
    assert frame is not None
    (row,) = frame["rows"]
    assert set(row) == {"id", "version", "url", "title", "pages", "page_since"}
    assert frame_for(north, peer) is None
    north.do(north.registry.opt_out, other)
    frame = frame_for(north, peer)
    assert frame is not None
    assert (frame["rows"], frame["removed"], frame["total"]) == ([], [other.row.browser if other.row else ""], 1)


def test_one_frame_holds_all_changes_since_the_last_that_could_be_sent(north: Site, world: World) -> None:
    visit, gone = north.open("/a"), north.open("/b")
    peer = peer_of(world.north.maya)
    COMMANDS["visitors.watch"].run(peer, {})
    for n in range(3):  # the reader is slow: nothing is sent meanwhile
        north.do(north.registry.move, visit, moved(f"/{n}"))
        north.read()
    north.do(north.registry.opt_out, gone)
    new = north.open("/new")
    frame = frame_for(north, peer)
    assert frame is not None
    assert sorted(row["title"] for row in frame["rows"]) == ["/2", "/new"]
    assert all("country" in row for row in frame["rows"]), "whole, since what was missed is not known one by one"
    assert frame["removed"] == [gone.row.browser if gone.row else ""]
    assert new.row is not None


def test_versions_only_grow(north: Site) -> None:
    visit = north.open("/a")
    versions = []
    for n in range(5):
        north.do(north.registry.move, visit, moved(f"/{n}"))
        (shown,) = north.read().rows.values()
        versions.append(shown.row["version"])
    assert versions == sorted(set(versions))


def test_a_row_that_is_owed_comes_whole(north: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AT_ONCE", 1)
    visits = [north.open(f"/{n}") for n in range(3)]
    north.read()
    peer = peer_of(world.north.maya)
    COMMANDS["visitors.watch"].run(peer, {})
    for visit in visits:
        north.do(north.registry.move, visit, moved("/changed"))
    known: dict[str, dict[str, Any]] = {}
    for _ in range(3):
        frame = frame_for(north, peer)
        for row in frame["rows"] if frame else []:
            known.setdefault(row["id"], {}).update(row)
    assert len([row for row in known.values() if "country" in row and row["title"] == "/changed"]) == 2


def test_a_board_at_which_nobody_looks_is_forgotten(north: Site) -> None:
    north.open()
    board = north.read()
    assert boards().of(north.side.workspace.pk) is board
    boards().forget_old()
    assert boards().of(north.side.workspace.pk) is board
    board.asked_at -= module.KEPT_SECONDS + 1
    boards().forget_old()
    assert boards().of(north.side.workspace.pk) is not board


def test_a_long_list_comes_in_parts(north: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AT_ONCE", 2)
    for n in range(5):
        north.open(f"/{n}")
    north.read()
    peer = peer_of(world.north.maya)
    ack = COMMANDS["visitors.watch"].run(peer, {}).frame("agents")
    known = [row["id"] for row in ack["visitors"]]
    assert len(known) == 2
    for _ in range(2):
        frame = frame_for(north, peer)
        assert frame is not None
        known += [row["id"] for row in frame["rows"]]
    assert len(set(known)) == len(known) == 5
    assert frame_for(north, peer) is None


def test_a_ticket_that_goes_to_another_department_is_withdrawn_from_who_lost_sight_of_it(
    north: Site, world: World
) -> None:
    north.open(vera=True)
    ack = world.north.start(department=world.north.departments["delivery"].public_id)
    north.read()
    maya = peer_of(world.north.maya)
    (row,) = COMMANDS["visitors.watch"].run(maya, {}).frame("agents")["visitors"]
    assert row["ticket"] == str(ack.ticket)
    with world.north.inside():
        ticket = world.north.ticket(ack.ticket)
        ticket.department = world.north.departments["sales"]
        ticket.save()
    frame = frame_for(north, maya)
    assert frame is not None
    assert (frame["rows"][0]["ticket"], frame["rows"][0]["number"]) == (None, None)


def test_watchers_share_a_frame_only_if_they_may_see_the_same(north: Site, world: World) -> None:
    north.open("/a", vera=True)
    north.open("/b")
    north.read()
    peers = [peer_of(world.north.members[name]) for name in ("ada", "olga", "maya", "theo")]
    for peer in peers:
        COMMANDS["visitors.watch"].run(peer, {})
    world.north.start(department=world.north.departments["delivery"].public_id)
    board, shared = north.read(), {}
    texts = [watching._text(board, watching._told[peer], peer.groups, shared) for peer in peers]
    assert texts[0] is texts[1] is texts[2]
    assert [json.loads(text or "")["rows"][0]["number"] for text in texts] == [1, 1, 1, None]
    assert {watching._text(board, watching._told[peer], peer.groups, {}) for peer in peers} == {None}


def test_other_rights_show_other_tickets(north: Site, world: World) -> None:
    north.open(vera=True)
    world.north.start(department=world.north.departments["delivery"].public_id)
    north.read()
    theo = peer_of(world.north.theo)
    (row,) = COMMANDS["visitors.watch"].run(theo, {}).frame("agents")["visitors"]
    assert row["ticket"] is None
    theo.groups = peer_of(world.north.ada).groups
    frame = frame_for(north, theo)
    assert frame is not None
    assert frame["rows"][0]["number"] == 1


def test_unwatched_nothing_is_told(north: Site, world: World) -> None:
    peer = peer_of(world.north.maya)
    COMMANDS["visitors.watch"].run(peer, {})
    assert peer in watching._told
    COMMANDS["visitors.unwatch"].run(peer, {})
    assert peer not in watching._told


def test_what_cannot_be_read_is_said_so(north: Site, maya: Api, world: World, store: MemoryStore) -> None:
    store.is_away = True
    answer = maya.get("visitors")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    with pytest.raises(HelpdeskError):
        COMMANDS["visitors.watch"].run(peer_of(world.north.maya), {})


# --- REST ------------------------------------------------------------------------------------------------------------
def test_the_list_is_filtered_and_counted(north: Site, maya: Api) -> None:
    north.open("/lamps?a=1", referrer="https://www.google.de/search", profile={"name": "Ann Bell"})
    north.open("/lamps?a=2", utm={"source": "letter"})
    north.open("/cups")
    listed = maya.get("visitors").json()
    assert listed["total"] == 3
    assert listed["complete"] is True
    assert listed["counts"]["page"] == {"https://shop.north.example/lamps": 2, "https://shop.north.example/cups": 1}
    assert listed["counts"]["source"] == {"Google": 1, "letter": 1, "direct": 1}
    assert listed["counts"]["state"] == {"browsing": 3}
    assert [row["name"] for row in maya.get("visitors", q="ann").json()["visitors"]] == ["Ann Bell"]
    assert maya.get("visitors", q="LAMPS", limit=1).json()["total"] == 2
    assert len(maya.get("visitors", q="LAMPS", limit=1).json()["visitors"]) == 1
    assert maya.get("visitors", state="chatting").json()["visitors"] == []
    assert maya.get("visitors", country="DE").json()["total"] == 0


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"state": "asleep"}, "choice", "state"),
        ({"limit": 0}, "invalid", "limit"),
        ({"limit": "many"}, "invalid", "limit"),
        ({"department": "x"}, "not_found", None),
        ({"q": "x" * 201}, "query_too_long", "q"),
    ],
)
def test_a_bad_query_is_refused(north: Site, maya: Api, query: dict[str, Any], code: str, field: str | None) -> None:
    answer = maya.get("visitors", **query)
    assert (answer.json()["code"], answer.json().get("field")) == (code, field)


def test_one_visitor_is_shown_with_trail_and_events(north: Site, maya: Api) -> None:
    visit = north.open(
        "/a", attributes={"plan": "gold"}, screen={"width": 800, "height": 600}, time_zone="Europe/Athens"
    )
    north.do(north.registry.move, visit, moved("/b", seconds=12))
    north.do(north.registry.track, visit, {"name": "order", "value": 9.5, "properties": {"sku": "A"}})
    found = maya.get(f"visitors/{visit.row.browser if visit.row else ''}").json()
    assert [(page["title"], page["seconds"]) for page in found["trail"]] == [("/b", 0), ("/a", 12)]
    assert (found["events"][0]["name"], found["events"][0]["value"]) == ("order", 9.5)
    assert (found["attributes"], found["screen"]) == ({"plan": "gold"}, {"width": 800, "height": 600})
    assert found["time_zone"] == "Europe/Athens"
    assert found["state"] == "browsing"


def test_a_stranger_of_another_workspace_sees_nothing(north: Site, world: World, store: MemoryStore) -> None:
    south = Site(world.south, store)
    visit = north.open("/secret")
    south.open("/own")
    sam, olga = Api(world.south, world.south.sam), Api(world.north, world.north.olga)
    path = f"visitors/{visit.row.browser if visit.row else ''}"
    assert olga.get(path).status_code == 200  # the premise
    assert sam.get(path).status_code == 404
    assert sam.get(f"visitors/{uuid4()}").content == sam.get(path).content
    assert [row["title"] for row in sam.get("visitors").json()["visitors"]] == ["/own"]
    ack = COMMANDS["visitors.watch"].run(peer_of(world.south.sam), {}).frame("agents")
    assert [row["title"] for row in ack["visitors"]] == ["/own"]
