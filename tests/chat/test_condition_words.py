"""Conditions in words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.condition_phrases import KINDS, MATCHES, OPERATORS, ZONES
from chat.condition_words import Names, clause_of, entry_in_words, sentence_of, span_in_words
from chat.targeting.conditions import Condition, Group, Match
from chat.targeting.kinds import NATURES, Kind, Zone
from chat.targeting.operators import BARE, Operator
from tests.chat.targeting.people import about, all_of, any_of, conditions_of, trees

NAMES = Names(departments={"d1": "Sales"}, invitations={"i1": "Welcome"}, segments={"s1": "Regulars"})


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def said(tree: Group) -> str:
    return plain(sentence_of(tree, NAMES))


def test_everything_that_a_condition_can_be_has_a_name() -> None:
    assert set(KINDS) == set(Kind)
    assert set(OPERATORS) == set(Operator)
    assert set(MATCHES) == set(Match)
    assert set(ZONES) == set(Zone)


def test_a_tree_is_one_sentence() -> None:
    tree = all_of(
        Condition(Kind.PAGE_URL, Operator.CONTAINS, "/checkout"),
        Condition(Kind.COUNTRY, Operator.IN_LIST, ("DE", "AT")),
        Condition(Kind.SECONDS_ON_PAGE, Operator.AT_LEAST, 20),
    )
    assert said(tree) == "On pages that contain /checkout, from DE or AT, after 20 s on the page"


def test_groups_and_any_are_heard() -> None:
    tree = any_of(
        Condition(Kind.IS_RETURNING, Operator.NO),
        all_of(
            Condition(Kind.CART_VALUE, Operator.AT_LEAST, 40), Condition(Kind.WEEKDAY, Operator.IN_LIST, (6, 7), ZONED)
        ),
    )
    assert said(tree) == (
        "Who are here for the first time or (with a basket of at least 40, "
        "day of the week is one of Saturday or Sunday (the visitor’s time))"
    )


ZONED = about(zone=Zone.VISITOR)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(Kind.DEPARTMENT_ONLINE, Operator.YES, None, about("d1")), "while somebody of Sales is online"),
        (Condition(Kind.DEPARTMENT_ONLINE, Operator.NO, None, about("")), "while nobody of the whole team is online"),
        (Condition(Kind.INVITATION_SHOWN, Operator.NO, None, about("i1")), "who were not shown Welcome"),
        (Condition(Kind.SEGMENT, Operator.HAS_ANY, ("s1",)), "who are in Regulars"),
        (
            Condition(Kind.CUSTOM_EVENT, Operator.AT_LEAST, 2, about("added", within_seconds=3600)),
            "once the event added has happened 2 times in the last 1 h",
        ),
        (Condition(Kind.ATTRIBUTE, Operator.IS_SET, None, about("plan")), "attribute plan is set"),
        (Condition(Kind.LANGUAGE, Operator.IN_LIST, ("el", "ko", "ar")), "in Greek, Korean or Arabic"),
    ],
)
def test_ids_are_said_by_name(condition: Condition, words: str) -> None:
    assert plain(clause_of(condition, NAMES)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (20, "20 s"),
        (90, "90 s"),
        (120, "2 min"),
        (86_400, "24 h"),
        (604_800, "7 days"),
        (0.5, "0.5 s"),
        (1.25, "1.25 s"),
    ],
)
def test_spans_are_said_in_the_largest_unit_that_fits(seconds: float, words: str) -> None:
    assert span_in_words(seconds) == words


def test_a_value_that_was_measured_is_as_round_as_it_is() -> None:
    assert plain(entry_in_words(Kind.SECONDS_IDLE, 70.0)) == "70 s"
    assert plain(entry_in_words(Kind.SECONDS_IDLE, 120.0)) == "2 min"


@given(trees)
def test_every_tree_can_be_said_and_only_everybody_is_silent(tree: Group) -> None:
    assert bool(said(tree)) == bool(list(tree.conditions()))


@given(st.sampled_from(Kind).flatmap(conditions_of))
def test_what_is_typed_is_never_markup(condition: Condition) -> None:
    hostile = Condition(condition.kind, condition.operator, condition.value, about("<img src=x>"))
    assert "<img" not in clause_of(hostile, Names(departments={"<img src=x>": "<img>"}))
    if isinstance(condition.value, str):
        hostile = Condition(condition.kind, condition.operator, "<img src=x>%(name)s")
        assert "<img" not in clause_of(hostile, NAMES)


@pytest.mark.parametrize("kind", [kind for kind in Kind if NATURES[kind].operators <= BARE])
def test_what_is_yes_or_no_has_a_phrase_of_its_own(kind: Kind) -> None:
    yes, no = (plain(clause_of(Condition(kind, each), NAMES)) for each in (Operator.YES, Operator.NO))
    assert yes != no
    assert not yes.endswith(" yes")
