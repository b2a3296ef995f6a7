"""“Seen on your site”: which page of the shop loads the widget."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from widget.models import Widget

AGAIN_AFTER = timedelta(minutes=10)


def is_worth_reporting(widget: Widget, origin: str) -> bool:
    """Whether the loader on `origin` should say that it is there: at the first time, then every ten minutes."""
    if not origin:
        return False
    fresh = widget.seen_at is not None and timezone.now() - widget.seen_at < AGAIN_AFTER
    return not (fresh and widget.seen_origin == origin)


def note_sighting(*, widget: Widget, origin: str) -> None:
    """The widget was loaded by a page of `origin`. Must hold: the widget's workspace is active; the site is allowed."""
    stale = Q(seen_at=None) | Q(seen_at__lt=timezone.now() - AGAIN_AFTER) | ~Q(seen_origin=origin)
    Widget.objects.filter(stale, pk=widget.pk).update(seen_at=timezone.now(), seen_origin=origin[:300])
