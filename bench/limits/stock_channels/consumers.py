from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import IntegrityError, transaction
from django.utils import timezone

from bench.limits.stock_channels.models import Event, Ticket

COUNTERS = (
    "last_seq",
    "last_visitor_seq",
    "inbound",
    "waiting_since",
    "last_by",
    "last_kind",
    "last_preview",
    "last_at",
    "version",
    "updated_at",
)


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.tickets: list[int] = []
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for ticket in self.tickets:
            await self.channel_layer.group_discard(f"ticket.{ticket}", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        if content["type"] == "join":
            await self.join(content)
        else:
            await self.message(content)

    async def join(self, content: dict[str, Any]) -> None:
        self.sender, self.tickets = content["sender"], content["tickets"]
        for ticket in self.tickets:
            await self.channel_layer.group_add(f"ticket.{ticket}", self.channel_name)
        await self.send_json({"type": "joined"})

    async def message(self, content: dict[str, Any]) -> None:
        ticket, client_id = content["ticket"], content["client_id"]
        event, is_duplicate = await write_message(ticket, self.sender, client_id, content["body"])
        facts = {"ticket": ticket, "client_id": client_id, "seq": event.seq, "at": event.created_at.isoformat()}
        await self.send_json({"type": "ack", **facts, "duplicate": is_duplicate})
        if not is_duplicate:
            frame = {"type": "event", **facts, "by": self.sender, "body": event.text}
            await self.channel_layer.group_send(f"ticket.{ticket}", {"type": "ticket.event", "frame": frame})

    async def ticket_event(self, message: dict[str, Any]) -> None:
        await self.send_json(message["frame"])


@database_sync_to_async
def write_message(ticket_id: int, sender: str, client_id: str, body: str) -> tuple[Event, bool]:
    """Commit the message, once for its (ticket, sender, client id). Returns the event and whether it was there."""
    try:
        return _append(ticket_id, sender, client_id, body), False
    except IntegrityError:
        return Event.objects.get(ticket=ticket_id, sender=sender, client_id=client_id), True


@transaction.atomic
def _append(ticket_id: int, sender: str, client_id: str, body: str) -> Event:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    is_visitor, now = sender.startswith("v"), timezone.now()
    ticket.last_seq += 1
    ticket.last_visitor_seq += 1
    ticket.inbound += is_visitor
    ticket.waiting_since = (ticket.waiting_since or now) if is_visitor else None
    ticket.last_by = "visitor" if is_visitor else "agent"
    ticket.last_kind = "text"
    ticket.last_preview = body[:160]
    ticket.last_at = ticket.updated_at = now
    ticket.version += 1
    event = Event.objects.create(
        workspace_id=ticket.workspace_id,
        ticket=ticket,
        seq=ticket.last_seq,
        visitor_seq=ticket.last_visitor_seq,
        name="message.created",
        by_kind=ticket.last_by,
        sender=sender,
        client_id=client_id,
        text=body,
        created_at=now,
    )
    ticket.save(update_fields=COUNTERS)
    return event
