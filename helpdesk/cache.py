"""The cache on Redis, which keeps answering while Redis is away."""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CIRCUIT_SECONDS = 5.0


class ForgivingRedisCache(RedisCache):
    """Redis while it answers; for five seconds after a failure, this process's own memory.

    What stands here (counters of rate limits) may be forgotten, never trusted: an outage makes the limits count per
    process instead of failing requests, and a Redis that accepts and never answers costs one time-out per five seconds.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache(f"forgiving-{self.key_prefix}", params)
        self._open_until = 0.0

    def _forgiving(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._open_until:
            try:
                return getattr(super(), operation)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._open_until = time.monotonic() + CIRCUIT_SECONDS
                log.warning("The cache does not answer (%s); counting in this process instead.", error)
        return getattr(self._memory, operation)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgiving("incr", *args, **kwargs)

    def clear(self) -> Any:
        self._memory.clear()
        return self._forgiving("clear")
