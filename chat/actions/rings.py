"""A chat rings at agents; one of them accepts, or the reason to ring goes away.

Locks are taken in the order ticket, rings (by id), desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.once import once
from chat.actions.queue import queue_moved
from chat.actions.waking import wake_routing
from chat.floor import loads_of
from chat.models import Chat, Desk, Ring, RingMode, RingOutcome
from chat.policies import policy_of
from chat.rings import Callers, closed_frame, offered_frame
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups, publish
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import bulk, scope
from tickets.access import locked, ticket_for_system
from tickets.actions import tickets as ticket_verbs
from tickets.actions.events import append_event, request_hash
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import Event, Ticket

RING = (
    "public_id",
    "ticket_id",
    "membership_id",
    "mode",
    "cycle",
    "started_at",
    "deadline_at",
    "outcome",
    "sender_id",
    "note",
)


# --- it rings ---------------------------------------------------------------------------------------------------------
def start_rings(rings: Sequence[Ring], tickets: dict[int, Ticket]) -> None:
    """Save new rings and show them. Must hold: their tickets, by key, are locked and wait, and nothing rings there.

    A worker looks again when the time is over.
    """
    rows = [tuple(getattr(ring, name) for name in RING) for ring in rings]
    bulk.run(bulk.inserting(Ring, RING, rows))
    callers, now = Callers.of(list(tickets.values())), timezone.now()
    publish.told_each(
        (_console(ring.workspace_id, ring.membership_id), offered_frame(ring, tickets[ring.ticket_id], callers, now))
        for ring in rings
    )
    for deadline in {ring.deadline_at for ring in rings}:
        wake_routing(at=deadline)


# --- somebody answers -------------------------------------------------------------------------------------------------
def accept_ring(*, by: Author, ring_id: UUID) -> Ack:
    """The agent has the chat from now on, and it stops ringing everywhere.

    Idempotent. Raises HelpdeskError: not_found for what does not ring at this agent; ring_over (with `by` {id, name}
    when somebody else has the chat); desk_full when it rings at everybody and the agent has no place left.
    """
    ring = _ring_at(by, ring_id)

    def accept(ticket: Ticket, wanted_hash: str) -> Event:
        current = Ring.objects.select_for_update(no_key=True).get(pk=ring.pk)
        if not current.is_open or not ticket.is_open:
            raise _ring_over(ticket)
        desk = locked_desk(by.member)
        if current.mode == RingMode.ALL:
            _refuse_when_full(desk, ticket.department_id)
        close_rings(ticket, accepted=current)
        event = ticket_verbs.assign_ticket(
            ticket,
            to=by.member,
            by=by,
            why="transfer" if current.mode == RingMode.TRANSFER else "ring",
            client_id=ring.public_id,
            wanted_hash=wanted_hash,
        )
        runs.note_assigned(ticket)
        Desk.objects.filter(pk=desk.pk).update(misses=0)
        queue_moved(ticket.department_id)
        return event

    # The ring is the client id: it is answered once, however often the command comes.
    asked = request_hash("ring.accept", {"ring": ring_id})

    def lock() -> Ticket:
        return ticket_for_system(ring.ticket_id)

    return once(by, ring.ticket.public_id, ring.public_id, asked, accept, lock=lock)


def decline_ring(*, by: Author, ring_id: UUID) -> None:
    """It stops ringing at this agent and goes on elsewhere. Nothing to do when it does not ring any more.

    Raises HelpdeskError not_found for what never rang at this agent.
    """
    ring = _ring_at(by, ring_id)
    with scope.atomic():
        ticket = ticket_for_system(ring.ticket_id)
        current = Ring.objects.select_for_update(no_key=True).select_related("membership__user").get(pk=ring.pk)
        if current.is_open:
            end_ring(current, ticket, RingOutcome.DECLINED, timezone.now())
            save_ticket(ticket)
            wake_routing()


def _ring_at(by: Author, ring_id: UUID) -> Ring:
    ring: Ring | None = Ring.objects.select_related("ticket").filter(public_id=ring_id, membership=by.member).first()
    if ring is None:
        raise not_found()
    return ring


def _ring_over(ticket: Ticket) -> HelpdeskError:
    if ticket.assignee is not None:
        text = _("%(name)s was faster and has this conversation.") % {"name": ticket.assignee.name}
        return HelpdeskError("ring_over", text, by=ticket.assignee.as_party())
    return HelpdeskError("ring_over", _("It does not ring any more. Look for the chat in the queue."))


def locked_desk(member: Membership | None) -> Desk:
    """The member's desk, locked until the transaction ends."""
    Desk.objects.get_or_create(membership=member)
    desk: Desk = Desk.objects.select_for_update(no_key=True).get(membership=member)
    return desk


