"""Who of several free agents is rung: what each strategy promises over many chats (invariant R-I8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.routing.decide import Kind, Why, decide
from chat.routing.situation import Agent, Strategy, Waiting
from chat.routing.strategies import TieBreak, in_order
from tests.chat.routing.situations import NOON, agents, situation, with_

AUTOMATIC = [each for each in Strategy if each not in (Strategy.RING_ALL, Strategy.MANUAL)]
# The 99.9 % point of the χ² distribution for 1 … 7 degrees of freedom: the lots are fixed, so it holds or it does not.
CRITICAL = (10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322)


def loads_after(strategy: Strategy, team: list[Agent], chats: int) -> Iterator[list[Agent]]:
    """The team after each of so many chats that come one after the other, are all accepted and never end."""
    for number in range(chats):
        now = NOON + number
        decision = decide(situation(*team, now=now, chat=Waiting(f"chat-{number}", since=now), strategy=strategy))
        if not decision.agents:
            return
        team = [
            with_(agent, load=agent.load + 1, last_offered_at=now) if agent.id in decision.agents else agent
            for agent in team
        ]
        yield team


def equals(count: int, limit: int | None = 4) -> list[Agent]:
    return [Agent(number, limit=limit) for number in range(1, count + 1)]


# --- what each promises -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", range(2, 9))
def test_at_random_everybody_has_the_same_chance(count: int) -> None:
    """Pearson's χ² over the first choice of many chats."""
    chats = 4000
    drawn = Counter(
        in_order(equals(count), Strategy.RANDOM, f"{UUID(int=number)}:1:0")[0][0].id for number in range(chats)
    )
    expected = chats / count
    statistic = sum((drawn[agent] - expected) ** 2 / expected for agent in range(1, count + 1))
    assert statistic < CRITICAL[count - 2], drawn


def test_the_lot_of_the_second_ring_does_not_follow_from_the_first() -> None:
    """χ² over the pairs (who was first for the first ring, who would be for the second), all equally likely."""
    chats, team = 9000, equals(3)
    pairs = Counter(
        tuple(in_order(team, Strategy.RANDOM, f"{UUID(int=number)}:1:{rung}")[0][0].id for rung in (0, 1))
        for number in range(chats)
    )
    statistic = sum((pairs[(a, b)] - chats / 9) ** 2 / (chats / 9) for a in (1, 2, 3) for b in (1, 2, 3))
    assert statistic < 26.124  # 8 degrees of freedom


def test_a_lot_is_drawn_the_same_way_again() -> None:
    at = situation(*equals(5), strategy=Strategy.RANDOM)
    assert decide(at) == decide(at)
    assert decide(at).seed == "chat:1:0"


@given(count=st.integers(1, 7), chats=st.integers(1, 60))
def test_in_turn_nobody_has_two_more_than_another(count: int, chats: int) -> None:
    for team in loads_after(Strategy.ROUND_ROBIN, equals(count, limit=None), chats):
        assert max(agent.load for agent in team) - min(agent.load for agent in team) <= 1


@given(count=st.integers(1, 7), limit=st.one_of(st.none(), st.integers(1, 9)), chats=st.integers(1, 60))
def test_spread_evenly_nobody_has_two_more_than_another(count: int, limit: int | None, chats: int) -> None:
    for team in loads_after(Strategy.AVERAGE_UTILIZATION, equals(count, limit), chats):
        assert max(agent.load for agent in team) - min(agent.load for agent in team) <= 1


@given(count=st.integers(1, 7), limit=st.integers(1, 9), chats=st.integers(1, 60))
def test_filled_up_at_most_one_agent_is_neither_empty_nor_full(count: int, limit: int, chats: int) -> None:
    for team in loads_after(Strategy.MAX_UTILIZATION, equals(count, limit), chats):
        assert sum(0 < agent.load < limit for agent in team) <= 1


@given(strategy=st.sampled_from(AUTOMATIC), team=agents(), chats=st.integers(1, 30))
def test_nobody_is_ever_given_more_than_their_limit(strategy: Strategy, team: tuple[Agent, ...], chats: int) -> None:
    before = {agent.id: agent.load for agent in team}
    for later in loads_after(strategy, list(team), chats):
        for agent in later:
            assert agent.load == before[agent.id] or agent.limit is None or agent.load <= agent.limit


