"""Trees of conditions: written, read, and judged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.conditions import EVERYBODY, Condition, Group, Match, negated, specificity, written
from chat.targeting.exposures import Channel, Exposure
from chat.targeting.facts import Cart, Consent, Facts, Happening, Page, Screen, Team, Visit, utc_offset
from chat.targeting.judging import judge, rest_for_page
from chat.targeting.kinds import NATURES, Kind, Lack, Place, Zone
from chat.targeting.operators import AFFIRMATIONS, NEGATIONS, Operator
from chat.targeting.reading import read_tree
from helpdesk.strict_json import dumps
from tests.chat.targeting.people import (
    NOON,
    about,
    all_of,
    any_of,
    conditions,
    conditions_of,
    facts,
    person,
    somebody,
    trees,
)


def judged(condition: Condition, known: Facts) -> tuple[bool, Any, Lack | None]:
    judgement = judge(all_of(condition), known)
    (seen,) = judgement.seen
    assert judgement.matches == seen.matches
    return seen.matches, seen.value, seen.lack


# --- written and read -------------------------------------------------------------------------------------------------
@given(trees)
def test_a_tree_is_read_back_as_it_was_written(tree: Group) -> None:
    assert read_tree(json.loads(dumps(written(tree)))) == tree
    assert written(read_tree(written(tree))) == written(tree)


@given(st.data(), st.sampled_from(Kind))
def test_every_kind_is_read_back(data: st.DataObject, kind: Kind) -> None:
    tree = all_of(data.draw(conditions_of(kind)))
    assert read_tree(written(tree)) == tree


def test_every_kind_and_every_operator_can_be_used() -> None:
    assert set(NATURES) == set(Kind)
    assert {operator for nature in NATURES.values() for operator in nature.operators} == set(Operator)
    assert set(NEGATIONS) | set(AFFIRMATIONS) == set(Operator)
    assert not set(NEGATIONS) & set(AFFIRMATIONS)


def test_what_the_page_alone_can_tell_is_judged_there() -> None:
    assert {kind for kind, nature in NATURES.items() if nature.place == Place.PAGE} == {
        *(Kind.SECONDS_ON_PAGE, Kind.SECONDS_ON_SITE, Kind.SECONDS_IDLE, Kind.SCROLL_PERCENT),
        *(Kind.EXIT_INTENT, Kind.ELEMENT_SEEN, Kind.CUSTOM_EVENT),
    }


# --- logic ------------------------------------------------------------------------------------------------------------
@given(conditions, facts)
def test_a_condition_or_its_negation_matches_and_never_both_where_the_value_is_known(
    condition: Condition, known: Facts
) -> None:
    does, value, lack = judged(condition, known)
    does_not, same_value, same_lack = judged(negated(condition), known)
    assert (value, lack) == (same_value, same_lack)
    assert negated(negated(condition)) == condition
    assert (does, does_not) == (False, False) if lack else does is not does_not


@given(st.lists(conditions, min_size=1, max_size=4), facts)
def test_not_all_is_any_not_and_not_any_is_all_not(members: list[Condition], known: Facts) -> None:
    """De Morgan's laws, among conditions whose values are known."""
    members = [each for each in members if judged(each, known)[2] is None]
    others = [negated(each) for each in members]
    assert judge(all_of(*members), known).matches is not judge(any_of(*others), known).matches
    assert judge(any_of(*members), known).matches is not judge(all_of(*others), known).matches


@given(trees, facts)
def test_a_group_is_what_its_members_make_it(tree: Group, known: Facts) -> None:
    every = {Match.ALL: all, Match.ANY: any}
    expected = every[tree.match](
        every[member.match](judged(each, known)[0] for each in member.of)
        if isinstance(member, Group)
        else judged(member, known)[0]
        for member in tree.of
    )
    judgement = judge(tree, known)
    assert judgement.matches == expected
    assert [each.path for each in judgement.seen] == [path for path, _condition in tree.conditions()]
    assert specificity(tree) == len(judgement.seen)


def test_everybody_is_meant_by_no_condition() -> None:
    assert judge(EVERYBODY, somebody()).matches
    assert specificity(EVERYBODY) == 0


