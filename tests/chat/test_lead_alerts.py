"""Those who lead are told of a chat that finds nobody, once, until they have seen it or somebody takes care of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from chat.actions import conversations
from chat.actions.lead_alerts import see_alert
from chat.actions.routing_policy import set_routing_policy
from chat.actions.transfer import Handover, transfer_ticket
from chat.lead_alerts import open_alerts
from chat.models import Chat, LeadAlert
from helpdesk.accounts.models import DepartmentMember, Membership
from helpdesk.errors import HelpdeskError
from tests.chat.routing_cast import delivery_of, text_of
from tests.chat.test_routing import accept, come, let_ring, new_chat, policy, rings, route
from tests.pages import client_of, page
from tests.world import Side, World
from tickets.authors import Author
from tickets.models import Event, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world: World) -> Side:
    return world.north


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What single people were told of alerts: (group, frame)."""
    sent: list[tuple[str, dict[str, Any]]] = []

    def note(news: Any) -> None:
        sent.extend(each for each in news if each[1]["type"].startswith("alert."))

    monkeypatch.setattr("helpdesk.realtime.publish.told_each", note)
    return sent


def alerted(side: Side) -> list[tuple[str, str]]:
    """Who has an open alert, and why."""
    with side.inside():
        rows = LeadAlert.objects.select_related("membership__user").order_by("membership__user__name")
        return [(row.membership.user.name.split()[0], row.why) for row in rows]


def shown(side: Side, name: str) -> list[dict[str, Any]]:
    with side.inside():
        return open_alerts(Membership.objects.select_related("user").get(pk=side.members[name].pk))


def left_alone(side: Side, department: str = "", **settings: Any) -> UUID:
    """A chat that has waited for as long as it may."""
    policy(side, strategy="manual", max_wait_minutes=1, **settings)
    ticket = new_chat(side, department=department)
    with side.inside():
        Chat.objects.filter(ticket__public_id=ticket).update(queued_at=timezone.now() - timedelta(minutes=2))
    route(side)
    return ticket


def lead(side: Side, name: str) -> None:
    with side.inside():
        DepartmentMember.objects.filter(membership=side.members[name]).update(is_lead=True)


def as_author(side: Side, name: str) -> Author:
    return Author.of_member(side.members[name])


# --- who is told ------------------------------------------------------------------------------------------------------
def test_when_everybody_let_it_ring_owner_and_admins_are_told_once_and_the_log_says_so(
    north: Side, told: list[Any]
) -> None:
    policy(north, max_cycles=1, pause_after_misses=0)
    come(north, "maya")
    ticket = new_chat(north, "Is the oak bowl food safe?")
    route(north)
    assert alerted(north) == []  # the premise: it rings, and nobody is told yet
    let_ring(north)
    route(north)
    assert alerted(north) == [("Ada", "all_tried"), ("Olga", "all_tried")]
    assert [frame["type"] for _group, frame in told] == ["alert.raised", "alert.raised"]
    assert {group for group, _frame in told} == {
        f"w{north.workspace.pk}.m{north.members[name].pk}" for name in ("olga", "ada")
    }
    summary = told[0][1]["summary"]
    assert (summary["body"], summary["agent"]) == ("Is the oak bowl food safe?", None)
    with north.inside():
        event = Event.objects.get(ticket__public_id=ticket, name="alert.raised")
        assert (event.visitor_seq, event.data["why"], len(event.data["to"])) == (None, "all_tried", 2)


def test_the_leads_of_the_department_are_told_and_nobody_else(north: Side) -> None:
    delivery_of(north, maya=50, theo=50)
    lead(north, "maya")
    left_alone(north, "delivery", alerts_whom="leads")
    assert alerted(north) == [("Maya", "too_long")]


def test_where_there_is_no_lead_owner_and_admins_are_told(north: Side) -> None:
    delivery_of(north, maya=50)
    left_alone(north, "delivery", alerts_whom="leads")
    assert [name for name, _why in alerted(north)] == ["Ada", "Olga"]


def test_a_lead_who_is_no_member_any_more_is_not_told(north: Side) -> None:
    delivery_of(north, maya=50)
    lead(north, "maya")
    with north.inside():
        Membership.objects.filter(pk=north.maya.pk).update(is_active=False)
    left_alone(north, "delivery", alerts_whom="leads")
    assert [name for name, _why in alerted(north)] == ["Ada", "Olga"]


