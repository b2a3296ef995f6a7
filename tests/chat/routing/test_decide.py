"""The next step for a chat that waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chat.routing.decide import REST_AFTER_CYCLES, Decision, Kind, Why, decide
from chat.routing.eligibility import prefers_language, rested_at
from chat.routing.situation import Agent, LanguageRule, Situation, Strategy, Waiting
from chat.routing.strategies import TieBreak
from tests.chat.routing.situations import NOON, agents, situation, situations, with_

RING_SECONDS = 30.0


def waited(seconds: float, **more: Any) -> Waiting:
    return Waiting("chat", since=NOON - seconds, **more)


def following(chat: Waiting, decision: Decision) -> Waiting:
    """The chat as its row is after the decision, as `chat.actions.routing` writes it."""
    return with_(
        chat,
        cycle=decision.cycle,
        tried=chat.tried if decision.cycle == chat.cycle else (),
        rests_until=decision.rests_until,
        has_given_up=chat.has_given_up or decision.kind == Kind.GIVE_UP,
        has_overflowed=chat.has_overflowed or decision.kind == Kind.OVERFLOW,
    )


def nobody_accepts(at: Situation, steps: int) -> Iterator[tuple[float, Decision]]:
    """What happens to a chat that everybody lets ring: the moment and the decision of each step."""
    for _step in range(steps):
        decision = decide(at)
        yield at.now, decision
        chat = following(at.chat, decision)
        if decision.agents:
            at = with_(at, now=at.now + RING_SECONDS, chat=with_(chat, tried=(*chat.tried, *decision.agents)))
        elif decision.kind == Kind.OVERFLOW:
            at = with_(at, chat=chat)
        elif decision.look_again_at is None:
            return
        else:
            at = with_(at, now=decision.look_again_at, chat=chat)


# --- cycles -----------------------------------------------------------------------------------------------------------
@given(situations)
def test_nobody_is_rung_twice_in_a_cycle(at: Situation) -> None:
    """Invariant R-I4, whatever the chat has been through before."""
    rung: dict[int, set[int]] = {at.chat.cycle: set(at.chat.tried)}
    for _now, decision in nobody_accepts(at, 40):
        in_cycle = rung.setdefault(decision.cycle, set())
        assert not in_cycle & set(decision.agents)
        in_cycle.update(decision.agents)


@given(situations)
def test_cycles_only_go_up_one_by_one(at: Situation) -> None:
    cycle = at.chat.cycle
    for _now, decision in nobody_accepts(at, 40):
        assert decision.cycle in (cycle, cycle + 1)
        cycle = decision.cycle


@given(team=agents(), max_cycles=st.integers(1, 5))
def test_everybody_who_can_be_is_rung_in_every_cycle(team: tuple[Agent, ...], max_cycles: int) -> None:
    free = {agent.id for agent in team if agent.is_online and not agent.is_paused and agent.has_place}
    assume(free)
    at = situation(*team, max_cycles=max_cycles, max_wait_seconds=None)
    rings = [decision for _now, decision in nobody_accepts(at, len(free) * max_cycles) if decision.agents]
    assert len(rings) == len(free) * max_cycles
    for cycle in range(1, max_cycles + 1):
        assert {agent for each in rings if each.cycle == cycle for agent in each.agents} == free


def test_when_all_cycles_are_over_the_chat_rests_and_then_begins_again() -> None:
    at = situation(Agent(1), Agent(2), max_cycles=2, max_wait_seconds=None)
    steps = list(nobody_accepts(at, 11))
    assert [decision.kind for _now, decision in steps] == [*["ring"] * 4, "give_up", *["ring"] * 4, "wait", "ring"]
    assert [decision.cycle for _now, decision in steps] == [1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5]
    moments = [now - NOON for now, _decision in steps]
    assert moments == [0, 30, 60, 90, 120, 180, 210, 240, 270, 300, 360]
    assert steps[4][1].rests_until == steps[4][1].look_again_at == NOON + 120 + REST_AFTER_CYCLES
    assert steps[4][1].why == steps[9][1].why == Why.ALL_TRIED


@pytest.mark.parametrize("cycle", [1, 2])
def test_a_message_is_offered_when_the_missed_rings_have_paused_everybody(cycle: int) -> None:
    missed, resting, away = Agent(1, is_paused=True), Agent(2, is_paused=True), Agent(3, is_online=False)
    decision = decide(situation(missed, resting, away, chat=waited(60, cycle=cycle, tried=(1, 3)), max_cycles=2))
    assert (decision.kind, decision.why, decision.rests_until) == (Kind.GIVE_UP, Why.ALL_TRIED, NOON + 60)


def test_somebody_who_is_full_and_was_not_rung_is_waited_for_when_the_others_were_paused() -> None:
    at = situation(Agent(1, is_paused=True), Agent(2, load=4), chat=waited(60, cycle=2, tried=(1,)))
    assert (decide(at).kind, decide(at).why) == (Kind.WAIT, Why.ALL_BUSY)


def test_who_resumes_in_an_earlier_cycle_is_rung_at_once() -> None:
    chat = waited(60, tried=(1,), rests_until=NOON + 60, has_given_up=True)
    assert decide(situation(Agent(1), chat=chat, max_cycles=2)).agents == (1,)


def test_somebody_who_comes_while_the_chat_rests_is_rung_at_once() -> None:
    chat = waited(90, cycle=2, tried=(1,), rests_until=NOON + 40, has_given_up=True)
    assert decide(situation(Agent(1), chat=chat)).kind == Kind.WAIT
    assert decide(situation(Agent(1), Agent(2), chat=chat)).agents == (2,)


def test_somebody_who_is_free_again_later_is_waited_for_and_not_the_others_asked_anew() -> None:
    chat = waited(30, tried=(1,))
    decision = decide(situation(Agent(1, is_online=False), Agent(2, load=4), chat=chat))
    assert (decision.kind, decision.why, decision.cycle) == (Kind.WAIT, Why.ALL_BUSY, 1)


# --- the agent whom the customer knows --------------------------------------------------------------------------------
def test_the_agent_whom_the_customer_knows_goes_first() -> None:
    decision = decide(situation(Agent(1), Agent(2, load=3, priority=100), chat=waited(0, last_agent=2)))
    assert (decision.agents, decision.why, decision.tie_break) == ((2,), Why.STICKY, TieBreak.ONLY_ONE)


def test_it_is_that_agent_alone_even_where_everyone_rings() -> None:
    decision = decide(situation(Agent(1), Agent(2), chat=waited(0, last_agent=2), strategy=Strategy.RING_ALL))
    assert (decision.kind, decision.agents) == (Kind.RING, (2,))


def test_they_do_not_if_that_is_switched_off() -> None:
    assert decide(situation(Agent(1), Agent(2), chat=waited(0, last_agent=2), is_sticky=False)).agents == (1,)


def test_they_go_first_only_once_in_a_cycle() -> None:
    assert decide(situation(Agent(1), Agent(2), chat=waited(30, last_agent=2, tried=(2,)))).agents == (1,)


@pytest.mark.parametrize("known", [Agent(2, load=4), Agent(2, last_ended_at=NOON)])
def test_a_chat_is_held_for_them_while_they_are_only_busy(known: Agent) -> None:
    options: dict[str, Any] = {"sticky_hold_seconds": 20, "rest_seconds": 60}
    decision = decide(situation(Agent(1), known, chat=waited(5, last_agent=2), **options))
    assert (decision.kind, decision.why, decision.look_again_at) == (Kind.WAIT, Why.HOLDING, NOON + 15)
    assert decide(situation(Agent(1), known, chat=waited(20, last_agent=2), **options)).agents == (1,)


@pytest.mark.parametrize("known", [Agent(2, is_online=False, load=4), Agent(2, is_paused=True, load=4)])
def test_it_is_not_held_for_somebody_who_is_not_there(known: Agent) -> None:
    decision = decide(situation(Agent(1), known, chat=waited(5, last_agent=2), sticky_hold_seconds=20))
    assert decision.agents == (1,)


# --- language ---------------------------------------------------------------------------------------------------------
def test_those_who_speak_the_language_are_rung_first_then_the_others() -> None:
    team = (Agent(1), Agent(2, load=3, languages=("el",)))
    assert decide(situation(*team, chat=waited(0, language="el"))).agents == (2,)
    assert decide(situation(*team, chat=waited(20, language="el"))).agents == (1,)


def test_the_others_wait_for_a_speaker_who_is_busy_but_not_for_ever() -> None:
    team = (Agent(1), Agent(2, load=4, languages=("el",)))
    decision = decide(situation(*team, chat=waited(5, language="el")))
    assert (decision.kind, decision.why, decision.look_again_at) == (Kind.WAIT, Why.LANGUAGE, NOON + 15)


def test_when_all_who_speak_it_said_no_the_others_are_rung_at_once() -> None:
    team = (Agent(1), Agent(2, languages=("el",)), Agent(3, languages=("el",)))
    assert decide(situation(*team, chat=waited(5, language="el", tried=(2,)))).agents == (3,)
    decision = decide(situation(*team, chat=waited(6, language="el", tried=(2, 3))))
    assert (decision.agents, decision.cycle) == ((1,), 1)


def test_where_the_language_is_required_the_others_are_never_rung() -> None:
    decision = decide(
        situation(Agent(1), chat=waited(500, language="el"), language_rule=LanguageRule.REQUIRE, max_wait_seconds=600)
    )
    assert (decision.kind, decision.why, decision.look_again_at) == (Kind.WAIT, Why.LANGUAGE, NOON + 100)


# --- why nobody -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("team", "options", "why"),
    [
        ((Agent(1),), {"is_open": False}, Why.CLOSED),
        ((), {}, Why.NOBODY_ONLINE),
        ((Agent(1, is_online=False),), {}, Why.NOBODY_ONLINE),
        ((Agent(1, is_paused=True),), {}, Why.ALL_BUSY),
        ((Agent(1, load=4),), {}, Why.ALL_BUSY),
        ((Agent(1),), {"strategy": Strategy.MANUAL}, Why.BY_HAND),
    ],
)
def test_a_chat_that_waits_says_why(team: tuple[Agent, ...], options: dict[str, Any], why: Why) -> None:
    decision = decide(situation(*team, **options))
    assert (decision.kind, decision.why, decision.agents) == (Kind.WAIT, why, ())


# --- to another department --------------------------------------------------------------------------------------------
OVERFLOW: dict[str, Any] = {"has_overflow": True, "overflow_seconds": 60}


@pytest.mark.parametrize(
    ("team", "options"), [((), {}), ((Agent(1, is_online=False),), {}), ((Agent(1),), {"is_open": False})]
)
def test_a_chat_passes_on_at_once_when_nobody_is_there(team: tuple[Agent, ...], options: dict[str, Any]) -> None:
    assert decide(situation(*team, chat=waited(0), **OVERFLOW, **options)).kind == Kind.OVERFLOW


@pytest.mark.parametrize(
    ("team", "is_open", "why"),
    [((Agent(1, is_online=False),), True, Why.NOBODY_ONLINE), ((Agent(1),), False, Why.CLOSED)],
)
def test_so_do_chats_that_are_taken_by_hand(team: tuple[Agent, ...], is_open: bool, why: Why) -> None:
    at = situation(*team, chat=waited(0), is_open=is_open, strategy=Strategy.MANUAL, **OVERFLOW)
    assert (decide(at).kind, decide(at).why) == (Kind.OVERFLOW, why)


def test_it_passes_on_when_it_has_waited_for_the_time() -> None:
    decision = decide(situation(Agent(1, load=4), chat=waited(59), **OVERFLOW))
    assert (decision.kind, decision.look_again_at) == (Kind.WAIT, NOON + 1)
    assert decide(situation(Agent(1, load=4), chat=waited(60), **OVERFLOW)).kind == Kind.OVERFLOW


def test_it_passes_on_when_everybody_let_it_ring_often_enough() -> None:
    decision = decide(situation(Agent(1), chat=waited(40, tried=(1,)), max_cycles=1, **OVERFLOW))
    assert (decision.kind, decision.why) == (Kind.OVERFLOW, Why.ALL_TRIED)


@given(situations)
def test_it_passes_on_only_once(at: Situation) -> None:
    kinds = [decision.kind for _now, decision in nobody_accepts(at, 40)]
    assert kinds.count(Kind.OVERFLOW) <= (0 if at.chat.has_overflowed or not at.policy.has_overflow else 1)


# --- leaving a message ------------------------------------------------------------------------------------------------
def test_a_message_is_offered_after_the_longest_wait() -> None:
    busy = Agent(1, load=4)
    decision = decide(situation(busy, chat=waited(599)))
    assert (decision.kind, decision.look_again_at) == (Kind.WAIT, NOON + 1)
    decision = decide(situation(busy, chat=waited(600)))
    assert (decision.kind, decision.why, decision.look_again_at) == (Kind.GIVE_UP, Why.TOO_LONG, None)
    assert decide(situation(busy, chat=waited(9999), max_wait_seconds=None)).kind == Kind.WAIT


@given(situations)
def test_it_is_offered_only_once(at: Situation) -> None:
    kinds = [decision.kind for _now, decision in nobody_accepts(at, 40)]
    assert kinds.count(Kind.GIVE_UP) <= (0 if at.chat.has_given_up else 1)


def test_whoever_is_free_is_rung_however_long_the_chat_has_waited() -> None:
    assert decide(situation(Agent(1), chat=waited(9999, has_given_up=True))).agents == (1,)


# --- looking again ----------------------------------------------------------------------------------------------------
def outcome(at: Situation) -> tuple[Any, ...]:
    decision = decide(at)
    return decision.kind, decision.why, decision.agents, decision.cycle


@given(situations)
def test_the_next_look_is_in_the_future(at: Situation) -> None:
    decision = decide(at)
    assert decision.look_again_at is None or decision.look_again_at > at.now
    assert not (decision.agents and decision.look_again_at)  # the end of the ring is the next look


# Not up to 1: the moments are seconds since 1970, and the last bits of those are lost.
@given(at=situations, part=st.floats(0, 0.999))
def test_until_the_next_look_time_alone_changes_nothing(at: Situation, part: float) -> None:
    decision = decide(at)
    assume(decision.kind in (Kind.WAIT, Kind.GIVE_UP))
    at = with_(at, chat=following(at.chat, decision))
    before = outcome(at)
    until = decision.look_again_at if decision.look_again_at is not None else at.now + 10_000
    later = with_(at, now=at.now + (until - at.now) * part)
    assert outcome(later) == before


@given(situations)
def test_at_the_next_look_something_that_the_settings_ask_for_has_come(at: Situation) -> None:
    decision = decide(at)
    assume(decision.look_again_at is not None)
    policy, since = at.policy, at.chat.since
    may_change = {decision.rests_until, *(rested_at(agent, at) for agent in at.agents)}
    if decision.why == Why.HOLDING or (policy.is_sticky and policy.sticky_hold_seconds):
        may_change.add(since + policy.sticky_hold_seconds)
    if prefers_language(at):
        may_change.add(since + policy.language_seconds)
    if policy.has_overflow and not at.chat.has_overflowed:
        may_change.add(since + policy.overflow_seconds)
    if policy.max_wait_seconds is not None and not at.chat.has_given_up:
        may_change.add(since + policy.max_wait_seconds)
    assert decision.look_again_at in may_change


def test_what_is_switched_off_is_no_reason_to_look_again() -> None:
    busy = Agent(1, load=4)
    decision = decide(
        situation(busy, chat=waited(1, last_agent=1), is_sticky=False, sticky_hold_seconds=60, max_wait_seconds=None)
    )
    assert decision.look_again_at is None


# --- out of hours -----------------------------------------------------------------------------------------------------
def test_out_of_hours_only_those_who_stay_available_are_rung() -> None:
    decision = decide(situation(Agent(1), Agent(2, load=3, is_forced_online=True), is_open=False))
    assert (decision.kind, decision.agents) == (Kind.RING, (2,))
    assert [each.reasons for each in decision.candidates] == [("closed",), ()]


def test_out_of_hours_a_busy_one_who_stays_available_is_waited_for() -> None:
    busy = Agent(2, load=4, is_forced_online=True)
    assert decide(situation(Agent(1), busy, is_open=False)).why == Why.ALL_BUSY
    assert decide(situation(Agent(1), with_(busy, is_online=False), is_open=False)).why == Why.CLOSED
    passing_on = {"has_overflow": True, "overflow_seconds": 60}
    assert decide(situation(busy, is_open=False, **passing_on)).kind == Kind.WAIT
    assert decide(situation(Agent(1), is_open=False, **passing_on)).kind == Kind.OVERFLOW


def test_out_of_hours_those_who_keep_to_them_do_not_hide_that_it_rang_at_everybody() -> None:
    tried = Agent(2, is_paused=True, is_forced_online=True)
    chat = Waiting("chat", since=NOON, cycle=2, tried=(2,))
    assert decide(situation(Agent(1), tried, chat=chat, is_open=False)).why == Why.ALL_TRIED
