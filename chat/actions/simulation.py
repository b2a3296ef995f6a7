"""Trying other settings on a past period: asked for by an admin, worked out by a worker, one at a time.

A row says what is to be done and how far it is; the task is only a nudge, and a sweep finds what was nudged in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from statistics import mean, median
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import RoutingPolicy, Simulation, SimulationStatus
from chat.models.simulation import is_silent
from chat.past_period import (
    Period,
    count_arrivals,
    everywhere_present,
    measured,
    read_scenario,
    recorded_since,
    rules_of,
)
from chat.policies import current_policies, policy_of
from chat.routing.figures import bucket_seconds
from chat.routing.scenario import Scenario
from chat.routing.simulate import simulate
from chat.trial import CHANGEABLE, Presence, Trial, read_trial
from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.models import Department, Membership, Workspace
from helpdesk.errors import HelpdeskError
from helpdesk.nudge import nudge
from helpdesk.tenancy import scope
from helpdesk.times import wire_time

MOST_AT_ONCE = 3  # unfinished, in a workspace
LONGEST_DAYS = 31
MOST_CHATS = 20_000
MOST_ATTEMPTS = 3
TELL_EVERY = 0.5  # seconds


class Stopped(Exception):
    """The run was cancelled, or another process has taken it on."""


# --- asked for --------------------------------------------------------------------------------------------------------
def start_simulation(*, by: Membership, period: Period, department: Department | None, trial: Trial) -> Simulation:
    """Have the period replayed as the settings are and as the trial would change them for the department (None: all).

    Raises `not_allowed`; `period_invalid`, `period_too_long`, `too_many_chats` for the period; `too_many_simulations`;
    `choice` for a department that would pass its chats to itself; ValidationError for values that the settings refuse.
    """
    require_admin(by)
    _check_period(period)
    _check_settings(trial, department)
    before = policy_of(department.pk if department else None)
    with scope.atomic():
        # Of two at once the second waits here, and counts both.
        Workspace.objects.select_for_update(no_key=True).get(pk=by.workspace_id)
        if Simulation.objects.unfinished().count() >= MOST_AT_ONCE:
            raise HelpdeskError(
                "too_many_simulations",
                _("%(count)d simulations are under way. Wait until one is done, or cancel one.")
                % {"count": MOST_AT_ONCE},
            )
        simulation = Simulation.objects.create(
            member=by,
            begins_at=period.begins_at,
            ends_at=period.ends_at,
            department=department,
            changes=trial.as_json(before),
        )
        record(by=by, action="routing.simulated", target=department or by.workspace)
        _wake()
    return simulation


def cancel_simulation(*, by: Membership, simulation: Simulation) -> bool:
    """Stop it, if it is not finished; the process that runs it notices within a moment. Returns whether it was.

    Raises `not_allowed`.
    """
    require_admin(by)
    unfinished = Simulation.objects.unfinished().filter(pk=simulation.pk)
    return bool(unfinished.update(status=SimulationStatus.CANCELLED, finished_at=timezone.now()))


def _check_period(period: Period) -> None:
    if not period.begins_at < period.ends_at <= timezone.now():
        raise HelpdeskError("period_invalid", _("Choose days that are over, the first one first."), field="ends_on")
    if (period.ends_at - period.begins_at).days > LONGEST_DAYS:
        raise HelpdeskError(
            "period_too_long", _("Choose %(count)d days at most.") % {"count": LONGEST_DAYS}, field="ends_on"
        )
    if count_arrivals(period) > MOST_CHATS:
        raise HelpdeskError(
            "too_many_chats",
            _("More than %(count)d chats began in these days. Choose fewer days.") % {"count": MOST_CHATS},
            field="ends_on",
        )


def _check_settings(trial: Trial, department: Department | None) -> None:
    """As strictly as if they were saved."""
    settings = dict(trial.settings)
    overflow = settings.pop("overflow_department", None)
    if overflow is not None:
        is_itself = department is not None and overflow == department.pk
        if is_itself or not Department.objects.filter(pk=overflow).exists():
            raise HelpdeskError("choice", _("Choose another department."), field="overflow_department")
    unknown = set(settings) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"The simulator cannot change {', '.join(sorted(unknown))}.")
    policy = RoutingPolicy(**settings)
    policy.clean_fields(exclude=[field.name for field in RoutingPolicy._meta.fields if not _is_tried(field, settings)])


def _is_tried(field: Any, settings: dict[str, Any]) -> bool:
    """Whether there is a value to check: None means "no limit" where the row may hold it."""
    return field.name in settings and not (settings[field.name] is None and field.null)


def _wake() -> None:
    from chat.tasks import run_simulations

    nudge(run_simulations)


# --- worked out -------------------------------------------------------------------------------------------------------
def run_simulation(pk: int) -> bool:
    """Take a queued simulation on and finish it. Returns whether this call did; another process may have been faster.

    Killed at any moment it leaves a row that `requeue_simulation` finds. What it writes is written only while the run
    is still this call's own. Taking longer than the worker allows, it fails with a sentence that says so.
    """
    simulation = _claim(pk)
    if simulation is None:
        return False
    try:
        result = _work_out(simulation, _teller(simulation))
    except Stopped:
        return False
    except SoftTimeLimitExceeded:
        return _finish(simulation, status=SimulationStatus.FAILED, problem="too_long")
    return _finish(simulation, status=SimulationStatus.DONE, progress=100, result=result)


def requeue_simulation(pk: int) -> bool:
    """Let another process take on what a dead one has left, MOST_ATTEMPTS times at most. Returns whether it was due."""
    silent = Simulation.objects.filter(is_silent(), pk=pk)
    if silent.filter(attempt__gte=MOST_ATTEMPTS).update(
        status=SimulationStatus.FAILED, problem="broken", finished_at=timezone.now()
    ):
        return True
    return bool(silent.update(status=SimulationStatus.QUEUED, progress=0))


def _claim(pk: int) -> Simulation | None:
    queued = Simulation.objects.filter(pk=pk, status=SimulationStatus.QUEUED)
    simulation = queued.first()
    if simulation is None:
        return None
    simulation.attempt += 1
    is_ours = queued.filter(attempt=simulation.attempt - 1).update(
        status=SimulationStatus.RUNNING, attempt=simulation.attempt, told_at=timezone.now(), progress=0
    )
    return simulation if is_ours else None


def _own_row(simulation: Simulation) -> Any:
    return Simulation.objects.filter(pk=simulation.pk, attempt=simulation.attempt, status=SimulationStatus.RUNNING)


def _finish(simulation: Simulation, **changes: Any) -> bool:
    return bool(_own_row(simulation).update(**changes, finished_at=timezone.now()))


def _teller(simulation: Simulation) -> Callable[[float], None]:
    """Writes how far it is, every TELL_EVERY seconds at most, and stops a run that is not wanted any more."""
    last = time.monotonic()

    def tell(share: float) -> None:
        nonlocal last
        if time.monotonic() - last < TELL_EVERY:
            return
        last = time.monotonic()
        if not _own_row(simulation).update(progress=min(int(share * 100), 99), told_at=timezone.now()):
            raise Stopped

    return tell


def _work_out(simulation: Simulation, tell: Callable[[float], None]) -> dict[str, Any]:
    trial = read_trial(simulation.changes)
    period = Period(simulation.begins_at, simulation.ends_at)
    before, after = _scenarios(period, simulation.department_id, trial)
    counted = None if simulation.department_id is None else {simulation.department_id}
    return {
        "before": simulate(before, counted=counted, on_progress=lambda share: tell(share / 2)),
        "after": simulate(after, counted=counted, on_progress=lambda share: tell(0.5 + share / 2)),
        "bucket_seconds": bucket_seconds(before.ends - before.begins),
        "measured": measured(period, simulation.department_id),
        "assumed": _assumed(before, recorded_since(period), trial),
    }


def _scenarios(period: Period, department_id: int | None, trial: Trial) -> tuple[Scenario, Scenario]:
    """As it was set, and with the changes."""
    policies, hours = current_policies(), current_hours()
    before = read_scenario(period, policies, hours)
    if trial.presence == Presence.ALWAYS_WHEN_OPEN:
        before = everywhere_present(before)
    changed = list(before.departments) if department_id is None else [department_id]
    zone = Workspace.objects.get(pk=scope.require_workspace_id()).zone
    rules = rules_of(period, trial.policies(policies, changed), trial.hours(hours, changed, zone))
    return before, replace(before, departments=rules)


def _assumed(scenario: Scenario, since: datetime | None, trial: Trial) -> dict[str, Any]:
    """What the page says the figures rest on."""
    people = scenario.people
    return {
        "answers_after": median(seconds for each in people for seconds in each.answers) if people else None,
        "misses": mean(each.misses for each in people) if people else None,
        "presence": trial.presence,
        "recorded_since": wire_time(since),
        "is_partly_recorded": since is not None and since.timestamp() > scenario.begins,
    }
