"""What only the database knows of somebody, for a decision. Must hold: the workspace is active."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db.models import Max, Q

from chat.models import Chat, InvitationExposure, SpeechBudget
from chat.targeting.exposures import Exposure
from chat.targeting.facts import Facts
from tickets.models import OPEN_STATES, Visitor

MOST_EXPOSURES = 300  # the newest; nobody who is asked within the rules comes near
BY_HAND = "by_hand"  # the campaign of what agents wrote


def completed(facts: Facts, *, browser: UUID, visitor: Visitor | None, budget: SpeechBudget) -> Facts:
    """The facts with what was shown to this browser and, once it is known whose it is, to their other ones.

    Must hold: `budget` is locked, so that nothing is decided for the browser meanwhile.
    """
    rows = list(_exposures(browser, visitor))
    live = list(_live_chats(visitor))
    return replace(
        facts,
        person=replace(
            facts.person,
            key=str(visitor.public_id) if visitor else str(browser),
            has_opted_out=budget.opted_out_at is not None or _opted_out_elsewhere(rows, browser),
            last_chat_at=_last_chat_at(visitor),
        ),
        exposures=tuple(_exposure(row) for row in rows),
        is_in_chat=any(assignee is not None for assignee in live),
        is_queued=any(assignee is None for assignee in live),
    )


def _exposures(browser: UUID, visitor: Visitor | None) -> list[InvitationExposure]:
    whose = Q(browser=browser) if visitor is None else Q(browser=browser) | Q(visitor=visitor)
    found = InvitationExposure.objects.that_count().filter(whose).select_related("invitation").order_by("-id")
    return list(found[:MOST_EXPOSURES])


def _exposure(row: InvitationExposure) -> Exposure:
    return Exposure(
        campaign=str(row.invitation.public_id) if row.invitation else BY_HAND,
        at=row.eligible_at.timestamp(),
        visit=str(row.visit),
        page=row.page_view,
        is_holdout=row.is_holdout,
        dismissed_at=row.dismissed_at.timestamp() if row.dismissed_at else None,
        accepted_at=row.accepted_at.timestamp() if row.accepted_at else None,
    )


def _opted_out_elsewhere(rows: list[InvitationExposure], browser: UUID) -> bool:
    others = {row.browser for row in rows} - {browser}
    return bool(others) and SpeechBudget.objects.filter(browser__in=others, opted_out_at__isnull=False).exists()


def _live_chats(visitor: Visitor | None) -> list[int | None]:
    """Whose they are."""
    if visitor is None:
        return []
    live = Chat.objects.live().filter(ticket__visitor=visitor, ticket__state__in=OPEN_STATES)
    return list(live.values_list("ticket__assignee_id", flat=True))


def _last_chat_at(visitor: Visitor | None) -> float | None:
    if visitor is None:
        return None
    last = Chat.objects.filter(ticket__visitor=visitor).aggregate(last=Max("ended_at"))["last"]
    return last.timestamp() if last is not None else None
