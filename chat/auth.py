"""Agents at the socket's door: from a session or an API token to a Peer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.commands import COMMANDS
from chat.members import member_json
from helpdesk.accounts.credentials import (
    department_ids,
    fresh_member,
    is_token_alive,
    member_by_slug,
    member_by_token,
    session_user_id,
)
from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups
from helpdesk.realtime.peer import Peer
from helpdesk.tenancy import scope
from tickets.authors import Author
from tickets.log import AgentLog


def agent_peer(hello: Mapping[str, Any], session_key: str | None, address: str, *, by_cookie: bool) -> Peer:
    """The peer behind a session cookie (`by_cookie`: the handshake came from our own pages) or behind `hello.token`.

    Raises HelpdeskError token_missing, token_invalid, token_revoked, or not_found for a workspace that is not theirs.
    """
    workspace = hello.get("workspace")
    if by_cookie:
        member, credential = _by_session(session_key, workspace)
    else:
        member, credential = _by_token(hello.get("token"), workspace)
    departments = department_ids(member)
    with scope.workspace(member.workspace_id):
        # This very socket is what makes the member present, so the chosen status is the shown one.
        welcome = {"me": {**member_json(member, departments), "status": member.status}}
    return member_peer(member, member_groups(member, departments), credential, address, welcome)


def member_peer(
    member: Membership,
    joined: set[str] | None = None,
    credential: tuple[str, str] | None = None,
    address: str = "",
    welcome: dict[str, Any] | None = None,
) -> Peer:
    """The member as a peer; without groups and credential for a single REST call."""
    return Peer(
        audience="agents",
        workspace_id=member.workspace_id,
        party_id=member.pk,
        party={"kind": "agent", **member.as_party()},
        log=AgentLog(member),
        commands=COMMANDS,
        groups=joined or set(),
        context=Author.of_member(member),
        credential=credential,
        address=address,
        welcome=welcome or {},
        language=member.user.language or member.workspace.language,
    )


def _by_session(session_key: str | None, workspace: Any) -> tuple[Membership, tuple[str, str]]:
    user_id = session_user_id(session_key) if session_key else None
    if user_id is None or session_key is None:
        raise HelpdeskError("token_missing", _("Sign in first."))
    member = member_by_slug(user_id, workspace) if isinstance(workspace, str) else None
    if member is None:
        raise not_found()
    return member, ("session", session_key)


def _by_token(token: Any, workspace: Any) -> tuple[Membership, tuple[str, str]]:
    if not isinstance(token, str) or not token:
        raise HelpdeskError("token_missing", _("Send an API token in hello."))
    member = member_by_token(token)
    if workspace is not None and workspace != member.workspace.slug:
        raise not_found()
    return member, ("token", hash_token(token))


def member_groups(member: Membership, departments: Iterable[int]) -> set[str]:
    """Where a member hears of tickets: the same rule as `TicketQuerySet.visible_to`."""
    workspace_id = member.workspace_id
    mine = {groups.member(workspace_id, member.pk), groups.members(workspace_id)}
    if member.is_admin:
        return mine | {groups.inbox_all(workspace_id)}
    return mine | {groups.inbox_department(workspace_id, each) for each in (None, *departments)}


def recheck_agents(peers: list[Peer]) -> list[tuple[Peer, bool]]:
    """Which of these agents may still be here; those who may get the groups of their role and departments of now."""
    return [(peer, _recheck(peer)) for peer in peers]


def _recheck(peer: Peer) -> bool:
    kind, secret = peer.credential
    member = fresh_member(peer.party_id)
    if member is None:
        return False
    alive = session_user_id(secret) == member.user_id if kind == "session" else is_token_alive(secret)
    if not alive:
        return False
    peer.context = Author.of_member(member)
    peer.log = AgentLog(member)
    peer.groups = member_groups(member, department_ids(member))
    return True
