"""The streams of one socket: which tickets it follows, and how hints, the sweep and the log become frames."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk import fields
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Field
from helpdesk.realtime import groups, pool
from helpdesk.realtime.frames import FrameSocket
from helpdesk.realtime.hub import hub
from helpdesk.realtime.peer import Frame, Opening, Peer
from helpdesk.realtime.pipe import Pipe, Subscription
from helpdesk.tenancy import scope

log = logging.getLogger(__name__)

RECEIPT_SECONDS = 1.0
MAX_TOLD = 20_000
SUBSCRIBE = {
    "ticket": Field(fields.public_id),
    "after": Field(fields.integer(-1), 0),
    "epoch": Field(fields.optional(fields.text(64)), None),
}
# The last number of each ticket by audience, as the sweep found them; None for one that is gone.
Heads = Mapping[int, Mapping[str, int] | None]


class FollowingSocket(FrameSocket):
    """Joins the groups of the peer and of the tickets it follows, and forwards what they bring."""

    peer: Peer
    pipe: Pipe
    layer: Any
    channel_name: str
    max_subscriptions: ClassVar[int]
    # Of all sockets: few catch up at a time, and the loop itself does not hold on to its tasks.
    _catching: ClassVar[set[asyncio.Task[None]]] = set()
    # How far a side of a ticket was said to be sent, by whichever socket of this process was first.
    _told: ClassVar[dict[tuple[int, str], int]] = {}

    def heartbeat(self) -> dict[str, Any]:
        return {"type": "heartbeat", "heads": self.pipe.heads()}

    def is_trusted(self) -> bool:
        return self.peer.is_trusted

    def _language(self) -> str:
        return self.peer.language if self.is_in and self.peer.language else "en"

    # --- groups and hints ------------------------------------------------------------------------------------------
    async def has_gone(self) -> None:
        for group in self.joined_groups | self._ticket_groups():
            await self.layer.group_discard(group, self.channel_name)
        self.layer.forget_channel(self.channel_name)
        hub().remove(self)

    async def join_groups(self) -> None:
        """Be in exactly the peer's groups."""
        wanted = self.peer.groups  # the same set for as long as nothing changes: the recheck makes a new one
        for group in self.joined_groups - wanted:
            await self.layer.group_discard(group, self.channel_name)
        for group in wanted - self.joined_groups:
            await self.layer.group_add(group, self.channel_name)
        self.joined_groups = wanted

    def _ticket_group(self, ticket: UUID | str) -> str:
        name = groups.ticket_agents if self.peer.audience == "agents" else groups.ticket_visitor
        return name(self.peer.workspace_id, ticket)

    def _ticket_groups(self) -> set[str]:
        return {self._ticket_group(subscription.ticket) for subscription in self.pipe.subscriptions.values()}

    def _hear(self, message: dict[str, Any]) -> None:
        """What the layer brings goes straight to the outgoing queue. A failure closes the socket: it resumes."""
        try:
            if message["type"] == "pipe.event":
                frame = Frame(message["seq"], message["text"], message.get("other_seq"))
                if not self.pipe.hint(message["ticket"], frame):
                    task = asyncio.ensure_future(self._catch_up(message["ticket"]))
                    self._catching.add(task)
                    task.add_done_callback(self._catching.discard)
            elif message.get("skip") != self.channel_name:
                self.pipe.momentary(message)
        except Exception:
            log.exception("Forwarding a hint failed; the socket is asked to come back.")
            self._leave_soon(4503)

    async def _catch_up(self, ticket_id: int) -> None:
        try:
            await self.pipe.catch_up(ticket_id)
        except HelpdeskError as error:
            log.warning("A socket could not catch up (%s); it is asked to come back.", error.code)
            self._leave_soon(4503)
        except Exception:
            log.exception("Catching up failed; the socket is asked to come back.")
            self._leave_soon(4503)

    async def check_sight(self, shown: Mapping[int, set[str] | None]) -> None:
        """Leave the tickets that the sweep found to be shown to none of the peer's groups."""
        for subscription in list(self.pipe.subscriptions.values()):
            may_see = shown.get(subscription.ticket_id)
            if may_see is not None and not may_see & self.peer.groups:
                await self._gone(subscription)

    def _lagging(self, heads: Heads) -> list[tuple[Subscription, int | None]]:
        """What the sweep found of this socket's tickets that it has not got; None for one that is gone."""
        found = []
        for ticket_id, subscription in self.pipe.subscriptions.items():
            # What was subscribed to after the sweep had asked is not among its answers.
            if ticket_id in heads:
                head = heads[ticket_id]
                if head is None or head[self.peer.audience] > subscription.position:
                    found.append((subscription, None if head is None else head[self.peer.audience]))
        return found

    def lags(self, heads: Heads) -> bool:
        return bool(self._lagging(heads))

    async def compare_heads(self, heads: Heads) -> None:
        """The sweep's finding about this socket's tickets: catch up, and leave those that are gone."""
        for subscription, head in self._lagging(heads):
            if head is None:
                await self._gone(subscription)
            else:
                await self.pipe.behind(subscription, head)

    async def _gone(self, subscription: Subscription) -> None:
        self.pipe.unsubscribe(subscription.ticket)
        await self._leave_unless_subscribed(subscription.ticket)
        self.say({"type": "resync", "ticket": subscription.ticket, "epoch": self.pipe.epoch, "head": 0, "why": "gone"})

    # --- delivered -------------------------------------------------------------------------------------------------
    def _delivered_soon(self, subscription: Subscription) -> None:
        """Tell the other side how far this client has been sent, at most once a second for a ticket."""
        if subscription.ticket_id not in self.receipts_due:
            timer = asyncio.get_running_loop().call_later(RECEIPT_SECONDS, self._tell_delivered, subscription)
            self.receipts_due[subscription.ticket_id] = timer

    def _tell_delivered(self, subscription: Subscription) -> None:
        self.receipts_due.pop(subscription.ticket_id, None)
        side = (subscription.ticket_id, self.peer.audience)
        if self.is_over or self._told.get(side, 0) >= subscription.delivered:
            return
        if len(self._told) >= MAX_TOLD:
            self._told.clear()
        self._told[side] = subscription.delivered
        self.tell_delivered(subscription)

    def tell_delivered(self, subscription: Subscription) -> None:
        raise NotImplementedError

    # --- following -------------------------------------------------------------------------------------------------
    async def _read(self, function: Any, *args: Any) -> Any:
        with scope.workspace(self.peer.workspace_id), translation.override(self._language()):
            return await pool.run(function, *args)

    async def subscribe(self, raw: dict[str, Any]) -> None:
        wanted = fields.parse(raw, SUBSCRIBE)
        is_new = self.pipe.find(str(wanted["ticket"])) is None
        if is_new and len(self.pipe.subscriptions) >= self.max_subscriptions:
            raise HelpdeskError("too_many_subscriptions", _("Too many conversations are open here. Close one first."))
        opening = await self._open(wanted["ticket"])
        await self._take_up(opening, after=wanted["after"], epoch=wanted["epoch"], id=raw.get("id"))

    async def _open(self, ticket: UUID) -> Opening:
        """Join the ticket's group, then read it: nothing that is committed from here on is missed.

        Raises HelpdeskError not_found for what the peer may not see.
        """
        self.pipe.listen()
        await self.layer.group_add(self._ticket_group(ticket), self.channel_name)
        try:
            opening: Opening = await self._read(self.peer.log.open, ticket)
        except HelpdeskError:
            self.pipe.stop_listening()
            await self._leave_unless_subscribed(str(ticket))
            raise
        return opening

    async def _take_up(self, opening: Opening, *, after: int, epoch: str | None, id: Any) -> None:
        """Begin the stream of a ticket that `_open` has read."""
        try:
            if epoch is not None and epoch != opening.epoch:
                self.pipe.resync(opening, "epoch", id=id)
            else:
                await self.pipe.subscribe(opening, after=after, id=id)
        finally:
            self.pipe.stop_listening()
        await self._leave_unless_subscribed(str(opening.ticket))

    async def _leave_unless_subscribed(self, ticket: str) -> None:
        if self.pipe.find(ticket) is None:
            await self.layer.group_discard(self._ticket_group(ticket), self.channel_name)

    async def unsubscribe(self, raw: dict[str, Any]) -> None:
        wanted = fields.parse(raw, {"ticket": SUBSCRIBE["ticket"]})
        self.pipe.unsubscribe(str(wanted["ticket"]))
        await self._leave_unless_subscribed(str(wanted["ticket"]))
