"""Where a visitor is on the site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chat.browsers import describe
from chat.models import TRAIL_LENGTH, Visit
from helpdesk.realtime import groups, publish
from helpdesk.tenancy import scope
from helpdesk.times import wire_time
from tickets.models import Ticket, Visitor

NEW_VISIT_AFTER = timedelta(minutes=30)


def record_page(
    *,
    visitor: Visitor,
    url: str,
    title: str,
    referrer: str,
    user_agent: str | None = None,
    before: dict[str, Any] | None = None,
    country: str = "",
) -> None:
    """The visitor is on a page now. After half an hour away this begins a new visit.

    `user_agent` and `country` are known at the session; later pages of the same visit come without. `before`: what the
    browser remembers of this visit (`ago` in seconds, `referrer`, `trail` newest first), for one that is new to us.
    """
    with scope.atomic():
        now = timezone.now()
        visit = Visit.objects.select_for_update(no_key=True).filter(visitor=visitor).order_by("-id").first()
        if visit is None or now - max(visit.page_since, visitor.lease_until or visit.page_since) > NEW_VISIT_AFTER:
            visit = Visit(visitor=visitor, started_at=now, page_since=now, referrer=referrer)
            if before is not None:
                _take_over(visit, before, url, now)
        _move(visit, url, title)
        if user_agent is not None:
            visit.browser, visit.os, visit.device = describe(user_agent)
        visit.country = country or visit.country
        visit.language = visitor.language
        visit.save()
        _tell(visitor, visit)


def _take_over(visit: Visit, before: dict[str, Any], url: str, now: datetime) -> None:
    """The team sees how the visitor came here, though nothing of it was stored before they opened the chat."""
    visit.started_at = now - timedelta(seconds=before["ago"])
    visit.referrer = before["referrer"] or visit.referrer
    trail = [
        {"url": page["url"], "title": page["title"], "at": wire_time(now - timedelta(seconds=page["ago"]))}
        for page in before["trail"]
    ]
    if trail and trail[0]["url"] == url:
        del trail[0]
    visit.trail = trail[:TRAIL_LENGTH]


def _move(visit: Visit, url: str, title: str) -> None:
    if visit.url == url:
        visit.title = title or visit.title
        return
    if visit.url:
        page: dict[str, Any] = {"url": visit.url, "title": visit.title, "at": wire_time(visit.page_since)}
        visit.trail = [page, *visit.trail][:TRAIL_LENGTH]
    visit.url, visit.title, visit.page_since = url, title, timezone.now()


def _tell(visitor: Visitor, visit: Visit) -> None:
    """Only those who may see a ticket of the visitor's see where the visitor is."""
    targets = {groups.inbox_all(visitor.workspace_id)}
    for department_id in Ticket.objects.open().filter(visitor=visitor).values_list("department_id", flat=True):
        targets.add(groups.inbox_department(visitor.workspace_id, department_id))
    row = {"id": str(visitor.public_id), **visit.as_json()}
    version = int(timezone.now().timestamp() * 1000)
    publish.changed(sorted(targets), {"type": "visitor.changed", "version": version, "row": row})


def last_visit(visitor: Visitor) -> Visit | None:
    return Visit.objects.select_related("visitor").filter(visitor=visitor).order_by("-id").first()
