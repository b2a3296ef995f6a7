"""Fixtures that every test may use. Each test starts outside every workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from chat.actions.messages import AGENT_MESSAGES, VISITOR_MESSAGES
from chat.browsing import watching
from chat.browsing.here import use_store
from chat.inviting import armory, shop
from chat.presence import SHOP_WINDOW
from helpdesk.accounts.models.installation import forget_epoch
from helpdesk.realtime import hub, pool, writer
from helpdesk.realtime.streams import FollowingSocket
from helpdesk.tenancy import scope
from tests.browsing_store import MemoryStore
from tests.world import World, make_world
from widget import live_invitations
from widget.browsing import BrowsingDoor


def pytest_configure() -> None:
    # Argon2 is slow on purpose; the cast has eight people and is made for every test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    use_store(MemoryStore())
    with scope.outside():
        yield
    watching.forget()
    armory.forget()
    shop.RECENT.clear()
    live_invitations.QUESTIONS.clear()
    live_invitations.GOALS.clear()
    BrowsingDoor._per_address.clear()
    hub.forget()
    forget_epoch()
    cache.clear()
    SHOP_WINDOW.clear()
    writer.forget()
    FollowingSocket._told.clear()
    VISITOR_MESSAGES.clear()
    AGENT_MESSAGES.clear()


@pytest.fixture
def real_pool(transactional_db: Any) -> Iterator[None]:
    """Two threads of the realtime pool with connections of their own, closed afterwards. Rows are really committed."""
    threads = 2
    executor = ThreadPoolExecutor(threads)
    pool.use_executor(executor)
    yield
    # Rows that were due would be read by the next test's threads.
    for loop_layer in list(get_channel_layer()._layers.values()):
        loop_layer.rows.close()
    pool.use_executor(None)
    together = Barrier(threads)

    def close() -> None:
        connection.close()
        together.wait(5)

    for closing in [executor.submit(close) for _ in range(threads)]:
        closing.result(10)
    executor.shutdown()


@pytest.fixture
def live_world(real_pool: None) -> World:
    """The cast, committed: for sockets and whatever else works on threads of its own."""
    return make_world()


@pytest.fixture
def world(db: Any) -> World:
    return make_world()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("TEST_REDIS_URL"):
        return
    if os.environ.get("REQUIRE_E2E"):
        raise pytest.UsageError(
            "TEST_REDIS_URL is not set: the tests with a real Redis-protocol server cannot be skipped."
        )
    skip = pytest.mark.skip(reason="no Redis-protocol server: run ./test, or set TEST_REDIS_URL")
    for item in items:
        if "redis" in item.keywords:
            item.add_marker(skip)
