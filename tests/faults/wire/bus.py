"""Takes hold of the hints on their way from a commit to the sockets."""

from __future__ import annotations

import random
from typing import Any


class Bus:
    """What carries the hints. Each goes as `plan` says: passed on, lost, or kept until it is let go in any order."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        self.usual = layer.publish
        self.plan: list[str] = []
        self.kept: list[Any] = []
        layer.publish = self.publish

    def publish(self, items: Any) -> None:
        """Called on any thread, after a commit."""
        for item in items:
            fate = self.plan.pop(0) if self.plan and is_event(item) else "pass"
            if fate == "pass":
                self.usual([item])
            elif fate == "keep":
                self.kept.append(item)

    def let_go(self, seed: int, times: int) -> None:
        """All that was kept, `times` over, shuffled, one by one."""
        items, self.kept = self.kept * times, []
        random.Random(seed).shuffle(items)
        for item in items:
            self.usual([item])

    def close(self) -> None:
        del self.layer.publish


def is_event(item: Any) -> bool:
    message = item[1]
    return isinstance(message, dict) and message["type"] == "pipe.event"