def _refuse_when_full(desk: Desk, department_id: int | None) -> None:
    limit = desk.chat_limit if desk.chat_limit is not None else policy_of(department_id).chats_at_once
    if limit is not None and loads_of([desk.membership_id]).get(desk.membership_id, 0) >= limit:
        raise HelpdeskError("desk_full", _("You have as many chats as you may have. End one, then accept this one."))


# --- it ends ----------------------------------------------------------------------------------------------------------
def close_rings(ticket: Ticket, *, accepted: Ring | None = None, by: dict[str, Any] | None = None) -> None:
    """Whatever rings for the ticket is over: one may be the `accepted`, the others are taken back without blame.

    `by` {id, name} is who has the chat now, if that is not whoever accepted. Must hold: the ticket is locked; the
    caller saves it.
    """
    now, who = timezone.now(), by
    for ring in _open_rings(Ring.objects.filter(ticket=ticket)):
        if accepted is not None:
            who = by or accepted.membership.as_party()
        is_accepted = accepted is not None and ring.pk == accepted.pk
        _close(ring, RingOutcome.ACCEPTED if is_accepted else RingOutcome.CANCELLED, now)
        _tell_closed(ring, str(ticket.public_id), who)
        if not is_accepted:
            _note_not_taken(ring, ticket)


def close_rings_at(member: Membership, *, department_id: int | None = None) -> None:
    """The member is gone or rests: what rings there goes on elsewhere, and is no miss.

    `department_id`: only what is of that department. Must hold: the member's desk is not locked yet.
    """
    rings = Ring.objects.filter(membership=member)
    if department_id is not None:
        rings = rings.filter(ticket__department=department_id)
    handed_over = list(rings.open().filter(mode=RingMode.TRANSFER).values_list("ticket_id", flat=True))
    tickets = {each.pk: each for each in locked(Ticket.objects.for_rows().filter(pk__in=handed_over).order_by("id"))}
    for ring in _open_rings(rings):
        if ring.mode == RingMode.TRANSFER and ring.ticket_id not in tickets:
            continue  # began after they were read: the next routing step ends it
        _close(ring, RingOutcome.CANCELLED, timezone.now())
        _tell_closed(ring, str(ring.ticket.public_id), None)
        if ring.ticket_id in tickets:
            _note_not_taken(ring, tickets[ring.ticket_id])
    for ticket in tickets.values():
        if ticket.unsaved:
            save_ticket(ticket)


def end_ring(ring: Ring, ticket: Ticket, outcome: RingOutcome, now: datetime) -> None:
    """The agent said no or nothing: not they again in this cycle; a colleague who handed the chat over is told.

    Must hold: ticket and ring are locked; the caller saves the ticket.
    """
    _close(ring, outcome, now)
    _tell_closed(ring, str(ticket.public_id), None)
    if ring.mode == RingMode.TRANSFER:
        _note_not_taken(ring, ticket)
        return
    for chat in Chat.objects.live().filter(ticket=ticket).select_for_update(of=("self",), no_key=True):
        chat.tried = [*chat.tried, ring.membership_id]
        chat.route_at = now
        chat.save(update_fields=["tried", "route_at"])


def _note_not_taken(ring: Ring, ticket: Ticket) -> None:
    """A chat that was handed over stays where it was: its sender is told, and the log says so. Nothing for others."""
    if ring.mode != RingMode.TRANSFER:
        return
    _tell_sender(ring, str(ticket.public_id))
    append_event(
        ticket,
        name="transfer.closed",
        by=Author.of_member(ring.membership),
        public=False,
        data={"to": ring.membership.as_party(), "why": ring.outcome},
    )


def _open_rings(rings: Any) -> Iterable[Ring]:
    locked = rings.open().order_by("id").select_for_update(of=("self",), no_key=True)
    found: Iterable[Ring] = locked.select_related("ticket", "membership__user")
    return found


def _close(ring: Ring, outcome: RingOutcome, now: datetime) -> None:
    ring.outcome, ring.closed_at = outcome, now
    ring.save(update_fields=["outcome", "closed_at"])


def _tell_closed(ring: Ring, ticket: str, by: dict[str, Any] | None) -> None:
    publish.told_each([(_console(ring.workspace_id, ring.membership_id), closed_frame(ring, ticket, by))])


def _tell_sender(ring: Ring, ticket: str) -> None:
    if ring.sender_id is not None:
        frame = {"type": "transfer.closed", "ticket": ticket, "why": ring.outcome, "to": ring.membership.as_party()}
        publish.told_each([(_console(ring.workspace_id, ring.sender_id), frame)])


def _console(workspace_id: int, membership_id: int) -> str:
    return groups.member(workspace_id, membership_id)