def test_nobody_is_told_where_nobody_is_to_be(north: Side, told: list[Any]) -> None:
    ticket = left_alone(north, alerts_whom="nobody")
    with north.inside():
        assert Chat.objects.get(ticket__public_id=ticket).given_up_at is not None  # the premise
        assert not Event.objects.filter(name="alert.raised").exists()
    assert (alerted(north), told) == ([], [])


# --- until when -------------------------------------------------------------------------------------------------------
def test_it_is_there_after_a_reload_until_they_have_seen_it(north: Side, told: list[Any]) -> None:
    ticket = left_alone(north)
    [frame] = shown(north, "olga")
    assert (frame["ticket"], frame["why"]) == (str(ticket), "too_long")
    told.clear()
    with north.inside():
        see_alert(member=north.olga, alert_id=UUID(frame["alert"]))
    assert [frame["type"] for _group, frame in told] == ["alert.closed"]
    assert shown(north, "olga") == []
    assert len(shown(north, "ada")) == 1
    route(north)
    assert shown(north, "olga") == []  # once for each time that it finds nobody


def test_the_alert_of_somebody_else_is_not_found(north: Side) -> None:
    left_alone(north)
    [frame] = shown(north, "olga")
    with north.inside(), pytest.raises(HelpdeskError) as error:
        see_alert(member=north.ada, alert_id=UUID(frame["alert"]))
    assert error.value.code == "not_found"
    assert len(shown(north, "olga")) == 1


@pytest.mark.parametrize("what", ["taken", "assigned", "resolved", "spam", "ended", "moved", "handed over"])
def test_it_is_over_when_somebody_takes_care(north: Side, told: list[Any], what: str) -> None:
    ticket = left_alone(north)
    assert len(alerted(north)) == 2
    told.clear()
    key, by = UUID(int=7), as_author(north, "maya")
    delivery = north.departments["delivery"].public_id
    acts: dict[str, Any] = {
        "taken": lambda: conversations.take_ticket(by=by, ticket_id=ticket, client_id=key),
        "assigned": lambda: conversations.assign_ticket(
            by=by, ticket_id=ticket, client_id=key, to=north.theo.public_id
        ),
        "resolved": lambda: conversations.set_state(by=by, ticket_id=ticket, client_id=key, state=State.RESOLVED),
        "spam": lambda: conversations.set_state(by=by, ticket_id=ticket, client_id=key, state=State.SPAM),
        "ended": lambda: conversations.end_chat(by=by, ticket_id=ticket, client_id=key),
        "moved": lambda: conversations.update_ticket(
            by=by, ticket_id=ticket, client_id=key, changes={"department": delivery}
        ),
        "handed over": lambda: transfer_ticket(
            by=by, ticket_id=ticket, client_id=key, to=Handover(department=delivery, anyway=True)
        ),
    }
    with north.inside():
        acts[what]()
    assert alerted(north) == []
    assert [frame["type"] for _group, frame in told] == ["alert.closed", "alert.closed"]


def test_a_chat_that_is_put_back_and_finds_nobody_again_is_told_again(north: Side) -> None:
    ticket = left_alone(north)
    with north.inside():
        by = as_author(north, "maya")
        conversations.take_ticket(by=by, ticket_id=ticket, client_id=UUID(int=1))
        conversations.assign_ticket(by=by, ticket_id=ticket, client_id=UUID(int=2), to=None)
        Chat.objects.update(queued_at=timezone.now() - timedelta(minutes=2), route_at=timezone.now())
    assert alerted(north) == []
    route(north)
    assert [why for _name, why in alerted(north)] == ["too_long", "too_long"]


# --- whose eyes -------------------------------------------------------------------------------------------------------
def test_a_lead_reads_nothing_of_a_department_that_they_are_not_in_any_more(north: Side) -> None:
    delivery_of(north, maya=50)
    lead(north, "maya")
    left_alone(north, "delivery", alerts_whom="leads")
    assert len(shown(north, "maya")) == 1
    with north.inside():
        DepartmentMember.objects.filter(membership=north.maya).delete()
    assert shown(north, "maya") == []


