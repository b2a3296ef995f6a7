"""What a visitor says about themselves while they are here."""

from __future__ import annotations

from typing import Any

from helpdesk.tenancy import scope
from tickets.access import locked
from tickets.actions.saving import announce_row
from tickets.actions.search_index import index_ticket
from tickets.actions.visitors import update_profile
from tickets.models import Ticket, Visitor


def say_profile(*, visitor: Visitor, changes: dict[str, Any]) -> None:
    """Take over name, e-mail, phone and language; agents see them at once. Unverified: no contact is merged.

    `visitor` in memory has the new values too.
    """
    with scope.atomic():
        current = Visitor.objects.select_for_update(no_key=True).get(pk=visitor.pk)
        if not update_profile(current, changes=changes):
            return
        for key in ("name", "email", "phone", "language", "contact"):
            setattr(visitor, key, getattr(current, key))
        for ticket in locked(Ticket.objects.for_rows().open().filter(visitor=current)):
            ticket.version += 1
            ticket.save(update_fields=["version"])
            index_ticket(ticket)
            announce_row(ticket)
