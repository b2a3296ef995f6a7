"""One command, once: what its client id did before is answered again, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import scope
from tickets.access import ticket_for_member, ticket_for_visitor
from tickets.actions.events import ack_of, find_duplicate, nothing_to_do, refuse_conflict
from tickets.actions.saving import save_ticket
from tickets.authors import Author
from tickets.models import Event, Ticket

# Changes the locked ticket; gets the hash of the request for the event it appends. None: there was nothing to do.
Act = Callable[[Ticket, str], Event | None]


def once(
    by: Author,
    ticket_id: UUID,
    client_id: UUID,
    wanted_hash: str,
    act: Act,
    *,
    if_seq: int | None = None,
    lock: Callable[[], Ticket] | None = None,
) -> Ack:
    """Let `act` change the locked ticket, and save it, unless this client id did so before.

    `wanted_hash` is the `request_hash` of what is asked for. `lock` gives the locked ticket to somebody who has a right
    to it without seeing it in their lists (it rings at them).
    Raises HelpdeskError not_found, idempotency_conflict, stale (with `head`) when `if_seq` is not the head.
    """
    with scope.atomic():
        ticket = lock() if lock is not None else _locked(by, ticket_id)
        known = find_duplicate(ticket, by, client_id)
        if known is not None:
            return answer_again(known, ticket, wanted_hash)
        if if_seq is not None and if_seq != ticket.last_seq:
            raise HelpdeskError(
                "stale", _("Something happened here meanwhile. Look again, then decide."), head=ticket.last_seq
            )
        event = act(ticket, wanted_hash)
        if event is None:
            return nothing_to_do(ticket, client_id)
        save_ticket(ticket)
        return ack_of(event, ticket)


def answer_again(known: Event, ticket: Ticket, wanted_hash: str) -> Ack:
    """The ack of what a client id did before. Raises HelpdeskError idempotency_conflict if that was something else."""
    refuse_conflict(known, wanted_hash)
    return ack_of(known, ticket, duplicate=True)


def _locked(by: Author, ticket_id: UUID) -> Ticket:
    if by.member is not None:
        return ticket_for_member(by.member, ticket_id, lock=True)
    if by.visitor is None:
        raise not_found()
    return ticket_for_visitor(by.visitor.pk, ticket_id, lock=True)
