"""Somebody who is on the site now, as the visitor of the form that tries invitations. The workspace is active."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from chat.browsing.listing import one_visitor
from chat.browsing.origins import host_of
from chat.inviting.known import completed
from chat.models import SpeechBudget
from chat.targeting.facts import Facts
from tickets.models import Visitor


def shown_browser(workspace_id: int, joined: Collection[str], browser: UUID) -> dict[str, Any]:
    """The form's fields. Raises HelpdeskError not_found for who has no page open, unavailable without Redis."""
    row = one_visitor(workspace_id, joined, browser)
    first = row["trail"][-1]["url"] if row["trail"] else row["url"]
    screen, cart = row["screen"] or {}, row["cart"]
    return {
        "browser": str(browser),
        "url": row["url"],
        "title": row["title"],
        "entry_url": first,
        "seconds_page": _seconds_since(row["page_since"]),
        "seconds_site": row["active_seconds"],
        "visit_number": row["visits"],
        "pages": row["pages"],
        "language": row["language"].split("-")[0].lower(),
        "country": row["country"],
        "width": screen.get("width"),
        "referrer": host_of(row["referrer"]),
        "campaign": (row["utm"] or {}).get("campaign", ""),
        "cart_value": cart["value"] if cart else None,
        "cart_items": cart["count"] if cart else None,
        "event": row["events"][0]["name"] if row["events"] else "",
    }


def with_history(facts: Facts, browser: UUID) -> Facts:
    """The facts with what this browser was really shown, said and wrote. Nothing is locked: it is for looking only."""
    budget = SpeechBudget.objects.filter(browser=browser).first() or SpeechBudget(browser=browser)
    return completed(facts, browser=browser, visitor=_visitor_of(browser), budget=budget)


def _visitor_of(browser: UUID) -> Visitor | None:
    """Whose browser it is, as far as an invitation has made it known."""
    found: Visitor | None = (
        Visitor.objects.filter(invitation_exposures__browser=browser).order_by("-invitation_exposures__id").first()
    )
    return found


def _seconds_since(moment: str) -> int:
    return max(0, int((timezone.now() - datetime.fromisoformat(moment)).total_seconds()))
