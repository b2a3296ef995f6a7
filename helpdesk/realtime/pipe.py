"""The positions of one socket: which event of which ticket the client has, and how it gets the next ones.

A hint may be lost, doubled or late. One that is next is forwarded as it is; a lower one is dropped; a higher one makes
the pipe read what is missing from the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from helpdesk.realtime.outgoing import Outgoing
from helpdesk.realtime.peer import Frame, Opening, Peer
from helpdesk.strict_json import dumps

PAGE = 500  # more than so many missing events are paged over HTTP
PART = 100  # of them are read at once: what one slow reader holds in memory while it catches up
RECENT = 50  # what `after: -1` means

Read = Callable[..., Awaitable[Any]]


@dataclass
class Subscription:
    ticket_id: int
    ticket: str
    position: int
    known_head: int
    is_loading: bool = True
    # How far the client has been sent, in the other side's numbering: what the other side may call delivered.
    delivered: int = 0


class Pipe:
    """`read` runs a function of the peer's log on a pool thread in the peer's workspace."""

    def __init__(
        self, peer: Peer, outgoing: Outgoing, read: Read, on_delivered: Callable[[Subscription], None]
    ) -> None:
        self.peer = peer
        self.on_delivered = on_delivered
        self.outgoing = outgoing
        self.read = read
        self.subscriptions: dict[int, Subscription] = {}
        self.epoch = ""
        self._versions: dict[str, int] = {}
        # Hints of tickets that are just being opened: their keys are not known yet, so all strange ones are kept.
        self._listening = 0
        self._early: dict[int, int] = {}

    def find(self, ticket: str) -> Subscription | None:
        return next((each for each in self.subscriptions.values() if each.ticket == ticket), None)

    def listen(self) -> None:
        """The socket has joined a ticket's group and reads the ticket: remember what is said meanwhile."""
        self._listening += 1

    def stop_listening(self) -> None:
        self._listening -= 1
        if not self._listening:
            self._early.clear()

    async def subscribe(self, opening: Opening, *, after: int, id: Any = None) -> None:
        """Start or restart the stream of a ticket from `after`. The caller has joined the ticket's group before.

        The client gets `subscribed`, then the events up to its `head` in order, then whatever is newer.
        """
        if after > opening.head:
            self.resync(opening, "ahead", id=id)
            return
        self.epoch = opening.epoch
        start = max(opening.head - RECENT, 0) if after < 0 else after
        known_head = max(opening.head, self._early.get(opening.ticket_id, 0))
        subscription = Subscription(opening.ticket_id, str(opening.ticket), start, known_head)
        self.subscriptions[opening.ticket_id] = subscription
        missing = opening.head - start
        more = missing > PAGE
        frames = [] if more or not missing else await self.read(self.peer.log.since, opening.ticket_id, start, PART)
        self._say_subscribed(subscription, opening, start, more=more, id=id)
        if more:
            # The client pages over HTTP and subscribes again; until then nothing may be sent over the hole.
            del self.subscriptions[opening.ticket_id]
            return
        # What was committed after `opening` was read is among them, and follows what `head` promised.
        await self._forward(subscription, frames)
        await self._finish(subscription)

    def _say_subscribed(self, subscription: Subscription, opening: Opening, start: int, *, more: bool, id: Any) -> None:
        frame = {
            "type": "subscribed",
            "ticket": subscription.ticket,
            "epoch": opening.epoch,
            "head": opening.head,
            "from": start + 1,
            "more": more,
            "state": opening.state,
            **opening.extra,
        }
        if id is not None:
            frame["id"] = id
        self.outgoing.push(dumps(frame))

    def resync(self, opening: Opening, why: str, *, id: Any = None) -> None:
        """Tell the client to drop its copy and load afresh; it is not subscribed."""
        self.subscriptions.pop(opening.ticket_id, None)
        frame = {
            "type": "resync",
            "ticket": str(opening.ticket),
            "epoch": opening.epoch,
            "head": opening.head,
            "why": why,
        }
        self.outgoing.push(dumps(frame if id is None else {**frame, "id": id}))

    def unsubscribe(self, ticket: str) -> Subscription | None:
        subscription = self.find(ticket)
        if subscription is not None:
            del self.subscriptions[subscription.ticket_id]
        return subscription

    def hint(self, ticket_id: int, frame: Frame) -> bool:
        """An event was committed; `frame` is how this audience reads it. False: the caller must let it `catch_up`."""
        subscription = self.subscriptions.get(ticket_id)
        if subscription is None:
            if self._listening:
                self._early[ticket_id] = max(frame.seq, self._early.get(ticket_id, 0))
            return True
        if frame.seq <= subscription.position:
            return True
        subscription.known_head = max(subscription.known_head, frame.seq)
        if subscription.is_loading:
            return True
        if frame.seq != subscription.position + 1:
            return False
        self._push(subscription, frame)
        return True

    async def catch_up(self, ticket_id: int) -> None:
        """Read what a hint has shown to be missing."""
        subscription = self.subscriptions.get(ticket_id)
        if subscription is not None:
            await self.behind(subscription, subscription.known_head)

    def _push(self, subscription: Subscription, frame: Frame) -> None:
        self.outgoing.push(frame.text)
        subscription.position = frame.seq
        if frame.other_seq is not None and frame.other_seq > subscription.delivered:
            subscription.delivered = frame.other_seq
            self.on_delivered(subscription)

    async def behind(self, subscription: Subscription, head: int) -> None:
        """The log is known to reach `head`: read what is missing, unless that is already under way."""
        subscription.known_head = max(subscription.known_head, head)
        if not subscription.is_loading and head > subscription.position:
            subscription.is_loading = True
            await self._finish(subscription)

    async def _finish(self, subscription: Subscription) -> None:
        """Read until nothing that was announced meanwhile is missing, then let hints through again."""
        try:
            while self._is_current(subscription) and subscription.known_head > subscription.position:
                await self.outgoing.room()
                frames = await self.read(self.peer.log.since, subscription.ticket_id, subscription.position, PART)
                if not frames:
                    # Announced but not to be read: rolled back, or hidden from this peer by now.
                    subscription.known_head = subscription.position
                await self._forward(subscription, frames)
        finally:
            subscription.is_loading = False

    async def _forward(self, subscription: Subscription, frames: list[Frame]) -> None:
        for frame in frames:
            if not self._is_current(subscription):
                return
            if frame.seq != subscription.position + 1:
                continue
            await self.outgoing.room()
            self._push(subscription, frame)

    def _is_current(self, subscription: Subscription) -> bool:
        return self.subscriptions.get(subscription.ticket_id) is subscription and not self.outgoing.is_closed

    def momentary(self, message: dict[str, Any]) -> None:
        """Forward an ephemeral frame, unless it shows an older version of a row than what went out before.

        What is about a ticket is for those who follow it: a socket is in the group of a ticket already while it asks
        whether it may be.
        """
        if "of" in message and self.find(message["of"]) is None:
            return
        row = message.get("row")
        if row is not None:
            if self._versions.get(row, -1) >= message["version"]:
                return
            if len(self._versions) > 2000:
                self._versions.clear()
            self._versions[row] = message["version"]
        self.outgoing.push(message["text"], ephemeral=True)

    def heads(self) -> dict[str, int]:
        return {each.ticket: max(each.known_head, each.position) for each in self.subscriptions.values()}
