"""The agents who look at the site's visitors: at most once a second each is told what has changed.

Nothing is read while nobody looks. Who reads slowly is told less often, and then all that has changed since.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from chat.browsing.board import Board
from chat.browsing.here import boards
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import pool
from helpdesk.realtime.peer import Peer
from helpdesk.strict_json import dumps

if TYPE_CHECKING:
    from helpdesk.realtime.streams import FollowingSocket

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
AT_ONCE = 1_000  # rows in one frame
BLIND: dict[str, Any] = {"type": "visitors.changed", "rows": [], "removed": [], "total": None, "readable": False}


class Watcher:
    """What one agent was told: everything up to a turn, but for the rows that are still owed."""

    __slots__ = ("groups", "is_blind", "owed", "seen")

    def __init__(self, seen: int, owed: list[str], groups: set[str]) -> None:
        self.seen = seen
        self.owed = owed
        self.groups = groups
        self.is_blind = False


# Filled by the command on a thread, read by the loop: what the ack has told a peer.
_told: WeakKeyDictionary[Peer, Watcher] = WeakKeyDictionary()


def begin(peer: Peer) -> dict[str, Any]:
    """What the ack of `visitors.watch` says: the first rows. The others follow in frames.

    On a thread. Raises HelpdeskError unavailable.
    """
    board = boards().of(peer.workspace_id)
    board.refresh()
    with board.lock:
        names = list(board.rows)
        rows = [board.rows[name].for_groups(peer.groups) for name in names[:AT_ONCE]]
        _told[peer] = Watcher(board.turn, names[AT_ONCE:], peer.groups)
        return {"visitors": rows, "total": board.total, "truncated": not board.is_complete}


def end(peer: Peer) -> None:
    _told.pop(peer, None)


class Watching:
    """The sockets of one process that watch. Lives on the event loop."""

    def __init__(self) -> None:
        self.sockets: set[FollowingSocket] = set()
        self._ticker: asyncio.Task[None] | None = None

    def add(self, socket: FollowingSocket) -> None:
        self.sockets.add(socket)
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.ensure_future(self._tick_for_ever())

    def discard(self, socket: FollowingSocket) -> None:
        self.sockets.discard(socket)

    async def _tick_for_ever(self) -> None:
        while self.sockets:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.tick()
            except Exception:
                log.exception("Telling of live visitors failed; it is tried again.")

    async def tick(self) -> None:
        """Read the boards that are watched, and tell."""
        by_workspace: dict[int, list[FollowingSocket]] = {}
        for socket in self.sockets:
            by_workspace.setdefault(socket.peer.workspace_id, []).append(socket)
        for workspace_id, sockets in by_workspace.items():
            try:
                ready = [socket for socket in sockets if socket.outgoing.has_room()]
                told = await pool.run(_news, boards().of(workspace_id), ready)
            except HelpdeskError:
                for socket in sockets:
                    _say_blind(socket)
                continue
            for socket, text in told:
                socket.outgoing.push(text, ephemeral=True)


def _say_blind(socket: FollowingSocket) -> None:
    """The rows cannot be read: said once, until they can again."""
    watcher = _told.get(socket.peer)
    if watcher is not None and not watcher.is_blind:
        watcher.is_blind = True
        socket.outgoing.push(dumps(BLIND), ephemeral=True)


def _news(board: Board, sockets: list[FollowingSocket]) -> list[tuple[FollowingSocket, str]]:
    """The frame for each socket that has something to hear. On a thread."""
    board.refresh()
    with board.lock:
        shared: dict[frozenset[str], str | None] = {}
        told = [(socket, _text(board, _told.get(socket.peer), socket.peer.groups, shared)) for socket in sockets]
        return [(socket, text) for socket, text in told if text is not None]


def _text(
    board: Board, watcher: Watcher | None, groups: set[str], shared: dict[frozenset[str], str | None]
) -> str | None:
    """The frame for one watcher. Those who know the turn before and may see the same tickets get the same text."""
    if watcher is None:
        return None
    if watcher.seen != board.before or watcher.owed or watcher.is_blind or watcher.groups != groups:
        frame = _frame(board, watcher, groups)
        return dumps(frame) if frame else None
    latest = (name for name in board.latest if name in board.rows)
    hidden = frozenset(name for name in latest if board.rows[name].hides_ticket_from(groups))
    if hidden not in shared:
        frame = _frame(board, watcher, groups)
        shared[hidden] = dumps(frame) if frame else None
    watcher.seen = board.turn
    return shared[hidden]


def _frame(board: Board, watcher: Watcher, groups: set[str]) -> dict[str, Any] | None:
    rows: dict[str, dict[str, Any]] = {}
    seen = watcher.seen
    if seen == board.before:
        owed = set(watcher.owed)  # these come whole in their turn
        latest = (name for name in board.latest if name in board.rows and name not in owed)
        rows = {name: board.rows[name].changes_for(groups) for name in latest}
    elif seen < board.turn:
        rows = {name: shown.for_groups(groups) for name, shown in board.rows.items() if shown.turn > seen}
    if groups != watcher.groups:
        # Other rights: what is said of tickets is said again.
        rows |= {name: each.for_groups(groups) for name, each in board.rows.items() if each.row["ticket"]}
    part, watcher.owed = watcher.owed[:AT_ONCE], watcher.owed[AT_ONCE:]
    rows |= {name: board.rows[name].for_groups(groups) for name in part if name in board.rows}
    removed = board.removed_since(seen)
    if not rows and not removed and not watcher.is_blind:
        return None
    watcher.seen, watcher.groups, watcher.is_blind = board.turn, groups, False
    return {
        "type": "visitors.changed",
        "rows": list(rows.values()),
        "removed": removed,
        "total": board.total,
        "readable": True,
    }


_watching: Watching | None = None


def watching() -> Watching:
    """This process's."""
    global _watching
    if _watching is None:
        _watching = Watching()
    return _watching


def forget() -> None:
    """Start afresh (tests run one event loop after another)."""
    global _watching
    _watching = None
    _told.clear()
