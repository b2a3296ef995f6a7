"""The visitor waits no longer and leaves a message instead."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.actions import runs
from chat.actions.once import once
from chat.actions.profiles import say_profile
from chat.actions.queue import queue_moved
from chat.actions.rings import close_rings
from chat.models import EndedWhy
from chat.prechat import check_answers
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import scope
from tickets.actions.events import append_event, request_hash
from tickets.authors import Author
from tickets.models import Channel, Event, State, Ticket, Visitor

ADDRESSES = ("email", "phone")


def leave_message(*, by: Author, ticket_id: UUID, client_id: UUID, email: str, phone: str) -> Ack:
    """The chat is live no more and goes on as a message: nobody has it, and it waits for an answer as long as before.

    What was given of `email` and `phone` is in the visitor's profile; the visitor may write on at any time. Idempotent;
    nothing to do for what is a message already. Raises HelpdeskError: required (with field) without an address, given
    now or known, and without one that the widget's offline form requires; chat_taken when somebody has the chat;
    chat_closed when it was resolved; not_found; idempotency_conflict.
    """
    visitor = by.visitor
    if visitor is None:
        raise not_found()
    given = {"email": email, "phone": phone}

    def leave(ticket: Ticket, wanted_hash: str) -> Event | None:
        _refuse_what_is_no_wait(ticket)
        _require_address(ticket, given, visitor)
        if ticket.channel == Channel.OFFLINE_FORM:
            return None
        runs.finish_run(ticket, EndedWhy.MESSAGE)
        close_rings(ticket)
        queue_moved(ticket.department_id)
        ticket.channel = Channel.OFFLINE_FORM
        ticket.is_over = False
        return append_event(
            ticket,
            name="chat.ended",
            by=by,
            public=True,
            client_id=client_id,
            wanted_hash=wanted_hash,
            data={"why": EndedWhy.MESSAGE.value, "number": ticket.number},
        )

    with scope.atomic():
        # First, since everybody locks in this order: visitor, tickets. What is refused below takes it back.
        say_profile(visitor=visitor, changes=given)
        return once(by, ticket_id, client_id, request_hash("chat.leave", given), leave)


def _refuse_what_is_no_wait(ticket: Ticket) -> None:
    if ticket.assignee is not None:
        raise HelpdeskError("chat_taken", _("Somebody has just joined the chat. Go on there; your text is kept."))
    if ticket.state == State.RESOLVED:
        raise HelpdeskError("chat_closed", _("This conversation is closed. Start a new chat; your text is kept."))


def _require_address(ticket: Ticket, given: dict[str, str], visitor: Visitor) -> None:
    """By the rules of the widget's offline form, as far as they are about addresses."""
    asked = ticket.widget.forms["offline"]["fields"] if ticket.widget else {}
    form = {"fields": {name: asked.get(name, "off") for name in ADDRESSES}}
    check_answers(form, given, visitor.as_profile(), offline=True)