@pytest.mark.parametrize("strategy", AUTOMATIC)
def test_chats_are_given_out_until_everybody_is_full(strategy: Strategy) -> None:
    teams = list(loads_after(strategy, equals(3, limit=2), 20))
    assert len(teams) == 6
    assert [agent.load for agent in teams[-1]] == [2, 2, 2]


# --- groups and ties --------------------------------------------------------------------------------------------------
@given(strategy=st.sampled_from(AUTOMATIC), team=agents().filter(bool), seed=st.text())
def test_a_lower_priority_number_goes_first_whatever_the_strategy(
    strategy: Strategy, team: tuple[Agent, ...], seed: str
) -> None:
    ordered, _tie = in_order(team, strategy, seed)
    assert sorted(ordered, key=lambda agent: agent.id) == list(team)
    assert [agent.priority for agent in ordered] == sorted(agent.priority for agent in team)


def test_the_next_group_is_rung_only_when_the_first_is_full() -> None:
    team = [Agent(1, priority=2, limit=2), Agent(2, priority=1, limit=2), Agent(3, priority=1, limit=2)]
    for strategy in AUTOMATIC:
        loads = [[agent.load for agent in each] for each in loads_after(strategy, team, 5)]
        assert [first for first, _second, _third in loads] == [0, 0, 0, 0, 1], strategy


@pytest.mark.parametrize(
    ("strategy", "team", "first", "tie_break"),
    [
        (Strategy.AVERAGE_UTILIZATION, (Agent(1),), 1, TieBreak.ONLY_ONE),
        (Strategy.AVERAGE_UTILIZATION, (Agent(1, priority=2), Agent(2, priority=1)), 2, TieBreak.PRIORITY),
        (Strategy.AVERAGE_UTILIZATION, (Agent(1, load=2), Agent(2, load=1)), 2, TieBreak.LOAD),
        (Strategy.AVERAGE_UTILIZATION, (Agent(1, last_offered_at=9.0), Agent(2)), 2, TieBreak.LONGEST_WITHOUT),
        (Strategy.AVERAGE_UTILIZATION, (Agent(2), Agent(1)), 1, TieBreak.ID),
        (Strategy.MAX_UTILIZATION, (Agent(1, load=1), Agent(2, load=2)), 2, TieBreak.LOAD),
        (Strategy.ROUND_ROBIN, (Agent(1, last_offered_at=9.0), Agent(2, last_offered_at=8.0)), 2, "longest_without"),
        (Strategy.ROUND_ROBIN, (Agent(1, last_offered_at=1.0), Agent(2, load=3)), 2, TieBreak.LONGEST_WITHOUT),
        (Strategy.PRIORITY, (Agent(1, load=3), Agent(2, last_offered_at=1.0)), 1, TieBreak.LONGEST_WITHOUT),
        (Strategy.RANDOM, (Agent(1, priority=9), Agent(2)), 1, TieBreak.PRIORITY),
    ],
)
def test_what_tells_the_first_from_the_second_is_said(
    strategy: Strategy, team: tuple[Agent, ...], first: int, tie_break: str
) -> None:
    ordered, tie = in_order(team, strategy, "")
    assert (ordered[0].id, tie) == (first, tie_break)


def test_a_lot_is_said_to_be_one() -> None:
    assert in_order(equals(3), Strategy.RANDOM, "seed")[1] == TieBreak.LOT


def test_with_different_limits_it_is_the_share_that_counts() -> None:
    ordered, _tie = in_order((Agent(1, load=2, limit=4), Agent(2, load=3, limit=10)), Strategy.AVERAGE_UTILIZATION, "")
    assert ordered[0].id == 2
    ordered, _tie = in_order(
        (Agent(1, load=1, limit=4), Agent(2, load=3, limit=None)), Strategy.AVERAGE_UTILIZATION, ""
    )
    assert ordered[0].id == 2


# --- the two that choose nobody ---------------------------------------------------------------------------------------
def test_ring_everyone_rings_all_who_are_free_at_once() -> None:
    team = (Agent(1), Agent(2, load=4), Agent(3, priority=9), Agent(4, is_online=False))
    decision = decide(situation(*team, strategy=Strategy.RING_ALL))
    assert (decision.kind, decision.agents, decision.why) == (Kind.RING_ALL, (1, 3), Why.STRATEGY)


def test_by_hand_nobody_is_rung() -> None:
    decision = decide(situation(*equals(3), strategy=Strategy.MANUAL))
    assert (decision.kind, decision.agents, decision.why) == (Kind.WAIT, (), Why.BY_HAND)
