"""Whom customers talked with before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigAutoField, QuerySet

from chat.models import Chat
from chat.policies import Policies
from helpdesk.tenancy.kept import Kept
from tickets.models import Ticket


def last_agents(chats: Sequence[Chat], policies: Policies, now: datetime) -> dict[int, int]:
    """For each chat the membership with which its visitor talked last, within its policy's window, if there is one.

    In one query. Must hold: the chats have their tickets.
    """
    visitors = sorted({chat.ticket.visitor_id for chat in chats if chat.ticket.visitor_id is not None})
    if not visitors:
        return {}
    last = {visitor: (member, at) for visitor, member, at in EARLIER.ask(visitors=visitors)}
    found = {}
    for chat in chats:
        policy = policies.of(chat.ticket.department_id)
        member, at = last.get(chat.ticket.visitor_id or 0, (None, now))
        if policy.is_sticky and member is not None and now - at <= timedelta(days=policy.sticky_days):
            found[chat.pk] = member
    return found


def _earlier(visitors: Sequence[int]) -> QuerySet[Ticket, Any]:
    earlier: QuerySet[Ticket] = Ticket.objects.filter(
        visitor__pk__in=visitors, assignee__isnull=False, answered_at__isnull=False, last_at__isnull=False
    )
    return earlier.order_by("last_at").values_list("visitor_id", "assignee_id", "last_at")


EARLIER = Kept(_earlier, visitors=[BigAutoField()])
