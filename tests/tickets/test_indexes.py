"""The inbox reads its pages from an index, in order, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.world import World
from tickets.models import Place, State, Ticket

PLACE = Place(timezone.now(), 5)
QUESTIONS: dict[str, tuple[str, Callable[[], Any]]] = {
    "all": ("ticket_open", lambda: Ticket.objects.open()),
    "mine": ("ticket_open_by_assignee", lambda: Ticket.objects.open().assigned_to(3)),
    "unassigned": ("ticket_open", lambda: Ticket.objects.open().unassigned()),
    "resolved": ("ticket_closed", lambda: Ticket.objects.closed_as(State.RESOLVED)),
    "next page": ("ticket_open", lambda: Ticket.objects.open().after(PLACE)),
    "next page of resolved": ("ticket_closed", lambda: Ticket.objects.closed_as(State.RESOLVED).after(PLACE)),
}


@pytest.mark.parametrize("view", QUESTIONS)
def test_a_page_is_read_in_the_order_of_an_index(world: World, view: str) -> None:
    index, question = QUESTIONS[view]
    with world.north.inside():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # So few rows are quicker sorted; with many the index is. Here we ask whether it can be used at all.
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = question().newest_first()[:50].explain()
    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    if view.startswith("next"):
        assert "updated_at <" in plan.split("Index Cond")[-1] or "updated_at<?" in plan
