"""What was read a moment ago and need not be read again for each of a thousand sockets."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable
from typing import TypeVar

V = TypeVar("V")


class Recent:
    """Values of one process, each at most `seconds` old. Safe to use from several threads.

    Every value belongs to a workspace. `forget` drops all of a workspace in this process, also those that another
    thread is just reading; the other processes follow when theirs are too old. Values are shared: nobody may change
    one.
    """

    def __init__(self, seconds: float, *, most: int = 5000) -> None:
        self.seconds = seconds
        self.most = most
        self._values: dict[tuple[int, Hashable], tuple[object, float, int]] = {}
        self._forgotten: Counter[int] = Counter()

    def get(self, workspace_id: int, key: Hashable, make: Callable[[], V]) -> V:
        """The value under `key`, read by `make` unless it is known."""
        generation = self._forgotten[workspace_id]
        value, made_at, made_in = self._values.get((workspace_id, key), (None, 0.0, -1))
        if made_in == generation and time.monotonic() - made_at < self.seconds:
            return value  # type: ignore[return-value]  # what this key's `make` returned before
        made = make()
        if len(self._values) >= self.most:
            self._values.clear()
        self._values[(workspace_id, key)] = (made, time.monotonic(), generation)
        return made

    def peek(self, workspace_id: int, key: Hashable) -> object | None:
        """The value under `key` if it is known and not too old."""
        value, made_at, made_in = self._values.get((workspace_id, key), (None, 0.0, -1))
        is_good = made_in == self._forgotten[workspace_id] and time.monotonic() - made_at < self.seconds
        return value if is_good else None

    def forget(self, workspace_id: int) -> None:
        self._forgotten[workspace_id] += 1

    def clear(self) -> None:
        self._values.clear()
