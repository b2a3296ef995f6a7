"""A goal was reached: kept once, and owed to the invitation touched last, by the rule of chat.targeting.measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from chat.inviting.encounters import encounter_of
from chat.models import Invitation, InvitationConversion, InvitationExposure
from chat.targeting.measure import Conversion, Encounter, attribute
from helpdesk.tenancy import scope
from tickets.models import Visitor

LONGEST_DAYS = 30  # the longest window of a goal
DAY = 86_400


@dataclass(frozen=True)
class Reached:
    """What a page tells. `key`: the site's own id of it, such as the number of the order."""

    browser: UUID
    visitor: UUID | None
    event: str
    key: str
    value: Decimal = Decimal(0)
    currency: str = ""


def note_conversion(reached: Reached) -> bool:
    """Keep it, if it is the goal of some invitation and was not told before. Returns whether it was kept now.

    Also of who was held out and of who saw nothing: they are what the invited are compared with.
    """
    windows = _windows(reached.event)
    if not windows:
        return False
    with scope.atomic():
        visitor = Visitor.objects.filter(public_id=reached.visitor).first() if reached.visitor else None
        now = timezone.now()
        exposure = _owed_to(reached, visitor, windows, now)
        row = InvitationConversion(
            browser=reached.browser,
            visitor=visitor,
            event=reached.event,
            key=reached.key,
            value=reached.value,
            currency=reached.currency,
            at=now,
            exposure=exposure,
        )
        if _is_known(reached):
            return False
        InvitationConversion.objects.bulk_create([row], ignore_conflicts=True)
        # Of two at the same moment one has inserted it, and only that one counts it.
        mine = InvitationConversion.objects.filter(public_id=row.public_id).exists()
        if mine and exposure is not None:
            _credit(exposure.pk, reached, now)
        return mine


def _windows(event: str) -> dict[int, float]:
    """The invitations that wait for this event, with their windows in seconds. Also paused ones: they were shown."""
    waiting = Invitation.objects.filter(goal__event=event).values_list("pk", "goal")
    return {pk: goal["window_days"] * DAY for pk, goal in waiting}


def _is_known(reached: Reached) -> bool:
    told = InvitationConversion.objects.filter(browser=reached.browser, event=reached.event, key=reached.key)
    return told.exists()


def _owed_to(
    reached: Reached, visitor: Visitor | None, windows: dict[int, float], now: datetime
) -> InvitationExposure | None:
    whose = Q(browser=reached.browser)
    if visitor is not None:
        whose |= Q(visitor=visitor) if visitor.contact_id is None else Q(visitor__contact=visitor.contact_id)
    # A touch may be much younger than the decision, when the window stays open: twice the longest is enough.
    since = now - timedelta(days=2 * LONGEST_DAYS)
    rows = {
        str(row.pk): row
        for row in InvitationExposure.objects.filter(whose, invitation__in=windows, eligible_at__gt=since)
    }
    moment = now.timestamp()
    encounters = [_within(encounter_of(row, "them"), windows[row.invitation_id], moment) for row in rows.values()]
    credits = attribute(encounters, [Conversion("them", moment)], window_seconds=2 * LONGEST_DAYS * DAY)
    return rows[credits[0].encounter] if credits else None


def _within(encounter: Encounter, window: float, now: float) -> Encounter:
    """Without touches that are older than this invitation's own window."""
    seen, accepted = (
        moment if moment is not None and now < moment + window else None
        for moment in (encounter.seen_at, encounter.accepted_at)
    )
    return replace(encounter, seen_at=seen, accepted_at=accepted)


def _credit(exposure_pk: int, reached: Reached, now: datetime) -> None:
    exposure = InvitationExposure.objects.select_for_update(of=("self",), no_key=True).get(pk=exposure_pk)
    exposure.converted_at = exposure.converted_at or now
    counts_value = Invitation.objects.get(pk=exposure.invitation_id).goal["counts_value"]
    if counts_value and exposure.currency in ("", reached.currency):
        exposure.value = (exposure.value or Decimal(0)) + reached.value
        exposure.currency = reached.currency
    exposure.save()
