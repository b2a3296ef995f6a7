"""The store of live visitors in this process's memory: what the one in Redis does, for tests that have no Redis."""

from __future__ import annotations

import time
from collections.abc import Sequence

from chat.browsing.store import LEASE_SECONDS, Batch, Reading, cannot_read


class MemoryStore:
    def __init__(self) -> None:
        self.is_away = False
        self.clock = time.time
        self.written = 0  # rows, in all
        self.forget_all()

    def forget_all(self) -> None:
        """What FLUSHALL does."""
        self.born = str(time.monotonic_ns())
        self.turn = 0
        self.rows: dict[tuple[int, str], tuple[bytes, bytes]] = {}
        self.leases: dict[tuple[int, str], float] = {}
        self.turns: dict[tuple[int, str], int] = {}
        self.beyond: dict[tuple[int, str], int] = {}

    async def write(self, process: str, batches: Sequence[Batch]) -> dict[int, str]:
        if self.is_away:
            raise cannot_read()
        for batch in batches:
            self.turn += 1
            self.beyond[(batch.workspace_id, process)] = batch.beyond
            for name, is_changed, row, rest in batch.rows:
                key = (batch.workspace_id, name)
                if is_changed or key not in self.rows:
                    self.turns[key] = self.turn
                self.rows[key] = (row, rest)
                self.leases[key] = self.clock() + LEASE_SECONDS
                self.written += 1
            for name in batch.gone:
                self._remove((batch.workspace_id, name))
        return {batch.workspace_id: self.born for batch in batches}

    def _remove(self, key: tuple[int, str]) -> None:
        if self.rows.pop(key, None) is not None:
            self.turns[key] = self.turn
        self.leases.pop(key, None)

    def _sweep(self) -> None:
        for key in [key for key, until in self.leases.items() if until <= self.clock()]:
            self.turn += 1
            self._remove(key)

    def read(self, workspace_id: int, born: str, turn: str) -> Reading:
        if self.is_away:
            raise cannot_read()
        self._sweep()
        is_everything = born != self.born
        rows: dict[str, bytes | None] = {}
        if is_everything:
            rows = {name: row[0] for (workspace, name), row in self.rows.items() if workspace == workspace_id}
        else:
            for key, at in self.turns.items():
                if key[0] == workspace_id and at > int(turn):
                    rows[key[1]] = self.rows[key][0] if key in self.rows else None
        beyond = sum(count for (workspace, _process), count in self.beyond.items() if workspace == workspace_id)
        return Reading(self.born, str(self.turn), beyond, is_everything, rows)

    def rest(self, workspace_id: int, names: Sequence[str]) -> list[bytes]:
        if self.is_away:
            raise cannot_read()
        return [self.rows[(workspace_id, name)][1] for name in names if (workspace_id, name) in self.rows]
