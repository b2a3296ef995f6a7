"""A period that is routed once more: what its figures must be."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.routing.scenario import Arrival, Person, Rules, Scenario
from chat.routing.simulate import simulate
from chat.routing.situation import LanguageRule, Policy, Strategy

BEGIN = 1_790_000_000.0
LENGTH = 4 * 3600.0
ALWAYS = ((BEGIN, BEGIN + LENGTH),)


def came(number: int, after: float, **more: Any) -> Arrival:
    return Arrival(f"chat-{number}", BEGIN + after, 1, more.pop("handling", 600.0), **more)


def agent(number: int, *, answers_after: float = 5.0, **more: Any) -> Person:
    return Person(number, more.pop("present", ALWAYS), answers=(answers_after,), **more)


def period(
    arrivals: list[Arrival], people: list[Person], rules: dict[str, Any] | None = None, **policy: Any
) -> Scenario:
    team = {each.id: 50 for each in people}
    options = {"open": ALWAYS, "people": team, **(rules or {})}
    return Scenario(BEGIN, BEGIN + LENGTH, tuple(arrivals), tuple(people), {1: Rules(Policy(**policy), **options)})


def figures(*arrivals: Arrival, people: Any = (), rules: dict[str, Any] | None = None, **policy: Any) -> Any:
    return simulate(period(list(arrivals), list(people), rules, **policy))


def chats_of(found: Any) -> dict[int, int]:
    return {each["id"]: each["chats"] for each in found["agents"]}


def busy_day(seed: int, chats: int = 200, agents: int = 6, **policy: Any) -> Scenario:
    draw = random.Random(seed)
    arrivals = [
        came(
            number,
            draw.random() * LENGTH,
            handling=draw.expovariate(1 / 500),
            patience=draw.choice((None, None, 90.0, 400.0)),
            language=draw.choice(("", "en", "el")),
            customer=draw.randrange(60),
            points=draw.choice((0, 0, 0, 5)),
        )
        for number in range(chats)
    ]
    people = [
        agent(
            number,
            languages=("en", "el")[: 1 + number % 2],
            answers_after=3.0 + number,
            misses=0.15,
            declines=0.05,
            present=ALWAYS if number % 3 else ((BEGIN + 1800, BEGIN + 9000),),
        )
        for number in range(1, agents + 1)
    ]
    return period(sorted(arrivals, key=lambda each: each.at), people, {"chats_at_once": 2}, **policy)


# --- one chat ---------------------------------------------------------------------------------------------------------
def test_a_chat_waits_until_somebody_answers_its_ring() -> None:
    found = figures(came(1, 60), people=[agent(1, answers_after=7.0)])
    assert (found["answered"], found["wait_median"], found["rings"], found["missed"]) == (1, 7.0, 1, 0)
    assert found["within_30"] == found["within_60"] == 1.0


def test_a_missed_ring_goes_on_to_the_next_agent() -> None:
    found = figures(came(1, 60), people=[agent(1, misses=1.0), agent(2, answers_after=4.0)])
    assert (found["missed"], found["wait_median"], chats_of(found)) == (1, 34.0, {1: 0, 2: 1})


def test_who_answers_later_than_it_rings_misses_it() -> None:
    people = [agent(1, answers_after=20.0), agent(2, answers_after=4.0)]
    assert figures(came(1, 60), people=people)["wait_median"] == 20.0
    found = figures(came(1, 60), people=people, rules={"ring_seconds": 15})
    assert (found["missed"], found["wait_median"]) == (1, 19.0)


def test_who_is_fast_or_slow_by_chance_misses_what_rings_too_short_for_them() -> None:
    mixed = Person(1, ALWAYS, answers=(4.0, 20.0), own_limit=None)
    arrivals = [came(number, 120 * number, handling=10.0) for number in range(100)]
    found = figures(*arrivals, people=[mixed], is_sticky=False)
    assert (found["missed"], found["wait_max"]) == (0, 20.0)
    found = figures(*arrivals, people=[mixed], is_sticky=False, rules={"ring_seconds": 15})
    assert 30 < found["missed"] < 170  # half of the rings, and of those that follow
    assert found["answered"] > 90


def test_who_declines_lets_it_go_on_at_once_and_misses_nothing() -> None:
    found = figures(came(1, 60), people=[agent(1, declines=1.0, answers_after=3.0), agent(2, answers_after=4.0)])
    assert (found["missed"], found["rings"], found["wait_median"]) == (0, 2, 7.0)


def test_the_visitor_leaves_when_they_did() -> None:
    found = figures(came(1, 60, patience=90.0), people=[agent(1, misses=1.0)])
    assert (found["answered"], found["abandoned"], found["still_waiting"]) == (0, 1, 0)
    found = figures(came(1, 60, patience=90.0), people=[agent(1)])
    assert (found["answered"], found["abandoned"]) == (1, 0)


def test_a_ring_stops_without_blame_when_the_agent_goes() -> None:
    gone = agent(1, present=((BEGIN, BEGIN + 70),), answers_after=20.0)
    found = figures(came(1, 60), people=[gone, agent(2, answers_after=4.0)])
    assert (found["missed"], found["wait_median"], chats_of(found)) == (0, 14.0, {1: 0, 2: 1})


def test_when_everybody_is_full_the_next_chat_waits_for_a_place() -> None:
    arrivals = [came(1, 0, handling=300.0), came(2, 10)]
    found = figures(*arrivals, people=[agent(1, answers_after=5.0)], rules={"chats_at_once": 1})
    assert found["wait_max"] == 300.0  # ends at 305, rings until 310
    found = figures(*arrivals, people=[agent(1, answers_after=5.0)], rules={"chats_at_once": 1}, rest_seconds=60)
    assert found["wait_max"] == 360.0


def test_an_agents_own_limit_goes_before_the_departments() -> None:
    arrivals = [came(1, 0, handling=300.0), came(2, 10)]
    assert figures(*arrivals, people=[agent(1, own_limit=1)])["wait_max"] == 300.0


def test_whoever_is_ahead_by_points_is_next() -> None:
    arrivals = [came(1, 0, handling=300.0), came(2, 10), came(3, 20, points=1)]
    found = figures(*arrivals, people=[agent(1)], rules={"chats_at_once": 1}, max_wait_seconds=None)
    assert found["wait_max"] == 905.0  # the second: after the first (305 s) and the third (910 s)


# --- hours, presence, messages ----------------------------------------------------------------------------------------
def test_who_comes_when_it_is_closed_leaves_a_message() -> None:
    found = figures(came(1, 60), people=[agent(1)], rules={"open": ((BEGIN + 3600, BEGIN + 7200),)})
    assert (found["chats"], found["messages"], found["answered"], found["within_30"]) == (1, 1, 0, None)


def test_a_message_becomes_a_chat_when_somebody_would_have_been_there() -> None:
    arrival = came(1, 60, was_message=True)
    absent = agent(1, present=((BEGIN + 3600, BEGIN + 7200),))
    assert figures(arrival, people=[absent])["messages"] == 1
    assert figures(arrival, people=[agent(1)])["answered"] == 1


def test_a_chat_waits_for_the_first_who_comes() -> None:
    found = figures(came(1, 60), people=[agent(1, present=((BEGIN + 100, BEGIN + 7200),))])
    assert found["wait_median"] == 45.0


def test_a_message_is_offered_once_after_the_longest_wait() -> None:
    found = figures(came(1, 60), people=[agent(1, misses=1.0)], max_wait_seconds=120)
    assert (found["offered_message"], found["still_waiting"]) == (1, 1)


# --- preference -------------------------------------------------------------------------------------------------------
def test_a_customer_meets_the_agent_again_whom_they_met_in_the_replay() -> None:
    arrivals = [
        came(1, 0, customer=7),
        *[came(number, 60 * number) for number in range(2, 5)],
        came(9, 900, customer=7),
    ]
    people = [agent(1), agent(2)]
    assert chats_of(figures(*arrivals, people=people)) == {1: 3, 2: 2}
    assert chats_of(figures(*arrivals, people=people, is_sticky=False))[2] in (2, 3)


def test_whom_they_met_before_the_period_counts_within_the_window() -> None:
    scenario = period([came(1, 60, customer=7)], [agent(1), agent(2)])
    for since, expected in ((86_400.0, {1: 0, 2: 1}), (31 * 86_400.0, {1: 1, 2: 0})):
        known = {7: (2, BEGIN - since)}
        found = simulate(
            Scenario(BEGIN, BEGIN + LENGTH, scenario.arrivals, scenario.people, scenario.departments, known)
        )
        assert chats_of(found) == expected


def test_a_chat_in_a_language_waits_for_those_who_speak_it() -> None:
    people = [agent(1), agent(2, languages=("el",), own_limit=1, answers_after=5.0)]
    arrivals = [came(1, 0, language="el", handling=1000.0), came(2, 10, language="el")]
    assert figures(*arrivals, people=people)["wait_max"] == 25.0
    assert figures(*arrivals, people=people, language_rule=LanguageRule.REQUIRE)["wait_max"] == 1000.0
    assert figures(*arrivals, people=people, language_rule=LanguageRule.OFF)["wait_max"] == 5.0


# --- strategies -------------------------------------------------------------------------------------------------------
def test_where_everyone_rings_the_fastest_has_it_and_nobody_missed_it() -> None:
    people = [agent(1, answers_after=9.0), agent(2, answers_after=2.0), agent(3, misses=1.0)]
    found = figures(came(1, 60), people=people, strategy=Strategy.RING_ALL)
    assert (found["wait_median"], found["missed"], found["rings"], chats_of(found)) == (2.0, 0, 3, {1: 0, 2: 1, 3: 0})


def test_where_nothing_rings_agents_take_what_they_see() -> None:
    arrivals = [came(number, number) for number in range(5)]
    found = figures(*arrivals, people=[agent(1), agent(2)], strategy=Strategy.MANUAL, rules={"chats_at_once": 2})
    assert (found["rings"], found["missed"], chats_of(found)) == (0, 0, {1: 3, 2: 2})
    assert found["answered"] == 5


def test_chats_pass_to_another_department_and_are_counted_where_they_came() -> None:
    first = Rules(Policy(has_overflow=True, overflow_seconds=60), ALWAYS, {1: 50}, overflow=2)
    second = Rules(Policy(), ALWAYS, {2: 50})
    people = (agent(1, misses=1.0), agent(2, answers_after=4.0))
    scenario = Scenario(BEGIN, BEGIN + LENGTH, (came(1, 60),), people, {1: first, 2: second})
    found = simulate(scenario, counted={1})
    assert (found["passed_on"], found["answered"], found["wait_median"]) == (1, 1, 64.0)
    assert simulate(scenario, counted={2})["chats"] == 0


# --- whatever happens -------------------------------------------------------------------------------------------------
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    strategy=st.sampled_from(Strategy),
    rest_seconds=st.sampled_from((0, 30)),
    sticky_hold_seconds=st.sampled_from((0, 20)),
    language_rule=st.sampled_from(LanguageRule),
    max_wait_seconds=st.sampled_from((None, 60, 600)),
)
def test_nobody_is_lost_and_nobody_counted_twice(seed: int, **policy: Any) -> None:
    found = simulate(busy_day(seed, chats=60, agents=3, **policy))
    assert found["chats"] == 60
    assert found["answered"] + found["abandoned"] + found["messages"] + found["still_waiting"] == 60
    assert found["still_waiting"] >= 0
    assert sum(each["chats"] for each in found["agents"]) == found["answered"]
    assert found["missed"] <= found["rings"]
    assert all(0 <= each["mean_load"] <= 2 for each in found["agents"])
    assert all(peak >= 0 for peak in found["waiting"])
    assert found["waiting"][-1] >= found["still_waiting"]


@pytest.mark.parametrize("strategy", list(Strategy))
def test_the_same_period_always_comes_to_the_same_figures(strategy: Strategy) -> None:
    assert simulate(busy_day(3, strategy=strategy)) == simulate(busy_day(3, strategy=strategy))


def test_more_places_never_make_the_worst_wait_much_longer() -> None:
    few = simulate(busy_day(5, chats=400))
    many = simulate(Scenario(**{**_fields(busy_day(5, chats=400)), "departments": _wider(busy_day(5, chats=400))}))
    assert many["wait_p90"] < few["wait_p90"]
    assert many["abandoned"] < few["abandoned"]


def _fields(scenario: Scenario) -> dict[str, Any]:
    return {name: getattr(scenario, name) for name in Scenario.__slots__}


def _wider(scenario: Scenario) -> dict[int | None, Rules]:
    rules = scenario.departments[1]
    return {1: Rules(rules.policy, rules.open, rules.people, chats_at_once=6)}


def test_the_share_that_is_done_is_told_and_what_it_raises_ends_the_run() -> None:
    told: list[float] = []
    simulate(busy_day(1, chats=200), on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(share: float) -> None:
        if share >= 0.5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        simulate(busy_day(1, chats=200), on_progress=stop)


def test_a_period_without_chats_has_no_figures() -> None:
    found = figures(people=[agent(1)])
    assert (found["chats"], found["wait_median"], found["within_30"], found["mean_load"]) == (0, None, None, 0.0)
    assert set(found["waiting"]) == {0}


def test_those_who_wait_are_drawn_at_the_time_when_they_waited() -> None:
    found = figures(came(1, 3700, handling=10.0), came(2, 3701), people=[agent(1)], rules={"chats_at_once": 1})
    step = LENGTH / len(found["waiting"])
    assert [index for index, waiting in enumerate(found["waiting"]) if waiting] == [int(3700 / step)]
    assert max(found["waiting"]) == 2


def test_the_time_for_which_agents_had_chats_is_weighed() -> None:
    found = figures(came(1, 0, handling=LENGTH / 2 - 5.0), people=[agent(1, answers_after=5.0)])
    assert found["agents"][0]["mean_load"] == pytest.approx(0.5)
    assert found["agents"][0]["online"] == LENGTH
