"""Trees of conditions as rows of a form: what is shown, typed, refused and asked for again."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings

from chat.condition_words import Names
from chat.forms.condition import ConditionForm, Offered
from chat.forms.conditions import Conditions, Rows
from chat.targeting.conditions import Condition, Group, Match
from chat.targeting.kinds import NATURES, Kind, Place
from chat.targeting.operators import Operator
from tests.chat.targeting.people import all_of, any_of, trees

EVERYTHING = Offered(names=Names(departments={"d1": "Sales"}, invitations={"i1": "Welcome"}))


def posted(sent: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return data


def typed(sent: dict[str, Any], offered: Offered = EVERYTHING) -> Conditions:
    return Conditions(posted({"audience-match": "all", **sent}), prefix="audience", offered=offered)


def as_sent(conditions: Conditions) -> dict[str, Any]:
    """What a browser sends of the rows as they are shown."""

    def of(member: ConditionForm | Rows) -> dict[str, Any]:
        if isinstance(member, Rows):
            own = {f"{member.prefix}-match": member.match}
            return own | {name: value for each in member.members for name, value in of(each).items()}
        values = {name: member[name].value() for name in member.fields}
        return {f"{member.prefix}-{name}": value for name, value in values.items() if value is not None}

    return of(conditions.top)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(trees)
def test_a_saved_tree_is_the_same_after_it_was_shown_and_sent(tree: Group) -> None:
    shown = Conditions(None, prefix="audience", initial=tree, offered=EVERYTHING)
    again = Conditions(posted(as_sent(shown)), prefix="audience", offered=EVERYTHING)
    if any(
        "" in each.value if isinstance(each.value, tuple) else each.value == "" for _path, each in tree.conditions()
    ):
        return  # lines of nothing are no entries, and nothing is contained in every text
    assert again.is_valid()
    assert again.tree == tree


def test_rows_and_groups_become_a_tree() -> None:
    sent = {
        "audience-match": "any",
        "audience-0-kind": "page_url",
        "audience-0-operator": "contains",
        "audience-0-text": "/checkout",
        "audience-3-match": "all",
        "audience-3-1-kind": "country",
        "audience-3-1-operator": "in_list",
        "audience-3-1-entries": ["DE", "AT"],
        "audience-3-2-kind": "seconds_since_last_visit",
        "audience-3-2-operator": "more_than",
        "audience-3-2-number": "3",
        "audience-3-2-unit": "86400",
    }
    conditions = typed(sent)
    assert conditions.is_valid()
    assert conditions.tree == any_of(
        Condition(Kind.PAGE_URL, Operator.CONTAINS, "/checkout"),
        Group(
            Match.ALL,
            (
                Condition(Kind.COUNTRY, Operator.IN_LIST, ("DE", "AT")),
                Condition(Kind.SECONDS_SINCE_LAST_VISIT, Operator.MORE_THAN, 3 * 86_400),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"kind": "page_url", "operator": "matches", "text": "(?=a)"}, "text", "This pattern cannot be used"),
        ({"kind": "page_url", "operator": "contains", "text": " "}, "text", "Write a text."),
        ({"kind": "cart_value", "operator": "at_least", "number": ""}, "number", "Write a number."),
        ({"kind": "cart_value", "operator": "at_least", "number": "inf"}, "number", "Write a number."),
        ({"kind": "country", "operator": "in_list"}, "entries", "Give at least one entry."),
        ({"kind": "hour", "operator": "in_list", "entries": ["24"], "zone": "visitor"}, "entries", "from 0 to 23"),
        ({"kind": "hour", "operator": "in_list", "entries": ["9"]}, "zone", "Say whose time is meant"),
        ({"kind": "tag", "operator": "has_any", "lines": " \n "}, "lines", "Give at least one entry."),
        ({"kind": "attribute", "operator": "is_set", "name": ""}, "name", "Say which one is meant."),
        (
            {"kind": "custom_event", "operator": "at_least", "name": "x", "number": "1", "within": "-1"},
            "within",
            "Write a whole number of seconds",
        ),
        ({"kind": "nonsense", "operator": "is"}, "kind", "There is no such condition."),
    ],
)
def test_what_is_wrong_is_said_at_its_input_and_what_was_typed_stays(
    row: dict[str, Any], field: str, said: str
) -> None:
    conditions = typed({f"audience-1-0-{name}": value for name, value in row.items()} | {"audience-1-match": "any"})
    assert not conditions.is_valid()
    (form,) = conditions.top.rows()
    assert said in form.errors[field][0]
    html = render_to_string("chat/condition.html", {"row": form})
    assert said in html.replace("&#x27;", "'")
    if field in form.fields and f'name="audience-1-0-{field}"' in html:
        assert f'id="id_audience-1-0-{field}_error"' in html
    for name, value in row.items():
        if isinstance(value, str) and value.strip() and name in ("text", "number", "within"):
            assert f'value="{value}"' in html


def test_problems_of_a_group_stand_at_the_group() -> None:
    conditions = typed({"audience-0-match": "all"})
    assert not conditions.is_valid()
    (group,) = conditions.top.members
    assert isinstance(group, Rows)
    assert group.problems == ["This group is empty. Add a condition or remove the group."]


def test_a_kind_that_is_not_offered_is_refused() -> None:
    here = Offered(kinds=frozenset(kind for kind in Kind if NATURES[kind].place == Place.PAGE))
    conditions = typed({"audience-0-kind": "page_url", "audience-0-operator": "is", "audience-0-text": "/"}, here)
    assert not conditions.is_valid()
    assert "This condition cannot be used here." in next(conditions.top.rows()).errors["kind"]
    assert {kind for kind, _row in conditions.kinds()} == {kind.value for kind in here.kinds}


# --- without a script -------------------------------------------------------------------------------------------------
ROW = {"audience-4-kind": "page_url", "audience-4-operator": "contains", "audience-4-text": "/sale"}


@pytest.mark.parametrize(
    ("where", "prefixes"),
    [
        ("row", ["audience-4", "audience-6-0", "audience-7"]),
        ("group", ["audience-4", "audience-6-0", "audience-7-0"]),
        ("6", ["audience-4", "audience-6-0", "audience-6-1"]),
        ("", ["audience-4", "audience-6-0"]),
    ],
)
def test_buttons_ask_for_more_rows_and_save_nothing(where: str, prefixes: list[str]) -> None:
    group = {"audience-6-match": "any", "audience-6-0-kind": "is_returning", "audience-6-0-operator": "yes"}
    conditions = typed({**ROW, **group, "audience-add": where})
    assert conditions.is_asked_again
    assert [row.prefix for row in conditions.top.rows()] == prefixes
    assert 'value="/sale"' in render_to_string("chat/condition.html", {"row": next(conditions.top.rows())})


def test_ticked_rows_are_removed_and_a_group_goes_with_its_last_row() -> None:
    group = {"audience-6-match": "any", "audience-6-0-kind": "is_returning", "audience-6-0-remove": "on"}
    conditions = typed({**ROW, "audience-4-remove": "on", **group})
    assert conditions.is_valid()
    assert conditions.tree == Group()


def test_another_kind_asks_for_what_it_needs() -> None:
    row = next(typed({"audience-0-kind": "cart_value", "audience-0-operator": "contains"}).top.rows())
    assert [name for name, _needs in row.parts()] == ["number"]
    assert row.operator_chosen == Operator.AT_LEAST


# --- trying -----------------------------------------------------------------------------------------------------------
def test_texts_are_tried_with_the_engine_that_decides() -> None:
    row = {"kind": "page_url", "operator": "matches", "text": "^/shop/.*a=[0-9]+", "samples": "/shop/x?a=1\n\n/cart"}
    form = next(typed({f"audience-0-{name}": value for name, value in row.items()}).top.rows())
    assert form.tried() == [("/shop/x?a=1", True), ("/cart", False)]


def test_a_pattern_that_cannot_be_used_tries_nothing() -> None:
    row = {"kind": "page_url", "operator": "matches", "text": "(", "samples": "/cart"}
    assert next(typed({f"audience-0-{name}": value for name, value in row.items()}).top.rows()).tried() == []


def test_the_sentence_follows_what_is_typed() -> None:
    assert "/sale" in typed(ROW).sentence()
    assert typed({**ROW, "audience-4-kind": "cart_value"}).sentence() == ""
    assert all_of() == Group()
