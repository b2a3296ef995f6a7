"""Yesterday, as tests of the simulator tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.actions.simulation import run_simulation, start_simulation
from chat.models import Chat, Simulation, StatusChange
from chat.past_period import Period, read_scenario
from chat.policies import current_policies
from chat.trial import Trial
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.models import DepartmentMember
from tests.world import Side, World

MINUTE = timedelta(minutes=1)
MORNING = (timezone.now() - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
YESTERDAY = Period(MORNING, MORNING + timedelta(days=1))
NOON = MORNING + timedelta(hours=12)


@pytest.fixture
def north(world: World) -> Side:
    """Maya and Olga answer Delivery, Theo and Ada answer nothing in particular."""
    side = world.north
    with side.inside():
        DepartmentMember.objects.create(department=side.departments["delivery"], membership=side.olga)
    return side


def chat(side: Side, after: timedelta, *, department: str = "delivery", **changes: Any) -> Chat:
    """A chat that began so long after noon of yesterday. Moments in `changes` are spans from its beginning."""
    visitor, _token = side.new_visitor()
    ticket = side.ticket(side.start(visitor=visitor, department=side.departments[department].public_id).ticket)
    began = NOON + after
    moments = {name: began + value for name, value in changes.items() if isinstance(value, timedelta)}
    with side.inside():
        found = Chat.objects.get(ticket=ticket)
        Chat.objects.filter(pk=found.pk).update(
            **{**changes, **moments}, started_at=began, queued_at=began, rank_at=began
        )
        found.refresh_from_db()
    return found


def answered(side: Side, after: timedelta, **more: Any) -> Chat:
    return chat(side, after, accepted_at=10 * timedelta(seconds=1), ended_at=10 * MINUTE, ended_why="agent", **more)


def scenario(side: Side, period: Period = YESTERDAY) -> Any:
    with side.inside():
        return read_scenario(period, current_policies(), current_hours())


def start(side: Side, trial: Trial | None = None, *, by: str = "ada", department: str = "", period: Any = None) -> Any:
    with side.inside():
        return start_simulation(
            by=side.members[by],
            period=period or YESTERDAY,
            department=side.departments[department] if department else None,
            trial=trial or Trial(),
        )


def run(side: Side, simulation: Simulation) -> Simulation:
    with side.inside():
        assert run_simulation(simulation.pk)
        simulation.refresh_from_db()
    return simulation


def rush(side: Side, chats: int = 6) -> None:
    for number in range(chats):
        answered(side, number * MINUTE)


def state(side: Side, simulation: Simulation) -> str:
    with side.inside():
        simulation.refresh_from_db()
    return str(simulation.status)


def status(side: Side, name: str, at: datetime, status: str, *, is_paused: bool = False) -> None:
    with side.inside():
        StatusChange.objects.create(membership=side.members[name], status=status, at=at, is_paused=is_paused)