# --- what is not known ------------------------------------------------------------------------------------------------
@given(conditions)
def test_of_whom_nothing_is_known_nothing_matches(condition: Condition) -> None:
    nobody = Facts(NOON, replace(person(), consent=Consent.NOT_ASKED), Visit("visit"), Page("page", NOON))
    does, value, lack = judged(condition, nobody)
    if value is None:
        assert not does
        assert lack in (Lack.NO_CONSENT, Lack.NO_DEPARTMENT, Lack.NOT_TOLD)
    else:
        assert condition.kind in {
            *(Kind.CONSENT, Kind.HOUR, Kind.WEEKDAY),
            *(Kind.INVITATION_SHOWN, Kind.INVITATION_DISMISSED, Kind.INVITATION_ACCEPTED),
        }


@pytest.mark.parametrize(
    ("kind", "lack"),
    [
        (Kind.COUNTRY, Lack.NO_PLACES),
        (Kind.PAGE_TITLE, Lack.NOT_TOLD),
        (Kind.SECONDS_SINCE_LAST_CHAT, Lack.NEVER),
        (Kind.ATTRIBUTE, Lack.NOT_GIVEN),
        (Kind.QUEUE_LENGTH, Lack.NO_DEPARTMENT),
    ],
)
def test_it_is_said_why_a_value_is_not_known(kind: Kind, lack: Lack) -> None:
    operator = Operator.LESS_THAN if Operator.LESS_THAN in NATURES[kind].operators else Operator.IS_NOT
    condition = Condition(kind, operator, 5 if operator == Operator.LESS_THAN else "x", about("support"))
    assert judged(condition, somebody()) == (False, None, lack)
    undecided = somebody(person=replace(person(), consent=Consent.NOT_ASKED))
    without_consent = Lack.NO_CONSENT if kind != Kind.QUEUE_LENGTH else lack
    assert judged(condition, undecided) == (False, None, without_consent)
    assert judged(condition, somebody(person=replace(person(), has_signal=True))) == (False, None, without_consent)


# --- each kind of value -----------------------------------------------------------------------------------------------
URL = "https://shop.example/Cart?step=2"


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.IS, "https://shop.example/cart?step=2", True),
        (Operator.CONTAINS, "/cart", True),
        (Operator.CONTAINS, "/kart", False),
        (Operator.DOES_NOT_CONTAIN, "/cart", False),
        (Operator.STARTS_WITH, "https://shop.", True),
        (Operator.STARTS_WITH, "shop.", False),
        (Operator.LIKE, "https://*.example/cart*", True),
        (Operator.LIKE, "*/cart", False),
        (Operator.LIKE, "*?step=*", True),
        (Operator.MATCHES, r"/Cart\?step=\d$", True),
        (Operator.MATCHES, r"/cart\?", False),
        (Operator.MATCHES, r"(?i)/cart\?", True),
        (Operator.IN_LIST, ("x", "https://shop.example/CART?step=2"), True),
        (Operator.NOT_IN_LIST, ("x",), True),
    ],
)
def test_texts(operator: Operator, value: Any, expected: bool) -> None:
    here = somebody(page=Page("page", NOON, url=URL))
    assert judged(Condition(Kind.PAGE_URL, operator, value), here) == (expected, URL, None)


@pytest.mark.parametrize(("title", "value"), [("STRASSE", "straße"), ("ΟΔΟΣ", "οδος"), ("İ", "i̇")])
def test_case_is_no_difference_in_any_script(title: str, value: str) -> None:
    here = somebody(page=Page("page", NOON, title=title))
    assert judged(Condition(Kind.PAGE_TITLE, Operator.IS, value), here)[0]


@pytest.mark.parametrize(
    ("operator", "matching"),
    [
        (Operator.EQUALS, {3}),
        (Operator.DOES_NOT_EQUAL, {2, 4}),
        (Operator.AT_LEAST, {3, 4}),
        (Operator.LESS_THAN, {2}),
        (Operator.MORE_THAN, {4}),
        (Operator.AT_MOST, {2, 3}),
    ],
)
def test_numbers(operator: Operator, matching: set[int]) -> None:
    condition = Condition(Kind.CART_ITEMS, operator, 3)
    assert {items for items in (2, 3, 4) if judged(condition, somebody(cart=Cart(items=items)))[0]} == matching


