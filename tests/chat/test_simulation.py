"""Trying other settings on a past period: the verb and the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.utils import timezone

from chat import past_period, tasks
from chat.actions import simulation as verbs
from chat.actions.simulation import cancel_simulation, run_simulation
from chat.models import RoutingPolicy, Simulation
from chat.past_period import Period
from chat.trial import OpenWhen, Presence, Trial
from helpdesk.accounts.actions.opening_hours import set_opening_hours
from helpdesk.accounts.calendar import Interval
from helpdesk.errors import HelpdeskError
from tests.chat.yesterday import MINUTE, MORNING, answered, north, run, rush, start, state, status
from tests.world import Side, World

__all__ = ["north"]


# --- asked for --------------------------------------------------------------------------------------------------------
def test_only_admins_may_ask(north: Side) -> None:
    with pytest.raises(HelpdeskError, match="not_allowed"):
        start(north, by="maya")
    simulation = start(north)
    with north.inside(), pytest.raises(HelpdeskError, match="not_allowed"):
        cancel_simulation(by=north.maya, simulation=simulation)


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (timedelta(0), timedelta(days=2), "period_invalid"),
        (timedelta(0), timedelta(0), "period_invalid"),
        (timedelta(days=-31), timedelta(days=1), "period_too_long"),
    ],
)
def test_a_period_is_over_and_not_too_long(north: Side, begins: timedelta, ends: timedelta, code: str) -> None:
    with pytest.raises(HelpdeskError, match=code) as caught:
        start(north, period=Period(MORNING + begins, MORNING + ends))
    assert caught.value.field == "ends_on"


def test_a_period_has_not_too_many_chats(north: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "MOST_CHATS", 1)
    answered(north, timedelta(0))
    start(north)
    answered(north, MINUTE)
    with pytest.raises(HelpdeskError, match="too_many_chats"):
        start(north)


def test_three_at_once_are_enough_for_a_workspace(world: World, north: Side) -> None:
    first, _second, _third = start(north), start(north), start(north)
    with pytest.raises(HelpdeskError, match="too_many_simulations"):
        start(north)
    start(world.south, by="oscar")
    run(north, first)
    start(north)


@pytest.mark.parametrize("settings", [{"ring_seconds": 4}, {"chats_at_once": 51}, {"strategy": "by_horoscope"}])
def test_only_what_could_be_saved_can_be_tried(north: Side, settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        start(north, Trial(settings))
    assert list(caught.value.message_dict) == list(settings)


def test_chats_pass_on_to_another_department_of_ones_own_only(world: World, north: Side) -> None:
    for target in (north.departments["delivery"], world.south.departments["sales"]):
        with pytest.raises(HelpdeskError, match="choice"):
            start(north, Trial({"overflow_department": target.pk}), department="delivery")
    start(north, Trial({"overflow_department": north.departments["sales"].pk}), department="delivery")


# --- worked out -------------------------------------------------------------------------------------------------------
def test_fewer_places_let_customers_wait(north: Side) -> None:
    rush(north)
    result = run(north, start(north, Trial({"chats_at_once": 1}), department="delivery")).result
    before, after = result["before"], result["after"]
    assert before["chats"] == after["chats"] == 6
    assert before["wait_max"] == past_period.USUAL_ANSWER
    assert after["wait_max"] > 500
    assert max(after["waiting"]) > max(before["waiting"])
    assert result["measured"] == {"answered": 6, "wait_median": 10.0}


def test_without_changes_both_sides_are_the_same(north: Side) -> None:
    rush(north)
    result = run(north, start(north)).result
    assert result["before"] == result["after"]
    assert result["before"]["answered"] == 6


def test_only_the_chosen_department_is_changed_and_counted(north: Side) -> None:
    rush(north)
    answered(north, MINUTE, department="sales")
    result = run(north, start(north, Trial({"strategy": "manual"}), department="sales")).result
    assert result["before"]["chats"] == 1
    assert result["before"]["agents"] == []
    whole = run(north, start(north, Trial({"max_wait_minutes": None}))).result
    assert whole["before"]["chats"] == 7


def test_each_department_starts_from_its_own_settings(north: Side) -> None:
    rush(north)
    with north.inside():
        RoutingPolicy.objects.create(department=north.departments["delivery"], chats_at_once=1)
    result = run(north, start(north, Trial({"ring_seconds": 60}))).result
    assert result["before"]["wait_max"] == result["after"]["wait_max"] > 500


def test_other_hours_make_messages_of_chats(north: Side) -> None:
    rush(north)
    week = [(Interval(0, 60),)] * 7
    result = run(north, start(north, Trial(open_when=OpenWhen.WEEK, week=week))).result
    assert (result["before"]["messages"], result["after"]["messages"]) == (0, 6)
    with north.inside():
        set_opening_hours(by=north.olga, department=None, time_zone="UTC", week=week, special=())
    result = run(north, start(north, Trial(open_when=OpenWhen.ALWAYS))).result
    assert (result["before"]["messages"], result["after"]["messages"]) == (6, 0)


def test_everybody_can_be_taken_for_present_in_both_runs(north: Side) -> None:
    rush(north)
    status(north, "maya", MORNING - timedelta(days=1), "offline")
    result = run(north, start(north)).result
    assert result["before"]["answered"] == 0
    result = run(north, start(north, Trial(presence=Presence.ALWAYS_WHEN_OPEN))).result
    assert result["before"]["answered"] == result["after"]["answered"] == 6


def test_a_settings_department_that_is_gone_is_no_department(north: Side) -> None:
    rush(north)
    simulation = start(north, Trial({"overflow_department": north.departments["sales"].pk}), department="delivery")
    with north.inside():
        north.departments["sales"].delete()
    assert run(north, simulation).result["after"]["passed_on"] == 0


# --- by a worker ------------------------------------------------------------------------------------------------------
def test_a_worker_takes_what_waits_longest_and_only_once(world: World, north: Side) -> None:
    first, second = start(world.south, by="oscar"), start(north)
    tasks.run_simulations()
    assert (state(world.south, first), state(north, second)) == ("done", "queued")
    tasks.run_simulations()
    assert state(north, second) == "done"
    tasks.run_simulations()
    assert first.attempt == second.attempt == 1
    with north.inside():
        assert not run_simulation(second.pk)


def test_one_runs_at_a_time_so_that_mail_finds_a_process(world: World, north: Side) -> None:
    running, waiting = start(north), start(world.south, by="oscar")
    with north.inside():
        Simulation.objects.filter(pk=running.pk).update(status="running", told_at=timezone.now())
    tasks.run_simulations()
    assert state(world.south, waiting) == "queued"


def test_what_a_killed_process_left_is_run_again(north: Side) -> None:
    rush(north)
    simulation = start(north)
    with (
        north.inside(),
        patch.object(verbs, "_work_out", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        run_simulation(simulation.pk)
    assert state(north, simulation) == "running"
    assert tasks.resume_simulations() == 0  # it may still be alive
    with north.inside():
        Simulation.objects.update(told_at=timezone.now() - timedelta(seconds=121))
    assert tasks.resume_simulations() == 1
    assert state(north, simulation) == "queued"
    tasks.run_simulations()
    assert (state(north, simulation), simulation.attempt) == ("done", 2)


def test_what_dies_three_times_is_given_up(north: Side) -> None:
    simulation = start(north)
    with north.inside():
        Simulation.objects.update(status="running", attempt=3, told_at=timezone.now() - timedelta(seconds=121))
    tasks.resume_simulations()
    assert (state(north, simulation), simulation.problem) == ("failed", "broken")


def test_a_process_that_was_thought_dead_writes_nothing(north: Side) -> None:
    rush(north)
    simulation = start(north)

    def taken_over(*_parts: Any) -> dict[str, Any]:
        Simulation.objects.update(attempt=2)
        return {}

    with north.inside(), patch.object(verbs, "_work_out", side_effect=taken_over):
        assert not run_simulation(simulation.pk)
    assert state(north, simulation) == "running"
    assert simulation.result is None


def test_a_run_that_is_cancelled_stops_at_its_next_word(north: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "TELL_EVERY", 0.0)
    monkeypatch.setattr("chat.routing.simulate.REPORT_EVERY", 1)
    rush(north)
    simulation = start(north)
    told: list[int] = []

    def cancel(*_parts: Any) -> None:
        told.append(Simulation.objects.get(pk=simulation.pk).progress)
        if len(told) == 3:
            assert cancel_simulation(by=north.ada, simulation=simulation)

    with north.inside(), patch.object(verbs, "_own_row", side_effect=_then(verbs._own_row, cancel)):
        assert not run_simulation(simulation.pk)
    assert state(north, simulation) == "cancelled"
    assert len(told) == 3
    assert told == sorted(told)
    with north.inside():
        assert not cancel_simulation(by=north.ada, simulation=simulation)


def _then(real: Any, before: Any) -> Any:
    def called(*parts: Any) -> Any:
        before(*parts)
        return real(*parts)

    return called


def test_progress_is_written_twice_a_second_at_most(north: Side) -> None:
    simulation = start(north)
    with north.inside():
        claimed = verbs._claim(simulation.pk)
        assert claimed is not None
        with patch.object(verbs, "_own_row", wraps=verbs._own_row) as written:
            tell = verbs._teller(claimed)
            for share in range(100):
                tell(share / 100)
        assert written.call_count == 0  # all within half a second


def test_a_run_that_takes_too_long_says_so(north: Side) -> None:
    simulation = start(north)
    with north.inside(), patch.object(verbs, "_work_out", side_effect=SoftTimeLimitExceeded):
        run_simulation(simulation.pk)
    assert (state(north, simulation), simulation.problem) == ("failed", "too_long")
