"""Whether an agent can be rung: each reason is said, and only those that hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from chat.routing.decide import decide
from chat.routing.eligibility import Reason, failed_clauses
from chat.routing.situation import Agent, LanguageRule, Situation, Waiting
from tests.chat.routing.situations import NOON, situation, situations, with_

GREEK = Waiting("chat", since=NOON, language="el")


def reasons(agent: Agent, *others: Agent, **options: Any) -> tuple[Reason, ...]:
    return failed_clauses(agent, situation(agent, *others, **options))


def test_nothing_stands_in_the_way_of_somebody_free() -> None:
    assert reasons(Agent(1)) == ()


@pytest.mark.parametrize(
    ("agent", "options", "reason"),
    [
        (Agent(1), {"is_open": False}, Reason.CLOSED),
        (Agent(1, is_online=False), {}, Reason.NOT_ONLINE),
        (Agent(1, is_paused=True), {}, Reason.PAUSED),
        (Agent(1, load=4, limit=4), {}, Reason.FULL),
        (Agent(1, load=5, limit=4), {}, Reason.FULL),
        (Agent(1, limit=0), {}, Reason.FULL),
        (Agent(1, last_ended_at=NOON - 29), {"rest_seconds": 30}, Reason.RESTING),
        (Agent(1, languages=("en",)), {"chat": GREEK, "language_rule": LanguageRule.REQUIRE}, Reason.LANGUAGE),
        (Agent(1), {"chat": Waiting("chat", since=NOON, tried=(1,))}, Reason.TRIED),
    ],
)
def test_each_clause_that_fails_has_its_reason(agent: Agent, options: dict[str, Any], reason: Reason) -> None:
    assert reasons(agent, **options) == (reason,)


def test_all_the_reasons_are_said_in_one_order() -> None:
    agent = Agent(1, is_online=False, is_paused=True, load=4, last_ended_at=NOON)
    chat = Waiting("chat", since=NOON, language="el", tried=(1,))
    found = reasons(agent, chat=chat, is_open=False, rest_seconds=9, language_rule=LanguageRule.REQUIRE)
    assert found == tuple(Reason)


def test_an_agent_without_a_limit_is_never_full() -> None:
    assert reasons(Agent(1, load=99, limit=None)) == ()


def test_a_rest_is_over_at_its_last_second() -> None:
    assert reasons(Agent(1, last_ended_at=NOON - 30), rest_seconds=30) == ()


# --- language ---------------------------------------------------------------------------------------------------------
SPEAKER = Agent(2, languages=("el",))


def test_those_who_speak_it_go_first_for_a_while() -> None:
    for waited, expected in ((0, (Reason.LANGUAGE,)), (19, (Reason.LANGUAGE,)), (20, ())):
        chat = Waiting("chat", since=NOON - waited, language="el")
        assert reasons(Agent(1), SPEAKER, chat=chat, language_seconds=20) == expected
        assert reasons(SPEAKER, Agent(1), chat=chat, language_seconds=20) == ()


def test_nobody_waits_for_a_speaker_who_is_not_at_work() -> None:
    for speaker in (with_(SPEAKER, is_online=False), with_(SPEAKER, is_paused=True)):
        assert reasons(Agent(1), speaker, chat=GREEK) == ()


def test_one_waits_for_a_speaker_who_is_only_busy() -> None:
    assert reasons(Agent(1), with_(SPEAKER, load=4), chat=GREEK) == (Reason.LANGUAGE,)


def test_a_required_language_is_required_for_ever() -> None:
    chat = Waiting("chat", since=NOON - 9999, language="el")
    assert reasons(Agent(1), chat=chat, language_rule=LanguageRule.REQUIRE) == (Reason.LANGUAGE,)
    assert reasons(SPEAKER, chat=chat, language_rule=LanguageRule.REQUIRE) == ()


def test_a_language_that_is_not_known_asks_nothing_of_anybody() -> None:
    assert reasons(Agent(1), SPEAKER, language_rule=LanguageRule.REQUIRE) == ()


def test_the_rule_can_be_off() -> None:
    assert reasons(Agent(1), SPEAKER, chat=GREEK, language_rule=LanguageRule.OFF) == ()


# --- the record -------------------------------------------------------------------------------------------------------
@given(situations)
def test_a_decision_names_every_agent_with_every_reason(at: Situation) -> None:
    decision = decide(at)
    assert [each.agent for each in decision.candidates] == [agent.id for agent in at.agents]
    is_new_cycle = decision.cycle != at.chat.cycle
    seen = with_(at, chat=with_(at.chat, cycle=decision.cycle, tried=())) if is_new_cycle else at
    assert [each.reasons for each in decision.candidates] == [failed_clauses(agent, seen) for agent in at.agents]


@given(situations)
def test_only_those_without_a_reason_are_rung(at: Situation) -> None:
    decision = decide(at)
    against = {each.agent: each.reasons for each in decision.candidates}
    assert all(against[agent] == () for agent in decision.agents)
