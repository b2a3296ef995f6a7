"""The settings of routing: what is refused, what is kept, and that the panel says what routing would do."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chat.actions.agents import change_agent
from chat.actions.desks import pause_desk
from chat.actions.routing_policy import SETTINGS, clear_routing_policy, set_routing_policy
from chat.models import Desk, PausedWhy, RoutingDecision, RoutingPolicy, StatusChange
from chat.policies import policy_of
from chat.routing.decide import Kind, Why, decide, outcome_text
from chat.routing.eligibility import Reason
from chat.routing.preview import preview
from chat.routing.situation import Agent, LanguageRule, Policy, Situation, Strategy, Waiting, as_json
from chat.routing.strategies import TieBreak
from chat.routing_words import BEHIND, CHECKS, KINDS, REASONS, STRATEGY_HINTS, TIE_BREAKS, WHYS
from helpdesk.accounts.actions.department import change_department
from helpdesk.accounts.models import AuditEntry, Department, DepartmentMember, Membership, Status
from helpdesk.errors import HelpdeskError
from tests.pages import client_of, page

EMPTY_RULES = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}


def filled(**changes: Any) -> dict[str, str]:
    """Everything the form sends when nothing was changed, with changes."""
    policy = RoutingPolicy()
    said: dict[str, str] = {}
    for name in SETTINGS:
        value = getattr(policy, name)
        if isinstance(value, bool):
            said |= {name: "on"} if value else {}
        elif name not in ("priority_rules", "overflow_department"):
            said[name] = "" if value is None else str(value)
    return {**said, "overflow_department": "", **EMPTY_RULES, **{name: str(value) for name, value in changes.items()}}


def text_of(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def present(side: Any, *people: Membership, **fields: Any) -> None:
    """These people are at work, and nobody else."""
    with side.inside():
        Membership.objects.update(is_present=False)
        Membership.objects.filter(pk__in=[person.pk for person in people]).update(
            is_present=True, status=Status.ONLINE, lease_until=timezone.now() + timedelta(minutes=5), **fields
        )


def delivery_of(side: Any, **members: int) -> Department:
    """The department Delivery with these people and their priorities."""
    with side.inside():
        for name, priority in members.items():
            DepartmentMember.objects.update_or_create(
                department=side.departments["delivery"],
                membership=side.members[name],
                defaults={"priority": priority},
            )
    return side.departments["delivery"]


# --- the form and the verb --------------------------------------------------------------------------------------------
def test_what_is_saved_holds_and_is_written_down(world):
    north = world.north
    rules = {
        "rules-TOTAL_FORMS": 3,
        "rules-0-kind": "page",
        "rules-0-page": "/checkout",
        "rules-0-language": "af",
        "rules-0-add": 5,
        "rules-1-kind": "language",
        "rules-1-page": "",
        "rules-1-language": "el",
        "rules-1-add": 2,
        "rules-2-kind": "returning",
        "rules-2-page": "",
        "rules-2-add": 1,
        "rules-2-DELETE": "on",
    }
    data = filled(strategy="ring_all", chats_at_once="", ring_seconds=45, **rules)
    del data["is_sticky"]
    assert client_of(north.ada).post(page("routing", north), data).status_code == 302
    with north.inside():
        policy = policy_of(north.departments["sales"].pk)
        assert (policy.strategy, policy.chats_at_once, policy.ring_seconds) == ("ring_all", None, 45)
        assert policy.is_sticky is False
        assert policy.priority_rules == [
            {"kind": "page", "value": "/checkout", "add": 5},
            {"kind": "language", "value": "el", "add": 2},
        ]
        entry = AuditEntry.objects.get(action="routing.changed")
        assert entry.actor == north.ada
        assert entry.data["changed"]["ring_seconds"] == [30, 45]
        assert "max_cycles" not in entry.data["changed"]


def test_saving_without_a_change_writes_nothing_down_twice(world):
    client = client_of(world.north.ada)
    for _time in range(2):
        assert client.post(page("routing", world.north), filled()).status_code == 302
    with world.north.inside():
        assert RoutingPolicy.objects.count() == 1
        assert AuditEntry.objects.filter(action="routing.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("chats_at_once", "51", "from 0 to 50, or leave it empty"),
        ("chats_at_once", "-1", "from 0 to 50, or leave it empty"),
        ("rest_seconds", "301", "from 0 to 300."),
        ("ring_seconds", "4", "from 5 to 600."),
        ("ring_seconds", "", "from 5 to 600."),
        ("ring_seconds", "soon", "from 5 to 600."),
        ("max_cycles", "6", "from 1 to 5."),
        ("sticky_days", "0", "from 1 to 365."),
        ("sticky_hold_seconds", "61", "from 0 to 60."),
        ("language_seconds", "3e2", "from 0 to 300."),
        ("first_reply_seconds", "3601", "from 0 to 3600."),
        ("queue_limit", "5001", "from 0 to 5000."),
        ("max_wait_minutes", "241", "from 1 to 240, or leave it empty"),
        ("overflow_seconds", "4", "from 5 to 3600."),
        ("strategy", "fastest", "valid choice"),
        ("language_rule", "maybe", "valid choice"),
        ("overflow_department", "none", "valid"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_what_was_typed_stays(world, field, value, sentence):
    response = client_of(world.north.ada).post(
        page("routing", world.north),
        filled(**{field: value, "sticky_days": 77} if field != "sticky_days" else {field: value}),
    )
    assert response.status_code == 200
    text = html.unescape(response.content.decode())
    problem = re.search(rf'id="id_{field}_error">(.*?)</p>', text, re.S)
    assert problem, f"no problem shown at {field}"
    assert sentence in problem[1]
    assert 'value="77"' in text or field == "sticky_days"
    with world.north.inside():
        assert not RoutingPolicy.objects.exists()


@pytest.mark.parametrize(
    ("rule", "field", "sentence"),
    [
        ({"kind": "page", "page": "", "add": 6}, "page", "part of the address"),
        ({"kind": "returning", "add": 21}, "add", "1 to 20"),
        ({"kind": "returning", "add": ""}, "add", "1 to 20"),
        ({"kind": "moon", "add": 1}, "kind", "valid choice"),
    ],
)
def test_a_crooked_rule_is_refused(world, rule, field, sentence):
    rows = {f"rules-0-{name}": value for name, value in rule.items()}
    data = filled(**{"rules-TOTAL_FORMS": 1, **rows})
    text = client_of(world.north.ada).post(page("routing", world.north), data).content.decode()
    assert sentence in html.unescape(re.search(rf'id="id_rules-0-{field}_error">(.*?)</p>', text, re.S)[1])


def test_a_row_in_which_nothing_was_filled_in_is_no_rule(world):
    rule = {"kind": "page", "page": "", "language": "af", "add": 5}
    data = filled(**{"rules-TOTAL_FORMS": 1, **{f"rules-0-{name}": value for name, value in rule.items()}})
    assert client_of(world.north.ada).post(page("routing", world.north), data).status_code == 302
    with world.north.inside():
        assert RoutingPolicy.objects.get().priority_rules == []


def test_a_department_begins_with_what_it_followed_and_can_follow_again(world):
    north, client = world.north, client_of(world.north.ada)
    delivery, sales = north.departments["delivery"], north.departments["sales"]
    url = page("department_routing", north, public_id=delivery.public_id)
    with north.inside():
        set_routing_policy(by=north.ada, department=None, ring_seconds=99, overflow_department=delivery)
    following = client.get(url).content.decode()
    assert "Use own settings" in following
    assert '<fieldset class="all" disabled>' in following
    client.post(page("own_routing", north, public_id=delivery.public_id))
    with north.inside():
        assert policy_of(delivery.pk).ring_seconds == 99
        assert policy_of(delivery.pk).department == delivery
        assert policy_of(delivery.pk).overflow_department is None, "it would pass its chats to itself"
        set_routing_policy(by=north.ada, department=None, ring_seconds=20)
        assert policy_of(delivery.pk).ring_seconds == 99
        assert policy_of(sales.pk).ring_seconds == 20
    assert "has settings of its own" in text_of(client.get(url))
    client.post(page("follow_routing", north, public_id=delivery.public_id))
    with north.inside():
        assert policy_of(delivery.pk).ring_seconds == 20
        assert AuditEntry.objects.get(action="routing.cleared").target == "Delivery"


def test_a_department_cannot_pass_its_chats_to_itself(world):
    north, delivery = world.north, world.north.departments["delivery"]
    with north.inside(), pytest.raises(HelpdeskError) as refusal:
        set_routing_policy(by=north.ada, department=delivery, overflow_department=delivery)
    assert (refusal.value.code, refusal.value.field) == ("choice", "overflow_department")
    url = page("department_routing", north, public_id=delivery.public_id)
    text = client_of(north.ada).get(url).content.decode()
    assert f'value="{north.departments["sales"].public_id}"' in text
    assert f'value="{delivery.public_id}"' not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"ring_seconds": 4},
        {"max_cycles": None},
        {"strategy": "fastest"},
        {"chats_at_once": 51},
        {"priority_rules": [{"kind": "moon", "value": "", "add": 1}]},
        {"priority_rules": [{"kind": "returning", "value": "", "add": 1}] * 21},
    ],
)
def test_the_verb_refuses_what_the_form_would(world, wrong):
    with world.north.inside():
        with pytest.raises((HelpdeskError, ValidationError)):
            set_routing_policy(by=world.north.ada, department=None, **wrong)
        assert not RoutingPolicy.objects.exists()


def test_an_agent_calls_no_verb_and_opens_no_page(world):
    north = world.north
    delivery = north.departments["delivery"]
    with north.inside():
        for call in (
            lambda: set_routing_policy(by=north.maya, department=None, ring_seconds=5),
            lambda: clear_routing_policy(by=north.maya, department=delivery),
            lambda: change_agent(member=north.theo, by=north.maya, chat_limit=1, languages=[]),
        ):
            with pytest.raises(HelpdeskError) as refusal:
                call()
            assert refusal.value.code == "not_allowed"
    client = client_of(north.maya)
    for name in ("routing", "routing_log"):
        assert client.get(page(name, north)).status_code == 403
    assert client.post(page("routing_preview", north)).status_code == 403
    for name in ("member", "pause_member", "resume_member"):
        assert client.post(page(name, north, public_id=north.theo.public_id)).status_code == 403


# --- the panel --------------------------------------------------------------------------------------------------------
def situation(*agents: Agent, chat: dict[str, Any] | None = None, is_open: bool = True, **policy: Any) -> Situation:
    waiting = Waiting(id="x", since=1000.0, **(chat or {}))
    return Situation(now=1000.0, is_open=is_open, policy=Policy(**policy), chat=waiting, agents=agents)


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
    assert [(each.agent, each.seconds) for each in found.later] == [(3, 10.0), (2, 20.0)]
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
    assert "Does not speak Greek · Rings after 20 s" in said
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


# --- people -----------------------------------------------------------------------------------------------------------
def test_an_admin_sets_an_agents_limit_and_languages(world):
    north = world.north
    client, url = client_of(north.ada), page("member", north, public_id=north.theo.public_id)
    assert client.get(url).status_code == 200
    assert client.post(url, {"chat_limit": "2", "languages": ["el", "ar"]}).status_code == 302
    with north.inside():
        assert Desk.objects.get(membership=north.theo).chat_limit == 2
        assert Membership.objects.get(pk=north.theo.pk).languages == ["ar", "el"]
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
        assert actions[-2:] == ["member.languages_changed", "member.chat_limit_changed"]
    refused = client.post(url, {"chat_limit": "51"})
    assert "from 0 to 50, or leave it empty" in text_of(refused)
    client.post(url, {"chat_limit": ""})
    with north.inside():
        assert Desk.objects.get(membership=north.theo).chat_limit is None


def test_an_admin_pauses_and_resumes_somebody(world):
    north, client = world.north, client_of(world.north.ada)
    client.post(page("pause_member", north, public_id=north.theo.public_id))
    with north.inside():
        assert Desk.objects.get(membership=north.theo).paused_why == PausedWhy.ADMIN
    text = text_of(client.get(page("member", north, public_id=north.theo.public_id)))
    assert "by an admin" in text
    client.post(page("resume_member", north, public_id=north.theo.public_id))
    with north.inside():
        assert Desk.objects.get(membership=north.theo).paused_at is None


def test_priorities_are_set_on_the_departments_page(world):
    north = world.north
    delivery = delivery_of(north, maya=50)
    url, maya, theo = page("department", north, public_id=delivery.public_id), north.maya.pk, north.theo.pk
    client = client_of(north.ada)
    data = {"name": "Delivery", "members": [maya, theo], f"priority_{maya}": "7", f"priority_{theo}": ""}
    assert client.post(url, data).status_code == 302
    with north.inside():
        kept = dict(DepartmentMember.objects.filter(department=delivery).values_list("membership_id", "priority"))
        assert kept == {maya: 7, theo: 50}
        change_department(department=delivery, name="Delivery", members=[north.maya, north.theo], by=north.ada)
        assert DepartmentMember.objects.get(department=delivery, membership=north.maya).priority == 7
        with pytest.raises(HelpdeskError):
            change_department(department=delivery, name="Delivery", members=[], by=north.ada, priorities={maya: 101})
    assert 'value="7"' in client.get(url).content.decode()
    assert "from 1 to 100" in text_of(client.post(url, {**data, f"priority_{theo}": "0"}))


def test_people_say_what_they_answer_in(world):
    north, client = world.north, client_of(world.north.maya)
    data = {"name": "Maya", "alias": "", "language": "en", "time_zone": "", "languages": ["sv", "en"]}
    assert client.post(page("profile", north), data).status_code == 302
    with north.inside():
        assert Membership.objects.get(pk=north.maya.pk).languages == ["en", "sv"]
    assert "valid choice" in text_of(client.post(page("profile", north), {**data, "languages": ["klingon"]}))


# --- the log ----------------------------------------------------------------------------------------------------------
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