def test_of_very_many_the_newest_are_shown(north: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.lead_alerts.MOST_SHOWN", 2)
    policy(north, strategy="manual", max_wait_minutes=1)
    for _each in range(3):
        newest = new_chat(north)
    with north.inside():
        Chat.objects.update(queued_at=timezone.now() - timedelta(minutes=2))
    route(north)
    frames = shown(north, "olga")
    assert len(alerted(north)) == 6  # the premise: three of each
    assert (len(frames), frames[-1]["ticket"]) == (2, str(newest))


# --- no reply ---------------------------------------------------------------------------------------------------------
def late(side: Side) -> UUID:
    """A chat of Maya's whose time to reply is over."""
    policy(side, first_reply_seconds=60, next_reply_seconds=60, late_reply="alert")
    come(side, "maya")
    ticket = new_chat(side, visitor=side.visitor)
    route(side)
    accept(side, "maya", ticket)
    with side.inside():
        Chat.objects.update(accepted_at=timezone.now() - timedelta(seconds=61))
    route(side)
    return ticket


def test_a_late_reply_is_told_once_and_the_chat_stays(north: Side) -> None:
    ticket = late(north)
    assert alerted(north) == [("Ada", "no_reply"), ("Olga", "no_reply")]
    assert shown(north, "olga")[0]["summary"]["agent"]["name"].startswith("Maya")
    assert north.ticket(ticket).assignee == north.maya
    with north.inside():
        LeadAlert.objects.all().delete()
    route(north)
    assert alerted(north) == []


def test_the_answer_ends_the_alert_and_the_next_wait_is_told_anew(north: Side) -> None:
    ticket = late(north)
    north.say(ticket, "Yes, it is.", by=north.maya)
    route(north)
    assert alerted(north) == []
    north.say(ticket, "And the spoon?")
    route(north)
    assert alerted(north) == []  # the premise: the time of the next reply runs
    with north.inside():
        type(north.ticket(ticket)).objects.update(waiting_since=timezone.now() - timedelta(seconds=61))
        Chat.objects.update(reply_alerted_at=None)
    route(north)
    assert [why for _name, why in alerted(north)] == ["no_reply", "no_reply"]


def test_an_answer_and_a_new_question_between_two_sweeps_end_the_alert_too(north: Side) -> None:
    ticket = late(north)
    north.say(ticket, "Yes, it is.", by=north.maya)
    north.say(ticket, "And the spoon?")
    route(north)
    assert alerted(north) == []
    with north.inside():
        assert Chat.objects.get(ticket__public_id=ticket).reply_alerted_at is None


def test_the_usual_answer_to_a_late_reply_is_the_queue(north: Side) -> None:
    policy(north, first_reply_seconds=60)
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    [first] = rings(north, ticket)
    accept(north, first.lower(), ticket)
    with north.inside():
        Chat.objects.update(accepted_at=timezone.now() - timedelta(seconds=61))
    route(north)
    assert north.ticket(ticket).assignee is None
    assert alerted(north) == []


# --- settings and doors -----------------------------------------------------------------------------------------------
def test_a_late_reply_of_which_nobody_would_be_told_is_refused(north: Side) -> None:
    with north.inside(), pytest.raises(HelpdeskError) as error:
        set_routing_policy(by=north.olga, department=None, late_reply="alert", alerts_whom="nobody")
    assert (error.value.code, error.value.field) == ("choice", "alerts_whom")
    with north.inside():
        kept = set_routing_policy(by=north.olga, department=None, late_reply="alert", alerts_whom="leads")
        assert (kept.late_reply, kept.alerts_whom) == ("alert", "leads")


def test_leads_are_named_on_the_departments_page(north: Side) -> None:
    delivery = delivery_of(north, maya=50)
    client, url = client_of(north.ada), page("department", north, public_id=delivery.public_id)
    assert "A lead can be alerted" in text_of(client.get(url))
    maya, theo = north.maya.pk, north.theo.pk
    data = {"name": "Delivery", "members": [maya, theo], f"lead_{maya}": "on", f"lead_{north.ada.pk}": "on"}
    assert client.post(url, data).status_code == 302
    with north.inside():
        assert dict(DepartmentMember.objects.values_list("membership_id", "is_lead")) == {maya: True, theo: False}
    assert client.post(url, {"name": "Delivery", "members": [maya, theo], f"lead_{theo}": "on"}).status_code == 302
    with north.inside():
        assert dict(DepartmentMember.objects.values_list("membership_id", "is_lead")) == {maya: False, theo: True}


def test_over_rest_one_reads_ones_alerts_and_says_that_one_has_seen_them(north: Side) -> None:
    left_alone(north)
    client, headers = client_of(north.olga), {"X-Workspace": north.slug}

    def see() -> Any:
        return client.post(f"/api/v1/alerts/{frame['alert']}/seen", {}, "application/json", headers=headers)

    [frame] = client.get("/api/v1/desk", headers=headers).json()["alerts"]
    assert see().status_code == 200
    assert client.get("/api/v1/desk", headers=headers).json()["alerts"] == []
    assert (see().status_code, see().json()["code"]) == (404, "not_found")
