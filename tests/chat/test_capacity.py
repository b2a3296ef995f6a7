"""Whether a department takes another chat, and what visitors are shown when it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.actions import presence
from chat.actions.desks import pause_desk, resume_desk
from chat.capacity import current_capacity
from chat.models import Desk, PausedWhy, RoutingPolicy
from chat.presence import is_online
from helpdesk.accounts.actions.opening_hours import set_opening_hours
from helpdesk.accounts.calendar import Interval
from tests.world import Side, World
from tickets.models import Ticket
from widget.actions.widgets import change_widget
from widget.config import widget_config


def come(side: Side, *names: str) -> None:
    with side.inside():
        for name in names:
            presence.member_arrived(side.members[name])


def policy(side: Side, department: str = "", **settings: Any) -> None:
    with side.inside():
        RoutingPolicy.objects.create(department=side.departments[department] if department else None, **settings)


def wait(side: Side, count: int, department: str = "") -> list[UUID | None]:
    options = {"department": side.departments[department].public_id} if department else {}
    return [side.start("Hello", visitor=side.new_visitor()[0], **options).ticket for _ in range(count)]


def why(side: Side, department: str = "") -> str | None:
    with side.inside():
        return current_capacity().offline_why(side.departments[department].pk if department else None)


def test_with_nobody_there_and_out_of_hours_it_is_not_the_queue(world: World) -> None:
    north = world.north
    policy(north, queue_limit=0)
    assert why(north) == "nobody"
    with time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False):  # a Saturday
        come(north, "maya")
        with north.inside():
            week = [(Interval(540, 1020),)] * 5 + [()] * 2
            set_opening_hours(by=north.olga, department=None, time_zone="UTC", week=week, special=[])
        assert why(north) == "closed"


def test_when_everybody_who_is_there_pauses_nobody_takes_chats(world: World) -> None:
    north = world.north
    come(north, "maya", "theo")
    with north.inside():
        pause_desk(member=north.maya, why=PausedWhy.SELF)
        assert (why(north), is_online()) == (None, True)
        pause_desk(member=north.theo, why=PausedWhy.ADMIN)
        assert (why(north), is_online()) == ("nobody", False)
        resume_desk(member=north.maya)
        delivery = north.departments["delivery"]
        assert (why(north, "delivery"), is_online(delivery)) == (None, True)
        pause_desk(member=north.maya, why=PausedWhy.SELF, department=delivery)
        assert (why(north, "delivery"), is_online(delivery)) == ("nobody", False)
        assert (why(north), is_online()) == (None, True)


def test_a_queue_is_full_when_as_many_wait_as_its_agents_are_given(world: World) -> None:
    north = world.north
    policy(north, queue_per_agent=2, queue_limit=3)
    come(north, "maya")
    wait(north, 1)
    assert why(north) is None
    wait(north, 1)
    assert why(north) == "queue_full"
    come(north, "theo")
    assert why(north) is None, "two agents, and four could wait for them"
    wait(north, 1)
    assert why(north) == "queue_full", "but three is the most"


def test_each_department_has_its_own_queue_and_goes_by_the_workspaces_policy_without_one(world: World) -> None:
    north = world.north
    policy(north, queue_per_agent=1)
    come(north, "maya")
    wait(north, 1, "delivery")
    assert (why(north, "delivery"), why(north, "sales"), why(north)) == ("queue_full", "nobody", None)
    policy(north, "delivery", queue_per_agent=2)
    assert why(north, "delivery") is None


def test_a_department_in_which_nobody_is_takes_chats_that_another_one_can_take(world: World) -> None:
    north = world.north
    come(north, "maya")  # in Delivery
    policy(north, "sales", overflow_department=north.departments["delivery"])
    assert why(north, "sales") is None
    policy(north, "delivery", queue_limit=1)
    wait(north, 1, "delivery")
    assert why(north, "sales") == "nobody", "there it is full"
    assert why(north, "delivery") == "queue_full", "and nothing comes back"


def test_without_a_queue_a_chat_begins_where_somebody_has_a_place(world: World) -> None:
    north = world.north
    policy(north, queue_limit=0, chats_at_once=1)
    come(north, "maya")
    assert why(north) is None
    north.say(wait(north, 1)[0], "Hello!", by=north.maya)
    assert why(north) == "queue_full"
    with north.inside():
        Desk.objects.update_or_create(membership=north.maya, defaults={"chat_limit": 2})
    assert why(north) is None


def test_a_workspace_without_any_policy_takes_twenty_for_each_agent(world: World) -> None:
    north = world.north
    come(north, "maya")
    wait(north, 19)
    assert why(north) is None
    wait(north, 1)
    assert why(north) == "queue_full"


def test_the_statements_do_not_grow_with_those_who_wait(world: World) -> None:
    north = world.north
    come(north, "maya")
    counts = []
    for more in (1, 15):
        wait(north, more)
        with north.inside(), CaptureQueriesContext(connection) as said:
            current_capacity().offline_why(None)
        counts.append(len(said))
    assert counts[0] == counts[1], said.captured_queries


def test_a_full_queue_is_shown_as_offline_with_its_own_words(world: World) -> None:
    north = world.north
    policy(north, queue_per_agent=1)
    come(north, "maya")
    with north.inside():
        before = widget_config(north.widget, "en")
        wait(north, 1)
        after = widget_config(north.widget, "en")
    assert (before["online"], before["offline_why"]) == (True, None)
    assert (after["online"], after["offline_why"]) == (False, "queue_full")
    assert after["texts"]["queue_full_text"].startswith("We have many chats at the moment")
    assert after["opens_at"] is None


def test_the_workspaces_own_words_are_shown_while_the_queue_is_full(world: World) -> None:
    north = world.north
    with north.inside():
        change_widget(widget=north.widget, by=north.olga, texts={"en": {"queue_full_text": "Sale! Write to us."}})
        assert widget_config(north.widget, "en")["texts"]["queue_full_text"] == "Sale! Write to us."


@pytest.mark.parametrize("department", ["", "delivery"])
def test_a_chat_that_is_begun_all_the_same_is_kept(world: World, department: str) -> None:
    north = world.north
    policy(north, queue_limit=0)
    [ticket] = wait(north, 1, department)
    with north.inside():
        assert Ticket.objects.get(public_id=ticket).waiting_since is not None
