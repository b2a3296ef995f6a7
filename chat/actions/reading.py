"""Read marks, from either side."""

from __future__ import annotations

from uuid import UUID

from helpdesk.accounts.models import Membership
from helpdesk.tenancy import scope
from tickets.access import ticket_for_member, ticket_for_visitor
from tickets.actions.reads import mark_read_by_member, mark_read_by_visitor
from tickets.models import Visitor


def member_read(*, member: Membership, ticket_id: UUID, upto: int) -> None:
    """The member has read up to the agents' number `upto`. Raises HelpdeskError not_found."""
    with scope.atomic():
        mark_read_by_member(ticket_for_member(member, ticket_id, lock=True), member=member, upto=upto)


def visitor_read(*, visitor: Visitor, ticket_id: UUID, upto: int) -> None:
    """The visitor has read up to their own number `upto`. Raises HelpdeskError not_found."""
    with scope.atomic():
        mark_read_by_visitor(ticket_for_visitor(visitor.pk, ticket_id, lock=True), upto=upto)
