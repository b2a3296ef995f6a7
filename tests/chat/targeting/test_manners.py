"""The twelve rules that keep invitations from bothering people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from chat.targeting.exposures import Channel, Exposure
from chat.targeting.facts import Consent, Facts, Page, Team, Visit
from chat.targeting.invitations import Availability, Frequency, Invitation
from chat.targeting.manners import BY_HAND, Breach, Manners, Rule, breaches
from tests.chat.targeting.people import DAY, NOON, invitations, manners, people, person, somebody
from tests.chat.targeting.people import facts as anybody

HELLO = Invitation("hello")
FREE = somebody(teams=(Team("", is_online=True, free_places=1),))


def broken(known: Facts = FREE, invitation: Invitation = HELLO, **numbers: Any) -> list[tuple[str, str, float | None]]:
    return [(each.rule.value, each.detail, each.until) for each in breaches(known, Manners(**numbers), invitation)]


def who(**known: Any) -> Facts:
    return replace(FREE, person=replace(FREE.person, **known))


def after(*exposures: Exposure) -> Facts:
    return replace(FREE, exposures=exposures)


def shown(seconds_ago: float, campaign: str = "other", **more: Any) -> Exposure:
    return Exposure(campaign, NOON - seconds_ago, **more)


def test_there_are_twelve_in_the_order_of_the_rules() -> None:
    assert [rule.value for rule in Rule] == [
        *("switched_off", "consent", "opted_out", "occupied", "widget_open", "quiet"),
        *("budget", "repeated", "dismissed", "too_soon", "holdout", "nobody_free"),
    ]


def test_somebody_who_was_never_asked_may_be() -> None:
    assert broken() == []


@given(anybody, manners, invitations)
def test_what_is_broken_is_told_in_order_and_once(known: Facts, numbers: Manners, invitation: Invitation) -> None:
    found = [each.rule for each in breaches(known, numbers, invitation)]
    assert found == [rule for rule in Rule if rule in found]


@given(anybody, manners, invitations)
def test_a_rule_says_the_same_whichever_others_are_asked(
    known: Facts, numbers: Manners, invitation: Invitation
) -> None:
    alone = [each for rule in Rule for each in breaches(known, numbers, invitation, rules={rule})]
    assert tuple(alone) == breaches(known, numbers, invitation)


@given(anybody, manners, invitations)
def test_time_heals_what_it_is_said_to(known: Facts, numbers: Manners, invitation: Invitation) -> None:
    """Not before, and then at once; another cap or the gap may last longer."""
    for breach in breaches(known, numbers, invitation):
        if breach.until is not None:
            assert breach.until > known.now
            rule = {breach.rule}
            almost = breaches(replace(known, now=breach.until - 0.01), numbers, invitation, rules=rule)
            assert [(each.rule, each.until) for each in almost] == [(breach.rule, breach.until)]
            healed = breaches(replace(known, now=breach.until), numbers, invitation, rules=rule)
            assert breach not in healed


# --- one by one -------------------------------------------------------------------------------------------------------
def test_1_the_workspace_or_the_server_switches_all_off() -> None:
    assert broken(is_switched_off=True) == [("switched_off", "off", None)]
    assert broken(is_shedding=True) == [("switched_off", "busy_hour", None)]


def test_2_without_consent_or_against_a_signal_nobody_is_asked() -> None:
    assert broken(who(consent=Consent.NOT_ASKED)) == [("consent", "consent", None)]
    assert broken(who(consent=Consent.DENIED)) == [("consent", "consent", None)]
    assert broken(who(consent=Consent.NOT_NEEDED)) == []
    assert broken(who(has_signal=True, consent=Consent.NOT_NEEDED)) == [("consent", "signal", None)]


def test_3_who_opted_out_of_all_or_of_invitations_is_left_alone() -> None:
    assert broken(who(has_opted_out=True)) == [("opted_out", "person", None)]
    assert broken(who(opted_out_channels=("invitation",))) == [("opted_out", "channel", None)]
    assert broken(who(opted_out_channels=("email",))) == []


def test_4_who_is_busy_with_us_is_not_interrupted() -> None:
    assert broken(replace(FREE, is_in_chat=True)) == [("occupied", "in_chat", None)]
    assert broken(replace(FREE, is_queued=True)) == [("occupied", "in_queue", None)]
    assert broken(replace(FREE, is_in_survey=True)) == [("occupied", "in_survey", None)]


def test_5_an_open_widget_needs_no_invitation() -> None:
    assert broken(replace(FREE, is_widget_open=True)) == [("widget_open", "", None)]


def test_6_after_a_conversation_it_is_quiet_for_a_day() -> None:
    assert broken(who(last_chat_at=NOON - DAY + 1)) == [("quiet", "", NOON + 1)]
    assert broken(who(last_chat_at=NOON - DAY)) == []


def test_7_everything_together_has_a_budget() -> None:
    here = {"visit": "visit", "page": "page"}
    assert broken(after(shown(200, **here)))[0] == ("budget", "page", None)
    assert broken(after(shown(200, visit="visit", page="one before"))) == [("budget", "visit", None)]
    assert broken(after(shown(200), shown(300))) == [("budget", "day", NOON - 300 + DAY)]
    assert broken(after(shown(200), shown(DAY))) == []
    week = [shown(days * DAY + 5) for days in (1, 2, 3, 6)]
    assert broken(after(*week)) == [("budget", "week", NOON - 6 * DAY - 5 + 7 * DAY)]
    assert broken(after(*week, shown(2.5 * DAY))) == [("budget", "week", NOON - 3 * DAY - 5 + 7 * DAY)]
    assert broken(after(*week[:3], shown(7 * DAY))) == []


def test_7_surveys_and_mailings_draw_on_the_same_budget() -> None:
    survey, mailing = shown(5000, channel=Channel.SURVEY), shown(200, channel=Channel.EMAIL)
    assert broken(after(survey, mailing)) == [("budget", "day", NOON - 5000 + DAY)]
    assert broken(after(survey)) == []


def test_8_the_same_invitation_comes_once() -> None:
    assert broken(after(shown(90 * DAY, "hello"))) == [("repeated", "visitor", None)]
    often = replace(HELLO, frequency=Frequency(per_visitor=3))
    assert broken(after(shown(90 * DAY, "hello")), often) == []
    in_visit = after(shown(9000, "hello", visit="visit"))
    assert broken(in_visit, often, per_visit=None) == [("repeated", "visit", None)]
    assert broken(after(shown(90 * DAY, "hello", channel=Channel.EMAIL))) == []
    rare = replace(HELLO, frequency=Frequency(total=100))
    assert broken(invitation=replace(rare, shown_total=99)) == []
    assert broken(invitation=replace(rare, shown_total=100)) == [("repeated", "total", None)]


def test_9_who_closed_one_is_left_alone_for_a_week_and_after_two_for_a_month() -> None:
    def closed(days: float, **more: Any) -> Exposure:
        return shown(days * DAY + 60, dismissed_at=NOON - days * DAY, **more)

    assert broken(after(closed(3))) == [("dismissed", "once", NOON + 4 * DAY)]
    assert broken(after(closed(7))) == []
    assert broken(after(closed(50), closed(10))) == [("dismissed", "often", NOON + 20 * DAY)]
    assert broken(after(closed(50), closed(30))) == []
    assert broken(after(closed(3, channel=Channel.SURVEY))) == []
    in_visit = after(closed(7, visit="visit"))
    assert broken(in_visit, per_visit=None) == [("dismissed", "visit", None)]


def test_10_two_minutes_lie_between_two_and_ten_seconds_after_a_page() -> None:
    assert broken(after(shown(119))) == [("too_soon", "gap", NOON + 1)]
    assert broken(after(shown(120))) == []
    assert broken(after(shown(5, channel=Channel.EMAIL))) == []
    assert broken(replace(FREE, page=Page("page", NOON - 9))) == [("too_soon", "load", NOON + 1)]
    assert broken(replace(FREE, page=Page("page", NOON - 10))) == []


def test_11_some_are_held_out() -> None:
    assert broken(invitation=replace(HELLO, holdout_percent=100)) == [("holdout", "", None)]


def test_12_nobody_is_asked_to_chat_when_nobody_could_answer() -> None:
    def staffed(*team: Team) -> Facts:
        return somebody(teams=team)

    full = staffed(Team("", is_online=True, free_places=0))
    assert broken(full) == [("nobody_free", "free", None)]
    assert broken(somebody()) == [("nobody_free", "free", None)]
    assert broken(full, replace(HELLO, availability=Availability.ANY)) == []
    crowded = staffed(Team("", True, 1, queue=4))
    assert broken(crowded) == [("nobody_free", "queue", None)]
    assert broken(crowded, replace(HELLO, availability=Availability.ANY)) == [("nobody_free", "queue", None)]
    assert broken(staffed(Team("", True, 1, queue=3))) == []
    assert broken(staffed(Team("", True, 1), Team("sales")), replace(HELLO, department="sales")) == [
        ("nobody_free", "free", None)
    ]


def test_who_was_held_out_spends_their_budget_like_who_was_shown_it() -> None:
    for is_holdout in (False, True):
        assert broken(after(shown(200, visit="visit", is_holdout=is_holdout))) == [("budget", "visit", None)]


# --- by hand ----------------------------------------------------------------------------------------------------------
@given(people)
def test_an_agent_may_set_aside_budgets_and_never_a_no(somebody_else: Any) -> None:
    known = replace(FREE, person=somebody_else, exposures=(shown(1, "hello", visit="visit"),) * 9)
    found = {each.rule for each in breaches(known, Manners(is_switched_off=True), HELLO, rules=BY_HAND)}
    assert found <= {Rule.CONSENT, Rule.OPTED_OUT}
    assert (found == set()) == (
        somebody_else.consent in (Consent.GRANTED, Consent.NOT_NEEDED)
        and not somebody_else.has_signal
        and not somebody_else.has_opted_out
        and "invitation" not in somebody_else.opted_out_channels
    )


@pytest.mark.parametrize("known", [{"is_in_chat": True}, {"is_widget_open": True}])
def test_an_agent_cannot_invite_who_is_here_already(known: dict[str, bool]) -> None:
    assert breaches(replace(FREE, **known), Manners(), HELLO, rules=BY_HAND)


def test_a_breach_is_a_plain_record() -> None:
    assert breaches(somebody(visit=Visit("visit"), person=person(has_opted_out=True)), Manners(), HELLO)[0] == Breach(
        Rule.OPTED_OUT, "person"
    )
