"""Everybody on the sites of one workspace, as its agents see them: all processes' rows, folded, with their chats.

A board is read on threads, at most once a second, and only while somebody looks. Each reading that changes something
is a turn; a row says at which turn it last changed, so that whoever was told of an earlier turn can be told the rest.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import orjson

from chat.browsing.states import BROWSING, Going, open_chats, open_invitations
from chat.browsing.store import KEY_SECONDS
from helpdesk.tenancy import scope

MAX_ROWS = 5_000  # shown; further ones are counted
FRESH_SECONDS = 1.0
STATES_SECONDS = 2.0
SLOW_FROM = 500  # rows: from here on every second reading is left out
REMEMBERED_SECONDS = 60.0  # removals; a reader that is slower than this is cut off long before
BOARDS = 200  # workspaces whose boards a process remembers
KEPT_SECONDS = 60.0  # those that nobody looks at

STATE = tuple(BROWSING)
OURS = ("used", "visit")  # what no agent reads
SECRET = {"ticket": None, "number": None, "with": None}


@dataclass(slots=True)
class Shown:
    """A row as it was read last. `changed`: what differs from the turn before `turn`."""

    row: dict[str, Any]
    targets: frozenset[str]  # the groups that may see the ticket
    turn: int
    changed: tuple[str, ...] = ()
    is_new: bool = True

    def hides_ticket_from(self, joined: Collection[str]) -> bool:
        return self.row["ticket"] is not None and self.targets.isdisjoint(joined)

    def for_groups(self, joined: Collection[str]) -> dict[str, Any]:
        """The row for somebody in these groups: who may not see the ticket reads its state alone."""
        return {**self.row, **SECRET} if self.hides_ticket_from(joined) else self.row

    def changes_for(self, joined: Collection[str]) -> dict[str, Any]:
        row = self.for_groups(joined)
        return row if self.is_new else {name: row[name] for name in ("id", "version", *self.changed)}


@dataclass
class Board:
    """One workspace's. All that is public is for threads; `lock` is held while it is read or changed."""

    workspace_id: int
    store: Any
    lock: threading.RLock = field(default_factory=threading.RLock)
    rows: dict[str, Shown] = field(default_factory=dict)
    turn: int = 0
    before: int = 0  # the turn before
    beyond: int = 0
    asked_at: float = 0.0
    latest: list[str] = field(default_factory=list)  # what changed with the last turn
    removed: deque[tuple[int, str]] = field(default_factory=deque)
    _parts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # browser → name of the part → row
    _born: str = ""
    _redis_turn: str = ""
    _read_at: float = -1e9
    _states_at: float = -1e9
    _chats: dict[str, Going] = field(default_factory=dict)
    _invited: dict[str, dict[str, Any]] = field(default_factory=dict)  # browser → what the row says of it

    @property
    def total(self) -> int:
        return len(self._parts) + self.beyond

    @property
    def is_complete(self) -> bool:
        return len(self.rows) == self.total

    def refresh(self) -> None:
        """Read what has changed, unless that was done a moment ago. Raises HelpdeskError unavailable."""
        with self.lock:
            now = time.monotonic()
            every = FRESH_SECONDS * (2 if len(self.rows) > SLOW_FROM else 1)
            # A little less, so that whoever asks every second does not find it a millisecond too fresh.
            if now - self._read_at < every - 0.1:
                return
            touched = self._read(now)
            touched |= self._read_states(now)
            self._take_turn(touched)

    def _read(self, now: float) -> set[str]:
        """The browsers of which something was read."""
        is_old = now - self._read_at > KEY_SECONDS / 2  # removals since then may be forgotten already
        reading = self.store.read(self.workspace_id, "" if is_old else self._born, self._redis_turn)
        self._read_at, self._born, self._redis_turn = now, reading.born, reading.turn
        self.beyond = reading.beyond
        touched = set()
        if reading.is_everything:
            touched = set(self._parts)
            self._parts.clear()
        for name, row in reading.rows.items():
            browser = name.partition(":")[0]
            touched.add(browser)
            parts = self._parts.setdefault(browser, {})
            if row is None:
                parts.pop(name, None)
            else:
                parts[name] = orjson.loads(row)
            if not parts:
                del self._parts[browser]
        return touched

    def _read_states(self, now: float) -> set[str]:
        """The browsers whose visitors' chats have changed."""
        if now - self._states_at < STATES_SECONDS - 0.1:
            return set()
        # Most visitors have never chatted: then there is nothing to ask.
        is_anybody_known = any(part["visitor"] for parts in self._parts.values() for part in parts.values())
        with scope.workspace(self.workspace_id):
            chats = open_chats() if is_anybody_known else {}
            invited = open_invitations()
        self._states_at = now
        touched = {
            each for each in invited.keys() | self._invited.keys() if invited.get(each) != self._invited.get(each)
        }
        self._invited = invited
        before, self._chats = self._chats, chats
        visitors = {visitor for visitor in chats.keys() | before.keys() if chats.get(visitor) != before.get(visitor)}
        if visitors:
            touched |= {browser for browser, parts in self._parts.items() if _newest(parts)["visitor"] in visitors}
        return touched

    def _take_turn(self, touched: set[str]) -> None:
        turn = max(int(time.time() * 1000), self.turn + 1)
        changed = [browser for browser in touched if self._show(browser, turn)]
        if len(self.rows) < min(MAX_ROWS, len(self._parts)):
            for browser in self._parts:
                if len(self.rows) >= MAX_ROWS:
                    break
                if browser not in self.rows and self._show(browser, turn):
                    changed.append(browser)
        if changed:
            self.before, self.turn, self.latest = self.turn, turn, changed
        while self.removed and self.removed[0][0] < turn - REMEMBERED_SECONDS * 1000:
            self.removed.popleft()

    def _show(self, browser: str, turn: int) -> bool:
        """Whether the row is another one now."""
        parts = self._parts.get(browser)
        shown = self.rows.get(browser)
        if parts is None:
            if shown is None:
                return False
            del self.rows[browser]
            self.removed.append((turn, browser))
            return True
        if shown is None and len(self.rows) >= MAX_ROWS:
            return False
        row, targets = self._whole(parts)
        if shown is None:
            self.rows[browser] = Shown({**row, "version": turn}, targets, turn)
            return True
        changed = [name for name, value in row.items() if shown.row[name] != value]
        if not changed and shown.targets == targets:
            return False
        if shown.targets != targets or any(name in STATE for name in changed):
            # Together: who may see the ticket may have changed with it.
            changed = [*(name for name in changed if name not in STATE), *STATE]
        self.rows[browser] = Shown({**row, "version": turn}, targets, turn, tuple(changed), is_new=False)
        return True

    def _whole(self, parts: dict[str, dict[str, Any]]) -> tuple[dict[str, Any], frozenset[str]]:
        row = dict(_newest(parts))
        for name in OURS:
            del row[name]
        if len(parts) > 1:
            row["pages"] = max(part["pages"] for part in parts.values())
            row["active_seconds"] = max(part["active_seconds"] for part in parts.values())
            row["hidden"] = all(part["hidden"] for part in parts.values())
            row["since"] = min(part["since"] for part in parts.values())
        going = self._chats.get(row["visitor"] or "")
        if going is None:
            return {**row, **self._invited.get(row["id"], BROWSING)}, frozenset()
        row["name"], row["email"] = going.name or row["name"], going.email or row["email"]
        return {**row, **going.row}, going.targets

    def detail(self, browser: str) -> dict[str, Any] | None:
        """What is shown of one browser only; None when it is not here. Raises HelpdeskError unavailable."""
        with self.lock:
            names = list(self._parts.get(browser, ()))
        rests = [orjson.loads(each) for each in self.store.rest(self.workspace_id, names)] if names else []
        if not rests:
            return None
        rest: dict[str, Any] = max(rests, key=lambda each: each["used"])
        del rest["used"]
        return rest

    def newest_part(self, browser: str) -> tuple[dict[str, Any], str] | None:
        """What the process says that holds the page that was used last, and its name; None: nobody is here."""
        with self.lock:
            parts = self._parts.get(browser)
            if not parts:
                return None
            name = max(parts, key=lambda each: parts[each]["used"])
            return parts[name], name.partition(":")[2]

    def removed_since(self, turn: int) -> list[str]:
        return [browser for at, browser in self.removed if at > turn and browser not in self.rows]


def _newest(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return max(parts.values(), key=lambda part: part["used"])


class Boards:
    """The boards of this process. One at which nobody looks any more is forgotten after a minute, as its rows are."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self._boards: OrderedDict[int, Board] = OrderedDict()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def of(self, workspace_id: int) -> Board:
        with self._lock:
            board = self._boards.pop(workspace_id, None) or Board(workspace_id, self.store)
            board.asked_at = time.monotonic()
            self._boards[workspace_id] = board
            while len(self._boards) > BOARDS:
                self._boards.popitem(last=False)
            self._look_later()
            return board

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(KEPT_SECONDS / 2, self.forget_old)
            self._timer.daemon = True
            self._timer.start()

    def forget_old(self) -> None:
        """Forget the boards that nobody has asked for in a minute."""
        with self._lock:
            self._timer = None
            now = time.monotonic()
            for workspace_id, board in list(self._boards.items()):
                if now - board.asked_at > KEPT_SECONDS:
                    del self._boards[workspace_id]
            if self._boards:
                self._look_later()
