"""Either side writes: one message in a transaction of its own, or many people's messages in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Literal
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.once import answer_again, once
from helpdesk.accounts.models import DepartmentMember, Workspace
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime.limits import Window
from helpdesk.realtime.peer import HELD, Ack, Held
from helpdesk.tenancy import scope
from tickets.access import lock_free
from tickets.actions import tickets as ticket_verbs
from tickets.actions.events import ack_of, append_event, find_duplicates, request_hash
from tickets.actions.messages import Words, write_message, write_note
from tickets.actions.saving import save_tickets
from tickets.authors import Author
from tickets.models import ByKind, Event, State, Ticket

VISITOR_MESSAGES = Window(30, 60)
AGENT_MESSAGES = Window(120, 60)
ADDRESS_SECONDS = 24 * 3600


@dataclass(frozen=True)
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
        object.__setattr__(self, "request_hash", request_hash("message.send", asked))

    def window(self) -> Window:
        return VISITOR_MESSAGES if self.by.kind == ByKind.VISITOR else AGENT_MESSAGES


def send_message(message: Message) -> Ack:
    """Write a message or, as an agent, a note. Must hold: the message's workspace is active.

    The first text of an agent into an unassigned ticket takes it. A visitor's text to a resolved ticket reopens it
    within the workspace's `reopen_days`. Raises HelpdeskError: not_found, chat_closed, rate_limited,
    idempotency_conflict.
    """

    def write(ticket: Ticket, _wanted_hash: str) -> Event:
        return _write(ticket, message, already=0)

    return once(message.by, message.ticket_id, message.client_id, message.request_hash, write)


def send_messages(messages: Sequence[Message]) -> list[Ack | HelpdeskError | Held]:
    """The same for many people's messages in one transaction: an answer for each, in order.

    HELD for those whose ticket another transaction has locked: nothing here waits for a row, so that one held ticket
    stops nobody and two processes never wait for each other. No workspace is active, or need be.
    """
    answers: dict[int, Ack | HelpdeskError | Held] = {}
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


def _send_together(messages: list[Message]) -> list[Ack | HelpdeskError | Held]:
    """The messages of one workspace. The number of statements does not depend on how many there are."""
    tickets = lock_free({message.ticket_id for message in messages})
    free = [ticket for ticket in tickets.values() if isinstance(ticket, Ticket)]
    runs.fetch_live_runs(free)
    batch = _Batch(
        tickets=tickets,
        departments=_departments_of(messages),
        known=find_duplicates(
            [
                (ticket.pk, message.by.sender, message.client_id)
                for message in messages
                if isinstance(ticket := tickets.get(message.ticket_id), Ticket)
            ]
        ),
    )
    answers = [batch.answer(message) for message in messages]
    save_tickets([ticket for ticket in free if ticket.unsaved])
    return answers


def _departments_of(messages: list[Message]) -> dict[int, set[int]]:
    """The departments of those agents among the senders who do not see every ticket."""
    members = [message.by.member for message in messages]
    departments: dict[int, set[int]] = {member.pk: set() for member in members if member and not member.is_admin}
    if departments:
        rows = DepartmentMember.objects.filter(membership__in=departments).values_list("membership_id", "department_id")
        for member_id, department_id in rows:
            departments[member_id].add(department_id)
    return departments


@dataclass
class _Batch:
    """What was read for the messages of one workspace, and what they have done so far."""

    tickets: dict[UUID, Ticket | Held]
    departments: dict[int, set[int]]
    known: dict[tuple[int, str, UUID], Event]
    written: Counter[str] = field(default_factory=Counter)

    def answer(self, message: Message) -> Ack | HelpdeskError | Held:
        try:
            return self._send(message)
        except HelpdeskError as error:
            return error

    def _send(self, message: Message) -> Ack | Held:
        ticket = self.tickets.get(message.ticket_id)
        if ticket is HELD:
            return HELD
        if not isinstance(ticket, Ticket) or not self._may_write(message.by, ticket):
            raise not_found()
        key = (ticket.pk, message.by.sender, message.client_id)
        if key in self.known:
            return answer_again(self.known[key], ticket, message.request_hash)
        before = len(ticket.unsaved)
        try:
            event = _write(ticket, message, already=self.written[message.by.sender])
        except HelpdeskError:
            if len(ticket.unsaved) != before:
                # Half of it stands in the ticket, which others write to as well: each must be tried alone.
                raise RuntimeError("A refused message has changed its ticket.") from None
            raise
        self.known[key] = event
        self.written[message.by.sender] += 1
        return ack_of(event, ticket)

    def _may_write(self, by: Author, ticket: Ticket) -> bool:
        if by.member is not None:
            return ticket.is_visible_to(by.member, self.departments.get(by.member.pk, set()))
        return by.visitor is not None and ticket.visitor_id == by.visitor.pk


# --- one message -----------------------------------------------------------------------------------------------------
def _write(ticket: Ticket, message: Message, *, already: int) -> Event:
    """Append the message to the locked ticket. `already`: how many the sender has written in this transaction."""
    window, by = message.window(), message.by
    if message.is_limited:
        window.check(by.sender, already=already)
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
        ticket_verbs.assign_ticket(ticket, to=words["by"].member, by=words["by"], why="reply")
    event = write_message(ticket, **words)
    if ticket.state == State.RESOLVED:
        ticket_verbs.change_state(ticket, state=State.ANSWERED, by=words["by"], why="agent_message")
    runs.note_agent_wrote(ticket)
    if is_first_answer:
        transaction.on_commit(lambda: _trust_address(ticket), robust=True)
    return event


def _trust_address(ticket: Ticket) -> None:
    """Somebody answered a chat from there: the address is a customer's, its limit on new chats is lifted for a day."""
    address = cache.get(f"address-of:{ticket.workspace_id}:{ticket.pk}")
    if address:
        cache.set(f"answered-address:{ticket.workspace_id}:{address}", True, timeout=ADDRESS_SECONDS)
