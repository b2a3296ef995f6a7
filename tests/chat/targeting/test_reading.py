"""What is wrong with a tree of conditions is said of each place, with a code and a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.targeting.kinds import Kind
from chat.targeting.reading import MAX_CONDITIONS, SEGMENT_KINDS, Fault, InvalidTree, read_tree
from chat.targeting_words import FAULTS, sentence

URL_IS = {"kind": "page_url", "operator": "is", "value": "/"}


def problems(stored: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidTree) as caught:
        read_tree(stored, **more)
    assert all(sentence(each) for each in caught.value.problems)
    return [(each.path, each.code.value) for each in caught.value.problems]


def of(*members: Any) -> dict[str, Any]:
    return {"match": "all", "of": list(members)}


def changed(**changes: Any) -> dict[str, Any]:
    return of({name: value for name, value in {**URL_IS, **changes}.items() if value is not ...})


EVENT = {"kind": "custom_event", "operator": "at_least", "value": 1, "name": "x"}
HOUR = {"kind": "hour", "operator": "in_list", "value": [9], "zone": "visitor"}


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, [("", "object_expected")]),
        ([], [("", "object_expected")]),
        ({}, [("match", "unknown_match"), ("of", "list_expected")]),
        ({"match": "none", "of": []}, [("match", "unknown_match"), ("of", "empty_group")]),
        ({"match": "any", "of": []}, [("of", "empty_group")]),
        ({"match": ["all"], "of": [URL_IS]}, [("match", "unknown_match")]),
        (of(of()), [("of[0].of", "empty_group")]),
        (of(of(of(URL_IS))), [("of[0].of[0]", "too_deep")]),
        (of("page_url"), [("of[0]", "object_expected")]),
        ({**of(), "not": True}, [("not", "unknown_field")]),
        (changed(kind="shoe_size"), [("of[0].kind", "unknown_kind")]),
        (changed(kind={}), [("of[0].kind", "unknown_kind")]),
        (changed(operator="resembles"), [("of[0].operator", "unknown_operator")]),
        (changed(operator="at_least"), [("of[0].operator", "operator_not_allowed")]),
        (changed(value=5), [("of[0].value", "text_expected")]),
        (changed(value="\ud800"), [("of[0].value", "text_expected")]),
        (changed(value=...), [("of[0].value", "text_expected")]),
        (changed(value="x" * 501), [("of[0].value", "text_too_long")]),
        (changed(name="plan"), [("of[0].name", "unknown_field")]),
        (changed(operator="in_list", value=[]), [("of[0].value", "list_expected")]),
        (changed(operator="in_list", value="ab"), [("of[0].value", "list_expected")]),
        (changed(operator="in_list", value=["a", 5]), [("of[0].value[1]", "text_expected")]),
        (changed(operator="in_list", value=["a"] * 201), [("of[0].value", "too_many_entries")]),
        (changed(operator="matches", value="x" * 201), [("of[0].value", "pattern_too_long")]),
        (changed(operator="matches", value="(?=x)"), [("of[0].value", "bad_pattern")]),
        (changed(operator="does_not_match", value=r"(x)\1"), [("of[0].value", "bad_pattern")]),
        (changed(kind="cart_items", operator="at_least", value="3"), [("of[0].value", "number_expected")]),
        (changed(kind="cart_items", operator="at_least", value=True), [("of[0].value", "number_expected")]),
        (changed(kind="cart_items", operator="at_least", value=float("nan")), [("of[0].value", "number_expected")]),
        (changed(kind="exit_intent", operator="yes"), [("of[0].value", "unknown_field")]),
        (of({**EVENT, "name": ""}), [("of[0].name", "name_missing")]),
        (of({**EVENT, "within_seconds": 0}), [("of[0].within_seconds", "span_expected")]),
        (of({**EVENT, "within_seconds": 1.5}), [("of[0].within_seconds", "span_expected")]),
        (of({**HOUR, "zone": "mars"}), [("of[0].zone", "zone_expected")]),
        (of({**HOUR, "value": [24]}), [("of[0].value[0]", "not_a_choice")]),
        (of({**HOUR, "value": [True]}), [("of[0].value[0]", "not_a_choice")]),
        (of({**HOUR, "kind": "weekday", "value": [0]}), [("of[0].value[0]", "not_a_choice")]),
        (
            of(URL_IS, {"match": "any", "of": [URL_IS, {"kind": "tag", "operator": "is", "value": "x"}, 7]}),
            [("of[1].of[1].operator", "operator_not_allowed"), ("of[1].of[2]", "object_expected")],
        ),
    ],
)
def test_each_fault_is_named_with_its_place(stored: Any, expected: list[tuple[str, str]]) -> None:
    assert problems(stored) == expected


def test_there_is_an_end_to_how_many_conditions_there_may_be() -> None:
    assert read_tree(of(*[URL_IS] * MAX_CONDITIONS))
    half = {"match": "any", "of": [URL_IS] * (MAX_CONDITIONS // 2)}
    assert problems(of(half, half, URL_IS)) == [("", "too_many_conditions")]
    assert problems(of(*[URL_IS] * 100_000)) == [("", "too_many_conditions")]


def test_a_segment_is_of_people_and_not_of_pages() -> None:
    read_tree(of({"kind": "tag", "operator": "has_any", "value": ["vip"]}), kinds=SEGMENT_KINDS)
    assert problems(of(URL_IS), kinds=SEGMENT_KINDS) == [("of[0].kind", "kind_not_allowed")]
    assert Kind.SEGMENT not in SEGMENT_KINDS  # or two could be made of each other


def test_every_fault_has_a_sentence() -> None:
    assert set(FAULTS) == set(Fault)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=9), st.sampled_from(Kind)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(("match", "of", "kind", "operator", "value", "name", "zone", "within_seconds")), inner
        ),
    ),
    max_leaves=20,
)


def refusal(stored: Any) -> InvalidTree | None:
    try:
        read_tree(stored)
    except InvalidTree as refused:
        return refused
    return None


@given(anything)
def test_whatever_is_sent_is_read_or_refused(stored: Any) -> None:
    refused = refusal(stored)
    if refused is not None:
        assert refused.problems
        assert all(sentence(each) for each in refused.problems)
