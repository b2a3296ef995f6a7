"""Visitors at the door: from a widget's public key or a visitor's token to a Peer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.queue import tell_place
from chat.presence import SHOP_WINDOW, agents_of
from helpdesk.accounts.models.installation import current_epoch
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups
from helpdesk.realtime.peer import Peer
from helpdesk.tenancy import scope
from helpdesk.tenancy.kept import Kept
from tickets.authors import Author
from tickets.log import VisitorLog
from tickets.models import Ticket, Visitor
from widget.commands import COMMANDS
from widget.config import language_for, shown_config
from widget.models import Widget
from widget.sites import is_allowed, origin_of, own_origin
from widget.tokens import hash_token


def widget_by_key(key: str) -> Widget:
    """The widget in use with this key, whatever its workspace: the key is the way in. Raises not_found."""
    found = Widget.unscoped.select_related("workspace").filter(key=key, is_active=True)
    widget = found.first() if key.isprintable() else None  # PostgreSQL refuses to compare a NUL
    if widget is None:
        raise not_found()
    return widget


def check_site(widget: Widget, origin: str | None, page: str) -> None:
    """Refuse pages that may not carry the widget.

    A browser's Origin must be ours (the frame) or one of the allowed sites. With ours, or with none (no browser), the
    page must lie on an allowed site or be our own preview; that is a claim and no right: the frame's `frame-ancestors`
    enforces it. Raises HelpdeskError site_not_allowed.
    """
    if origin is not None and origin != own_origin():
        allowed = is_allowed(origin_of(origin), widget.allowed_sites)
    else:
        shown_on = origin_of(page)
        allowed = shown_on == own_origin() or is_allowed(shown_on, widget.allowed_sites)
    if not allowed:
        raise HelpdeskError("site_not_allowed", _("This page is not on the allowed list of this chat."))


def visitor_by_token(token: Any) -> Visitor:
    """The visitor with this token. Raises HelpdeskError token_missing, token_invalid or token_expired."""
    if not isinstance(token, str) or not token:
        raise HelpdeskError("token_missing", _("Open a session first."))
    visitor = next(iter(BY_TOKEN.ask(token_hash=hash_token(token))), None)
    if visitor is not None:
        visitor.widget = _widget_of(visitor)
    if visitor is None or visitor.widget is None or not visitor.widget.is_active:
        raise HelpdeskError("token_invalid", _("This chat session is not known any more. Open a new one."))
    if visitor.token_expires_at <= timezone.now():
        raise HelpdeskError("token_expired", _("This chat session has expired. Open a new one."))
    return visitor


BY_TOKEN = Kept(
    lambda token_hash: Visitor.unscoped.select_related("contact").filter(token_hash=token_hash), token_hash=CharField()
)


def _widget_of(visitor: Visitor) -> Widget | None:
    """One object for all visitors of the widget: thousands of sockets hold on to theirs."""
    if visitor.widget_id is None:
        return None
    found = Widget.unscoped.select_related("workspace").filter(pk=visitor.widget_id)
    return SHOP_WINDOW.get(visitor.workspace_id, ("widget", visitor.widget_id), found.first)


def visitor_peer(token: Any, origin: str | None, address: str) -> Peer:
    """The peer behind a token. Raises HelpdeskError token_*, site_not_allowed (its Origin is no site of it)."""
    visitor = visitor_by_token(token)
    widget = visitor.widget
    assert widget is not None  # visitor_by_token refuses the others
    if origin is not None and origin != own_origin() and not is_allowed(origin_of(origin), widget.allowed_sites):
        raise HelpdeskError("site_not_allowed", _("This page is not on the allowed list of this chat."))
    return Peer(
        audience="visitor",
        workspace_id=visitor.workspace_id,
        party_id=visitor.pk,
        party={"kind": "visitor", "id": str(visitor.public_id), "name": visitor.display_name},
        log=VisitorLog(visitor.pk, _who_answers),
        commands=COMMANDS,
        groups={groups.visitor(visitor.workspace_id, visitor.pk)},
        context=Author.of_visitor(visitor),
        credential=visitor.token_hash,
        address=address,
        language=language_for(widget, visitor.language),
    )


def visitor_welcome(peer: Peer) -> dict[str, Any]:
    """What the socket tells a visitor at the door: which history this is, and the widget in the visitor's language."""
    with scope.workspace(peer.workspace_id):
        return {"epoch": current_epoch(), "widget": shown_config(peer.context.visitor.widget, peer.language)}


def _who_answers(ticket: Ticket) -> dict[str, Any]:
    """Who is there, and until somebody is, the place in the queue."""
    return {"presence": {"agents": agents_of(ticket)}, "queue": tell_place(ticket)}


def recheck_visitors(peers: Sequence[Peer]) -> Iterable[tuple[Peer, bool]]:
    """Which of these visitors may still be here: the token lives and the widget is in use."""
    alive = set(
        Visitor.unscoped.filter(
            token_hash__in=[peer.credential for peer in peers],
            token_expires_at__gt=timezone.now(),
            widget__is_active=True,
        ).values_list("token_hash", flat=True)
    )
    return [(peer, peer.credential in alive) for peer in peers]
