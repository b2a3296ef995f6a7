"""The agents' socket, `/ws/agent/`: the session cookie from our own pages, or an API token where there is no Origin."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from chat.actions.after_acceptance import put_off_reply
from chat.actions.presence import member_arrived, members_left, renew_members
from chat.auth import agent_peer, recheck_agents
from chat.browsing import watching
from chat.desks import at_work
from helpdesk.realtime import groups, publish
from helpdesk.realtime.door import TYPING_MS, SocketDoor
from helpdesk.realtime.hub import hub
from helpdesk.realtime.peer import Peer
from helpdesk.realtime.pipe import Subscription
from tickets.log import heads, shown_to

PUT_OFF_EVERY = 5.0  # seconds


class AgentDoor(SocketDoor):
    max_subscriptions: ClassVar[int] = 200
    max_sockets: ClassVar[int] = 20

    async def admit(self) -> bool:
        self.put_off_at: dict[int, float] = {}
        headers = dict(self.scope["headers"])
        self.session_key = _session_key(headers.get(b"cookie", b""))
        return self.origin is None or self._is_own_origin(headers.get(b"host", b"").decode("latin-1"))

    def _is_own_origin(self, host: str) -> bool:
        """Our base URL, or the very host this handshake was sent to (when that host is one of ours)."""
        if self.origin == settings.BASE_URL:
            return True
        domain, _port = split_domain_port(host)
        scheme = "https" if self.scope.get("scheme") in ("wss", "https") else "http"
        return validate_host(domain, settings.ALLOWED_HOSTS) and self.origin == f"{scheme}://{host}"

    def authenticate(self, hello: Mapping[str, Any]) -> Peer:
        by_cookie = self.origin is not None
        return agent_peer(hello, self.session_key if by_cookie else None, self.address, by_cookie=by_cookie)

    @staticmethod
    def recheck(peers: Sequence[Peer]) -> Iterable[tuple[Peer, bool]]:
        return recheck_agents(peers)

    @staticmethod
    def shown_to(ticket_ids: list[int]) -> dict[int, set[str]]:
        """A ticket may have gone to another department or colleague, or the agent may have left a department."""
        return shown_to(ticket_ids)

    @staticmethod
    def touch(peers: Sequence[Peer]) -> None:
        renew_members(peer.party_id for peer in peers)

    @staticmethod
    def left(peers: Sequence[Peer]) -> None:
        members_left(peer.party_id for peer in peers)

    @staticmethod
    def heads(ticket_ids: list[int]) -> dict[int, dict[str, int]]:
        return heads(ticket_ids)

    async def entered(self) -> None:
        if hub().others_of(self) == 0:
            await self._read(member_arrived, self.peer.context.member)
        # Read now that the groups are joined: what begins to ring later arrives by itself.
        self.peer.welcome.update(await self._read(at_work, self.peer.context.member))

    async def _command(self, kind: str, raw: dict[str, Any]) -> None:
        await super()._command(kind, raw)
        if kind == "visitors.watch":
            watching.watching().add(self)
        elif kind == "visitors.unwatch":
            watching.watching().discard(self)

    async def has_gone(self) -> None:
        watching.watching().discard(self)
        await super().has_gone()

    def tell_typing(self, subscription: Subscription, on: bool) -> None:
        """The visitor reads the alias; colleagues who look at the ticket read the name."""
        member = self.peer.context.member
        frame = {"type": "typing", "ticket": subscription.ticket, "on": on, "expires_in_ms": TYPING_MS}
        workspace_id, ticket = self.peer.workspace_id, subscription.ticket
        to_visitor = {**frame, "by": {**self.peer.party, "name": member.public_name}}
        publish.ephemeral([groups.ticket_visitor(workspace_id, ticket)], to_visitor)
        to_agents = {**frame, "by": self.peer.party}
        publish.ephemeral([groups.ticket_agents(workspace_id, ticket)], to_agents, skip=self.channel_name)

    async def typed(self, subscription: Subscription) -> None:
        """Who types is answering: the time to reply stands still. Written down now and then."""
        now = time.monotonic()
        if now - self.put_off_at.get(subscription.ticket_id, 0.0) >= PUT_OFF_EVERY:
            self.put_off_at[subscription.ticket_id] = now
            await self._read(put_off_reply, UUID(subscription.ticket))

    def tell_delivered(self, subscription: Subscription) -> None:
        by = {**self.peer.party, "name": self.peer.context.member.public_name}
        frame = {"type": "receipt", "ticket": subscription.ticket, "by": by}
        # How far was read is said by `read`; readers of a receipt keep the larger figure.
        receipt = {**frame, "delivered": subscription.delivered, "read": 0}
        publish.ephemeral([groups.ticket_visitor(self.peer.workspace_id, subscription.ticket)], receipt)


def _session_key(cookies: bytes) -> str | None:
    try:
        cookie = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return cookie.value if cookie else None
