"""What every client of the protocol has, written from docs/protocol.md alone: an outbox, copies of tickets, a diary.

No line of the product is imported here: a client that shared code with the server would share its mistakes.
"""

from __future__ import annotations

import random
import re
import time
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.calls import Door
from tests.faults.history import Acked, Heard, History, Seen, Sent, View

IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CANARIES = re.compile(r"canary-[a-z-]+")
EVENT_OF = {"chat.start": "message.created", "ticket.update": "ticket.changed", "ticket.close": "ticket.changed"}


@dataclass(frozen=True)
class Timing:
    """The protocol's own times; short runs scale them down."""

    ack: float = 10.0
    quiet: float = 44.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    poll: int = 25

    def pause(self, failures: int) -> float:
        return random.uniform(0, min(self.longest_pause, self.first_pause * 2 ** min(failures, 10)))


SHORT = Timing(ack=3.0, quiet=8.0, first_pause=0.2, longest_pause=2.0, poll=4)


@dataclass(frozen=True)
class Identity:
    """Who a client is. `sender` is the public id of the visitor or the member."""

    name: str
    audience: str  # "agents" or "visitor"
    workspace: str
    sender: str
    token: str


@dataclass
class Entry:
    """A write that waits for its ack."""

    frame: dict[str, Any]
    failures: int = 0
    is_flying: bool = False
    rests_until: float = 0.0

    @property
    def client_id(self) -> str:
        return str(self.frame["client_id"])


@dataclass
class Copy:
    """A client's copy of one ticket. Events are applied in order only; `trusting` applies whatever comes."""

    ticket: str
    epoch: str | None = None
    events: list[Seen] = field(default_factory=list)
    trusting: bool = False

    @property
    def last(self) -> int:
        return self.events[-1].seq if self.events else 0

    def apply(self, event: Seen) -> str:
        """`applied`, `old` (it is here already) or `gap`."""
        if not self.trusting and event.seq > self.last + 1:
            return "gap"
        if event.seq <= self.last:
            return "old"
        self.events.append(event)
        return "applied"

    def start_afresh(self, epoch: str) -> None:
        self.events.clear()
        self.epoch = epoch


class Client:
    """The part that sockets and long polling have in common. Subclasses send what `due` yields."""

    def __init__(self, me: Identity, doors: list[Door], history: History, timing: Timing) -> None:
        self.me = me
        self.doors = list(doors)
        self.history = history
        self.timing = timing
        self.copies: dict[str, Copy] = {}
        self.lanes: dict[str, deque[Entry]] = {}  # by ticket; "" before there is one
        self.trusting = False
        self.is_over = False
        self.ticket = ""  # a visitor's own
        history.heard[me.name] = self.heard = Heard(me.workspace, me.audience)

    # --- writing ----------------------------------------------------------------------------------------------------
    def start_chat(self, body: str) -> None:
        self._push("", {"type": "chat.start", "body": body})

    def write(self, ticket: str, body: str, *, note: bool = False) -> None:
        frame = {"type": "message.send", "ticket": ticket, "body": body}
        self._push(ticket, {**frame, "kind": "note"} if note else frame)

    def command(self, ticket: str, type: str, **fields: Any) -> None:
        """A command that appends an event; `ticket.close` may find nothing to do."""
        self._push(ticket, {"type": type, "ticket": ticket, **fields})

    def _push(self, lane: str, frame: dict[str, Any]) -> None:
        frame["client_id"] = str(uuid.uuid4())
        self.lanes.setdefault(lane, deque()).append(Entry(frame))
        self.kick()

    def kick(self) -> None:
        """Something may be ready to be sent."""

    def backlog(self) -> int:
        return sum(len(lane) for lane in self.lanes.values())

    def due(self) -> Iterator[Entry]:
        """The first entry of each lane, where nothing is in flight and nobody asked to wait."""
        now = time.monotonic()
        for lane in self.lanes.values():
            if lane and not lane[0].is_flying and lane[0].rests_until <= now:
                yield lane[0]

    def note_sending(self, entry: Entry) -> None:
        """Write down the first time that this write leaves the client."""
        entry.is_flying = True
        frame = entry.frame
        if entry.client_id in self.history.sent:
            self.history.retried += 1
            return
        is_note = frame.get("kind") == "note"
        self.history.sent[entry.client_id] = Sent(
            at=time.monotonic(),
            client=self.me.name,
            sender=self.me.sender,
            ticket=frame.get("ticket", ""),
            client_id=entry.client_id,
            name="note.created" if is_note else EVENT_OF.get(frame["type"], "message.created"),
            body=frame.get("body", ""),
            audience=self.me.audience,
            seals=frame["type"] != "ticket.close",
        )

    def take_ack(self, ack: dict[str, Any]) -> None:
        client_id = ack.get("client_id")
        if client_id not in self.history.sent:
            return
        self.history.acked.append(
            Acked(time.monotonic(), self.me.name, client_id, ack["ticket"], ack["seq"], ack["duplicate"])
        )
        if self.history.sent[client_id].ticket == "":
            self.ticket = ack["ticket"]
            self.copies.setdefault(self.ticket, Copy(self.ticket, trusting=self.trusting))
        self._shift(client_id)

    def take_refusal(self, client_id: str | None, error: dict[str, Any]) -> None:
        """An error about a write: a final one drops it, any other lets it rest and go again with the same id."""
        entry = self._find(client_id)
        if entry is None:
            return
        if not error.get("retry"):
            self.history.refused[error["code"]] += 1
            self._shift(client_id)
            return
        self.let_rest(entry, error.get("retry_in_ms", 0) / 1000)

    def let_rest(self, entry: Entry, at_least: float = 0.0) -> None:
        entry.is_flying = False
        entry.rests_until = time.monotonic() + max(at_least, self.timing.pause(entry.failures))
        entry.failures += 1

    def _find(self, client_id: str | None) -> Entry | None:
        heads = (lane[0] for lane in self.lanes.values() if lane)
        return next((entry for entry in heads if entry.client_id == client_id), None)

    def _shift(self, client_id: str | None) -> None:
        entry = self._find(client_id)
        if entry is None:
            return
        for lane in self.lanes.values():
            if lane and lane[0] is entry:
                lane.popleft()
        self.kick()

    # --- reading ----------------------------------------------------------------------------------------------------
    def hear(self, raw: str) -> None:
        """Keep of a received text what would give a leak away."""
        self.heard.ids.update(IDS.findall(raw))
        self.heard.canaries.update(CANARIES.findall(raw))

    def take_event(self, frame: dict[str, Any]) -> str:
        """Apply an event to its copy: `applied`, `old`, `gap` or `unknown`."""
        self.heard.names.add(frame["name"])
        copy = self.copies.get(frame["ticket"])
        if copy is None:
            return "unknown"
        client_id = frame.get("client_id")
        verdict = copy.apply(Seen(frame["seq"], frame["name"], client_id, frame["data"].get("body", "")))
        if verdict == "applied" and client_id:
            self.history.arrived.setdefault((client_id, self.me.name), time.monotonic())
            self._shift(client_id)
        return verdict

    def views(self) -> list[View]:
        return [View(self.me.name, self.me.audience, copy.ticket, tuple(copy.events)) for copy in self.copies.values()]