@pytest.mark.parametrize(
    ("held", "operator", "value", "expected", "lack"),
    [
        ("12", Operator.AT_LEAST, 10, True, None),
        (12, Operator.IS, "12", True, None),
        (12.0, Operator.IS, "12", True, None),
        (True, Operator.IS, "TRUE", True, None),
        (True, Operator.YES, None, True, None),
        ("yes", Operator.YES, None, False, Lack.WRONG_TYPE),
        ("gold", Operator.AT_LEAST, 10, False, Lack.WRONG_TYPE),
        ("gold", Operator.LESS_THAN, 10, False, Lack.WRONG_TYPE),
        ("nan", Operator.LESS_THAN, 10, False, Lack.WRONG_TYPE),
        ("inf", Operator.AT_LEAST, 10, False, Lack.WRONG_TYPE),
        (True, Operator.AT_LEAST, 1, False, Lack.WRONG_TYPE),
        ("", Operator.IS_SET, None, True, None),
    ],
)
def test_attributes_are_what_the_operator_takes_them_for(
    held: Any, operator: Operator, value: Any, expected: bool, lack: Lack | None
) -> None:
    condition = Condition(Kind.ATTRIBUTE, operator, value, about("plan"))
    does, _value, why = judged(condition, somebody(person=person(attributes={"plan": held})))
    assert (does, why) == (expected, lack)


def test_an_attribute_can_be_known_to_be_missing() -> None:
    condition = Condition(Kind.ATTRIBUTE, Operator.IS_NOT_SET, None, about("email"))
    assert judged(condition, somebody(person=person(attributes={}))) == (True, False, None)
    assert judged(condition, somebody()) == (False, None, Lack.NOT_GIVEN)


def test_events_are_counted_within_a_span() -> None:
    events = (Happening("cart_idle", NOON - 30), Happening("cart_idle", NOON - 90), Happening("other", NOON))
    known = somebody(events=events)
    twice = Condition(Kind.CUSTOM_EVENT, Operator.AT_LEAST, 2, about("cart_idle", within_seconds=90))
    assert judged(twice, known) == (True, 2, None)
    in_a_minute = replace(twice, about=about("cart_idle", within_seconds=60))
    assert judged(in_a_minute, known) == (False, 1, None)
    assert judged(replace(twice, about=about("cart_idle")), known)[0]


def test_hours_and_days_are_those_of_the_zone_that_is_meant() -> None:
    known = somebody(utc_offset=7200, person=person(utc_offset=-36_000))  # NOON is Monday 14:13 UTC

    def found(kind: Kind, zone: Zone, *values: int) -> tuple[bool, Any, Lack | None]:
        return judged(Condition(kind, Operator.IN_LIST, values, about(zone=zone)), known)

    assert found(Kind.HOUR, Zone.WORKSPACE, 15, 16) == (True, 16, None)
    assert found(Kind.HOUR, Zone.VISITOR, 15, 16) == (False, 4, None)
    assert found(Kind.WEEKDAY, Zone.VISITOR, 1) == (True, 1, None)


def test_the_offset_of_a_zone_is_that_of_the_moment() -> None:
    assert utc_offset("Europe/Berlin", NOON) == 7200
    assert utc_offset("Europe/Berlin", NOON + 90 * 86_400) == 3600
    assert [utc_offset(name, NOON) for name in ("Mars/Olympus", "", "../etc/passwd", "Europe")] == [None] * 4


def test_what_happened_with_another_invitation() -> None:
    shown = Condition(Kind.INVITATION_SHOWN, Operator.YES, None, about("hello"))
    dismissed = replace(shown, kind=Kind.INVITATION_DISMISSED)
    accepted = replace(shown, kind=Kind.INVITATION_ACCEPTED)

    def after(**more: Any) -> list[bool]:
        known = somebody(exposures=(Exposure("hello", NOON - 60, **more),))
        return [judged(each, known)[0] for each in (shown, dismissed, accepted)]

    assert after() == [True, False, False]
    assert after(dismissed_at=NOON - 50) == [True, True, False]
    assert after(accepted_at=NOON - 50) == [True, False, True]
    assert after(is_holdout=True) == [False, False, False]
    assert after(channel=Channel.EMAIL) == [False, False, False]


