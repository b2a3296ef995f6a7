"""“If a chat came now”: the panel says what routing would do, with what is typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.actions.desks import pause_desk
from chat.actions.routing_policy import set_routing_policy
from chat.models import PausedWhy, StatusChange
from chat.policies import policy_of
from chat.routing.decide import Kind, Why, decide
from chat.routing.eligibility import Reason
from chat.routing.preview import preview
from chat.routing.situation import Agent, LanguageRule, Strategy
from chat.routing.strategies import TieBreak
from helpdesk.accounts.models import Department, Membership
from tests.chat.routing_cast import delivery_of, filled, present, situation, text_of
from tests.pages import client_of, page


def test_the_preview_is_what_decide_says_and_who_follows():
    at = situation(Agent(1, load=2), Agent(2, load=0), Agent(3, load=1), Agent(4, is_online=False))
    found = preview(at)
    assert found.decision == decide(at)
    assert found.decision.agents == (2,)
    assert [(each.agent, each.seconds, each.behind) for each in found.later] == [
        (3, 0, TieBreak.LOAD),
        (1, 0, TieBreak.LOAD),
    ]
    assert [(each.agent, each.reasons) for each in found.could_not] == [(4, (Reason.NOT_ONLINE,))]


def test_the_preview_says_who_comes_with_time():
    speaker, other, resting = Agent(1, languages=("ar",)), Agent(2), Agent(3, last_ended_at=995.0, languages=("ar",))
    found = preview(situation(speaker, other, resting, chat={"language": "ar"}, rest_seconds=15))
    assert found.decision.agents == (1,)
    # As soon as nobody who speaks it is left, the others are asked: nobody waits for the 20 s to pass.
    assert [(each.agent, each.seconds) for each in found.later] == [(3, 10.0), (2, 10.0)]
    required = preview(situation(speaker, other, chat={"language": "ar"}, language_rule=LanguageRule.REQUIRE))
    assert [each.agent for each in required.could_not] == [2]


def test_the_preview_holds_for_the_agent_whom_the_customer_knows():
    full, free = Agent(1, load=4), Agent(2)
    found = preview(situation(full, free, chat={"last_agent": 1}, sticky_hold_seconds=30))
    assert (found.decision.kind, found.decision.why) == (Kind.WAIT, Why.HOLDING)
    assert [(each.agent, each.seconds) for each in found.later] == [(2, 30.0)]


@pytest.mark.parametrize("max_cycles", [1, 2])
@pytest.mark.parametrize("strategy", list(Strategy))
def test_the_preview_names_everybody_once(strategy, max_cycles):
    agents = [Agent(number, load=number % 3) for number in range(1, 8)]
    found = preview(situation(*agents, strategy=strategy, max_cycles=max_cycles))
    named = [*found.decision.agents, *(each.agent for each in found.later), *found.by_hand]
    assert sorted(named) == [1, 2, 3, 4, 5, 6, 7]
    assert bool(found.by_hand) == (strategy == Strategy.MANUAL)


def ask(side: Any, department: Department | None = None, **data: Any) -> str:
    kwargs = {"public_id": department.public_id} if department else {}
    url = page("department_preview" if department else "routing_preview", side, **kwargs)
    response = client_of(side.ada).post(url, data)
    assert response.status_code == 200
    return text_of(response)


def test_the_panel_follows_what_is_typed_and_says_what_is_saved(world):
    north = world.north
    delivery = delivery_of(north, maya=50, theo=10)
    present(north, north.maya, north.theo)
    maya = str(north.maya.public_id)
    with north.inside():
        set_routing_policy(by=north.ada, department=delivery)
    assert "Theo Agent would ring" in ask(north, delivery)
    assert "First by priority" in ask(north, delivery)
    known = ask(north, delivery, customer=maya)
    assert "Maya Lindqvist would ring" in known
    assert "Spoke with this customer last" in known
    typed = filled(customer=maya)
    del typed["is_sticky"]
    changed = ask(north, delivery, **typed)
    assert "Theo Agent would ring" in changed
    assert "As saved: Maya Lindqvist would ring. Spoke with this customer last." in changed
    assert "As saved" not in ask(north, delivery, **filled(customer=maya))
    full = ask(north, delivery, **filled(chats_at_once=0))
    assert "Nobody would ring" in full
    assert "With your change: Full." in full
    with north.inside():
        assert policy_of(delivery.pk).is_sticky, "nothing is saved by asking"


def test_the_panel_tells_everybody_and_why_not(world):
    north = world.north
    delivery = delivery_of(north, maya=50, theo=50, ada=50, olga=50)
    present(north, north.maya, north.theo, north.ada, languages=[])
    with north.inside():
        Membership.objects.filter(pk=north.theo.pk).update(languages=["el"])
        pause_desk(member=north.ada, why=PausedWhy.MISSES)
        StatusChange.objects.create(membership=north.olga, status="offline", at=timezone.now() - timedelta(minutes=9))
    said = ask(north, delivery, language="el")
    assert "Theo Agent would ring" in said
    assert "Speaks Greek" in said
    assert "Does not speak Greek" in said
    assert "Paused since" in said
    assert "(missed rings in a row)" in said
    assert "Resume" in said
    assert "Offline since" in said
    everyone = ask(north, delivery, **filled(strategy="ring_all"))
    assert "It would ring at 2 people" in everyone
    by_hand = ask(north, delivery, **filled(strategy="manual"))
    assert "Could take it by hand" in by_hand


def test_the_panel_survives_values_that_cannot_be_saved(world):
    present(world.north, world.north.maya)
    said = ask(world.north, **filled(ring_seconds="soon"))
    assert "cannot be saved as it is" in said
    assert "Maya Lindqvist would ring" in said
    assert "would ring" in ask(world.north, customer="nobody", language="xx", page="\x00")


def test_the_panel_says_who_goes_ahead_and_where_it_passes(world):
    north = world.north
    rules = {"rules-TOTAL_FORMS": 1, "rules-0-kind": "page", "rules-0-page": "/Checkout", "rules-0-add": 7}
    assert "Goes ahead in the queue by 7 points." in ask(north, page="https://x.example/checkout", **filled(**rules))
    assert "Goes ahead" not in ask(north, page="https://x.example/", **filled(**rules))
    sales = north.departments["sales"]
    present(north)
    passed = ask(north, **filled(overflow_department=sales.public_id))
    assert "It would pass to Sales" in passed
    assert "Nobody is online" in passed
    # Sales follows the workspace: its own chats do not pass to itself.
    with north.inside():
        set_routing_policy(by=north.ada, department=None, overflow_department=sales)
    assert "It would pass" not in ask(north, sales)


def test_asking_writes_nothing(world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    present(world.north, world.north.maya)
    client = client_of(world.north.ada)
    with CaptureQueriesContext(connection) as queries:
        client.post(page("routing_preview", world.north), filled())
        client.get(page("routing", world.north))
    assert [each["sql"] for each in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", each["sql"], re.I)] == []
