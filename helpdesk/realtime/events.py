"""Every event that a client may receive, as declared types.

The audience is the base class: what agents read and what visitors read are different types, not one filtered type.
`docs/events.md` and `static/js/lib/events.d.ts` are generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from helpdesk.strict_json import dumps


@dataclass(kw_only=True)
class LogEvent:
    """A durable fact of a ticket. `name` is noun.past_tense; the fields are the frame's `data`."""

    name: ClassVar[str]

    def data(self) -> dict[str, Any]:
        # Not `asdict`: it copies deeply, for every message, what is only written out.
        return dict(vars(self))


class AgentEvent(LogEvent):
    """What the team reads."""


class VisitorEvent(LogEvent):
    """What the visitor reads."""


@dataclass(kw_only=True)
class _Message:
    message: str
    kind: str
    body: str
    attachments: list[dict[str, Any]] = field(default_factory=list)
    reply_to: str | None = None


class MessageCreated(_Message, AgentEvent):
    """Somebody wrote a message that the visitor sees."""

    name = "message.created"


class MessageCreatedForVisitor(_Message, VisitorEvent):
    """Somebody wrote a message."""

    name = "message.created"


class NoteCreated(_Message, AgentEvent):
    """An agent wrote an internal note. It has no form for visitors."""

    name = "note.created"


@dataclass(kw_only=True)
class TicketAssigned(AgentEvent):
    """The ticket went to somebody, or to nobody. `from` and `to` are {id, name} or null."""

    name = "ticket.assigned"
    from_: dict[str, Any] | None
    to: dict[str, Any] | None
    department: dict[str, Any] | None
    why: str

    def data(self) -> dict[str, Any]:
        data = dict(vars(self))
        return {"from": data.pop("from_"), **data}


@dataclass(kw_only=True)
class TicketAssignedForVisitor(VisitorEvent):
    """Who answers now: {id, name} with the name that visitors read, or null. `why` is agent_left or no_reply when that
    is why nobody does, else null."""

    name = "ticket.assigned"
    to: dict[str, Any] | None
    why: str | None = None


@dataclass(kw_only=True)
class TransferOffered(AgentEvent):
    """An agent hands the conversation over: `to` {id, name} is a colleague, at whom it rings, or a department."""

    name = "transfer.offered"
    to: dict[str, Any]
    note: str


@dataclass(kw_only=True)
class TransferClosed(AgentEvent):
    """The colleague did not take it, and it stays where it was: why is declined, timeout or cancelled."""

    name = "transfer.closed"
    to: dict[str, Any]
    why: str


@dataclass(kw_only=True)
class AlertRaised(AgentEvent):
    """Those who lead were told that the chat finds nobody: why is all_tried, too_long or no_reply, `to` a list of
    {id, name}."""

    name = "alert.raised"
    why: str
    to: list[dict[str, Any]]


@dataclass(kw_only=True)
class InvitationAccepted(AgentEvent):
    """The visitor began the conversation from an invitation, whose words were `body`. `invitation` is {id, name}, or
    null for what an agent (`by`) wrote by hand; `variant` is its name or null. It is nobody's message."""

    name = "invitation.accepted"
    body: str
    invitation: dict[str, Any] | None
    variant: str | None


@dataclass(kw_only=True)
class InvitationAcceptedForVisitor(VisitorEvent):
    """What the visitor was invited with, at the head of the conversation."""

    name = "invitation.accepted"
    body: str


@dataclass(kw_only=True)
class TicketChanged(AgentEvent):
    """State, subject or department changed. What did not change is left out."""

    name = "ticket.changed"
    why: str
    state: str | None = None
    subject: str | None = None
    department: dict[str, Any] | None = None

    def data(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value is not None}


@dataclass(kw_only=True)
class TicketChangedForVisitor(VisitorEvent):
    """The conversation was ended or opened again: state is "open" or "ended"."""

    name = "ticket.changed"
    state: str


@dataclass(kw_only=True)
class ChatEnded(AgentEvent):
    """The live chat is over: why is visitor, agent, inactive, or message (they left one instead of waiting)."""

    name = "chat.ended"
    why: str


@dataclass(kw_only=True)
class ChatEndedForVisitor(VisitorEvent):
    """The live chat is over: why is visitor, agent, inactive, or message (they left one instead of waiting).
    After message the conversation stays open, and `number` is its ticket's; else there is none."""

    name = "chat.ended"
    why: str
    number: int | None = None

    def data(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value is not None}


E = TypeVar("E", bound=LogEvent, covariant=True)


@dataclass(kw_only=True)
class Envelope(Generic[E]):
    """An event with what the frame says about it: where it stands in the reader's numbering, who did it and when."""

    event: E
    ticket: str
    seq: int
    by: dict[str, Any]
    at: str
    client_id: str | None = None
    # The same event's number in the other side's numbering; None where it has none there.
    other_seq: int | None = None

    def frame(self) -> dict[str, Any]:
        frame = {
            "type": "event",
            "ticket": self.ticket,
            "seq": self.seq,
            "name": self.event.name,
            "by": self.by,
            "at": self.at,
            "data": self.event.data(),
        }
        if self.client_id is not None:
            frame["client_id"] = self.client_id
        return frame

    def text(self) -> str:
        return dumps(self.frame())
