"""History for the demo: the verbs always act now, the demo's conversations were days ago."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from chat.models import Chat, Visit
from helpdesk.times import wire_time
from tickets.models import Contact, Event, Ticket, Visitor

MILLISECOND = timedelta(milliseconds=1)


class Timeline:
    """When each act of a story really happened, and when it happens in the story."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self._really: list[datetime] = []
        self._told: list[datetime] = []

    def mark(self, ago: timedelta) -> None:
        """What is written from here on happened `ago` before the seeding."""
        self._really.append(timezone.now())
        self._told.append(self.now - ago)

    def told(self, moment: datetime) -> datetime:
        """The story's time for a real one; what was before the story stays where it is."""
        index = bisect_right(self._really, moment) - 1
        return moment if index < 0 else self._told[index] + (moment - self._really[index])


def move_into_the_past(timeline: Timeline, ticket: Ticket) -> None:
    """Give every row of a story that was just told the time it has in the story.

    This is the one place of the demo that writes rows itself. No verb takes a time, and none should: a caller who may
    say when something happened could rewrite a customer's history.
    """
    _shift(timeline, Visitor.objects.filter(pk=ticket.visitor_id), "first_seen_at", "last_seen_at")
    _shift(timeline, Contact.objects.filter(pk=ticket.contact_id), "created_at")
    moments = ("created_at", "updated_at", "answered_at", "waiting_since", "resolved_at", "last_at")
    _shift(timeline, Ticket.objects.filter(pk=ticket.pk), *moments)
    _shift(timeline, Event.objects.filter(ticket=ticket), "created_at")
    _shift(timeline, Chat.objects.filter(ticket=ticket), "started_at", "answered_at", "ended_at")
    visits = Visit.objects.filter(visitor=ticket.visitor_id)
    _shift(timeline, visits, "started_at", "page_since")
    for visit in visits:
        Visit.objects.filter(pk=visit.pk).update(trail=[_page_told(page, timeline) for page in visit.trail])


def _shift(timeline: Timeline, rows: models.QuerySet[Any], *names: str) -> None:
    for row in rows:
        moments = {name: getattr(row, name) for name in names}
        rows.filter(pk=row.pk).update(**{name: timeline.told(at) for name, at in moments.items() if at is not None})


def _page_told(page: dict[str, Any], timeline: Timeline) -> dict[str, Any]:
    at = parse_datetime(page["at"])
    # The trail keeps whole milliseconds, which may lie before the mark of the act that wrote it.
    return {**page, "at": wire_time(timeline.told(at + MILLISECOND))} if at else page
