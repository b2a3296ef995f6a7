"""The console's page: everything else it shows comes over REST and the socket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.http import require_GET

from chat.api.team import about_me
from helpdesk import __version__
from helpdesk.catalog import js_catalog
from widget.models import LiveVisitors, Widget


@require_GET
def console(request: Any, slug: str, number: int | None = None) -> HttpResponse:
    """The console: the inbox, one ticket, or the visitors (the page is the same, the screen reads the address)."""
    me = about_me(request.member)
    boot: dict[str, Any] = {
        "slug": slug,
        "me": me["member"],
        "public_name": request.member.public_name,
        "workspace": me["workspace"],
        "workspaces": me["workspaces"],
        "departments": me["departments"],
        "permissions": me["permissions"],
        "follows_visitors": Widget.objects.exclude(live_visitors=LiveVisitors.OFF).exists(),
        "csrf": get_token(request),
        "urls": {
            "api": "/api/v1/",
            "socket": "/ws/agent/",
            "inbox": reverse("inbox", args=[slug]),
            "visitors": reverse("visitors", args=[slug]),
            "settings": reverse("settings", args=[slug]),
            "widgets": reverse("widgets", args=[slug]),
            "setup": reverse("setup", args=[slug]),
            "new_workspace": reverse("new_workspace"),
            "canned": reverse("canned", args=[slug]),
            "profile": reverse("profile", args=[slug]),
            "logout": reverse("account_logout"),
        },
        "language": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "catalog": js_catalog(get_language() or "en"),
        "version": __version__,
    }
    return render(request, "tickets/inbox.html", {"boot": boot})
