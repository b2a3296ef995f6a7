"""The settings of routing: what is refused, what is kept, and whom a department follows."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chat.actions.agents import change_agent
from chat.actions.routing_policy import clear_routing_policy, set_routing_policy
from chat.eta_record import FEWEST
from chat.models import Chat, RoutingPolicy
from chat.policies import policy_of
from helpdesk.accounts.models import AuditEntry
from helpdesk.errors import HelpdeskError
from tests.chat.routing_cast import filled, text_of
from tests.pages import client_of, page


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


def test_the_page_says_how_right_the_foretold_waits_were(world):
    north, client = world.north, client_of(world.north.ada)
    assert "Nobody was told a wait yet" in text_of(client.get(page("routing", north)))
    ticket = north.start(department=north.departments["delivery"].public_id).ticket
    with north.inside():
        now, delivery = timezone.now(), north.departments["delivery"]
        for _each in range(FEWEST):
            Chat.objects.create(
                ticket=north.ticket(ticket),
                ended_at=now,
                eta_told_at=now - timedelta(seconds=90),
                eta_told_seconds=60,
                accepted_at=now,
            )
    text = text_of(client.get(page("routing", north)))
    assert "100 % within a minute" in text
    assert "Half of the waits were off by 30 s at most." in text
    assert "Not enough yet: 0 of the 10" in text  # the other departments
    own = text_of(client.get(page("department_routing", north, public_id=delivery.public_id)))
    assert "The last 10 chats." in own
    assert "Not enough yet" not in own
