"""Why somebody is asked or not: trying as a visitor, the log of decisions, and what an invitation brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given

from chat.actions.invitations import set_manners
from chat.condition_words import Names
from chat.invitation_panel import panels_of
from chat.invitation_report_page import rule_of
from chat.models import Invitation, InvitationConversion, InvitationDecision, InvitationExposure
from chat.targeting.choose import Why, choose
from chat.targeting.judging import Lack
from chat.targeting.manners import Rule, breaches
from chat.targeting.measure import Stage
from chat.targeting.uplift import Lacking, Verdict
from chat.targeting_words import BREACHES, LACKINGS, LACKS, RULES, STAGES, VERDICTS, WHYS
from tests.chat.invitation_cast import start
from tests.chat.inviting.cast import Browser, active, is_here
from tests.chat.routing_cast import text_of
from tests.chat.targeting.people import occasions
from tests.pages import client_of, page
from tests.world import Side


@pytest.fixture
def north(world: Any) -> Side:
    side: Side = world.north
    return side


# --- words ------------------------------------------------------------------------------------------------------------
def test_everything_that_is_decided_can_be_said() -> None:
    pairs = ((WHYS, Why), (LACKS, Lack), (RULES, Rule), (STAGES, Stage), (LACKINGS, Lacking), (VERDICTS, Verdict))
    for words, names in pairs:
        assert set(words) == set(names), names


@given(occasions)
def test_every_decision_can_be_shown_with_all_that_was_looked_at(at: Any) -> None:
    panels = panels_of(at, choose(at), Names())
    assert len(panels) == len(at.invitations)
    for panel in panels:
        assert len(panel.rules) == len(Rule)
    for invitation in at.invitations:
        for breach in breaches(at.facts, at.manners, invitation):
            assert (breach.rule, breach.detail) in BREACHES


# --- trying -----------------------------------------------------------------------------------------------------------
def tried(north: Side, invitation: Invitation | None = None, **asked: str) -> str:
    plain = {"url": "https://shop.example/checkout", "seconds_page": "90", "seconds_idle": "70", "consent": "granted"}
    query = {**plain, "before": "nothing", "invitation": str(invitation.public_id) if invitation else "", **asked}
    response = client_of(north.ada).get(page("try_invitations", north), query)
    assert response.status_code == 200
    return text_of(response)


def test_a_draft_is_tried_as_if_it_were_active_and_nothing_is_written(north: Side) -> None:
    made = start(north)
    with north.inside():
        is_here(north.maya)
    assert "An invitation is shown: Checkout help" in tried(north, made)
    with north.inside():
        assert not InvitationDecision.objects.exists()
        assert not InvitationExposure.objects.exists()
        assert Invitation.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"url": "https://shop.example/"}, "The visitor is not among those it is for"),
        ({"seconds_idle": "5"}, "The moment has not come"),
        ({"consent": "signal"}, "The browser asks not to be tracked"),
        ({"before": "shown"}, "The visitor saw this invitation as often as it may be shown to one"),
        ({"before": "closed"}, "The visitor closed one lately"),
        ({"before": "chat"}, "Too soon after the last conversation"),
        ({"before": "in_chat"}, "The visitor is in a chat"),
        ({"seconds_page": "70", "seconds_idle": "70"}, "An invitation is shown"),
    ],
)
def test_the_first_thing_that_stands_in_the_way_is_said(north: Side, asked: dict[str, str], said: str) -> None:
    made = start(north)
    with north.inside():
        is_here(north.maya)
    assert said in tried(north, made, **asked)


def test_nobody_there_to_answer_is_a_reason_too(north: Side) -> None:
    made = start(north)
    assert "It does not fit whether somebody is online" in tried(north, made)


def test_the_page_opens_with_a_plain_visitor_and_takes_any_nonsense(north: Side) -> None:
    start(north)
    client = client_of(north.ada)
    assert "Nothing is shown" in text_of(client.get(page("try_invitations", north)))
    odd = {"url": "x", "seconds_page": "many", "invitation": "nobody", "country": "??"}
    assert "Fill in what is missing" in text_of(client.get(page("try_invitations", north), odd))


# --- the log ----------------------------------------------------------------------------------------------------------
def decided(north: Side, **settings: Any) -> tuple[Invitation, Browser]:
    with north.inside():
        made = active(north.ada, **settings)
        browser = Browser(north)
        browser.due(made)
    return made, browser


def test_a_decision_of_the_past_is_explained_and_worked_out_again(north: Side) -> None:
    _made, browser = decided(north, name="Welcome in")
    client = client_of(north.ada)
    listed = text_of(client.get(page("invitation_log", north)))
    assert "Welcome in shown" in listed
    with north.inside():
        record = InvitationDecision.objects.get()
    text = text_of(client.get(page("invitation_decision", north, public_id=record.public_id)))
    assert "An invitation is shown: Welcome in" in text
    assert "The same decision follows, letter by letter." in text
    assert str(browser.id) in text
    with north.inside():
        InvitationDecision.objects.update(outcome=record.outcome.replace('"show"', '"nothing"'))
    text = text_of(client.get(page("invitation_decision", north, public_id=record.public_id)))
    assert "Today another decision would follow" in text
    with north.inside():
        InvitationDecision.objects.update(inputs={})
    text = text_of(client.get(page("invitation_decision", north, public_id=record.public_id)))
    assert "cannot be read any more" in text


def test_what_was_refused_says_the_rule(north: Side) -> None:
    with north.inside():
        made = active(north.ada, name="Welcome in")
        set_manners(by=north.ada, is_switched_off=True)
        Browser(north).due(made)
        record = InvitationDecision.objects.get()
    text = text_of(client_of(north.ada).get(page("invitation_decision", north, public_id=record.public_id)))
    assert "Nothing is shown" in text
    assert "A rule of good manners forbids it Invitations are switched off" in text


def test_decisions_are_found_by_browser_ticket_time_and_invitation(north: Side) -> None:
    made, browser = decided(north)
    ticket = north.ticket(north.start().ticket)
    with north.inside():
        record = InvitationDecision.objects.get()
    client, address = client_of(north.ada), page("invitation_log", north)

    def found(**asked: str) -> bool:
        return str(record.public_id) in client.get(address, asked).content.decode()

    clock = record.at.strftime("%Y-%m-%dT%H:%M")
    assert found(who=str(browser.id))
    assert not found(who=str(uuid4()))
    assert found(at=clock)
    assert not found(at=(record.at - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    assert found(invitation=str(made.public_id), kind="show")
    assert not found(kind="nothing")
    assert not found(who=f"#{ticket.number}")
    with north.inside():
        InvitationDecision.objects.update(visitor=north.visitor)
    assert found(who=f"#{ticket.number}")
    assert not found(at="nonsense")


# --- what it brings ---------------------------------------------------------------------------------------------------
def exposed(invitation: Invitation, count: int, **fields: Any) -> list[InvitationExposure]:
    """So many people, ten days ago."""
    at = timezone.now() - timedelta(days=10)
    plain = {"invitation": invitation, "eligible_at": at, "expires_at": at, "visit": uuid4()}
    rows = []
    for _number in range(count):
        browser = uuid4()
        rows.append(InvitationExposure(browser=browser, person=str(browser), due_id=uuid4(), **{**plain, **fields}))
    return list(InvitationExposure.objects.bulk_create(rows))


def bought(rows: list[InvitationExposure], value: int) -> None:
    at = timezone.now() - timedelta(days=9)
    InvitationConversion.objects.bulk_create(
        InvitationConversion(
            browser=r.browser, event="purchase", key=str(r.browser), value=value, currency="EUR", at=at
        )
        for r in rows
    )
    InvitationExposure.objects.filter(pk__in=[row.pk for row in rows if not row.is_holdout]).update(
        converted_at=at, value=value, currency="EUR"
    )


def test_the_report_prints_funnel_uplift_and_the_rule_beside_it(north: Side) -> None:
    made = start(north, goal={"event": "purchase", "window_days": 7, "counts_value": True}, holdout_percent=50)
    then = timezone.now() - timedelta(days=10)
    with north.inside():
        Invitation.objects.update(created_at=then - timedelta(days=10))
        variant = made.variants.get()
        asked = exposed(made, 400, variant=variant, shown_at=then, seen_at=then)
        kept = exposed(made, 400, is_holdout=True)
        bought(asked[:120], 10)
        bought(kept[:40], 10)
    response = client_of(north.ada).get(page("invitation_report", north, public_id=made.public_id))
    text = text_of(response)
    assert "Chosen for somebody 400 100.0 %" in text
    assert "Reached the goal 120 30.0 %" in text
    assert "400 were held back to compare" in text
    assert "Asked 400 120 30.0 %" in text
    assert "Held back 400 40 10.0 %" in text
    assert "+20.00 points" in text
    assert "The invitation helps." in text
    assert rule_of(7) in text
    assert "After merely seeing 120 1,200.00 EUR 10.00 EUR" in text
    assert 'role="img"' in response.content.decode()


def test_too_little_data_says_why(north: Side) -> None:
    made = start(north, goal={"event": "purchase", "window_days": 7, "counts_value": True})
    address = page("invitation_report", north, public_id=made.public_id)
    assert "Nobody is held back" in text_of(client_of(north.ada).get(address))
    with north.inside():
        exposed(made, 3, is_holdout=True)
        exposed(made, 3)
    assert "each group needs 100 visitors" in text_of(client_of(north.ada).get(address))
    assert client_of(north.ada).get(address + "?days=7").status_code == 200
    assert client_of(north.ada).get(address + "?days=nonsense").status_code == 200


def test_without_a_goal_there_is_nothing_to_measure(north: Side) -> None:
    made = start(north)
    assert "No goal is set" in text_of(
        client_of(north.ada).get(page("invitation_report", north, public_id=made.public_id))
    )
