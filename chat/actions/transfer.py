"""An agent hands a chat over: to a colleague, at whom it rings, or to a department, whose queue it joins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.once import once
from chat.actions.queue import queue_moved
from chat.actions.rings import close_rings, start_rings
from chat.models import Ring, RingMode
from chat.policies import policy_of
from chat.presence import available_members, is_online
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime.peer import Ack
from tickets.actions import tickets as ticket_verbs
from tickets.actions.events import append_event, request_hash
from tickets.authors import Author
from tickets.models import Event, Ticket


@dataclass(frozen=True)
class Handover:
    """Where a chat is to go: one of `member` and `department`. `anyway`: also where nobody is there."""

    member: UUID | None = None
    department: UUID | None = None
    note: str = ""
    anyway: bool = False

    def request_hash(self) -> str:
        asked = {"member": self.member, "department": self.department, "note": self.note}
        return request_hash("ticket.transfer", asked)


def transfer_ticket(*, by: Author, ticket_id: UUID, client_id: UUID, to: Handover, if_seq: int | None = None) -> Ack:
    """Hand the ticket over, with what the sender says about it.

    To a colleague who is there: it rings at theirs, and stays where it is until they accept; declined or missed, the
    sender is told. To one who is not (`anyway`): it is theirs at once. To a department: it is nobody's, joins the queue
    there at the place of its age, and does not ring at the sender first. The history stays.

    Raises HelpdeskError: invalid (with field) unless there is one target, invalid_assignee, not_found for an unknown
    department, target_offline when nobody is there and `anyway` is not said, stale.
    """
    if (to.member is None) == (to.department is None):
        raise HelpdeskError("invalid", _("Hand it over to a colleague or to a department."), field="member")

    def transfer(ticket: Ticket, wanted_hash: str) -> Event:
        if to.member is not None:
            return _to_member(ticket, by, to, client_id, wanted_hash)
        return _to_department(ticket, by, to, client_id, wanted_hash)

    return once(by, ticket_id, client_id, to.request_hash(), transfer, if_seq=if_seq)


# --- to a colleague ---------------------------------------------------------------------------------------------------
def _to_member(ticket: Ticket, by: Author, to: Handover, client_id: UUID, wanted_hash: str) -> Event:
    target = Membership.objects.active().select_related("user").filter(public_id=to.member).first()
    if target is None or target in (by.member, ticket.assignee):
        raise HelpdeskError("invalid_assignee", _("Choose a colleague who works here."), field="member")
    close_rings(ticket)
    if not available_members().filter(pk=target.pk).exists():
        if not to.anyway:
            raise _offline(_("%(name)s is not there now. Choose somebody else.") % {"name": target.name})
        return _assign(ticket, target, by, client_id, wanted_hash)
    event = _offer(ticket, target.as_party(), by, to, client_id, wanted_hash)
    _ring_at(ticket, target, by, to.note)
    return event


def _assign(ticket: Ticket, target: Membership, by: Author, client_id: UUID, wanted_hash: str) -> Event:
    event = ticket_verbs.assign_ticket(
        ticket, to=target, by=by, why="transfer", client_id=client_id, wanted_hash=wanted_hash
    )
    runs.note_assigned(ticket)
    queue_moved(ticket.department_id)
    return event


def _ring_at(ticket: Ticket, target: Membership, by: Author, note: str) -> None:
    now = timezone.now()
    ring = Ring(
        ticket=ticket,
        membership=target,
        mode=RingMode.TRANSFER,
        started_at=now,
        deadline_at=now + timedelta(seconds=policy_of(ticket.department_id).ring_seconds),
        sender=by.member,
        note=note,
    )
    start_rings([ring], {ticket.pk: ticket})


# --- to a department --------------------------------------------------------------------------------------------------
def _to_department(ticket: Ticket, by: Author, to: Handover, client_id: UUID, wanted_hash: str) -> Event:
    department = Department.objects.filter(public_id=to.department).first()
    if department is None:
        raise not_found()
    if not to.anyway and not is_online(department):
        raise _offline(_("Nobody is there in %(name)s now. The chat would wait.") % {"name": department.name})
    close_rings(ticket)
    before = ticket.department_id
    event = _offer(ticket, department.as_badge(), by, to, client_id, wanted_hash)
    if ticket.department_id != department.pk:
        ticket_verbs.update_ticket(ticket, changes={"department": department}, by=by)
    if ticket.assignee is not None:
        ticket_verbs.assign_ticket(ticket, to=None, by=by, why="transfer")
    runs.note_queued(ticket, not_to=[by.member.pk] if by.member is not None else [])
    queue_moved(before)
    queue_moved(department.pk)
    return event


def _offer(
    ticket: Ticket, target: dict[str, Any], by: Author, to: Handover, client_id: UUID, wanted_hash: str
) -> Event:
    return append_event(
        ticket,
        name="transfer.offered",
        by=by,
        public=False,
        text=to.note,
        client_id=client_id,
        wanted_hash=wanted_hash,
        data={"to": target},
    )


def _offline(sentence: str) -> HelpdeskError:
    return HelpdeskError("target_offline", sentence)
