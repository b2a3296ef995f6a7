"""The number of statements does not depend on the number of rows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models.installation import current_epoch
from tests.world import Side, World
from tickets.models import Event, SearchDocument, State, Ticket, TicketRead, Visitor
from tickets.search import tokens_of

PATHS = (
    "tickets",
    "tickets?view=mine",
    "tickets?view=unassigned",
    "tickets?view=resolved",
    "tickets?q=oak+bow",
    "counts",
    "tickets/1",
    "tickets/1/events",
    "members",
)


def add_tickets(side: Side, first: int, count: int) -> None:
    """Tickets of different visitors, half of them resolved, with events and words, each read by its assignee."""
    agents = [side.members["maya"], side.members["theo"]]
    with side.inside():
        for number in range(first, first + count):
            visitor = Visitor.objects.create(
                token_hash=uuid4().hex * 2, token_expires_at=timezone.now(), name=f"Visitor {number}"
            )
            agent = agents[number % 2] if number % 4 < 2 else None
            ticket = Ticket.objects.create(
                number=number,
                visitor=visitor,
                state=State.OPEN if number % 3 else State.RESOLVED,
                assignee=agent,
                last_member=agent,
                last_at=timezone.now(),
                department=side.departments["delivery"],
                last_seq=3,
            )
            for seq in (1, 2, 3):
                Event.objects.create(
                    ticket=ticket, seq=seq, name="message.created", by_kind="agent", member=agents[0], visitor_seq=seq,
                    text="oak bowl", created_at=timezone.now(),
                )  # fmt: skip
            SearchDocument.objects.create(ticket=ticket, tokens=tokens_of("oak bowl", side.workspace.pk))
            TicketRead.objects.create(ticket=ticket, membership=side.members["maya"])


def statements(side: Side, who: str, path: str) -> tuple[int, Any]:
    with side.inside():
        token = create_api_token(membership=side.members[who], name="count")[1]
    current_epoch()  # known for five seconds
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(f"/api/v1/{path}", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 200
    return len(captured), answer.json()


@pytest.mark.parametrize("who", ["olga", "maya"])
@pytest.mark.parametrize("path", PATHS)
def test_as_many_statements_for_fifty_rows_as_for_one(world: World, path: str, who: str) -> None:
    add_tickets(world.north, 1, 4)
    few, _answer = statements(world.north, who, path)
    add_tickets(world.north, 5, 50)
    many, answer = statements(world.north, who, path)
    assert many == few
    if path == "tickets":
        assert len(answer["rows"]) > 30
