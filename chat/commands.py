"""What an agent may ask for, over the socket and over REST alike: fields, and one call of one verb."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from chat.actions import conversations, desks, lead_alerts, messages, presence, reading, rings
from chat.actions.manual_invitations import MOST_TEXT, ByHand, invite_by_hand
from chat.actions.transfer import Handover, transfer_ticket
from chat.browsing import watching
from chat.models import ForcedWhy, PausedWhy
from helpdesk import fields
from helpdesk.accounts.models import Department, Status
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.fields import Field
from helpdesk.realtime.peer import Ack, Command, Peer, Together
from helpdesk.times import wire_time
from tickets.models import State

TICKET = Field(fields.public_id)
CLIENT_ID = Field(fields.client_id)
IF_SEQ = Field(fields.optional(fields.integer()), None)
ON_TICKET = {"ticket": TICKET, "client_id": CLIENT_ID}
MESSAGE = {
    **ON_TICKET,
    "kind": Field(fields.choice("text", "note"), "text"),
    "body": Field(fields.body),
    "attachments": Field(fields.nothing, []),
    "reply_to": Field(fields.optional(fields.public_id), None),
}
CHANGES = {
    "subject": Field(fields.text(200, blank=False), None),
    "department": Field(fields.optional(fields.public_id), ...),
    "status": Field(fields.choice("open", "resolved", "spam"), None),
}
HANDOVER = {
    "member": Field(fields.optional(fields.member_id), None),
    "department": Field(fields.optional(fields.public_id), None),
    "note": Field(fields.text(2000), ""),
    "anyway": Field(fields.boolean, False),
}
RING = {"ring": Field(fields.public_id)}
ALERT = {"alert": Field(fields.public_id)}
INVITE = {
    "browser": Field(fields.public_id),
    "client_id": CLIENT_ID,
    "text": Field(fields.text(MOST_TEXT), ""),
    "canned": Field(fields.optional(fields.public_id), None),
    "reason": Field(fields.text(200), ""),
}
DESK = {"department": Field(fields.optional(fields.public_id), None)}


def message_of(peer: Peer, wanted: dict[str, Any]) -> messages.Message:
    """What either side wants to write; who it is says the peer."""
    return messages.Message(
        by=peer.context,
        workspace_id=peer.workspace_id,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        text=wanted["body"],
        kind=wanted["kind"],
        reply_to=wanted["reply_to"],
        is_limited=not peer.is_trusted,
    )


def _send_message(peer: Peer, wanted: dict[str, Any]) -> Ack:
    """Either side writes; who it is says the peer."""
    return messages.send_message(message_of(peer, wanted))


SEND_MESSAGE = Command(MESSAGE, _send_message, Together(message_of, messages.send_messages))


def take(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return conversations.take_ticket(by=peer.context, ticket_id=wanted["ticket"], client_id=wanted["client_id"])


def assign(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return conversations.assign_ticket(
        by=peer.context,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        to=wanted["to"],
        if_seq=wanted["if_seq"],
    )


def _set_state(peer: Peer, wanted: dict[str, Any], state: State) -> Ack:
    return conversations.set_state(
        by=peer.context,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        state=state,
        if_seq=wanted["if_seq"],
    )


def close(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return _set_state(peer, wanted, State.RESOLVED)


def reopen(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return _set_state(peer, wanted, State.OPEN)


def spam(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return _set_state(peer, wanted, State.SPAM)


def update(peer: Peer, wanted: dict[str, Any]) -> Ack:
    """Subject and department, or the state by name. One command changes what the ticket is about or its state."""
    changes = {key: wanted[key] for key in ("subject",) if wanted[key] is not None}
    if wanted["department"] is not ...:
        changes["department"] = wanted["department"]
    if wanted["status"] is not None:
        if changes:
            raise HelpdeskError("invalid", "Change the status in a command of its own.", field="status")
        return _set_state(peer, wanted, State(wanted["status"]))
    return conversations.update_ticket(
        by=peer.context,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        changes=changes,
        if_seq=wanted["if_seq"],
    )


def end_chat(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return conversations.end_chat(by=peer.context, ticket_id=wanted["ticket"], client_id=wanted["client_id"])


def read(peer: Peer, wanted: dict[str, Any]) -> None:
    reading.member_read(member=peer.context.member, ticket_id=wanted["ticket"], upto=wanted["upto"])


def set_presence(peer: Peer, wanted: dict[str, Any]) -> Ack:
    presence.set_status(member=peer.context.member, status=Status(wanted["status"]), reason=wanted["reason"])
    return _done()


def accept_ring(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return rings.accept_ring(by=peer.context, ring_id=wanted["ring"])


def decline_ring(peer: Peer, wanted: dict[str, Any]) -> Ack:
    rings.decline_ring(by=peer.context, ring_id=wanted["ring"])
    return _done()


def see_alert(peer: Peer, wanted: dict[str, Any]) -> Ack:
    lead_alerts.see_alert(member=peer.context.member, alert_id=wanted["alert"])
    return _done()


def pause(peer: Peer, wanted: dict[str, Any]) -> Ack:
    desks.pause_desk(member=peer.context.member, why=PausedWhy.SELF, department=_department(wanted["department"]))
    return _done()


def resume(peer: Peer, wanted: dict[str, Any]) -> Ack:
    desks.resume_desk(member=peer.context.member, department=_department(wanted["department"]))
    return _done()


def force_online(peer: Peer, wanted: dict[str, Any]) -> Ack:
    desks.force_online(member=peer.context.member, why=ForcedWhy.SELF)
    return _done()


def keep_hours(peer: Peer, wanted: dict[str, Any]) -> Ack:
    desks.keep_hours(member=peer.context.member)
    return _done()


def _department(public_id: UUID | None) -> Department | None:
    if public_id is None:
        return None
    department: Department | None = Department.objects.filter(public_id=public_id).first()
    if department is None:
        raise not_found()
    return department


def activity(peer: Peer, wanted: dict[str, Any]) -> None:
    desks.note_activity(peer.context.member)


def transfer(peer: Peer, wanted: dict[str, Any]) -> Ack:
    to = Handover(wanted["member"], wanted["department"], wanted["note"], wanted["anyway"])
    return transfer_ticket(
        by=peer.context,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        to=to,
        if_seq=wanted["if_seq"],
    )


def watch_visitors(peer: Peer, wanted: dict[str, Any]) -> Ack:
    """Who is on the site: the ack holds the first rows, and `visitors.changed` what follows."""
    return _done(**watching.begin(peer))


def unwatch_visitors(peer: Peer, wanted: dict[str, Any]) -> Ack:
    """Look no more."""
    watching.end(peer)
    return _done()


def invite_visitor(peer: Peer, wanted: dict[str, Any]) -> Ack:
    """Show a visitor who is on the site what the agent wrote, and keep a place for the chat."""
    exposure = invite_by_hand(by=peer.context.member, invite=ByHand(**wanted))
    return _done(exposure=str(exposure.public_id), expires_at=wire_time(exposure.expires_at))


def _done(**extra: Any) -> Ack:
    """The ack of what leaves no trace in a ticket's log."""
    return Ack(None, None, None, None, wire_time(timezone.now()) or "", False, extra=extra)


