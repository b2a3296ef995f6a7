"""Deciding, under the lock of the browser's budget, whether somebody is invited, and writing it down before it shows.

A page asks with an id of its own (`due_id`) until it is answered. Asked twice, by several workers at once, or after a
worker was killed, the same id gets the same answer: what was decided stands in the exposure of that id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, UUIDField
from django.utils import timezone

from chat.inviting.asked import Asked
from chat.inviting.catalogue import Catalogue
from chat.inviting.frames import invitation_frame, no_frame
from chat.inviting.known import completed
from chat.inviting.shop import recent_shop, shop_changed
from chat.models import Invitation, InvitationDecision, InvitationExposure, SpeechBudget
from chat.targeting.choose import Decision, Kind, Occasion, Why, choose, occasion_as_json, outcome_text
from helpdesk.realtime import groups, publish
from helpdesk.strict_json import dumps
from helpdesk.tenancy import scope
from helpdesk.tenancy.kept import Kept
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import Visitor

SHOW_SECONDS = 30  # from the decision on: the page asks again after 3 s and 10 s
SAMPLE_SECONDS = 60  # between two records of one browser, but for what is shown and what manners forbid
SAME_SECONDS = 600  # and between two that say the same


def answer_due(asked: Asked) -> None:
    """Decide what a page asked, unless that is done, and tell the page.

    True afterwards: at most one exposure has this `due_id`; what is shown was counted before it left; the answer goes
    out after the commit. The page is told "no" also for a `due_id` of somebody else.
    """
    if asked.is_stale:
        return
    with scope.atomic():
        visitor = hold_visitor(asked.visitor)
        budget = hold_budget(asked.browser)
        known = _decided(asked.due_id)
        if known is None:
            known = _decide(asked, visitor, budget)
        _answer(asked, known)


def hold_visitor(public_id: UUID | None) -> Visitor | None:
    """The visitor, locked with the others of the same contact: two devices do not spend one budget at once."""
    if public_id is None:
        return None
    found: Visitor | None = Visitor.objects.select_related("contact").filter(public_id=public_id).first()
    if found is not None:
        whose = Q(pk=found.pk) if found.contact_id is None else Q(contact=found.contact_id)
        list(Visitor.objects.select_for_update(no_key=True).filter(whose).order_by("id").values_list("pk"))
    return found


def hold_budget(browser: UUID) -> SpeechBudget:
    """The browser's budget, locked; made when it is first needed. Must hold: a transaction, and who locks the visitor
    too has done so before."""
    found: list[SpeechBudget] = BUDGETS.ask(browser=browser)
    if not found:
        SpeechBudget.objects.bulk_create([SpeechBudget(browser=browser)], ignore_conflicts=True)
        found = BUDGETS.ask(browser=browser)
    return found[0]


def _decided(due_id: UUID) -> InvitationExposure | None:
    return next(iter(DECIDED.ask(due_id=due_id)), None)


def _budgets(browser: Any) -> QuerySet[SpeechBudget]:
    held: QuerySet[SpeechBudget] = SpeechBudget.objects.select_for_update(no_key=True).filter(browser=browser)
    return held


BUDGETS = Kept(_budgets, browser=UUIDField())
DECIDED = Kept(
    lambda due_id: InvitationExposure.objects.select_related("invitation__department", "variant").filter(due_id=due_id),
    due_id=UUIDField(),
)


# --- decided ----------------------------------------------------------------------------------------------------------
def _decide(asked: Asked, visitor: Visitor | None, budget: SpeechBudget) -> InvitationExposure | None:
    now = timezone.now()
    facts = completed(asked.facts, browser=asked.browser, visitor=visitor, budget=budget)
    while True:
        shop = recent_shop()
        facts = replace(facts, now=now.timestamp(), teams=shop.teams, utc_offset=shop.utc_offset)
        catalogue = shop.catalogue
        occasion = Occasion(facts, catalogue.manners, shop.invitations)
        decision = choose(occasion)
        if decision.kind != Kind.SHOW or _take_one(catalogue.rows[decision.invitation]):
            break
        # Paused or used up since it was read: what is read next says so, and another one may have its turn.
        shop_changed()
    exposure = _expose(asked, visitor, catalogue, decision, facts.person.key, now)
    why = _why(decision, asked)
    if _is_worth_a_record(decision, why, asked.browser, now):
        InvitationDecision.objects.create(
            browser=asked.browser,
            visitor=visitor,
            at=now,
            page=asked.page,
            kind=decision.kind,
            why=why,
            asked=catalogue.rows.get(str(asked.invitation)),
            exposure=exposure,
            inputs=occasion_as_json(occasion),
            outcome=outcome_text(decision),
        )
    return exposure


def _take_one(invitation: Invitation) -> bool:
    """Count one showing of it, if it still may be shown. Nobody else counts until this transaction ends."""
    free = Invitation.objects.active().filter(pk=invitation.pk)
    total = invitation.frequency["total"]
    if total is not None:
        free = free.filter(shown_total__lt=total)
    return bool(free.update(shown_total=F("shown_total") + 1))


def _expose(
    asked: Asked,
    visitor: Visitor | None,
    catalogue: Catalogue,
    decision: Decision,
    person: str,
    now: datetime,
) -> InvitationExposure | None:
    if decision.kind == Kind.NOTHING:
        return None
    variant = catalogue.variant(decision.invitation, decision.variant) if decision.kind == Kind.SHOW else None
    exposure: InvitationExposure = InvitationExposure.objects.create(
        browser=asked.browser,
        visit=UUID(asked.facts.visit.id),
        visitor=visitor,
        invitation=catalogue.rows[decision.invitation],
        variant=variant,
        is_holdout=decision.kind == Kind.HOLD_OUT,
        person=person,
        language=asked.language,
        page=asked.page,
        page_view=asked.facts.page.id,
        due_id=asked.due_id,
        eligible_at=now,
        expires_at=now + timedelta(seconds=SHOW_SECONDS),
    )
    return exposure


# --- written down -----------------------------------------------------------------------------------------------------
def _why(decision: Decision, asked: Asked) -> str:
    """What became of the invitation that was asked for; of the one that was shown, when it is another."""
    wanted = decision.invitation or str(asked.invitation)
    looked = next((each for each in decision.looked if each.invitation == wanted), None)
    if looked is None:
        return Why.NOT_ACTIVE
    if looked.why == Why.MANNERS:
        return ":".join((looked.why, looked.breaches[0].rule, looked.breaches[0].detail))
    return looked.why


def _is_worth_a_record(decision: Decision, why: str, browser: UUID, now: datetime) -> bool:
    """What was shown, held out, or newly refused for manners' sake; of the rest one a minute tells enough."""
    if decision.kind != Kind.NOTHING:
        return True
    recent = InvitationDecision.objects.filter(browser=browser)
    if recent.filter(at__gt=now - timedelta(seconds=SAME_SECONDS), why=why).exists():
        return False
    is_manners = why.startswith(Why.MANNERS)
    return is_manners or not recent.filter(at__gt=now - timedelta(seconds=SAMPLE_SECONDS)).exists()


# --- said -------------------------------------------------------------------------------------------------------------
def _answer(asked: Asked, exposure: InvitationExposure | None) -> None:
    frame: Mapping[str, Any] = no_frame(asked.due_id)
    if exposure is not None and exposure.browser == asked.browser and exposure.is_open and exposure.variant is not None:
        frame = invitation_frame(exposure)
    message = {"type": "live.answer", "due": str(asked.due_id), "text": dumps(frame)}
    publish.after_commit([(groups.browser(require_workspace_id(), asked.browser), message)])
