"""Somebody stays available outside the opening hours: an admin, or an agent where the department lets them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chat.actions.desks import force_online, keep_hours
from chat.capacity import OfflineWhy, current_capacity
from chat.explanations import explain
from chat.forced_online import may_force_online
from chat.models import Desk, ForcedWhy, RoutingDecision, RoutingPolicy
from chat.presence import is_online
from helpdesk.accounts.models import AuditEntry, OpeningHours
from helpdesk.errors import HelpdeskError
from tests.chat.routing_cast import delivery_of, text_of
from tests.chat.test_routing import come, last_decision, new_chat, policy, rings, route
from tests.pages import client_of, page
from tests.world import Side, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world: World) -> Side:
    """Never open."""
    with world.north.inside():
        OpeningHours.objects.create(department=None, week=[[] for _day in range(7)], time_zone="UTC")
    return world.north


def force(side: Side, name: str, why: ForcedWhy = ForcedWhy.ADMIN) -> None:
    with side.inside():
        force_online(member=side.members[name], why=why)


def offline_why(side: Side, department: Any = None) -> OfflineWhy | None:
    with side.inside():
        return current_capacity().offline_why(department.pk if department else None)


# --- who rings --------------------------------------------------------------------------------------------------------
def test_out_of_hours_a_chat_rings_at_who_stays_available_and_at_nobody_else(north: Side) -> None:
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    assert rings(north, ticket) == []  # the premise: it is closed
    assert last_decision(north, ticket).why == "closed"
    force(north, "theo")
    route(north)
    assert rings(north, ticket) == ["Theo"]


def test_who_stays_available_but_is_gone_is_rung_for_nothing(north: Side) -> None:
    come(north, "maya")
    force(north, "theo")
    ticket = new_chat(north)
    route(north)
    assert rings(north, ticket) == []
    assert last_decision(north, ticket).why == "closed"


def test_it_ends_when_somebody_says_so(north: Side) -> None:
    come(north, "theo")
    force(north, "theo")
    with north.inside():
        keep_hours(member=north.theo)
        keep_hours(member=north.theo)
        desk = Desk.objects.get(membership=north.theo)
        assert (desk.forced_online_at, desk.forced_online_why) == (None, "")
    ticket = new_chat(north)
    route(north)
    assert rings(north, ticket) == []


def test_what_an_agent_says_of_themselves_holds_where_the_department_lets_them(north: Side) -> None:
    delivery, sales = delivery_of(north, maya=50), north.departments["sales"]
    with north.inside():
        RoutingPolicy.objects.create(department=delivery, allows_forced_online=True)
        sales.members.add(north.maya)
    come(north, "maya")
    force(north, "maya", ForcedWhy.SELF)
    here, there = new_chat(north, department="delivery"), new_chat(north, department="sales")
    route(north)
    assert (rings(north, here), rings(north, there)) == (["Maya"], [])


def test_who_is_let_by_no_department_is_refused(north: Side) -> None:
    with north.inside():
        assert not may_force_online(north.maya)
        assert may_force_online(north.ada)
        with pytest.raises(HelpdeskError) as error:
            force_online(member=north.maya, why=ForcedWhy.SELF)
        assert error.value.code == "not_allowed"
        assert not Desk.objects.filter(forced_online_at__isnull=False).exists()
    policy(north, allows_forced_online=True)
    with north.inside():
        assert may_force_online(north.maya)


def test_an_admins_word_stands_when_the_agent_repeats_it(north: Side) -> None:
    force(north, "maya")
    policy(north, allows_forced_online=True)
    force(north, "maya", ForcedWhy.SELF)
    with north.inside():
        assert Desk.objects.get(membership=north.maya).forced_online_why == ForcedWhy.ADMIN


# --- what visitors see ------------------------------------------------------------------------------------------------
def test_visitors_can_chat_while_somebody_stays_available(north: Side) -> None:
    come(north, "theo")
    assert offline_why(north) == OfflineWhy.CLOSED
    with north.inside():
        assert not is_online()
    force(north, "theo")
    assert offline_why(north) is None
    assert offline_why(north, north.departments["delivery"]) == OfflineWhy.CLOSED  # Theo is not in it
    with north.inside():
        assert is_online()
        assert not is_online(north.departments["delivery"])


# --- why --------------------------------------------------------------------------------------------------------------
def test_the_record_says_who_stayed_available(north: Side) -> None:
    come(north, "maya", "theo")
    force(north, "theo")
    ticket = new_chat(north)
    route(north)
    decision = last_decision(north, ticket)
    assert decision.is_replayed_equal
    assert json.loads(decision.outcome)["candidates"] != []
    text = text_of(client_of(north.ada).get(page("routing_decision", north, public_id=decision.public_id)))
    assert "Stays available outside the opening hours" in text
    with north.inside():
        [newest, *_older] = explain(north.ticket(ticket), north.ada)["decisions"]
        said = {each["member"]["name"]: (each["reasons"], each["outside_hours"]) for each in newest["candidates"]}
    assert said[north.theo.name] == ([], True)
    assert said[north.maya.name] == (["closed"], False)


def test_a_record_from_before_is_replayed_to_the_byte(north: Side) -> None:
    come(north, "maya")
    ticket = new_chat(north)
    route(north)
    decision = last_decision(north, ticket)
    for agent in decision.inputs["agents"]:
        del agent["is_forced_online"]
    assert decision.is_replayed_equal
    with north.inside():
        RoutingDecision.objects.filter(pk=decision.pk).update(inputs=decision.inputs)
        assert explain(north.ticket(ticket), north.ada)["decisions"][0]["candidates"][0]["outside_hours"] is False


# --- doors ------------------------------------------------------------------------------------------------------------
def test_an_admin_says_it_on_the_persons_page(north: Side) -> None:
    client, url = client_of(north.ada), page("member", north, public_id=north.theo.public_id)
    assert "Available within the opening hours" in text_of(client.get(url))
    client.post(page("force_member_online", north, public_id=north.theo.public_id))
    text = text_of(client.get(url))
    assert "Available outside the opening hours" in text
    assert "by an admin" in text
    client.post(page("let_member_keep_hours", north, public_id=north.theo.public_id))
    with north.inside():
        assert Desk.objects.get(membership=north.theo).forced_online_at is None
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["member.forced_online", "member.keeps_hours"]


def test_over_rest_an_agent_says_it_of_themselves(north: Side) -> None:
    client, headers = client_of(north.maya), {"X-Workspace": north.slug}

    def post(path: str) -> int:
        return client.post(f"/api/v1/desk/{path}", {}, "application/json", headers=headers).status_code

    def told() -> tuple[bool, Any]:
        work = client.get("/api/v1/desk", headers=headers).json()
        return work["may_force_online"], work["desk"]["forced_online"]

    assert post("force-online") == 403
    assert told() == (False, None)
    policy(north, allows_forced_online=True)
    assert post("force-online") == 200
    may, forced = told()
    assert (may, forced["why"]) == (True, "self")
    assert post("keep-hours") == 200
    assert told() == (True, None)
