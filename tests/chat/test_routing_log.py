"""The log of routing: how it is read, filtered and replayed."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat.models import RoutingDecision
from chat.records import as_json
from chat.routing.decide import Kind, Why, decide, outcome_text
from chat.routing.eligibility import Reason
from chat.routing.situation import Agent, Situation, Strategy
from chat.routing.strategies import TieBreak
from chat.routing_words import BEHIND, CHECKS, KINDS, REASONS, STRATEGY_HINTS, TIE_BREAKS, WHYS
from chat.tasks import forget_old_decisions
from helpdesk.accounts.models import Workspace
from tests.chat.routing_cast import situation, text_of
from tests.pages import client_of, page


def recorded(side: Any, number: int = 1, at: Situation | None = None, **fields: Any) -> RoutingDecision:
    """A decision about a new chat, `number` times."""
    at = at or situation(Agent(side.maya.pk), Agent(side.theo.pk, is_online=False), strategy=Strategy.RANDOM)
    decision = decide(at)
    ticket = side.ticket(side.start(visitor=side.new_visitor()[0]).ticket)
    with side.inside():
        rows = [
            RoutingDecision.objects.create(
                ticket=ticket,
                at=fields.get("at", timezone.now()),
                department=fields.get("department"),
                kind=decision.kind,
                why=decision.why,
                membership_id=decision.agents[0] if decision.agents else None,
                inputs=as_json(at),
                outcome=fields.get("outcome", outcome_text(decision)),
            )
            for _time in range(number)
        ]
    return rows[-1]


def test_the_log_is_empty_first(world):
    assert "Nothing decided yet" in text_of(client_of(world.north.ada).get(page("routing_log", world.north)))


def test_a_record_says_who_was_looked_at_and_is_replayed(world):
    north = world.north
    found = recorded(north)
    url = page("routing_decision", north, public_id=found.public_id)
    text = text_of(client_of(north.ada).get(url))
    assert "Replayed: the same result" in text
    assert "Maya Lindqvist" in text
    assert "Not online" in text
    assert "The only one who can take it now" in text
    assert "x:1:0" in text, "the seed of the lot"
    other = recorded(north, outcome=found.outcome.replace('"cycle":1', '"cycle":9'))
    changed = client_of(north.ada).get(page("routing_decision", north, public_id=other.public_id))
    assert "Replayed: another result" in text_of(changed)
    with north.inside():
        RoutingDecision.objects.filter(pk=found.pk).update(inputs={"now": 1})
    assert "Written by another version" in text_of(client_of(north.ada).get(url))


def test_the_log_is_filtered_by_what_stands_in_the_address(world):
    north, client = world.north, client_of(world.north.ada)
    delivery = north.departments["delivery"]
    rang = recorded(north, department=delivery)
    waits = recorded(north, at=situation(strategy=Strategy.MANUAL))
    with north.inside():
        RoutingDecision.objects.filter(pk=waits.pk).update(at=timezone.now() - timedelta(days=3))
    today = timezone.now().date()

    def shown(**query: Any) -> set[str]:
        text = client.get(page("routing_log", north), query).content.decode()
        return {name for name, row in (("rang", rang), ("waits", waits)) if f"/log/{row.public_id}/" in text}

    assert shown() == {"rang", "waits"}
    assert shown(department=delivery.public_id) == {"rang"}
    assert shown(department="none") == {"waits"}
    assert shown(agent=north.maya.public_id) == {"rang"}
    assert shown(agent=north.theo.public_id) == set()
    assert shown(kind="wait") == {"waits"}
    assert shown(why="by_hand") == {"waits"}
    assert shown(ticket=rang.ticket.number) == {"rang"}
    assert shown(since=today) == {"rang"}
    assert shown(until=today - timedelta(days=1)) == {"waits"}
    assert shown(kind="moon", ticket="x", since="then", before="nothing") == {"rang", "waits"}


def test_the_log_is_read_page_by_page(world):
    north, client = world.north, client_of(world.north.ada)
    recorded(north, 60)
    first = client.get(page("routing_log", north), {"kind": "ring"}).content.decode()
    ids = re.findall(r"/routing/log/([0-9a-f-]{36})/", first)
    assert len(ids) == 50
    older = html.unescape(re.search(r'href="(\?[^"]+)" rel="next"', first)[1])
    assert "kind=ring" in older
    second = client.get(page("routing_log", north) + older).content.decode()
    rest = re.findall(r"/routing/log/([0-9a-f-]{36})/", second)
    assert len(rest) == 10
    assert not set(ids) & set(rest)
    assert 'rel="next"' not in second


def test_everything_that_is_decided_has_words():
    assert set(KINDS) == set(Kind)
    assert set(WHYS) == set(Why)
    assert set(REASONS) == set(CHECKS) == set(Reason)
    assert set(TIE_BREAKS) == set(TieBreak)
    assert set(BEHIND) == set(TieBreak) - {TieBreak.ONLY_ONE}
    assert set(STRATEGY_HINTS) == set(Strategy)


def test_decisions_are_kept_for_as_many_days_as_the_workspace_says(world):
    Workspace.objects.filter(pk=world.north.workspace.pk).update(decision_days=7)

    def decided(side: Any, days: int) -> int:
        pk: int = recorded(side, at=situation(Agent(1, is_online=False))).pk
        RoutingDecision.unscoped.filter(pk=pk).update(at=timezone.now() - timedelta(days=days))
        return pk

    kept = {decided(world.north, 6), decided(world.south, 89)}
    gone = {decided(world.north, 8), decided(world.south, 91)}
    assert forget_old_decisions() == len(gone)
    assert set(RoutingDecision.unscoped.values_list("pk", flat=True)) == kept
