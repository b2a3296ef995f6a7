"""Writing to a ticket. The verbs here are called by `chat.actions`, which holds the transaction and the lock."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, Protocol, TypedDict, Unpack
from uuid import UUID

from helpdesk.errors import not_found
from tickets.actions.events import append_event
from tickets.authors import Author
from tickets.models import ByKind, Event, State, Ticket

PREVIEW = 160


def preview_of(text: str) -> str:
    """One line for lists."""
    return " ".join(text.split())[:PREVIEW]


def _reply_target(ticket: Ticket, reply_to: UUID | None, *, public: bool) -> str | None:
    """The message that is answered. A visitor's message, or one to a visitor, cannot quote a note."""
    if reply_to is None:
        return None
    events = Event.objects.filter(ticket=ticket, public_id=reply_to, name__in=("message.created", "note.created"))
    if public:
        events = events.public()
    if not events.exists():
        raise not_found()
    return str(reply_to)


class Words(TypedDict):
    """What somebody writes, and the command it came with."""

    by: Author
    text: str
    client_id: UUID
    wanted_hash: str
    reply_to: NotRequired[UUID | None]


def write_message(ticket: Ticket, **words: Unpack[Words]) -> Event:
    """Append a message that the visitor sees, and set the ticket waiting for the other side.

    Must hold: the ticket is locked; the author may write; `client_id` is new for the author. The caller saves.
    Raises HelpdeskError not_found for an unknown `reply_to`.
    """
    event = _write(ticket, "message.created", public=True, **words)
    count_message(ticket, event.by_kind, event.created_at)
    return event


class Counted(Protocol):
    """A ticket, as far as a message changes whose turn it is."""

    state: str
    inbound: int
    answered_at: datetime | None
    waiting_since: datetime | None


def count_message(ticket: Counted, by_kind: str, at: datetime) -> None:
    """What a message that the visitor sees changes on its ticket: it waits for the other side now."""
    if by_kind == ByKind.VISITOR:
        ticket.inbound += 1
        ticket.waiting_since = ticket.waiting_since or at
        if ticket.state == State.ANSWERED:
            ticket.state = State.OPEN
    else:
        ticket.waiting_since = None
        ticket.answered_at = ticket.answered_at or at
        if ticket.state in (State.NEW, State.OPEN):
            ticket.state = State.ANSWERED


def write_note(ticket: Ticket, **words: Unpack[Words]) -> Event:
    """Append an internal note: no number in the visitor's stream, nobody's turn changes. Else as `write_message`."""
    return _write(ticket, "note.created", public=False, **words)


def _write(
    ticket: Ticket,
    name: str,
    *,
    public: bool,
    by: Author,
    text: str,
    client_id: UUID,
    wanted_hash: str,
    reply_to: UUID | None = None,
) -> Event:
    target = _reply_target(ticket, reply_to, public=public)
    event = append_event(
        ticket,
        name=name,
        by=by,
        public=public,
        text=text,
        data={"reply_to": target} if target else {},
        client_id=client_id,
        wanted_hash=wanted_hash,
    )
    _note_last(ticket, event, kind="text" if public else "note")
    return event


def _note_last(ticket: Ticket, event: Event, *, kind: str) -> None:
    ticket.last_by = event.by_kind
    ticket.last_member = event.member
    ticket.last_kind = kind
    ticket.last_preview = preview_of(event.text)
    ticket.last_at = event.created_at
