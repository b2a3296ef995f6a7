"""What a visitor may ask for, over the socket and over HTTP alike: fields, and one call of one verb."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from chat.actions import conversations, reading, visits
from chat.actions.leaving import leave_message
from chat.actions.profiles import say_profile
from chat.commands import ON_TICKET, SEND_MESSAGE, end_chat
from helpdesk import fields
from helpdesk.fields import Field
from helpdesk.realtime.peer import Ack, Command, Peer
from helpdesk.times import wire_time

NAME = Field(fields.text(120), "")
EMAIL = Field(fields.email, "")
PHONE = Field(fields.phone, "")
FORM = {"name": NAME, "email": EMAIL, "phone": PHONE}


def start_chat(peer: Peer, wanted: dict[str, Any]) -> Ack:
    visitor = peer.context.visitor
    chat = conversations.NewChat(
        client_id=wanted["client_id"],
        text=wanted["body"],
        form={key: value for key, value in wanted["form"].items() if value},
        department=wanted["department"],
        offline=wanted["offline"],
        invitation=wanted["invitation"],
    )
    return conversations.start_chat(visitor=visitor, widget=visitor.widget, address=peer.address, chat=chat)


def leave(peer: Peer, wanted: dict[str, Any]) -> Ack:
    return leave_message(
        by=peer.context,
        ticket_id=wanted["ticket"],
        client_id=wanted["client_id"],
        email=wanted["email"],
        phone=wanted["phone"],
    )


def read(peer: Peer, wanted: dict[str, Any]) -> None:
    reading.visitor_read(visitor=peer.context.visitor, ticket_id=wanted["ticket"], upto=wanted["upto"])


def page(peer: Peer, wanted: dict[str, Any]) -> None:
    visits.record_page(visitor=peer.context.visitor, **wanted)


def set_profile(peer: Peer, wanted: dict[str, Any]) -> Ack:
    say_profile(visitor=peer.context.visitor, changes=wanted)
    return Ack(None, None, None, None, wire_time(timezone.now()) or "", False)


COMMANDS = {
    "chat.start": Command(
        {
            "client_id": Field(fields.client_id),
            "department": Field(fields.optional(fields.public_id), None),
            "form": Field(fields.mapping(FORM), {}),
            "body": Field(fields.body),
            "offline": Field(fields.boolean, False),
            "invitation": Field(fields.optional(fields.public_id), None),
        },
        start_chat,
    ),
    "message.send": SEND_MESSAGE,
    "chat.end": Command(ON_TICKET, end_chat),
    "chat.leave": Command({**ON_TICKET, "email": EMAIL, "phone": PHONE}, leave),
    "read": Command({"ticket": Field(fields.public_id), "upto": Field(fields.integer())}, read),
    "page": Command(
        {
            "url": Field(fields.text(2000)),
            "title": Field(fields.text(300), ""),
            "referrer": Field(fields.text(2000), ""),
        },
        page,
    ),
    "profile.set": Command({**FORM, "language": Field(fields.text(16), "")}, set_profile),
}
