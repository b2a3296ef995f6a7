"""Whether somebody is invited: decided once for each question, counted before it is shown, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions import invitations as verbs
from chat.actions.desks import pause_desk
from chat.actions.exposures import opt_out, report_exposure
from chat.inviting.shop import RECENT, recent_shop
from chat.models import Invitation, InvitationDecision, InvitationExposure, PausedWhy, SpeechBudget
from helpdesk.accounts.models import OpeningHours
from tests.chat.inviting.cast import Browser, active, is_here, long_ago, overheard
from tests.world import Side, World
from tickets.models import Contact, Visitor

AFTER_20_SECONDS = {"match": "all", "of": [{"kind": "seconds_on_page", "operator": "at_least", "value": 20}]}


@pytest.fixture
def north(world: World) -> Iterator[Side]:
    with world.north.inside():
        yield world.north


def later(**span: Any) -> None:
    """Time goes by: everything that was shown moves into the past."""
    for row in InvitationExposure.objects.all():
        for name in ("eligible_at", "expires_at", "shown_at", "seen_at", "dismissed_at", "accepted_at"):
            if getattr(row, name) is not None:
                setattr(row, name, getattr(row, name) - timedelta(**span))
        row.save()


def test_who_may_be_asked_is_shown_it_and_it_is_counted_first(north: Side) -> None:
    invitation, browser = active(north.olga), Browser(north, language="de")
    verbs.change_variant(
        by=north.olga, variant=invitation.variants.get(), texts={"": {"title": "Hello"}, "de": {"title": "Hallo"}}
    )
    frame = browser.due(invitation)
    exposure = InvitationExposure.objects.get()
    assert frame["type"] == "invitation"
    assert frame["exposure"] == str(exposure.public_id)
    assert frame["texts"]["title"] == "Hallo"
    assert 25_000 < frame["expires_in_ms"] <= 30_000
    assert (exposure.shown_at, exposure.browser, exposure.visit) == (None, browser.id, browser.visit)
    invitation.refresh_from_db()
    assert invitation.shown_total == 1
    record = InvitationDecision.objects.get()
    assert (record.kind, record.exposure, record.is_replayed_equal) == ("show", exposure, True)


def test_the_same_question_gets_the_same_answer_and_nothing_is_counted_again(north: Side) -> None:
    invitation, browser, due_id = active(north.olga), Browser(north), uuid4()
    first, second, third = (browser.due(invitation, due_id) for _turn in range(3))
    assert first["exposure"] == second["exposure"] == third["exposure"]
    assert InvitationExposure.objects.count() == 1
    invitation.refresh_from_db()
    assert invitation.shown_total == 1


def test_another_tab_and_a_reload_ask_in_vain(north: Side) -> None:
    invitation, other, browser = active(north.olga), active(north.olga, name="Other"), Browser(north)
    assert browser.due(invitation)["type"] == "invitation"
    for asked in (invitation, other):
        assert browser.due(asked)["type"] == "invitation.no"
    assert InvitationExposure.objects.count() == 1
    refused = InvitationDecision.objects.first()
    assert "manners" in refused.outcome  # why it was not is written down
    assert refused.is_replayed_equal


def test_a_question_of_somebody_else_is_answered_with_no(north: Side) -> None:
    invitation, browser, stranger, due_id = active(north.olga), Browser(north), Browser(north), uuid4()
    assert browser.due(invitation, due_id)["type"] == "invitation"
    assert stranger.due(invitation, due_id)["type"] == "invitation.no"
    assert InvitationExposure.objects.count() == 1


def test_what_was_not_shown_in_time_is_not_shown_any_more(north: Side) -> None:
    invitation, browser, due_id = active(north.olga), Browser(north), uuid4()
    browser.due(invitation, due_id)
    later(seconds=31)
    assert browser.due(invitation, due_id)["type"] == "invitation.no"


def test_what_was_shown_is_not_sent_again(north: Side) -> None:
    invitation, browser, due_id = active(north.olga), Browser(north), uuid4()
    shown = browser.due(invitation, due_id)
    report_exposure(browser=browser.id, exposure_id=UUID(shown["exposure"]), what="shown")
    assert browser.due(invitation, due_id)["type"] == "invitation.no"


def test_a_question_that_came_too_late_is_left_alone(north: Side) -> None:
    asked = long_ago(Browser(north).asked(active(north.olga)), 16)
    from chat.actions.inviting import answer_due

    with overheard() as said:
        answer_due(asked)
    assert said == []
    assert not SpeechBudget.objects.exists()


def test_the_trigger_is_judged_again_by_the_server(north: Side) -> None:
    invitation, browser = active(north.olga, trigger=AFTER_20_SECONDS), Browser(north)
    assert browser.due(invitation, seconds_page=19)["type"] == "invitation.no"
    assert browser.due(invitation)["type"] == "invitation.no"
    assert browser.due(invitation, seconds_page=20)["type"] == "invitation"


def test_a_total_is_never_exceeded_and_another_one_has_its_turn(north: Side) -> None:
    first = active(north.olga, priority=1, frequency={"total": 2})
    second = active(north.olga, name="Second")
    shown = [Browser(north).due(first)["invitation"] for _visitor in range(4)]
    assert shown == [str(first.public_id)] * 2 + [str(second.public_id)] * 2


@pytest.mark.parametrize("meanwhile", [{"shown_total": 1}, {"status": "paused"}])
def test_what_was_read_a_moment_ago_is_looked_at_again_under_the_lock(north: Side, meanwhile: dict[str, Any]) -> None:
    """Used up or paused by another process: what this one remembers says that one is left."""
    invitation, other = active(north.olga, priority=1, frequency={"total": 1}), active(north.olga, name="Other")
    RECENT.clear()
    recent_shop()
    Invitation.objects.filter(pk=invitation.pk).update(**meanwhile)
    browser = Browser(north)
    shown = browser.told(browser.asked(invitation), is_fresh=False)
    assert shown["invitation"] == str(other.public_id)
    assert not InvitationExposure.objects.filter(invitation=invitation).exists()
    assert Invitation.objects.get(pk=invitation.pk).shown_total == meanwhile.get("shown_total", 0)


def test_many_decisions_share_what_a_second_does_not_change(north: Side) -> None:
    invitation = active(north.olga)
    Browser(north).due(invitation)
    browser = Browser(north)
    asked = browser.asked(invitation)
    with CaptureQueriesContext(connection) as caught:
        assert browser.told(asked, is_fresh=False)["type"] == "invitation"
    said = [each["sql"] for each in caught.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(said) <= 8, said


def test_a_holdout_is_written_like_a_showing_and_shows_nothing(north: Side) -> None:
    invitation = active(north.olga, holdout_percent=50)
    frames = [Browser(north).due(invitation)["type"] for _visitor in range(60)]
    held_out = InvitationExposure.objects.filter(is_holdout=True)
    assert 10 < held_out.count() < 50
    assert frames.count("invitation.no") == held_out.count()
    assert all(each.variant is None for each in held_out)
    invitation.refresh_from_db()
    assert invitation.shown_total == 60 - held_out.count()


def test_who_was_held_out_is_asked_no_more_than_who_was_shown(north: Side) -> None:
    invitation, other = active(north.olga, priority=1, holdout_percent=50), active(north.olga, name="Other")
    while not InvitationExposure.objects.filter(is_holdout=True).exists():
        browser = Browser(north)
        browser.due(invitation)
    assert browser.due(other)["type"] == "invitation.no"


def test_a_visitor_is_one_person_on_all_their_devices(north: Side) -> None:
    invitation, phone, laptop = active(north.olga), Browser(north), Browser(north)
    phone.visitor = laptop.visitor = north.visitor.public_id
    assert phone.due(invitation)["type"] == "invitation"
    assert laptop.due(invitation)["type"] == "invitation.no"
    later(days=8)
    opt_out(browser=phone.id)
    other = active(north.olga, name="Other")
    assert laptop.due(other)["type"] == "invitation.no"  # they said no on the phone
    assert Browser(north).due(other)["type"] == "invitation"


def test_a_customer_whom_the_team_knows_is_one_person_too(north: Side) -> None:
    other, _token = north.new_visitor()
    contact = Contact.objects.create(name="Vera", is_verified=True)
    Visitor.objects.filter(pk__in=[north.visitor.pk, other.pk]).update(contact=contact)
    invitation, phone, laptop = active(north.olga), Browser(north), Browser(north)
    phone.visitor, laptop.visitor = north.visitor.public_id, other.public_id
    assert phone.due(invitation)["type"] == "invitation"
    assert InvitationExposure.objects.get().person == str(contact.public_id)
    assert laptop.due(invitation)["type"] == "invitation.no"


def test_it_keeps_to_its_schedule(north: Side) -> None:
    OpeningHours.objects.create(department=None, week=[[] for _day in range(7)], time_zone="UTC")
    now, invitation = timezone.now(), active(north.olga)
    for schedule in (
        {"starts_at": now + timedelta(minutes=1)},
        {"starts_at": None, "ends_at": now - timedelta(seconds=1)},
        {"ends_at": None, "in_hours_only": True},
    ):
        Invitation.objects.update(**schedule)
        assert Browser(north).due(invitation)["type"] == "invitation.no", schedule
    Invitation.objects.update(in_hours_only=False)
    assert Browser(north).due(invitation)["type"] == "invitation"


def test_who_is_in_a_conversation_is_left_in_peace(north: Side) -> None:
    invitation, browser = active(north.olga), Browser(north)
    browser.visitor = north.visitor.public_id
    ticket = north.start("Is it open?").ticket
    assert browser.due(invitation)["type"] == "invitation.no"
    assert '"occupied"' in InvitationDecision.objects.first().outcome
    from chat.actions.conversations import end_chat
    from tickets.authors import Author

    end_chat(by=Author.of_visitor(north.visitor), ticket_id=ticket, client_id=uuid4())
    assert browser.due(invitation)["type"] == "invitation.no"
    assert '"quiet"' in InvitationDecision.objects.first().outcome


def test_an_invitation_to_chat_waits_for_somebody_who_is_free(north: Side) -> None:
    invitation = active(north.olga, availability="online")
    assert Browser(north).due(invitation)["type"] == "invitation.no"
    is_here(north.maya)
    assert Browser(north).due(invitation)["type"] == "invitation"


@pytest.mark.parametrize("verb", [verbs.pause_invitation, verbs.archive_invitation])
def test_what_is_paused_is_shown_to_nobody(north: Side, verb: Any) -> None:
    invitation = active(north.olga)
    asked = Browser(north).asked(invitation)
    verb(by=north.olga, invitation=invitation)
    browser = Browser(north)
    assert browser.told(browser.asked(invitation))["type"] == "invitation.no"
    assert asked.invitation == invitation.public_id


def test_the_switch_stops_everything(north: Side) -> None:
    invitation = active(north.olga)
    verbs.set_manners(by=north.olga, is_switched_off=True)
    assert Browser(north).due(invitation)["type"] == "invitation.no"
    verbs.set_manners(by=north.olga, is_switched_off=False)
    assert Browser(north).due(invitation)["type"] == "invitation"


def test_what_says_nothing_new_is_written_down_now_and_then(north: Side) -> None:
    invitation, browser = active(north.olga, trigger=AFTER_20_SECONDS), Browser(north)

    def asks(times: int, **page: Any) -> list[str]:
        for _turn in range(times):
            assert browser.due(invitation, **page)["type"] == "invitation.no"
        return [each.why for each in InvitationDecision.objects.order_by("id")]

    def minutes_go_by(minutes: int) -> None:
        InvitationDecision.objects.update(at=F("at") - timedelta(minutes=minutes))

    assert asks(3, seconds_page=3) == ["trigger"]
    minutes_go_by(9)
    assert asks(1, seconds_page=3) == ["trigger"]
    minutes_go_by(2)
    assert asks(2, seconds_page=3) == ["trigger"] * 2
    # What manners forbid is news, and then no more.
    manners = "manners:widget_open:"
    assert asks(3, seconds_page=30, widget_open=True) == ["trigger", "trigger", manners]
    minutes_go_by(2)
    verbs.pause_invitation(by=north.olga, invitation=invitation)
    assert asks(2, seconds_page=30) == ["trigger", "trigger", manners, "not_active"]


def test_while_everybody_who_is_there_pauses_the_shop_is_away_for_invitations_too(north: Side) -> None:
    online, offline = active(north.olga, availability="online"), active(north.olga, availability="offline")
    is_here(north.maya)
    RECENT.clear()
    assert Browser(north).due(online)["type"] == "invitation"
    pause_desk(member=north.maya, why=PausedWhy.SELF)
    RECENT.clear()
    shown = Browser(north).due(online)
    assert shown["invitation"] == str(offline.public_id)


def test_a_person_that_the_invitation_shows_is_there_or_nobody_is(north: Side) -> None:
    invitation = active(north.olga)
    variant = invitation.variants.get()
    verbs.change_variant(by=north.olga, variant=variant, content={"agent": str(north.maya.public_id)})
    assert Browser(north).due(invitation)["content"]["agent"]["name"] == "Maya"
    verbs.change_variant(by=north.olga, variant=variant, content={"agent": "whoever"})
    assert Browser(north).due(invitation)["content"]["agent"] is None
    is_here(north.theo)
    assert Browser(north).due(invitation)["content"]["agent"]["name"] == "Theo"
