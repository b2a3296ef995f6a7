"""A visitor's session: from a widget's key, or an earlier token, to a visitor."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from chat.actions.visits import record_page
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from tickets.actions.visitors import create_visitor, renew_visitor
from tickets.models import Visitor
from widget.auth import visitor_by_token
from widget.models import Widget
from widget.tokens import IDLE, hash_token, new_token


def open_session(
    *,
    widget: Widget,
    token: Any,
    page: str,
    referrer: str,
    language: str,
    time_zone: str,
    user_agent: str,
    visit: dict[str, Any] | None = None,
    country: str = "",
) -> tuple[Visitor, str]:
    """The visitor behind `token` with its life renewed, or a new one when the token is unknown, expired or another
    workspace's. Returns the visitor and the token to use. `visit`: what the browser remembers of the pages before (its
    age in seconds, the referrer, the trail). Must hold: the widget's workspace is active.
    """
    facts: dict[str, Any] = {"widget": widget, "language": language, "time_zone": time_zone}
    facts["expires_at"] = timezone.now() + IDLE
    with scope.atomic():
        visitor = _known(widget, token)
        if visitor is not None:
            renew_visitor(visitor, **facts)
        else:
            token = new_token()
            visitor = create_visitor(token_hash=hash_token(token), **facts)
        record_page(
            visitor=visitor, url=page, title="", referrer=referrer, user_agent=user_agent, before=visit, country=country
        )
    return visitor, token


def _known(widget: Widget, token: Any) -> Visitor | None:
    try:
        visitor = visitor_by_token(token)
    except HelpdeskError:
        return None
    return visitor if visitor.workspace_id == widget.workspace_id else None
