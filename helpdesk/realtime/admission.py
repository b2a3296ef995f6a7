"""Which handshakes may begin. After an outage all clients come back at once; those who are let in are served."""

from __future__ import annotations

import asyncio
import random
from types import TracebackType
from typing import Any

from helpdesk.realtime import drain

MAX_ARRIVING = 150  # sockets between handshake and welcome: about a second of work for the database threads
SILENT_SECONDS = 2.0
RETRY_SECONDS = (2, 5)

_arriving = 0


class Arrival:
    """A socket between its handshake and its welcome. Entered at the handshake, left at the welcome or the close.

    One that stays silent for two seconds is counted no longer: whoever says nothing cannot keep others out.
    """

    __slots__ = ("_counts", "_silence")

    def __enter__(self) -> Arrival:
        global _arriving
        _arriving += 1
        self._counts = True
        self._silence = asyncio.get_running_loop().call_later(SILENT_SECONDS, self._end)
        return self

    def spoke(self) -> None:
        """The client's first frame is here."""
        self._silence.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._silence.cancel()
        self._end()

    def _end(self) -> None:
        global _arriving
        if self._counts:
            self._counts = False
            _arriving -= 1


def is_open() -> bool:
    """Whether one more client may come in now: not while the process drains, nor while it has its hands full."""
    return not drain.is_draining() and _arriving < MAX_ARRIVING


async def refuse(scope: Any, send: Any) -> None:
    """Answer a handshake with 503 before the socket opens, without touching the database.

    A server without the extension can only close, which the client reads as 403. Either way it comes back by its own
    back-off: a browser shows no page the status of a handshake.
    """
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = [(b"retry-after", str(random.randint(*RETRY_SECONDS)).encode()), (b"content-type", b"text/plain")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"Busy. Try again in a moment.\n"})
