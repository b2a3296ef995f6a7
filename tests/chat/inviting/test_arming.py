"""What a page is told to wait for, in memory."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from chat.browsing.rows import Row, Tab, new_row, take_facts
from chat.inviting.arming import ASKED_LATER, NOTHING, Arming
from chat.inviting.row_facts import facts_of_row
from chat.inviting.shop import Shop
from chat.targeting.conditions import EVERYBODY, Group, written
from chat.targeting.facts import Facts, Team
from chat.targeting.invitations import Availability, Frequency, Invitation
from chat.targeting.judging import judge
from chat.targeting.reading import read_tree
from helpdesk.strict_json import loads_object
from tests.chat.browsing.pages import hello
from tests.chat.targeting.people import facts as any_facts
from tests.chat.targeting.people import trees

EVERYBODY_HERE = (Team("", True, 3, 0), Team("sales", False, 0, 2))


def page_of(path: str = "/sale/shoes", country: str = "DE", **other: Any) -> tuple[Row, Tab]:
    raw = hello(path=path, **other)
    row = new_row(1, raw, (country, ""))
    tab = Tab(raw["page"]["url"], "", time.time(), time.time(), False)
    row.tabs.append(tab)
    return row, tab


def invitation(id: str = "a", **settings: Any) -> Invitation:
    return Invitation(id, **{"availability": Availability.ANY, **settings})


def tree(*conditions: dict[str, Any], match: str = "all") -> Group:
    return read_tree({"match": match, "of": list(conditions)})


def about(kind: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "operator": operator, **({} if value is None else {"value": value}), **more}


ON_SALE = tree(about("page_url", "contains", "/sale"))
LATER = tree(about("seconds_on_page", "at_least", 20))


def armed(arming: Arming, page: tuple[Row, Tab]) -> list[str]:
    return [each["invitation"] for each in loads_object(arming.frame_for(*page))["list"]]


def arming(*invitations: Invitation, **shop: Any) -> Arming:
    return Arming(Shop(**{"teams": EVERYBODY_HERE, **shop}, invitations=invitations, **REST))


REST = {"utc_offset": 0, "is_switched_off": False, "goals": frozenset()}


def test_a_page_waits_for_what_its_visitor_is_meant_for() -> None:
    made = arming(invitation("a", audience=ON_SALE, trigger=LATER), invitation("b", trigger=LATER))
    (first, second) = loads_object(made.frame_for(*page_of()))["list"]
    assert (first["invitation"], second["invitation"]) == ("a", "b")
    assert first["trigger"] == written(LATER)
    assert armed(made, page_of("/shoes")) == ["b"]


def test_a_page_is_told_how_long_its_reader_looks_round_first() -> None:
    patient = arming(invitation("a"), load_seconds=45)
    assert loads_object(patient.frame_for(*page_of()))["load_seconds"] == 45
    assert patient.shop != arming(invitation("a"), load_seconds=0).shop  # pages are told when it changes


def test_nothing_active_is_nothing_to_do() -> None:
    assert arming().is_empty
    assert arming().frame_for(*page_of()) == NOTHING


def test_what_is_the_same_for_everybody_is_looked_at_once() -> None:
    now = time.time()
    out = [
        invitation("closed", is_open=False),
        invitation("used", frequency=Frequency(total=3), shown_total=3),
        invitation("nobody", availability=Availability.ONLINE, department="sales"),
        invitation("somebody", availability=Availability.OFFLINE),
        invitation("gone", availability=Availability.ONLINE, department="closed last year"),
        invitation("later", starts_at=now + 60),
        invitation("over", ends_at=now - 1),
    ]
    fitting = [
        invitation("in", availability=Availability.ONLINE),
        invitation("away", department="sales", availability=Availability.OFFLINE),
    ]
    assert armed(arming(*out, *fitting), page_of()) == ["in", "away"]
    assert Arming(Shop(tuple(fitting), EVERYBODY_HERE, 0, True, frozenset())).is_empty


def test_what_only_the_database_knows_is_left_open() -> None:
    asked = about("invitation_shown", "yes", name="x")
    made = arming(
        invitation("all", audience=tree(asked, about("page_url", "contains", "/sale"))),
        invitation("any", audience=tree(asked, about("page_url", "contains", "/nowhere"), match="any")),
    )
    assert armed(made, page_of()) == ["all", "any"]
    assert armed(made, page_of("/shoes")) == ["any"]


def test_what_happened_often_enough_is_not_waited_for_again() -> None:
    event = about("custom_event", "at_least", 2, name="searched")
    made = arming(invitation("a", trigger=tree(event, about("exit_intent", "yes"))))
    row, tab = page_of()
    assert len(loads_object(made.frame_for(row, tab))["list"][0]["trigger"]["of"]) == 2
    for _time in range(2):
        row.events.appendleft({"name": "searched", "at": "2026-05-01T10:00:00.000Z", "properties": {}})
    (left,) = loads_object(made.frame_for(row, tab))["list"][0]["trigger"]["of"]
    assert left["kind"] == "exit_intent"


def test_what_the_site_tells_of_the_visitor_counts() -> None:
    made = arming(
        invitation(
            "a", audience=tree(about("cart_value", "more_than", 40), about("attribute", "is", "gold", name="tier"))
        )
    )
    row, tab = page_of()
    assert armed(made, (row, tab)) == []
    cart = {"value": 50, "currency": "EUR", "items": []}
    take_facts(row, {"profile": None, "attributes": {"tier": "gold"}, "cart": cart})
    assert armed(made, (row, tab)) == ["a"]


@settings(max_examples=300)
@given(audience=trees, facts=any_facts)
def test_nobody_is_left_out_whom_the_worker_would_invite(audience: Group, facts: Facts) -> None:
    """The quick judgement is true wherever the thorough one is, and the same where the database is not asked."""
    made = arming(invitation(audience=audience))
    ((_invitation, node, _trigger),) = made._armable
    quick = made._holds(node, [None] * len(made._conditions), facts)
    thorough = judge(audience, facts).matches
    if any(condition.kind in ASKED_LATER for _path, condition in audience.conditions()):
        assert quick or not thorough
    else:
        assert quick == thorough


def test_a_row_says_all_that_it_knows() -> None:
    row, tab = page_of(
        referrer="https://www.google.com/x",
        language="de-AT",
        time_zone="Europe/Berlin",
        utm={"source": "news"},
        screen={"width": 400, "height": 800},
        trail=[{"url": "https://shop.north.example/b"}, {"url": "https://shop.north.example/first"}],
    )
    row.device = ("Chrome", "Android", "phone")
    facts = facts_of_row(
        row, tab, time.time(), page={"view": "v", "seconds_page": 3, "seen": ["#a"], "widget_open": True}
    )
    assert facts.visit.entry_url == "https://shop.north.example/first"
    assert facts.page.previous_url == "https://shop.north.example/b"
    assert (facts.visit.referrer_domain, facts.visit.utm) == ("google.com", {"source": "news"})
    assert (facts.person.language, facts.person.country, facts.person.city) == ("de", "DE", None)
    assert facts.person.utc_offset in (3600, 7200)
    assert (facts.screen.device, facts.screen.browser, facts.screen.width) == ("phone", "Chrome", 400)
    assert (facts.page.id, facts.page.active_seconds, facts.page.seen, facts.is_widget_open) == ("v", 3, ("#a",), True)
    assert replace(facts, now=0).page.scroll_percent is None
    assert Group() == EVERYBODY
