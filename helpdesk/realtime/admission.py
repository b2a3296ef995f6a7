"""Which handshakes may begin. After an outage all clients come back at once; those who are let in are served.

The server asks before it opens a socket (helpdesk/server_sockets.py) and answers the others 503.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

from helpdesk.realtime import drain
from helpdesk.realtime.limits import Bucket

MAX_ARRIVING = 150  # sockets between handshake and welcome: about a second of work for the database threads
SILENT_SECONDS = 2.0

_arriving = 0
# A burst is read from the network before the first of it is counted as arriving.
_handshakes = Bucket(300.0, MAX_ARRIVING)
# Each page that is followed opens a socket of its own. However many these are, who wants to chat comes in.
LIGHT_PATH = "/ws/live/"
_light_handshakes = Bucket(150.0, MAX_ARRIVING // 2)


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


def may_enter(path: str = "") -> bool:
    """Whether one more client may come in now: not while the process drains, nor while it has its hands full."""
    if path == LIGHT_PATH:
        return is_open() and _arriving < MAX_ARRIVING // 2 and _light_handshakes.take()
    return is_open() and _handshakes.take()


def is_open() -> bool:
    return not drain.is_draining() and _arriving < MAX_ARRIVING
