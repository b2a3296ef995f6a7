"""The verbs of a conversation, each reached from the sockets, the REST API and the tasks alike.

Every verb opens its own transaction, locks the ticket first, answers a repeated client id with what it did before, and
returns an Ack. What it tells others leaves after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.exposures import find_accepted, note_messaged, say_invitation
from chat.actions.lead_alerts import close_alerts
from chat.actions.once import once
from chat.actions.queue import queue_moved
from chat.actions.rings import close_rings
from chat.actions.whose import has_agent, has_no_agent, refuse_over_limit
from chat.models import EndedWhy, InvitationExposure
from chat.prechat import check_answers
from helpdesk.accounts.models import Department, Membership, Status, Workspace
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime.limits import address_group, is_trusted_address, limit_address, rate_limited
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import scope
from tickets.access import ticket_for_system
from tickets.actions import tickets as ticket_verbs
from tickets.actions.events import ack_of, append_event, idempotency_conflict, request_hash
from tickets.actions.messages import preview_of, write_message
from tickets.actions.saving import save_ticket
from tickets.actions.search_index import index_ticket
from tickets.actions.visitors import update_profile
from tickets.authors import Author
from tickets.models import AGENT_LEFT, ByKind, Channel, Event, State, Ticket, Visitor
from widget.models import Widget

CHATS_PER_VISITOR = 5  # in an hour
CHATS_PER_ADDRESS = 20  # in an hour, while none from there was answered
SUBJECT_LENGTH = 80
HOUR = 3600


# --- the visitor begins ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NewChat:
    """What a visitor asks for with `chat.start`."""

    client_id: UUID
    text: str
    form: dict[str, Any]
    department: UUID | None = None
    offline: bool = False
    invitation: UUID | None = None  # the exposure that the visitor accepted

    def request_hash(self) -> str:
        asked = {"body": self.text, "form": self.form, "department": self.department, "offline": self.offline}
        if self.invitation is not None:
            asked["invitation"] = self.invitation
        return request_hash("chat.start", asked)


def start_chat(*, visitor: Visitor, widget: Widget, address: str, chat: NewChat) -> Ack:
    """Make a ticket with the visitor's first message; the ticket waits when nobody is free.

    With `invitation` what the visitor was invited with stands before it, the ticket is the invitation's department's
    unless the visitor chose one, and an agent who invited by hand has it. An unknown invitation changes nothing.
    Idempotent on the visitor's `client_id`. Raises HelpdeskError: required (with field) for what the widget's form
    requires, chat_open (with ticket) while another chat of the visitor is live, not_found for an unknown department,
    rate_limited, idempotency_conflict.
    """
    known = _started_before(visitor, chat)
    if known is not None:
        return known
    try:
        with scope.atomic():
            # Of two starts at the same moment the second waits here, then finds the first.
            visitor = Visitor.objects.select_for_update(no_key=True).get(pk=visitor.pk)
            return _started_before(visitor, chat) or _start(visitor, widget, address, chat)
    except IntegrityError:
        winner = _started_before(visitor, chat)
        if winner is None:
            raise
        return winner


def _started_before(visitor: Visitor, chat: NewChat) -> Ack | None:
    ticket = Ticket.objects.filter(visitor=visitor, start_client_id=chat.client_id).first()
    if ticket is None:
        return None
    if ticket.start_request_hash != chat.request_hash():
        raise idempotency_conflict()
    first = Event.objects.get(ticket=ticket, sender=Author.of_visitor(visitor).sender, client_id=chat.client_id)
    return ack_of(first, ticket, duplicate=True, subscribe=True)


def _start(visitor: Visitor, widget: Widget, address: str, chat: NewChat) -> Ack:
    exposure = find_accepted(chat.invitation)
    invitation = exposure.invitation if exposure is not None else None
    invited_to = invitation.department if invitation is not None else None
    department = _department(chat.department) if chat.department else invited_to or widget.department
    answers = {**chat.form, "department": department.name if chat.department and department else ""}
    asked = widget.forms["offline" if chat.offline else "prechat"]
    kept = check_answers(asked, answers, visitor.as_profile(), offline=chat.offline)
    _refuse_second_chat(visitor)
    _limit_starts(visitor, address)
    update_profile(visitor, changes=chat.form)
    ticket = ticket_verbs.create_ticket(
        visitor=visitor,
        widget=widget,
        channel=Channel.OFFLINE_FORM if chat.offline else Channel.CHAT,
        department=department,
        subject=preview_of(chat.text)[:SUBJECT_LENGTH],
        form=kept,
        client_id=chat.client_id,
        wanted_hash=chat.request_hash(),
    )
    if exposure is not None:
        say_invitation(ticket, exposure)
    event = write_message(
        ticket,
        by=Author.of_visitor(visitor),
        text=chat.text,
        client_id=chat.client_id,
        wanted_hash=chat.request_hash(),
    )
    runs.note_visitor_wrote(ticket)
    index_ticket(ticket)
    if exposure is not None:
        note_messaged(exposure, ticket, visitor)
        _give_to_who_invited(ticket, exposure)
    save_ticket(ticket)
    cache.set(f"address-of:{ticket.workspace_id}:{ticket.pk}", address_group(address), timeout=24 * HOUR)
    return ack_of(event, ticket, subscribe=True)


def _give_to_who_invited(ticket: Ticket, exposure: InvitationExposure) -> None:
    """The agent has kept a place for this chat. Who has left meanwhile does not get it: it waits as any other."""
    by = exposure.by
    if exposure.is_manual and by is not None and by.is_active and by.shown_status == Status.ONLINE:
        ticket_verbs.assign_ticket(ticket, to=by, by=Author.system(), why="invitation")
        has_agent(ticket)


def _department(public_id: UUID) -> Department:
    department = Department.objects.filter(public_id=public_id).first()
    if department is None:
        raise not_found()
    return department


def _refuse_second_chat(visitor: Visitor) -> None:
    live = Ticket.objects.filter(visitor=visitor, chats__ended_at=None, chats__isnull=False).first()
    if live is not None:
        raise HelpdeskError("chat_open", _("You have a chat open already. Go on there."), ticket=str(live.public_id))


def _limit_starts(visitor: Visitor, address: str) -> None:
    if is_trusted_address(address):
        return
    since = timezone.now() - timedelta(seconds=HOUR)
    if Ticket.objects.filter(visitor=visitor, created_at__gt=since).count() >= CHATS_PER_VISITOR:
        raise rate_limited(HOUR / 6)
    if not cache.get(f"answered-address:{visitor.workspace_id}:{address_group(address)}"):
        limit_address(f"chats:{visitor.workspace_id}", address, CHATS_PER_ADDRESS, HOUR)


# --- who answers -----------------------------------------------------------------------------------------------------
def take_ticket(*, by: Author, ticket_id: UUID, client_id: UUID) -> Ack:
    """Assign an unassigned ticket to oneself: the first wins.

    Raises HelpdeskError already_taken with `by` {id, name} when somebody else has it, over_limit where nobody may take
    more chats than their limit.
    """

    def take(ticket: Ticket, wanted_hash: str) -> Event | None:
        if ticket.assignee is None:
            refuse_over_limit(by.member, ticket)
            event = ticket_verbs.assign_ticket(
                ticket, to=by.member, by=by, why="take", client_id=client_id, wanted_hash=wanted_hash
            )
            has_agent(ticket)
            return event
        if ticket.assignee == by.member:
            return None
        raise HelpdeskError(
            "already_taken",
            _("%(name)s was faster and has this conversation.") % {"name": ticket.assignee.name},
            by=ticket.assignee.as_party(),
        )

    return once(by, ticket_id, client_id, request_hash("ticket.take", {}), take)


def assign_ticket(*, by: Author, ticket_id: UUID, client_id: UUID, to: UUID | None, if_seq: int | None = None) -> Ack:
    """Give the ticket to a member, or to nobody.

    Raises HelpdeskError invalid_assignee for somebody who is not an active member, over_limit as `take_ticket` for who
    gives it to themselves, stale when `if_seq` is not the head.
    """

    def assign(ticket: Ticket, wanted_hash: str) -> Event | None:
        member = _assignee(to)
        if member == ticket.assignee:
            return None
        if member == by.member:
            refuse_over_limit(member, ticket)
        event = ticket_verbs.assign_ticket(
            ticket, to=member, by=by, why="assign", client_id=client_id, wanted_hash=wanted_hash
        )
        if member is None:
            has_no_agent(ticket, not_to=by.member)
        else:
            has_agent(ticket)
        return event

    return once(by, ticket_id, client_id, request_hash("ticket.assign", {"to": to}), assign, if_seq=if_seq)


def _assignee(to: UUID | None) -> Membership | None:
    if to is None:
        return None
    member = Membership.objects.active().select_related("user").filter(public_id=to).first()
    if member is None:
        raise HelpdeskError("invalid_assignee", _("Choose somebody who works here."), field="to")
    return member


def return_chat(*, ticket_pk: int) -> bool:
    """Put a chat back to everybody whose visitor waits for an agent who has left, if that is still due.

    The visitor is told. Returns whether it was put back now.
    """
    with scope.atomic():
        ticket = ticket_for_system(ticket_pk)
        if not _is_left_alone(ticket):
            return False
        ticket_verbs.assign_ticket(ticket, to=None, by=Author.system(), why=AGENT_LEFT)
        has_no_agent(ticket)
        save_ticket(ticket)
        return True


def _is_left_alone(ticket: Ticket) -> bool:
    minutes = Workspace.objects.values_list("return_minutes", flat=True).get(pk=ticket.workspace_id)
    member, waiting_since = ticket.assignee, ticket.waiting_since
    if not minutes or member is None or member.is_present or member.lease_until is None or waiting_since is None:
        return False
    # Gone and waiting for so long: whoever comes back meanwhile keeps the chat.
    due = max(member.lease_until, waiting_since) + timedelta(minutes=minutes)
    return due <= timezone.now() and ticket.is_open and runs.live_run(ticket) is not None


# --- state -----------------------------------------------------------------------------------------------------------
def set_state(*, by: Author, ticket_id: UUID, client_id: UUID, state: State, if_seq: int | None = None) -> Ack:
    """Resolve, reopen (OPEN) or mark as spam. Resolving ends the live chat.

    A ticket that is in that state already stays as it is. Raises HelpdeskError not_found, stale, idempotency_conflict.
    """

    def change(ticket: Ticket, wanted_hash: str) -> Event | None:
        if ticket.state == state or (state == State.OPEN and ticket.is_open):
            return None
        event = ticket_verbs.change_state(
            ticket, state=state, by=by, why="agent", client_id=client_id, wanted_hash=wanted_hash
        )
        close_rings(ticket)
        queue_moved(ticket.department_id)
        if state == State.RESOLVED:
            runs.finish_run(ticket, EndedWhy.AGENT)
        else:
            close_alerts(ticket)
        return event

    return once(by, ticket_id, client_id, request_hash("ticket.state", {"state": str(state)}), change, if_seq=if_seq)


def update_ticket(
    *, by: Author, ticket_id: UUID, client_id: UUID, changes: dict[str, Any], if_seq: int | None = None
) -> Ack:
    """Change `subject` (text) and `department` (its public id, or None). Raises HelpdeskError not_found, stale."""

    def update(ticket: Ticket, wanted_hash: str) -> Event | None:
        found = dict(changes)
        if found.get("department") is not None:
            found["department"] = _department(found["department"])
        before = ticket.department_id
        event = ticket_verbs.update_ticket(ticket, changes=found, by=by, client_id=client_id, wanted_hash=wanted_hash)
        if ticket.department_id != before:
            # It rings at the people of a department that it is not in any more.
            close_rings(ticket)
            close_alerts(ticket)
            if ticket.assignee is None:
                runs.note_queued(ticket)
            queue_moved(before)
            queue_moved(ticket.department_id)
        if event is not None:
            index_ticket(ticket)
        return event

    return once(by, ticket_id, client_id, request_hash("ticket.update", changes), update, if_seq=if_seq)


# --- the end ---------------------------------------------------------------------------------------------------------
def end_chat(*, by: Author, ticket_id: UUID, client_id: UUID) -> Ack:
    """End the live chat: answered in this run, the ticket becomes resolved; never answered, it stays open."""
    why = EndedWhy.VISITOR if by.kind == ByKind.VISITOR else EndedWhy.AGENT

    def end(ticket: Ticket, wanted_hash: str) -> Event | None:
        return _end(ticket, by, why, client_id, wanted_hash)

    return once(by, ticket_id, client_id, request_hash("chat.end", {}), end)


def end_abandoned_chat(*, ticket_pk: int) -> bool:
    """End a chat whose visitor left, if that is still due. Returns whether it was ended now."""
    with scope.atomic():
        ticket = ticket_for_system(ticket_pk)
        run = runs.live_run(ticket)
        if run is None or run.end_due_at is None or run.end_due_at > timezone.now():
            return False
        _end(ticket, Author.system(), EndedWhy.INACTIVE, None, "")
        save_ticket(ticket)
        return True


def _end(ticket: Ticket, by: Author, why: EndedWhy, client_id: UUID | None, wanted_hash: str) -> Event | None:
    run = runs.finish_run(ticket, why)
    if run is None:
        return None
    close_rings(ticket)
    queue_moved(ticket.department_id)
    event = append_event(
        ticket,
        name="chat.ended",
        by=by,
        public=True,
        client_id=client_id,
        wanted_hash=wanted_hash,
        data={"why": str(why)},
    )
    # A visitor who left without a word may still wait for an answer; one who ended the chat does not.
    is_done = ticket.state == State.ANSWERED if why == EndedWhy.INACTIVE else run.answered_at is not None
    if is_done and ticket.is_open:
        ticket_verbs.change_state(ticket, state=State.RESOLVED, by=by, why="chat_ended")
    return event
