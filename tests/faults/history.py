"""What the clients did and saw, what the server kept, and whether the two agree: the invariants I1 to I10.

Pure: no socket, no database, no clock. A run fills a `History` (by the clients) and a `Kept` (read from the database
and the mail server at the end); `check` compares them. All times are seconds of one monotonic clock.

| | invariant |
|---|---|
| I1 | every acknowledged (sender, client id) is in the log |
| I2 | each (sender, client id) is in the log once |
| I3 | the numbers are 1…n, the visitors' 1…m, without holes |
| I4 | an ack names the number that was stored |
| I5 | ack(a) before send(b) ⇒ seq(a) < seq(b); what one sender sends stays in order |
| I6 | the last view of every client is the log, in the client's own numbering |
| I7 | the log holds nothing that nobody sent |
| I8 | a visitor hears no note, and nobody an id of another workspace |
| I9 | every delivery ends; each mail had exactly one effect |
| I10 | after the last fault all agree again within the time allowed |
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

WRITTEN = ("message.created", "note.created")
EXAMPLES = 5  # of one invariant that a report shows


# --- what the clients say -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sent:
    """A write as its client first sent it. `seals`: it appends an event whenever it is acknowledged."""

    at: float
    client: str
    sender: str  # the public id of the visitor or member
    ticket: str
    client_id: str
    name: str  # of the event that it becomes
    body: str
    audience: str = "agents"
    seals: bool = True


@dataclass(frozen=True, slots=True)
class Acked:
    at: float
    client: str
    client_id: str
    ticket: str
    seq: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One event of a view."""

    seq: int
    name: str
    client_id: str | None
    body: str


@dataclass(frozen=True)
class View:
    """A client's copy of a ticket at the end."""

    client: str
    audience: str  # "agents" or "visitor"
    ticket: str
    events: tuple[Seen, ...]


@dataclass
class Heard:
    """Everything that reached one client, reduced to what gives a leak away."""

    workspace: str
    audience: str
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # of events
    canaries: set[str] = field(default_factory=set)


@dataclass
class History:
    """Filled while the run goes on. `retried` counts what was sent more than once, `refused` final errors by code."""

    sent: dict[str, Sent] = field(default_factory=dict)  # by client id
    acked: list[Acked] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)  # by client
    views: list[View] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    connects: int = 0
    closes: Counter[int] = field(default_factory=Counter)
    arrived: dict[tuple[str, str], float] = field(default_factory=dict)  # (client id, client) → when it was seen there

    def answer_seconds(self) -> list[float]:
        """From the first send of each acknowledged write to its ack."""
        first: dict[str, float] = {}
        for ack in self.acked:
            first.setdefault(ack.client_id, ack.at)
        return sorted(at - self.sent[client_id].at for client_id, at in first.items())

    def delivery_seconds(self) -> list[float]:
        """From the first ack of each write to its arrival at each other client; 0 where it arrived before the ack."""
        first: dict[str, float] = {}
        for ack in self.acked:
            first.setdefault(ack.client_id, ack.at)
        return sorted(
            max(at - first[client_id], 0.0)
            for (client_id, client), at in self.arrived.items()
            if client_id in first and self.sent[client_id].client != client
        )


# --- what the server kept -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Event:
    seq: int
    visitor_seq: int | None
    name: str
    sender: str
    client_id: str | None
    body: str
    message: str = ""


@dataclass
class Ticket:
    workspace: str
    events: list[Event]


@dataclass(frozen=True)
class Mail:
    """A delivery row. `key` is what it is for; asked for once, it must have one effect."""

    key: str
    message_id: str
    state: str


@dataclass
class Kept:
    tickets: dict[str, Ticket] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)  # public ids by workspace
    mails: list[Mail] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)  # the keys whose cause is committed
    effects: Counter[str] = field(default_factory=Counter)  # accepted copies by message id
    # Seconds until everybody agreed after the last fault; None when they did not.
    converged: float | None = 0.0
    allowed: float = 10.0


@dataclass(frozen=True)
class Violation:
    invariant: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.evidence}"


def check(history: History, kept: Kept) -> list[Violation]:
    """Every violation, with its evidence. An empty list is the proof that the run kept its promises."""
    return [Violation(name, evidence) for name, rule in RULES.items() for evidence in rule(history, kept)]


