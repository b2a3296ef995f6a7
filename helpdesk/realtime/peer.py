"""Who is on the other end of a socket or a visitor's HTTP call, and what was handed in for them.

The realtime layer knows no people: the doors above build a Peer and hand in the log, the commands and the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from helpdesk.fields import Field
from helpdesk.realtime.limits import is_trusted_address

Audience = Literal["agents", "visitor"]


class Frame(NamedTuple):
    """An event as it goes over the wire to one audience: its number there, the ready text, and the other's number."""

    seq: int
    text: str
    other_seq: int | None = None


@dataclass(frozen=True)
class Opening:
    """A ticket as somebody who may see it finds it."""

    ticket_id: int
    ticket: UUID
    epoch: str
    head: int
    state: str
    extra: dict[str, Any] = field(default_factory=dict)


class Log(Protocol):
    """The log of tickets, as one peer may read it. Methods run on a pool thread inside the peer's workspace."""

    def open(self, ticket: UUID) -> Opening:
        """Raises HelpdeskError not_found for what the peer may not see."""

    def since(self, ticket_id: int, after: int, limit: int) -> list[Frame]:
        """The events after `after` in the peer's numbering, in order, at most `limit`."""


@dataclass(slots=True)
class Ack:
    """What a committed command answers. `seq` and `visitor_seq` are the same event in both numberings."""

    ticket: UUID | None
    client_id: UUID | None
    seq: int | None
    visitor_seq: int | None
    at: str
    duplicate: bool
    # chat.start: the ticket that the socket is now subscribed to, from the start.
    subscribe: bool = False
    # What else the answer holds.
    extra: dict[str, Any] = field(default_factory=dict)

    def frame(self, audience: Audience, *, id: Any = None) -> dict[str, Any]:
        frame: dict[str, Any] = {"type": "ack", "at": self.at, "duplicate": self.duplicate, **self.extra}
        if id is not None:
            frame["id"] = id
        if self.client_id is not None:
            frame["client_id"] = str(self.client_id)
        if self.ticket is not None:
            frame["ticket"] = str(self.ticket)
            frame["seq"] = self.visitor_seq if audience == "visitor" else self.seq
        return frame


class NotDone(Enum):
    """What `Together.grant` leaves undone."""

    HELD = "held"  # somebody else holds what it needs: worth another try
    ALONE = "alone"  # it takes a transaction of its own


HELD, ALONE = NotDone.HELD, NotDone.ALONE


@dataclass(frozen=True)
class Together:
    """How a command of many peers at once is done in one transaction (see helpdesk/realtime/writer.py).

    `wish` says what a peer asks for, without the database. `grant` runs on the writer's thread and answers each wish,
    in order: its ack, or why it was not done.
    """

    wish: Callable[..., Any]
    grant: Callable[[Sequence[Any]], Sequence[Ack | NotDone]]


@dataclass(frozen=True)
class Command:
    """One thing a peer may ask for: its fields, and the function that parses nothing and calls one verb.

    `together`: what many ask for at the same moment may be done in one transaction. `run` does the same for one.
    """

    fields: Mapping[str, Field]
    run: Callable[..., Ack | None]
    together: Together | None = None


@dataclass(eq=False)
class Peer:
    """One party at one door."""

    audience: Audience
    workspace_id: int
    party_id: int  # the membership's or the visitor's key; never leaves the server
    party: dict[str, Any]  # {"kind", "id", "name"}, as the other side reads it
    log: Log
    commands: Mapping[str, Command]
    groups: set[str]
    context: Any  # what the door needs again: the Member or the Visitor it authenticated
    credential: Any  # what the sweep checks: a session key, a token hash
    address: str = ""
    welcome: dict[str, Any] = field(default_factory=dict)
    language: str = ""

    # A trusted gateway or a load test: no limit counts for it.
    is_trusted: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_trusted = is_trusted_address(self.address)

    def key(self) -> tuple[str, int]:
        return (self.audience, self.party_id)
