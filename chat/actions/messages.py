"""Either side writes: one message in a transaction of its own, or many people's messages in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.exposures import note_replied
from chat.actions.once import once
from chat.actions.whose import has_agent, refuse_over_limit
from helpdesk.accounts.models import DepartmentMember, Workspace
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.limits import Window
from helpdesk.realtime.peer import ALONE, HELD, Ack, NotDone
from helpdesk.tenancy import scope
from helpdesk.tenancy.bulk import select_each, selecting
from tickets.actions import tickets as ticket_verbs
from tickets.actions.events import Key, append_event, looking_for, request_hash
from tickets.actions.messages import Words, write_message, write_note
from tickets.actions.plain_messages import PlainTicket, append_plain, lock_open, save_plain
from tickets.authors import Author
from tickets.models import ByKind, Channel, Event, State, Ticket, sees

VISITOR_MESSAGES = Window(30, 60)
AGENT_MESSAGES = Window(120, 60)
ADDRESS_SECONDS = 24 * 3600


@dataclass(slots=True, eq=False)
class Message:
    """What somebody wants to write. `is_limited` is False for addresses that no limit counts for."""

    by: Author
    ticket_id: UUID
    client_id: UUID
    text: str
    kind: Literal["text", "note"] = "text"
    reply_to: UUID | None = None
    is_limited: bool = True
    workspace_id: int = field(default_factory=scope.require_workspace_id)
    request_hash: str = field(init=False)

    def __post_init__(self) -> None:
        if self.kind == "note" and self.by.kind != ByKind.AGENT:
            raise HelpdeskError("not_allowed", _("Only the team can write notes."))
        asked = {"body": self.text, "kind": self.kind, "reply_to": self.reply_to}
        self.request_hash = request_hash("message.send", asked)

    def window(self) -> Window:
        return VISITOR_MESSAGES if self.by.kind == ByKind.VISITOR else AGENT_MESSAGES


def send_message(message: Message) -> Ack:
    """Write a message or, as an agent, a note. Must hold: the message's workspace is active.

    The first text of an agent into an unassigned ticket takes it. A visitor's text to a resolved ticket reopens it
    within the workspace's `reopen_days`. Raises HelpdeskError: not_found, chat_closed, over_limit where that text would
    take one chat too many, rate_limited, idempotency_conflict.
    """

    def write(ticket: Ticket, _wanted_hash: str) -> Event:
        return _write(ticket, message)

    return once(message.by, message.ticket_id, message.client_id, message.request_hash, write)


def send_messages(messages: Sequence[Message]) -> list[Ack | NotDone]:
    """The same for many people's messages in one transaction: an answer for each, in order.

    HELD for those whose ticket another transaction has locked: nothing here waits for a row, so that one held ticket
    stops nobody and two processes never wait for each other. ALONE for those that `send_message` must do: it refuses
    them, or they do more than most messages. No workspace is active, or need be.
    """
    answers: dict[int, Ack | NotDone] = {}
    numbered = sorted(enumerate(messages), key=_workspace_of)
    with scope.atomic_for_many():
        for workspace_id, part in groupby(numbered, key=_workspace_of):
            own = list(part)
            with scope.workspace(workspace_id), scope.atomic(savepoint=False):
                found = _send_together([message for _number, message in own])
            answers.update(zip((number for number, _message in own), found, strict=True))
    return [answers[number] for number in range(len(messages))]


def _workspace_of(numbered: tuple[int, Message]) -> int:
    return numbered[1].workspace_id


def _send_together(messages: list[Message]) -> list[Ack | NotDone]:
    """The messages of one workspace. The number of statements does not depend on how many there are."""
    tickets = lock_open(list({message.ticket_id for message in messages}))
    if not tickets:
        return [HELD] * len(messages)
    keys = {
        message: (tickets[message.ticket_id].pk, message.by.sender, message.client_id)
        for message in messages
        if message.ticket_id in tickets
    }
    batch = _read_for(messages, tickets, list(dict.fromkeys(keys.values())))
    answers = [batch.send(message, keys[message]) if message in keys else HELD for message in messages]
    written = [ticket for ticket in tickets.values() if ticket.unsaved]
    if written:
        save_plain(written, batch.at)
    return answers


def _read_for(messages: list[Message], tickets: dict[UUID, PlainTicket], keys: list[Key]) -> _Batch:
    """What the messages need to know of their locked tickets and senders, in one statement."""
    members = [message.by.member for message in messages]
    # Admins see every ticket; of the others it is asked.
    departments: dict[int, set[int]] = {member.pk: set() for member in members if member and not member.is_admin}
    going_on, memberships, used = select_each(
        [
            runs.looking_for_going_on([ticket.pk for ticket in tickets.values()]),
            selecting(DepartmentMember, "membership_id, department_id", "membership", list(departments)),
            looking_for(keys),
        ]
    )
    for member_id, department_id in memberships:
        departments[member_id].add(department_id)
    return _Batch(
        tickets=tickets,
        runs={ticket_id: bool(is_answered) for ticket_id, is_answered in going_on},
        departments=departments,
        used={keys[place] for place, is_used in used if is_used},
        at=timezone.now(),
    )


@dataclass
class _Batch:
    """What was read for the messages of one workspace, and what they have done so far."""

    tickets: dict[UUID, PlainTicket]
    runs: dict[int, bool]  # ticket → whether its live run was answered
    departments: dict[int, set[int]]
    used: set[Key]
    at: datetime
    written: Counter[str] = field(default_factory=Counter)

    def send(self, message: Message, key: Key) -> Ack | NotDone:
        ticket, by = self.tickets[message.ticket_id], message.by
        if key in self.used or not self._may_write(by, ticket) or not self._is_plain(message, ticket):
            return ALONE
        if message.is_limited and not message.window().allows(by.sender, already=self.written[by.sender]):
            return ALONE
        self.used.add(key)
        self.written[by.sender] += 1
        if message.is_limited:
            transaction.on_commit(lambda: message.window().count(by.sender))
        return append_plain(
            ticket,
            by=by,
            name="note.created" if message.kind == "note" else "message.created",
            text=message.text,
            client_id=message.client_id,
            wanted_hash=message.request_hash,
            at=self.at,
        )

    def _may_write(self, by: Author, ticket: PlainTicket) -> bool:
        if by.member is not None:
            return sees(by.member, self.departments.get(by.member.pk, set()), ticket.department_id, ticket.assignee_id)
        return by.visitor is not None and ticket.visitor_id == by.visitor.pk

    def _is_plain(self, message: Message, ticket: PlainTicket) -> bool:
        """Whether `_write` below would do no more than count the message."""
        if message.reply_to is not None:
            return False
        if message.by.kind == ByKind.VISITOR:
            return ticket.channel != Channel.CHAT or ticket.pk in self.runs
        if message.kind == "note":
            return True
        return ticket.assignee_id is not None and ticket.answered_at is not None and self.runs.get(ticket.pk, True)


# --- one message -----------------------------------------------------------------------------------------------------
def _write(ticket: Ticket, message: Message) -> Event:
    """Append the message to the locked ticket."""
    window, by = message.window(), message.by
    if message.is_limited:
        window.check(by.sender)
        transaction.on_commit(lambda: window.count(by.sender))
    words = Words(
        by=by,
        text=message.text,
        client_id=message.client_id,
        wanted_hash=message.request_hash,
        reply_to=message.reply_to,
    )
    if message.kind == "note":
        return write_note(ticket, **words)
    return _visitor_writes(ticket, words) if by.kind == ByKind.VISITOR else _agent_writes(ticket, words)


def _visitor_writes(ticket: Ticket, words: Words) -> Event:
    was_resolved = ticket.state == State.RESOLVED
    was_ended = ticket.public_state == "ended"
    if was_resolved:
        _refuse_late(ticket)
    event = write_message(ticket, **words)
    runs.note_visitor_wrote(ticket)
    if was_resolved:
        ticket_verbs.change_state(ticket, state=State.OPEN, by=words["by"], why="visitor_message")
    elif was_ended:
        data = {"state": ticket.state, "why": "visitor_message", "public_state": ticket.public_state}
        append_event(ticket, name="ticket.changed", by=words["by"], public=True, data=data)
    return event


def _refuse_late(ticket: Ticket) -> None:
    days = Workspace.objects.values_list("reopen_days", flat=True).get(pk=ticket.workspace_id)
    if ticket.resolved_at is None or timezone.now() - ticket.resolved_at > timedelta(days=days):
        raise HelpdeskError("chat_closed", _("This conversation is closed. Start a new chat; your text is kept."))


def _agent_writes(ticket: Ticket, words: Words) -> Event:
    is_first_answer = ticket.answered_at is None
    if ticket.assignee is None:
        refuse_over_limit(words["by"].member, ticket)
        ticket_verbs.assign_ticket(ticket, to=words["by"].member, by=words["by"], why="reply")
        has_agent(ticket)
    event = write_message(ticket, **words)
    if ticket.state == State.RESOLVED:
        ticket_verbs.change_state(ticket, state=State.ANSWERED, by=words["by"], why="agent_message")
    runs.note_agent_wrote(ticket)
    if is_first_answer:
        note_replied(ticket)
        transaction.on_commit(lambda: _trust_address(ticket), robust=True)
    return event


def _trust_address(ticket: Ticket) -> None:
    """Somebody answered a chat from there: the address is a customer's, its limit on new chats is lifted for a day."""
    address = cache.get(f"address-of:{ticket.workspace_id}:{ticket.pk}")
    if address:
        cache.set(f"answered-address:{ticket.workspace_id}:{address}", True, timeout=ADDRESS_SECONDS)