def percentile(values: list[float], share: float) -> float:
    """Of sorted values; 0 when there are none."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def summary(violations: list[Violation]) -> str:
    """The count by invariant and a few examples of each."""
    count = Counter(each.invariant for each in violations)
    lines = [f"{name}: {count[name]}" for name in RULES if count[name]]
    shown: Counter[str] = Counter()
    for each in violations:
        shown[each.invariant] += 1
        if shown[each.invariant] <= EXAMPLES:
            lines.append(f"  {each}")
    return "\n".join(lines)


# --- the rules ------------------------------------------------------------------------------------------------------
def _stored(kept: Kept) -> dict[tuple[str, str], list[tuple[str, Event]]]:
    """(sender, client id) → where it is in the log."""
    found: dict[tuple[str, str], list[tuple[str, Event]]] = defaultdict(list)
    for ticket, log in kept.tickets.items():
        for event in log.events:
            if event.client_id:
                found[event.sender, event.client_id].append((ticket, event))
    return found


def nothing_acknowledged_is_lost(history: History, kept: Kept) -> Iterator[str]:
    stored = _stored(kept)
    for ack in history.acked:
        sent = history.sent[ack.client_id]
        if sent.seals and (sent.sender, ack.client_id) not in stored:
            yield f"{_who(sent)} acknowledged at {ack.at:.3f} as {ack.seq} is not in the log of {ack.ticket}"


def nothing_is_doubled(history: History, kept: Kept) -> Iterator[str]:
    for (sender, client_id), places in _stored(kept).items():
        if len(places) > 1:
            where = ", ".join(f"{ticket}/{event.seq}" for ticket, event in places)
            yield f"client id {client_id} of {sender} is stored {len(places)} times: {where}"


def numbers_have_no_holes(history: History, kept: Kept) -> Iterator[str]:
    for ticket, log in kept.tickets.items():
        for title, numbers in (
            ("seq", [event.seq for event in log.events]),
            ("visitor_seq", [event.visitor_seq for event in log.events if event.visitor_seq is not None]),
        ):
            if numbers != list(range(1, len(numbers) + 1)):
                at = next(i for i, number in enumerate(numbers) if number != i + 1)
                yield f"{title} of {ticket} goes {numbers[max(at - 2, 0) : at + 3]} where {at + 1} is due"


def acks_name_the_stored_number(history: History, kept: Kept) -> Iterator[str]:
    stored = _stored(kept)
    for ack in history.acked:
        sent = history.sent[ack.client_id]
        for ticket, event in stored.get((sent.sender, ack.client_id), ()):
            number = event.seq if sent.audience == "agents" else event.visitor_seq
            if (ack.ticket, ack.seq) != (ticket, number):
                yield f"{_who(sent)} was acknowledged as {ack.ticket}/{ack.seq} and is stored as {ticket}/{number}"


def order_is_kept(history: History, kept: Kept) -> Iterator[str]:
    """Real-time order between all senders of a ticket, and the order of sending within one client."""
    places = {
        client_id: (ticket, event.seq) for (_, client_id), rows in _stored(kept).items() for ticket, event in rows
    }
    moments: dict[str, list[tuple[float, int, str, int]]] = defaultdict(list)
    for sent in history.sent.values():
        if sent.client_id in places:
            ticket, seq = places[sent.client_id]
            moments[ticket].append((sent.at, 0, sent.client_id, seq))
    for ack in history.acked:
        if ack.client_id in places:
            ticket, seq = places[ack.client_id]
            moments[ticket].append((ack.at, 1, ack.client_id, seq))
    for ticket, each in moments.items():
        yield from _out_of_order(ticket, sorted(each), history)


def _out_of_order(ticket: str, moments: list[tuple[float, int, str, int]], history: History) -> Iterator[str]:
    highest, by = 0, ""
    last_of: dict[str, tuple[int, str]] = {}
    for at, is_ack, client_id, seq in moments:
        if is_ack:
            if seq > highest:
                highest, by = seq, client_id
            continue
        if seq < highest:
            yield f"{ticket}: {client_id} sent at {at:.3f} is {seq}, but {by}, acknowledged before, is {highest}"
        client = history.sent[client_id].client
        before, earlier = last_of.get(client, (0, ""))
        if seq < before:
            yield f"{ticket}: {client} sent {earlier} before {client_id}, stored as {before} and {seq}"
        last_of[client] = max((before, earlier), (seq, client_id))


def views_are_the_log(history: History, kept: Kept) -> Iterator[str]:
    for view in history.views:
        log = kept.tickets.get(view.ticket)
        if log is None:
            yield f"{view.client} sees the ticket {view.ticket}, which is not kept"
            continue
        right = [_as_seen(event, view.audience) for event in log.events]
        right = [event for event in right if event is not None]
        seen = list(view.events[: len(right)])  # the log may have grown since it was read
        if len(seen) < len(right):
            yield f"{view.client} has {len(seen)} of {len(right)} events of {view.ticket}"
        wrong = [(a, b) for a, b in zip(seen, right, strict=False) if a != b]
        if wrong:
            yield f"{view.client} sees in {view.ticket} {wrong[0][0]} where the log has {wrong[0][1]}"


def _as_seen(event: Event, audience: str) -> Seen | None:
    number = event.seq if audience == "agents" else event.visitor_seq
    return None if number is None else Seen(number, event.name, event.client_id, event.body)


def nothing_comes_from_nowhere(history: History, kept: Kept) -> Iterator[str]:
    for ticket, log in kept.tickets.items():
        for event in log.events:
            if event.client_id is None:
                if event.name in WRITTEN:
                    yield f"{ticket}/{event.seq} is a {event.name} that carries no client id"
                continue
            sent = history.sent.get(event.client_id)
            if sent is None or sent.sender != event.sender:
                yield f"{ticket}/{event.seq} ({event.client_id} of {event.sender}) was sent by nobody"
            elif event.name in WRITTEN and (sent.name, sent.body) != (event.name, event.body):
                yield f"{ticket}/{event.seq} holds {event.name} {event.body!r}; sent was {sent.name} {sent.body!r}"


def nothing_leaks(history: History, kept: Kept) -> Iterator[str]:
    notes = {event.message for log in kept.tickets.values() for event in log.events if event.name == "note.created"}
    for client, heard in history.heard.items():
        foreign = {each for workspace, ids in kept.ids.items() if workspace != heard.workspace for each in ids}
        for each in sorted(heard.ids & foreign):
            yield f"{client} of {heard.workspace} heard the id {each} of another workspace"
        for word in sorted(heard.canaries):
            if not word.endswith(f"-{heard.workspace}"):
                yield f"{client} of {heard.workspace} heard {word}"
        if heard.audience != "visitor":
            continue
        if "note.created" in heard.names:
            yield f"the visitor {client} heard a note.created"
        for each in sorted(heard.ids & notes):
            yield f"the visitor {client} heard the id {each} of a note"
        for word in sorted(heard.canaries):
            if word.startswith("canary-note"):
                yield f"the visitor {client} heard the words of a note"


def mail_is_sent_once(history: History, kept: Kept) -> Iterator[str]:
    rows: dict[str, list[Mail]] = defaultdict(list)
    for mail in kept.mails:
        rows[mail.key].append(mail)
        if mail.state not in ("done", "dead"):
            yield f"the mail {mail.message_id} to {mail.key} is still {mail.state}"
        elif mail.state == "done" and not kept.effects[mail.message_id]:
            yield f"the mail {mail.message_id} to {mail.key} is done and never reached the mail server"
    for key in sorted(kept.asked - rows.keys()):
        yield f"{key} was asked for and has no delivery"
    for key, each in rows.items():
        if len(each) > 1:
            yield f"{key} was asked for once and has {len(each)} deliveries"
    for message_id in sorted(kept.effects.keys() - {mail.message_id for mail in kept.mails}):
        yield f"the mail server got {message_id}, which no delivery names"


def everybody_agrees_in_time(history: History, kept: Kept) -> Iterator[str]:
    if kept.converged is None:
        yield f"some views still differed from the log when the wait ended (allowed were {kept.allowed:g} s)"
    elif kept.converged > kept.allowed:
        yield f"all agreed after {kept.converged:.1f} s; allowed were {kept.allowed:g} s"


def _who(sent: Sent) -> str:
    return f"{sent.client_id} of {sent.client} (sent at {sent.at:.3f})"


RULES: dict[str, Callable[[History, Kept], Iterator[str]]] = {
    "I1": nothing_acknowledged_is_lost,
    "I2": nothing_is_doubled,
    "I3": numbers_have_no_holes,
    "I4": acks_name_the_stored_number,
    "I5": order_is_kept,
    "I6": views_are_the_log,
    "I7": nothing_comes_from_nowhere,
    "I8": nothing_leaks,
    "I9": mail_is_sent_once,
    "I10": everybody_agrees_in_time,
}
