"""What happens by the clock: the end, the total, what bothers people, figures, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chat import tasks
from chat.actions import invitations as verbs
from chat.actions.conversions import Reached, note_conversion
from chat.actions.exposures import report_exposure
from chat.inviting.explaining import decisions_about, explain
from chat.models import Invitation, InvitationConversion, InvitationDecision, InvitationExposure
from chat.targeting.choose import Why
from helpdesk.accounts.models import AuditEntry
from helpdesk.tenancy import scope
from tests.chat.inviting.cast import Browser, active
from tests.world import Side, World


@pytest.fixture
def north(world: World) -> Iterator[Side]:
    with world.north.inside():
        yield world.north


def swept() -> int:
    with scope.outside():
        return tasks.end_invitations()


def state(invitation: Invitation) -> tuple[str, str]:
    invitation.refresh_from_db()
    return invitation.status, invitation.paused_why


def test_what_is_over_is_paused_with_the_reason(north: Side) -> None:
    ends, lasts = active(north.olga), active(north.olga, ends_at=timezone.now() + timedelta(hours=1))
    Invitation.objects.filter(pk=ends.pk).update(ends_at=timezone.now())
    assert swept() == 1
    assert state(ends) == ("paused", "ended")
    assert state(lasts) == ("active", "")
    entry = AuditEntry.objects.get(action="invitation.paused")
    assert (entry.actor, entry.data["why"]) == (None, "ended")
    assert swept() == 0


def test_a_total_is_used_up_only_when_no_page_can_give_it_back(north: Side) -> None:
    invitation, browser = active(north.olga, frequency={"total": 1}), Browser(north)
    browser.due(invitation)
    assert swept() == 0
    exposure = InvitationExposure.objects.get()
    report_exposure(browser=browser.id, exposure_id=exposure.public_id, what="shown")
    assert swept() == 1
    assert state(invitation) == ("paused", "total")


def exposed(invitation: Invitation, count: int, dismissed: int, why: str = "closed") -> None:
    now = timezone.now()
    for number in range(count):
        row = InvitationExposure(
            browser=uuid4(),
            visit=uuid4(),
            person="x",
            due_id=uuid4(),
            invitation=invitation,
            eligible_at=now,
            expires_at=now,
            shown_at=now,
        )
        if number < dismissed:
            row.dismissed_at, row.dismissed_why = now, why
        row.save()


@pytest.mark.parametrize(
    ("dismissed", "why", "paused"),
    [(40, "closed", ""), (90, "closed", "dismissals"), (4, "complaint", ""), (9, "complaint", "complaints")],
)
def test_what_bothers_people_pauses_by_itself(north: Side, dismissed: int, why: str, paused: str) -> None:
    invitation = active(north.olga)
    exposed(invitation, 120, dismissed, why)
    assert swept() == bool(paused)
    assert state(invitation)[1] == paused


def test_what_was_known_at_the_start_is_no_reason_again(north: Side) -> None:
    invitation = active(north.olga)
    exposed(invitation, 120, 110)
    assert swept() == 1
    verbs.activate_invitation(by=north.olga, invitation=invitation)
    assert swept() == 0


def test_exposures_that_nobody_showed_are_closed_and_stay_counted(north: Side) -> None:
    invitation = active(north.olga)
    Browser(north).due(invitation)
    swept()
    assert InvitationExposure.objects.get().closed_at is None
    InvitationExposure.objects.update(expires_at=timezone.now())
    swept()
    assert InvitationExposure.objects.get().closed_at
    invitation.refresh_from_db()
    assert invitation.shown_total == 1


def test_figures_are_counted_when_something_was_noted(north: Side) -> None:
    invitation, browser = active(north.olga), Browser(north)
    browser.due(invitation)
    with scope.outside():
        assert tasks.count_invitations() == 1
        assert tasks.count_invitations() == 0
    invitation.refresh_from_db()
    assert (invitation.figures["eligible"], invitation.figures["shown"]) == (1, 0)
    report_exposure(browser=browser.id, exposure_id=InvitationExposure.objects.get().public_id, what="seen")
    with scope.outside():
        assert tasks.count_invitations() == 1
    invitation.refresh_from_db()
    assert invitation.figures["seen"] == invitation.variants.get().figures["seen"] == 1


# --- why --------------------------------------------------------------------------------------------------------------
def test_why_somebody_saw_nothing_can_be_asked_afterwards(north: Side) -> None:
    sale = {"match": "all", "of": [{"kind": "page_url", "operator": "contains", "value": "/sale"}]}
    invitation, browser = active(north.olga, audience=sale), Browser(north)
    browser.told(browser.asked(invitation, path="/shoes"))
    (record,) = decisions_about(browser=browser.id)
    found = explain(record)
    looked = found.about(invitation)
    assert found.is_same
    assert (found.said, looked.why) == ("nothing", Why.AUDIENCE)
    (condition,) = looked.audience.seen
    assert (condition.matches, condition.value) == (False, "https://shop.north.example/shoes")
    # Whatever the settings are today:
    verbs.change_invitation(by=north.olga, invitation=invitation, audience={"match": "all", "of": []})
    record.refresh_from_db()
    assert explain(record).about(invitation).why == Why.AUDIENCE
    assert decisions_about(around=record.at) == [record]
    assert decisions_about(around=record.at - timedelta(minutes=6)) == []
    assert decisions_about(invitation=invitation) == [record]


def test_a_record_that_was_tampered_with_says_so(north: Side) -> None:
    Browser(north).due(active(north.olga))
    record = InvitationDecision.objects.get()
    record.outcome = record.outcome.replace("chosen", "ended")
    assert not explain(record).is_same
    record.inputs = {}
    assert explain(record).occasion is None


def test_records_are_kept_for_a_fortnight(north: Side) -> None:
    invitation = active(north.olga)
    for days in (13, 15):
        Browser(north).due(invitation)
        newest = InvitationDecision.objects.first()
        InvitationDecision.objects.filter(pk=newest.pk).update(at=timezone.now() - timedelta(days=days))
    with scope.outside():
        assert tasks.forget_old_invitations() == 1
    assert InvitationDecision.objects.count() == 1


def test_exposures_are_kept_for_thirteen_months(north: Side) -> None:
    invitation = active(north.olga, goal={"event": "order"})
    for days in (399, 401):
        browser = Browser(north)
        browser.due(invitation)
        note_conversion(Reached(browser=browser.id, visitor=None, event="order", key="1"))
        past = timezone.now() - timedelta(days=days)
        InvitationExposure.objects.filter(browser=browser.id).update(eligible_at=past)
        InvitationConversion.objects.filter(browser=browser.id).update(at=past)
    with scope.outside():
        assert tasks.forget_old_invitations() == 2
    assert (InvitationExposure.objects.count(), InvitationConversion.objects.count()) == (1, 1)