COMMANDS = {
    "message.send": SEND_MESSAGE,
    "ticket.take": Command(ON_TICKET, take),
    "ticket.assign": Command({**ON_TICKET, "to": Field(fields.optional(fields.member_id)), "if_seq": IF_SEQ}, assign),
    "ticket.close": Command({**ON_TICKET, "if_seq": IF_SEQ}, close),
    "ticket.reopen": Command({**ON_TICKET, "if_seq": IF_SEQ}, reopen),
    "ticket.spam": Command({**ON_TICKET, "if_seq": IF_SEQ}, spam),
    "ticket.update": Command({**ON_TICKET, **CHANGES, "if_seq": IF_SEQ}, update),
    "chat.end": Command(ON_TICKET, end_chat),
    "ticket.transfer": Command({**ON_TICKET, **HANDOVER, "if_seq": IF_SEQ}, transfer),
    "ring.accept": Command(RING, accept_ring),
    "ring.decline": Command(RING, decline_ring),
    "alert.seen": Command(ALERT, see_alert),
    "desk.pause": Command(DESK, pause),
    "desk.resume": Command(DESK, resume),
    "desk.force_online": Command({}, force_online),
    "desk.keep_hours": Command({}, keep_hours),
    "activity": Command({}, activity),
    "read": Command({"ticket": TICKET, "upto": Field(fields.integer())}, read),
    "visitors.watch": Command({}, watch_visitors),
    "visitors.unwatch": Command({}, unwatch_visitors),
    "visitor.invite": Command(INVITE, invite_visitor),
    "presence.set": Command(
        {"status": Field(fields.choice(*Status.values)), "reason": Field(fields.text(80), "")}, set_presence
    ),
}
