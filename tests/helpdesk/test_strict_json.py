"""JSON from strangers: whatever they send, one of our codes or a plain value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import fields
from helpdesk.errors import HelpdeskError
from helpdesk.fields import Field
from helpdesk.strict_json import MAX_DEPTH, dumps, loads_object

CODES = {"invalid_json", "object_expected", "number_out_of_range", "duplicate_key", "too_deep", "too_large"}
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text())
def test_any_text_is_an_object_or_one_of_our_errors(text: str) -> None:
    assert _outcome(text) in CODES | {"an object"}


def _outcome(text: str) -> str:
    try:
        return "an object" if isinstance(loads_object(text), dict) else "something else"
    except HelpdeskError as error:
        return error.code


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(value, (dict, list)) else 0


@given(st.dictionaries(st.text(), values, max_size=5))
def test_what_we_write_we_read_back(value: dict[str, Any]) -> None:
    text = dumps(value)
    if depth(value) > MAX_DEPTH:
        with pytest.raises(HelpdeskError):
            loads_object(text)
    else:
        assert loads_object(text) == json.loads(text)


@given(st.integers(1, 60))
def test_brackets_inside_text_are_no_depth(number: int) -> None:
    assert loads_object(dumps({"a": "[" * number + '\\"{' * number}))


def test_deep_nesting_is_refused_before_it_can_hurt() -> None:
    with pytest.raises(HelpdeskError) as caught:
        loads_object('{"a":' + "[" * 30_000)
    assert caught.value.code == "too_deep"


@pytest.mark.parametrize(
    ("clean", "value", "expected"),
    [
        (fields.body, "  hi \n", "hi"),
        (fields.body, "x" * 8000, "x" * 8000),
        (fields.email, "", ""),
        (fields.email, "vera@example.com", "vera@example.com"),
        (fields.email, "vera@παράδειγμα.gr", "vera@xn--hxajbheg2az3al.gr"),
        (fields.phone, "+30 210 123-4567", "+30 210 123-4567"),
        (fields.phone, "+30 210\r\n123\t4567", "+30 210 123 4567"),
        (fields.phone, "", ""),
        (fields.text(5), "a\tb", "a b"),
        (fields.integer(-1), -1, -1),
        (fields.optional(fields.boolean), None, None),
    ],
)
def test_good_values_come_through(clean: Any, value: Any, expected: Any) -> None:
    assert clean(value) == expected


@pytest.mark.parametrize(
    ("clean", "value", "code"),
    [
        (fields.email, "a@b", "invalid_email"),
        (fields.email, "a@b.c,d@e.f", "invalid_email"),
        (fields.email, "a\r\nBcc: x@y.z", "invalid_email"),
        (fields.email, "a" * 250 + "@example.com", "invalid_email"),
        (fields.email, 7, "invalid"),
        (fields.phone, "call me", "invalid_phone"),
        (fields.phone, "1", "invalid_phone"),
        (fields.phone, "+" + "1" * 30, "invalid_phone"),
        (fields.integer(), True, "invalid"),
        (fields.integer(), 1.0, "invalid"),
        (fields.integer(), "1", "invalid"),
        (fields.boolean, 1, "invalid"),
        (fields.choice("a"), ["a"], "choice"),
        (fields.text(3), "four", "too_long"),
        (fields.body, "\u200e\u202e", "blank"),
        (fields.client_id, "{00000000-0000-0000-0000-000000000001}", "invalid_client_id"),
        (fields.mapping({}), [], "object_expected"),
    ],
)
def test_bad_values_name_the_code_and_the_field(clean: Any, value: Any, code: str) -> None:
    with pytest.raises(HelpdeskError) as caught:
        fields.parse({"field": value}, {"field": Field(clean)})
    assert (caught.value.code, caught.value.field) == (code, "field")
    assert str(caught.value.message)
