"""Agents at the socket's door: from a session or an API token to a Peer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.commands import COMMANDS
from chat.members import member_json
from helpdesk.accounts.credentials import (
    departments_of,
    fresh_members,
    live_sessions,
    live_tokens,
    member_by_slug,
    member_by_token,
    own_departments,
    session_user_id,
)
from helpdesk.accounts.models import Membership
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups
from helpdesk.realtime.peer import Peer
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
    departments = own_departments(member)
    # This very socket is what makes the member present, so the chosen status is the shown one.
    me = {**member_json(member, departments.values()), "status": member.status}
    welcome = {"epoch": current_epoch(), "me": me}
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


def recheck_agents(peers: Sequence[Peer]) -> list[tuple[Peer, bool]]:
    """Which of these agents may still be here; those who may get the groups of their role and departments of now.

    A constant number of queries for any number of peers.
    """
    members = fresh_members({peer.party_id for peer in peers})
    signed_in = live_sessions({secret for kind, secret in _credentials(peers) if kind == "session"}, members.values())
    tokens = live_tokens({secret for kind, secret in _credentials(peers) if kind == "token"})
    departments = departments_of(members)
    verdicts = []
    for peer in peers:
        member = members.get(peer.party_id)
        kind, secret = peer.credential
        alive = member is not None and (
            secret in tokens if kind == "token" else signed_in.get(secret) == member.user_id
        )
        if alive and member is not None:
            _refresh(peer, member, departments[member.pk])
        verdicts.append((peer, alive))
    return verdicts


def _credentials(peers: Sequence[Peer]) -> list[tuple[str, str]]:
    return [peer.credential for peer in peers]


def _refresh(peer: Peer, member: Membership, departments: Iterable[int]) -> None:
    peer.context = Author.of_member(member)
    peer.log = AgentLog(member)
    current = member_groups(member, departments)
    if current != peer.groups:
        peer.groups = current
