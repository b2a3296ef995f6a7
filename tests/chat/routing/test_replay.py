"""A decision follows from its record for ever, to the byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from chat.records import as_json
from chat.routing.decide import decide, outcome_text, replay
from chat.routing.situation import Agent, Situation, situation_of
from helpdesk.strict_json import dumps
from tests.chat.routing.situations import situation, situations


@given(situations)
def test_the_record_leads_to_the_same_outcome(at: Situation) -> None:
    assert replay(as_json(at)) == outcome_text(decide(at))


@given(situations)
def test_it_does_so_when_the_record_was_written_and_read_as_json(at: Situation) -> None:
    written = outcome_text(decide(at))
    assert replay(json.loads(json.dumps(as_json(at)))) == written
    assert replay(json.loads(dumps(as_json(at)))) == written


@given(situations)
def test_a_record_is_read_back_as_the_same_situation(at: Situation) -> None:
    assert situation_of(json.loads(json.dumps(as_json(at)))) == at


@given(situations)
def test_the_order_of_the_keys_does_not_matter(at: Situation) -> None:
    """PostgreSQL keeps the keys of an object in an order of its own."""
    assert replay(json.loads(json.dumps(as_json(at), sort_keys=True))) == outcome_text(decide(at))


@pytest.mark.parametrize(
    ("part", "name"), [("policy", "rest_seconds"), ("chat", "tried"), ("agents", "priority"), ("", "is_open")]
)
def test_a_record_that_lacks_a_field_is_refused(part: str, name: str) -> None:
    record = as_json(situation(Agent(1)))
    where = record[part] if part else record
    del (where[0] if part == "agents" else where)[name]
    with pytest.raises(KeyError):
        situation_of(record)


def test_an_unknown_strategy_is_refused() -> None:
    record = as_json(situation(Agent(1)))
    record["policy"]["strategy"] = "by_horoscope"
    with pytest.raises(ValueError, match="horoscope"):
        situation_of(record)