def test_departments_and_all_of_them_together() -> None:
    known = somebody(teams=(Team("", True, 3, 1), Team("sales", False, 0, 5)))
    online = Condition(Kind.DEPARTMENT_ONLINE, Operator.YES)
    assert judged(online, known) == (True, True, None)
    assert judged(replace(online, about=about("sales")), known) == (False, False, None)
    shorter = Condition(Kind.QUEUE_LENGTH, Operator.LESS_THAN, 5, about("sales"))
    assert judged(shorter, known) == (False, 5, None)


def test_other_values_come_from_where_they_stand() -> None:
    known = somebody(
        screen=Screen(device="phone", width=390),
        visit=Visit("visit", number=2, utm={"source": "google"}, last_visit_at=NOON - 100),
        page=Page("page", NOON, seen=("#buy",), has_exit_intent=False),
        person=person(tags=("vip", "berlin")),
    )
    assert judged(Condition(Kind.UTM_SOURCE, Operator.IS, "google"), known) == (True, "google", None)
    assert judged(Condition(Kind.UTM_TERM, Operator.IS, ""), known) == (True, "", None)
    assert judged(Condition(Kind.IS_RETURNING, Operator.YES), known) == (True, True, None)
    assert judged(Condition(Kind.SECONDS_SINCE_LAST_VISIT, Operator.AT_LEAST, 100), known) == (True, 100, None)
    assert judged(Condition(Kind.ELEMENT_SEEN, Operator.YES, None, about("#buy")), known) == (True, True, None)
    assert judged(Condition(Kind.EXIT_INTENT, Operator.NO), known) == (True, False, None)
    assert judged(Condition(Kind.TAG, Operator.HAS_ANY, ("vip",)), known) == (True, ("vip", "berlin"), None)
    assert judged(Condition(Kind.TAG, Operator.HAS_NONE, ("berlin", "x")), known)[0] is False
    assert judged(Condition(Kind.SCREEN_WIDTH, Operator.LESS_THAN, 768), known) == (True, 390, None)


# --- what is left for the page ----------------------------------------------------------------------------------------
@given(trees, facts)
def test_what_is_left_for_the_page_is_true_just_when_the_tree_is(tree: Group, known: Facts) -> None:
    rest = rest_for_page(tree, known)
    assert judge(tree, known).matches == (rest is not None and judge(rest, known).matches)
    if rest is not None:
        assert all(each.place == Place.PAGE for _path, each in rest.conditions())
        read_tree(written(rest))


def test_the_page_waits_only_for_what_it_alone_can_tell() -> None:
    on_cart = Condition(Kind.PAGE_URL, Operator.CONTAINS, "/cart")
    leaving = Condition(Kind.EXIT_INTENT, Operator.YES)
    idle = Condition(Kind.SECONDS_IDLE, Operator.AT_LEAST, 30)
    here = somebody(page=Page("page", NOON, url=URL))
    elsewhere = somebody(page=Page("page", NOON, url="/"))
    assert rest_for_page(all_of(on_cart, any_of(leaving, idle)), here) == all_of(any_of(leaving, idle))
    assert rest_for_page(all_of(on_cart, leaving), elsewhere) is None
    assert rest_for_page(any_of(on_cart, leaving), here) == EVERYBODY
    assert rest_for_page(any_of(on_cart, leaving), elsewhere) == any_of(leaving)


def test_the_page_does_not_wait_for_what_happened_before_it() -> None:
    twice = Condition(Kind.CUSTOM_EVENT, Operator.AT_LEAST, 2, about("added"))
    once, often = ((Happening("added", NOON - 900),) * times for times in (1, 2))
    assert rest_for_page(all_of(twice), somebody(events=often)) == EVERYBODY
    assert rest_for_page(all_of(twice), somebody(events=once)) == all_of(twice)
