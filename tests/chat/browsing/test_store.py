"""The store in a real Redis: turns, leases, loss. The double that other tests use must behave the same."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings

from chat.browsing import store as module
from chat.browsing.store import Batch, RedisStore
from helpdesk.errors import HelpdeskError
from tests.browsing_store import MemoryStore

NORTH, SOUTH = 101, 102


class Pair:
    """A store with short ways to use it."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.born = self.turn = ""

    def write(self, *rows: str, workspace: int = NORTH, gone: tuple[str, ...] = (), **other: Any) -> dict[int, str]:
        made = [(name, other.get("changed", True), b'{"a":1}', b'{"b":2}') for name in rows]
        batch = Batch(workspace, made, list(gone), other.get("beyond", 0))
        # A client of its own for each loop: redis-py's are bound to the one they met first.
        if isinstance(self.store, RedisStore):
            self.store = RedisStore()
        births: dict[int, str] = asyncio.run(self.store.write("p1", [batch]))
        return births

    def read(self, workspace: int = NORTH) -> dict[str, bytes | None]:
        reading = self.store.read(workspace, self.born, self.turn)
        self.born, self.turn, self.beyond = reading.born, reading.turn, reading.beyond
        self.is_everything = reading.is_everything
        return dict(reading.rows)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    if request.param == "memory":
        yield Pair(MemoryStore())
        return
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    yield Pair(RedisStore())
    client.flushall()


def test_a_reader_is_told_everything_once_and_then_what_changed(pair: Pair) -> None:
    pair.write("a:1", "b:1")
    assert pair.read() == {"a:1": b'{"a":1}', "b:1": b'{"a":1}'}
    assert pair.is_everything
    assert pair.read() == {}
    assert not pair.is_everything
    pair.write("b:1", "c:1", gone=("a:1",))
    assert pair.read() == {"a:1": None, "b:1": b'{"a":1}', "c:1": b'{"a":1}'}
    assert pair.read() == {}


def test_what_is_only_renewed_is_no_news_unless_it_had_been_lost(pair: Pair) -> None:
    pair.write("a:1")
    pair.read()
    pair.write("a:1", changed=False)
    assert pair.read() == {}
    pair.write("b:1", changed=False)
    assert pair.read() == {"b:1": b'{"a":1}'}


def test_workspaces_are_apart(pair: Pair) -> None:
    pair.write("a:1")
    pair.write("s:1", workspace=SOUTH)
    assert list(pair.read()) == ["a:1"]
    assert pair.store.rest(SOUTH, ["a:1"]) == []
    assert pair.store.rest(NORTH, ["a:1", "unknown"]) == [b'{"b":2}']


def test_what_is_beyond_is_counted(pair: Pair) -> None:
    pair.write("a:1", beyond=7)
    pair.read()
    assert pair.beyond == 7
    pair.write(beyond=0)
    pair.read()
    assert pair.beyond == 0


def test_many_rows_go_in_parts(pair: Pair) -> None:
    names = [f"{n}:1" for n in range(module.CHUNK * 2 + 1)]
    pair.write(*names, gone=("never:1",))
    assert len(pair.read()) == len(names)


@pytest.mark.redis
def test_leases_run_out_by_redis_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    pair = Pair(RedisStore())
    monkeypatch.setattr(module, "LEASE_SECONDS", 0.2)
    pair.write("a:1", beyond=3)
    assert list(pair.read()) == ["a:1"]
    monkeypatch.setattr(module, "LEASE_SECONDS", 45)
    pair.write("b:1", beyond=3)
    pair.read()
    time.sleep(0.3)
    assert pair.read() == {"a:1": None}


@pytest.mark.redis
def test_what_was_lost_is_noticed_by_writer_and_reader() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    pair = Pair(RedisStore())
    births = pair.write("a:1", "b:1")
    pair.read()
    client.flushall()
    assert pair.write("b:1") != births
    assert list(pair.read()) == ["b:1"]
    assert pair.is_everything


@pytest.mark.redis
def test_every_key_ends_by_itself() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    pair = Pair(RedisStore())
    pair.read()
    pair.write("a:1")
    pair.write(gone=("a:1",))
    keys = list(client.scan_iter("*browsing*"))
    assert keys
    assert all(0 < client.ttl(key) <= module.KEY_SECONDS for key in keys)


def test_without_redis_both_ways_say_so() -> None:
    store = RedisStore()
    if "none.sock" not in settings.REDIS_URL:
        pytest.skip("there is one")
    with pytest.raises(HelpdeskError):
        store.read(NORTH, "", "")
    with pytest.raises(HelpdeskError):
        asyncio.run(store.write("p1", [Batch(NORTH)]))
