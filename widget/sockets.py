"""The visitors' socket, `/ws/visitor/`. It reads no cookies; the token comes in hello."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from chat.actions.presence import renew_visitors, visitor_arrived, visitors_left
from helpdesk.realtime import groups, publish
from helpdesk.realtime.door import TYPING_MS, SocketDoor
from helpdesk.realtime.hub import hub
from helpdesk.realtime.peer import Peer
from helpdesk.realtime.pipe import Subscription
from tickets.log import heads
from widget.auth import recheck_visitors, visitor_peer, visitor_welcome


class VisitorDoor(SocketDoor):
    max_subscriptions: ClassVar[int] = 2
    max_sockets: ClassVar[int] = 12

    async def admit(self) -> bool:
        # Which sites are allowed depends on the widget, which the token in hello names: the Origin is judged there.
        return True

    def authenticate(self, hello: Mapping[str, Any]) -> Peer:
        peer = visitor_peer(hello.get("token"), self.origin, self.address)
        peer.welcome = visitor_welcome(peer)
        return peer

    @staticmethod
    def recheck(peers: Sequence[Peer]) -> Iterable[tuple[Peer, bool]]:
        return recheck_visitors(peers)

    @staticmethod
    def touch(peers: Sequence[Peer]) -> None:
        renew_visitors(peer.party_id for peer in peers)

    @staticmethod
    def left(peers: Sequence[Peer]) -> None:
        visitors_left(peer.party_id for peer in peers)

    @staticmethod
    def heads(ticket_ids: list[int]) -> dict[int, dict[str, int]]:
        return heads(ticket_ids)

    async def entered(self) -> None:
        if hub().others_of(self) == 0:
            await self._read(visitor_arrived, self.peer.context.visitor)

    def tell_typing(self, subscription: Subscription, on: bool) -> None:
        frame = {
            "type": "typing",
            "ticket": subscription.ticket,
            "by": {**self.peer.party, "name": self.peer.context.visitor.display_name},
            "on": on,
            "expires_in_ms": TYPING_MS,
        }
        publish.ephemeral([groups.ticket_agents(self.peer.workspace_id, subscription.ticket)], frame)

    def tell_delivered(self, subscription: Subscription) -> None:
        frame = {"type": "receipt", "ticket": subscription.ticket, "by": self.peer.party}
        # How far was read is said by `read`; readers of a receipt keep the larger figure.
        receipt = {**frame, "delivered": subscription.delivered, "read": 0}
        publish.ephemeral([groups.ticket_agents(self.peer.workspace_id, subscription.ticket)], receipt)
