"""What only the database knows of somebody, for a decision. Must hold: the workspace is active."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import BigAutoField, Max, Q, QuerySet, UUIDField

from chat.models import Chat, InvitationExposure, SpeechBudget
from chat.targeting.exposures import Exposure
from chat.targeting.facts import Facts
from helpdesk.tenancy.kept import Kept
from tickets.models import OPEN_STATES, Visitor

MOST_EXPOSURES = 300  # the newest; nobody who is asked within the rules comes near
BY_HAND = "by_hand"  # the campaign of what agents wrote


def completed(facts: Facts, *, browser: UUID, visitor: Visitor | None, budget: SpeechBudget) -> Facts:
    """The facts with what was shown to this browser and, once it is known whose it is, on their other ones.

    Must hold: `budget` is locked, so that nothing is decided for the browser meanwhile.
    """
    rows = list(_exposures(browser, visitor))
    live = list(_live_chats(visitor))
    return replace(
        facts,
        person=replace(
            facts.person,
            key=_key(browser, visitor),
            has_opted_out=budget.opted_out_at is not None or _opted_out_elsewhere(rows, browser),
            last_chat_at=_last_chat_at(visitor),
        ),
        exposures=tuple(_exposure(row) for row in rows),
        is_in_chat=any(assignee is not None for assignee in live),
        is_queued=any(assignee is None for assignee in live),
    )


def _key(browser: UUID, visitor: Visitor | None) -> str:
    """Whose lots fall: of the customer that the team knows, so that they fall alike on all their devices."""
    if visitor is None:
        return str(browser)
    return str(visitor.contact.public_id if visitor.contact else visitor.public_id)


def _exposures(browser: UUID, visitor: Visitor | None) -> list[Any]:
    if visitor is None:
        return OF_BROWSER.ask(browser=browser)
    if visitor.contact_id is None:
        return OF_VISITOR.ask(browser=browser, visitor=visitor.pk)
    return OF_CONTACT.ask(browser=browser, contact=visitor.contact_id)


def _exposure(row: Any) -> Exposure:
    return Exposure(
        campaign=str(row.invitation__public_id or BY_HAND),
        at=row.eligible_at.timestamp(),
        visit=str(row.visit),
        page=row.page_view,
        is_holdout=row.is_holdout,
        dismissed_at=row.dismissed_at.timestamp() if row.dismissed_at else None,
        accepted_at=row.accepted_at.timestamp() if row.accepted_at else None,
    )


def _opted_out_elsewhere(rows: list[Any], browser: UUID) -> bool:
    others = {row.browser for row in rows} - {browser}
    return bool(others) and SpeechBudget.objects.filter(browser__in=others, opted_out_at__isnull=False).exists()


def _live_chats(visitor: Visitor | None) -> list[int | None]:
    """Whose they are."""
    if visitor is None:
        return []
    live = Chat.objects.live().filter(_theirs(visitor), ticket__state__in=OPEN_STATES)
    return list(live.values_list("ticket__assignee_id", flat=True))


def _last_chat_at(visitor: Visitor | None) -> float | None:
    if visitor is None:
        return None
    last = Chat.objects.filter(_theirs(visitor)).aggregate(last=Max("ended_at"))["last"]
    return last.timestamp() if last is not None else None


def _theirs(visitor: Visitor) -> Q:
    """Chats of the visitor, on all their devices if the team knows who it is."""
    if visitor.contact_id is None:
        return Q(ticket__visitor=visitor)
    return Q(ticket__visitor__contact=visitor.contact_id)


# --- asked for each decision ------------------------------------------------------------------------------------------
def _newest(whose: Q) -> QuerySet[Any, Any]:
    counting = InvitationExposure.objects.that_count().filter(whose).order_by("-id")
    return counting.values_list(*KNOWN, named=True)[:MOST_EXPOSURES]


KNOWN = (
    *("browser", "invitation__public_id", "eligible_at", "visit", "page_view", "is_holdout"),
    *("dismissed_at", "accepted_at"),
)
OF_BROWSER = Kept(lambda browser: _newest(Q(browser=browser)), browser=UUIDField())
OF_VISITOR = Kept(
    lambda browser, visitor: _newest(Q(browser=browser) | Q(visitor=visitor)),
    browser=UUIDField(),
    visitor=BigAutoField(),
)
OF_CONTACT = Kept(
    lambda browser, contact: _newest(Q(browser=browser) | Q(visitor__contact_id=contact)),
    browser=UUIDField(),
    contact=BigAutoField(),
)
