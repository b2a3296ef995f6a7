"""What follows when a ticket gets an agent, or loses the one it had. Called inside the transactions of the verbs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.queue import queue_moved
from chat.actions.rings import close_rings, locked_desk
from chat.floor import loads_of
from chat.models import Desk
from chat.policies import policy_of
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError
from tickets.models import Ticket


def has_agent(ticket: Ticket) -> None:
    """Somebody has the ticket, by hand: it rings no more, and the queue behind it moves up.

    Must hold: the ticket is locked and has its new assignee.
    """
    close_rings(ticket, by=ticket.assignee.as_party() if ticket.assignee is not None else None)
    runs.note_assigned(ticket)
    # Somebody who works does not miss chats for want of being there.
    Desk.objects.filter(membership=ticket.assignee_id, misses__gt=0).update(misses=0)
    queue_moved(ticket.department_id)


def has_no_agent(ticket: Ticket, *, not_to: Membership | None = None) -> None:
    """Nobody has the ticket any more: it waits at its old place. `not_to`: who gave it back is not rung first."""
    runs.note_queued(ticket, not_to=[not_to.pk] if not_to is not None else [])
    queue_moved(ticket.department_id)


def refuse_over_limit(member: Membership | None, ticket: Ticket) -> None:
    """Raises HelpdeskError over_limit where nobody may take chats beyond the limit, and the member has as many."""
    policy = policy_of(ticket.department_id)
    if member is None or policy.allows_over_limit or runs.live_run(ticket) is None:
        return
    desk = locked_desk(member)
    limit = desk.chat_limit if desk.chat_limit is not None else policy.chats_at_once
    if limit is not None and loads_of([member.pk]).get(member.pk, 0) >= limit:
        raise HelpdeskError("over_limit", _("You have as many chats as you may have. End one, then take this one."))
