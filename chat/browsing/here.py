"""What one process has of live visitors: one store, its registry on the event loop, its boards for threads."""

from __future__ import annotations

import functools
from typing import Any

from chat.browsing.board import Boards
from chat.browsing.registry import Registry
from chat.browsing.store import RedisStore

_replacement: Any = None


@functools.cache
def registry() -> Registry:
    return Registry(_store())


@functools.cache
def boards() -> Boards:
    return Boards(_store())


@functools.cache
def _store() -> Any:
    return _replacement or RedisStore()


def use_store(replacement: Any) -> None:
    """Begin afresh with another store (tests have one in memory); None goes back to Redis."""
    global _replacement
    _replacement = replacement
    for made in (registry, boards, _store):
        made.cache_clear()
