"""The base of both socket doors: what a frame means. Only commands that need the database go to the realtime pool."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from channels.layers import get_channel_layer
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk import fields
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.fields import Field
from helpdesk.ids import uuid7
from helpdesk.realtime import pool, writer
from helpdesk.realtime.hub import HEARTBEAT_SECONDS, hub
from helpdesk.realtime.peer import Ack, Command, Opening, Peer
from helpdesk.realtime.pipe import Pipe, Subscription
from helpdesk.realtime.streams import FollowingSocket
from helpdesk.times import wire_time

TYPING_MS = 6000
TYPING_EVERY = 3.0
ADDRESS_SOCKETS = 200
MAX_SENDING = 32  # messages of one socket under way at a time, each to another ticket
# How a refused hello ends. All else is a bad credential: "come again" must not look like "sign in again".
HELLO_CLOSES = {"site_not_allowed": 4403, "not_allowed": 4403, "not_found": 4404, "unavailable": 4503}

RESUME = {
    "ticket": Field(fields.public_id),
    "epoch": Field(fields.optional(fields.text(64)), None),
    "after": Field(fields.integer(-1), 0),
}
TYPING = {"ticket": Field(fields.public_id), "on": Field(fields.boolean)}


@dataclass(frozen=True)
class _Resumed:
    """A ticket that a client comes back to, and how far it had it."""

    opening: Opening
    after: int
    epoch: str | None

    @property
    def starts_afresh(self) -> bool:
        """A client that is of another epoch, or ahead of us, gets `resync` instead of a subscription."""
        return self.epoch not in (None, self.opening.epoch) or self.after > self.opening.head


class SocketDoor(FollowingSocket):
    """What visitors' and agents' sockets have in common. Subclasses say who may enter and what they may ask."""

    max_sockets: ClassVar[int]

    # --- what a door must say --------------------------------------------------------------------------------------
    def authenticate(self, hello: Mapping[str, Any]) -> Peer:
        """On a pool thread: who is this? Raises HelpdeskError token_* or site_not_allowed."""
        raise NotImplementedError

    @staticmethod
    def recheck(peers: Sequence[Peer]) -> Iterable[tuple[Peer, bool]]:
        """On a pool thread: may they still be here? Also refreshes each peer's groups."""
        raise NotImplementedError

    @staticmethod
    def shown_to(ticket_ids: list[int]) -> dict[int, set[str]]:
        """On a pool thread: the groups that may see each ticket. One that is not named is not judged."""
        return {}

    @staticmethod
    def left(peers: Sequence[Peer]) -> None:
        """On a pool thread: the last socket of each of these parties in this process has closed."""
        raise NotImplementedError

    @staticmethod
    def touch(peers: Sequence[Peer]) -> None:
        """On a pool thread: these parties are alive."""
        raise NotImplementedError

    @staticmethod
    def heads(ticket_ids: list[int]) -> dict[int, dict[str, int]]:
        """On a pool thread: the last number of each ticket, by audience; a ticket that is gone is missing."""
        raise NotImplementedError

    async def entered(self) -> None:
        """The peer is welcome and counted."""

    # --- frames ----------------------------------------------------------------------------------------------------
    async def _handle(self, raw: dict[str, Any]) -> None:
        kind = raw["type"]
        if kind == "hello":
            await self._hello(raw)
        elif not self.is_in:
            await self._refuse(HelpdeskError("token_missing", _("Send hello first.")), 4401)
        elif kind == "pong":
            return
        elif kind == "subscribe":
            await self._all_sent()
            await self.subscribe(raw)
        elif kind == "unsubscribe":
            await self.unsubscribe(raw)
        elif kind == "typing":
            await self._typing(raw)
        else:
            await self._command(kind, raw)

    # --- hello -----------------------------------------------------------------------------------------------------
    async def _hello(self, raw: dict[str, Any]) -> None:
        if self.is_in:
            raise HelpdeskError("already_greeted", _("This socket has said hello already."))
        try:
            peer = await pool.run(self.authenticate, raw)
        except HelpdeskError as error:
            await self._refuse(error, HELLO_CLOSES.get(error.code, 4401))
        await self._check_room(peer)
        try:
            await self._enter(peer)
            await self._welcome(await self._resume(raw.get("resume")))
        except HelpdeskError as error:
            # Nobody stays half welcome: such a client would wait for what never comes.
            await self._refuse(error, 4503)

    async def _enter(self, peer: Peer) -> None:
        self.peer = peer
        self.layer = get_channel_layer().serve()
        self.channel_name = self.layer.attach(self._hear)
        self.sending: dict[UUID, writer.Answer] = {}
        self.pipe = Pipe(peer, self.outgoing, self._read, self._delivered_soon)
        self.is_in = True
        hub().add(self)
        await self.join_groups()
        await self.entered()

    async def _welcome(self, resumed: list[_Resumed]) -> None:
        """Say what goes on, then let it go on."""
        self.say(
            {
                "type": "welcome",
                "session": str(uuid7()),
                "heartbeat_seconds": HEARTBEAT_SECONDS,
                "now": wire_time(timezone.now()),
                "limits": {"text": fields.MAX_TEXT, "frame": 65_536, "subscriptions": self.max_subscriptions},
                "subscriptions": [str(each.opening.ticket) for each in resumed if not each.starts_afresh],
                **self.peer.welcome,
            }
        )
        self._start_timers()
        for each in resumed:
            await self._take_up(each.opening, after=each.after, epoch=each.epoch, id=None)

    async def _check_room(self, peer: Peer) -> None:
        own = hub().per_party[peer.key()] >= self.max_sockets
        address = hub().per_address[peer.address] >= ADDRESS_SOCKETS
        if (own or address) and not peer.is_trusted:
            error = HelpdeskError(
                "too_many_sockets", _("This chat is open in too many places. Close one of them."), retry_in_ms=60_000
            )
            await self._refuse(error, 4429)

    async def _resume(self, wanted: Any) -> list[_Resumed]:
        """The well-formed entries of `resume`, each ticket once; what is not well-formed or not theirs is left out."""
        found: dict[UUID, _Resumed] = {}
        for each in wanted[: self.max_subscriptions] if isinstance(wanted, list) else []:
            if not isinstance(each, dict):
                continue
            try:
                entry = fields.parse(each, RESUME)
                if entry["ticket"] not in found:
                    opening = await self._open(entry["ticket"])
                    found[entry["ticket"]] = _Resumed(opening, entry["after"], entry["epoch"])
            except HelpdeskError as error:
                if error.retry:  # not theirs is one thing, not to be read just now is another
                    raise
                continue
        return list(found.values())

    # --- typing, commands -------------------------------------------------------------------------------
    async def _typing(self, raw: dict[str, Any]) -> None:
        """Tell the other side, without touching the database. Only for a ticket this socket is subscribed to."""
        wanted = fields.parse(raw, TYPING)
        subscription = self.pipe.find(str(wanted["ticket"]))
        if subscription is None:
            raise not_found()
        now = time.monotonic()
        if wanted["on"] and now - self.typing_at.get(subscription.ticket_id, 0.0) < TYPING_EVERY:
            return
        self.typing_at[subscription.ticket_id] = now if wanted["on"] else 0.0
        self.tell_typing(subscription, wanted["on"])
        if wanted["on"]:
            await self.typed(subscription)

    def tell_typing(self, subscription: Subscription, on: bool) -> None:
        raise NotImplementedError

    async def typed(self, subscription: Subscription) -> None:
        """The peer is typing, and everybody has been told."""

    async def _command(self, kind: str, raw: dict[str, Any]) -> None:
        command = self.peer.commands.get(kind)
        if command is None:
            raise HelpdeskError("unknown_type", _("This server does not know that kind of frame."))
        clean = fields.parse(raw, command.fields)
        if command.together is not None:
            await self._send_together(command, clean, raw)
            return
        await self._all_sent()
        hub().running_commands += 1
        try:
            ack: Ack | None = await self._read(command.run, self.peer, clean)
        finally:
            hub().running_commands -= 1
        if ack is None:
            return
        self.say(ack.frame(self.peer.audience, id=raw.get("id")))
        if ack.subscribe and ack.ticket is not None and self.pipe.find(str(ack.ticket)) is None:
            # Not counted: a chat that has just begun was acknowledged already and cannot be refused.
            await self._take_up(await self._open(ack.ticket), after=0, epoch=None, id=None)

    async def _send_together(self, command: Command, clean: dict[str, Any], raw: dict[str, Any]) -> None:
        """Hand the command to the writer and go on reading: an agent's other conversations need not wait for this one.

        Per ticket one is under way at a time, which keeps their order.
        """
        ticket: UUID = clean["ticket"]
        while ticket in self.sending or len(self.sending) >= MAX_SENDING:
            await asyncio.wait({self.sending.get(ticket) or next(iter(self.sending.values()))})
        answer = self.sending[ticket] = writer.submit(self.peer, command, clean)
        hub().running_commands += 1
        answer.add_done_callback(lambda done: self._sent(ticket, raw, done))

    def _sent(self, ticket: UUID, raw: dict[str, Any], answer: writer.Answer) -> None:
        hub().running_commands -= 1
        del self.sending[ticket]
        if answer.cancelled():
            return
        error = answer.exception()
        if isinstance(error, HelpdeskError):
            self._say_error(error, raw)
        elif error is None and (ack := answer.result()) is not None:
            self.say(ack.frame(self.peer.audience, id=raw.get("id")))

    async def _all_sent(self) -> None:
        """Frames of one socket are done in order: what follows a message finds it written."""
        if self.sending:
            await asyncio.wait(set(self.sending.values()))
