"""A decision follows from its record for ever, to the byte."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from chat.records import as_json
from chat.routing.decide import decide, outcome_text, replay
from chat.routing.situation import Agent, Situation, situation_of
from helpdesk.strict_json import dumps
from tests.chat.routing.situations import situation, situations

# Written by the version before agents could stay available out of hours.
STORED_INPUTS = (
    '{"now":1790000000.0,"is_open":false,"policy":{"strategy":"average_utilization","max_cycles":2,"rest_'
    'seconds":0,"is_sticky":true,"sticky_hold_seconds":0,"language_rule":"prefer","language_seconds":20,"'
    'has_overflow":false,"overflow_seconds":60,"max_wait_seconds":600},"chat":{"id":"chat","since":178999'
    '9990.0,"language":"el","last_agent":null,"cycle":1,"tried":[],"rests_until":null,"has_given_up":fals'
    'e,"has_overflowed":false},"agents":[{"id":1,"is_online":true,"is_paused":false,"load":0,"limit":4,"p'
    'riority":50,"languages":["el"],"last_offered_at":null,"last_ended_at":null},{"id":2,"is_online":fals'
    'e,"is_paused":false,"load":0,"limit":4,"priority":50,"languages":[],"last_offered_at":null,"last_end'
    'ed_at":null}]}'
)
STORED_OUTCOME = (
    '{"kind":"wait","why":"closed","cycle":1,"candidates":[{"agent":1,"reasons":["closed"]},{"agent":2,"r'
    'easons":["closed","not_online","language"]}],"agents":[],"tie_break":null,"seed":"","look_again_at":'
    '1790000010.0,"rests_until":null}'
)


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


@given(situations)
def test_a_record_from_before_somebody_could_stay_available_is_replayed_to_the_byte(at: Situation) -> None:
    before = replace(at, agents=tuple(replace(agent, is_forced_online=False) for agent in at.agents))
    record = as_json(before)
    for agent in record["agents"]:
        del agent["is_forced_online"]
    assert replay(record) == outcome_text(decide(before))


def test_a_decision_of_an_earlier_version_is_replayed_to_the_byte() -> None:
    assert replay(json.loads(STORED_INPUTS)) == STORED_OUTCOME
