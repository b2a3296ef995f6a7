"""A decision follows from its record for ever, to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from chat.records import as_json
from chat.targeting.choose import Occasion, choose, occasion_as_json, occasion_of, outcome_text, replay
from chat.targeting.facts import Facts, facts_of
from chat.targeting.invitations import Invitation
from chat.targeting.manners import Manners
from helpdesk.strict_json import dumps
from tests.chat.targeting.people import facts, occasions, somebody


@settings(max_examples=60)
@given(occasions)
def test_the_record_leads_to_the_same_outcome(at: Occasion) -> None:
    written = outcome_text(choose(at))
    assert replay(json.loads(dumps(occasion_as_json(at)))) == written
    # PostgreSQL keeps the keys of an object in an order of its own.
    assert replay(json.loads(json.dumps(occasion_as_json(at), sort_keys=True))) == written


@settings(max_examples=60)
@given(occasions)
def test_a_record_is_read_back_as_the_same_occasion(at: Occasion) -> None:
    assert occasion_of(json.loads(dumps(occasion_as_json(at)))) == at


@given(facts)
def test_facts_are_read_back(known: Facts) -> None:
    assert facts_of(json.loads(dumps(as_json(known)))) == known


def record() -> dict[str, Any]:
    return json.loads(dumps(occasion_as_json(Occasion(somebody(), Manners(), (Invitation("hello"),)))))


@pytest.mark.parametrize(
    "path", ["facts.now", "facts.person.tags", "facts.page.seen", "manners.per_day", "invitations.0.trigger"]
)
def test_a_record_that_lacks_a_field_is_refused(path: str) -> None:
    """It would be made again with today's default."""
    stored = record()
    assert replay(stored)
    *steps, last = path.split(".")
    where: Any = stored
    for step in steps:
        where = where[int(step) if step.isdigit() else step]
    del where[last]
    with pytest.raises(KeyError):
        replay(stored)


def test_an_unknown_availability_is_refused() -> None:
    stored = record()
    stored["invitations"][0]["availability"] = "at full moon"
    with pytest.raises(ValueError, match="full moon"):
        replay(stored)
