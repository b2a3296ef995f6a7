"""The routing step and the verbs around it: who rings, who has the chat, and that nothing rings without a reason."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions import conversations, desks
from chat.actions.messages import Message, send_message
from chat.actions.presence import expire_member, set_status
from chat.actions.rings import accept_ring, decline_ring
from chat.actions.routing import is_routing_due, route_chats
from chat.actions.routing_policy import set_routing_policy
from chat.actions.transfer import Handover, transfer_ticket
from chat.floor import loads_of
from chat.members import members_json
from chat.models import Chat, Desk, PausedWhy, Ring, RingOutcome, RoutingDecision, RoutingPolicy, StatusChange
from chat.rings import still_ringing
from helpdesk.accounts.models import DepartmentMember, Membership, Status
from helpdesk.errors import HelpdeskError
from helpdesk.realtime import publish
from tests.world import Side, World
from tickets.authors import Author
from tickets.models import Event, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world: World) -> Side:
    return world.north


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What single people were told: (group, frame)."""
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(publish, "told_each", lambda news: sent.extend(news))
    return sent


def come(side: Side, *names: str) -> None:
    """These members are at work."""
    for name in names:
        Membership.unscoped.filter(pk=side.members[name].pk).update(
            is_present=True, status=Status.ONLINE, lease_until=timezone.now() + timedelta(minutes=5)
        )


def policy(side: Side, **settings: Any) -> None:
    with side.inside():
        RoutingPolicy.objects.update_or_create(department=None, defaults=settings)


def new_chat(side: Side, text: str = "Hello", visitor: Any = None, department: str = "") -> UUID:
    options: dict[str, Any] = {"department": side.departments[department].public_id} if department else {}
    ticket = side.start(text, visitor=visitor or side.new_visitor()[0], **options).ticket
    assert ticket is not None
    return ticket


def route(side: Side) -> None:
    """As the sweep does it, until nothing is left to do."""
    with side.inside():
        while route_chats():
            pass


def rings(side: Side, ticket: UUID | None = None, **wanted: Any) -> list[str]:
    """At whom it rings now, by first name."""
    with side.inside():
        found = Ring.objects.open().filter(**wanted)
        if ticket is not None:
            found = found.filter(ticket__public_id=ticket)
        return sorted(ring.membership.user.name.split()[0] for ring in found.select_related("membership__user"))


def ring_at(side: Side, name: str, ticket: UUID | None = None) -> Ring:
    with side.inside():
        found = Ring.objects.open().filter(membership=side.members[name])
        return (found.filter(ticket__public_id=ticket) if ticket else found).select_related("ticket").get()


def accept(side: Side, name: str, ticket: UUID | None = None) -> Any:
    ring = ring_at(side, name, ticket)
    with side.inside():
        return accept_ring(by=Author.of_member(side.members[name]), ring_id=ring.public_id)


def let_ring(side: Side) -> None:
    """The time of everything that rings is over."""
    with side.inside():
        Ring.objects.open().update(deadline_at=timezone.now() - timedelta(seconds=1))
    route(side)


def outcomes(side: Side, ticket: UUID) -> list[tuple[str, str]]:
    with side.inside():
        found = Ring.objects.filter(ticket__public_id=ticket).select_related("membership__user").order_by("id")
        return [(ring.membership.user.name.split()[0], ring.outcome) for ring in found]


def last_decision(side: Side, ticket: UUID) -> RoutingDecision:
    with side.inside():
        decision: RoutingDecision = RoutingDecision.objects.filter(ticket__public_id=ticket).first()
        return decision


def waits_why(side: Side, ticket: UUID) -> str:
    with side.inside():
        return Chat.objects.live().get(ticket__public_id=ticket).waits_why


def refused(side: Side, act: Any) -> HelpdeskError:
    with side.inside(), pytest.raises(HelpdeskError) as error:
        act()
    return error.value


# --- it rings ---------------------------------------------------------------------------------------------------------
def test_a_new_chat_rings_at_the_one_who_is_there(north: Side, told: list[Any]) -> None:
    come(north, "maya")
    ticket = new_chat(north, "Is the oak bowl food safe?")
    route(north)
    assert rings(north, ticket) == ["Maya"]
    [(group, frame)] = [each for each in told if each[1]["type"] == "ring.offered"]
    assert group.endswith(f"{north.maya.pk}")
    assert (frame["ticket"], frame["mode"], frame["rings_for_ms"]) == (str(ticket), "directed", 30_000)
    assert frame["summary"]["body"] == "Is the oak bowl food safe?"
    assert frame["summary"]["is_first"] is True


def test_a_second_step_finds_nothing_to_do(north: Side) -> None:
    come(north, "maya", "theo")
    ticket = new_chat(north)
    for _again in range(3):
        route(north)
    assert len(rings(north, ticket)) == 1
    with north.inside():
        assert RoutingDecision.objects.count() == 1


def test_somebody_who_asked_before_the_last_step_is_answered_by_it(north: Side) -> None:
    come(north, "maya")
    asked_at = timezone.now().timestamp()
    route(north)
    ticket = new_chat(north)
    with north.inside():
        assert route_chats(asked_at=asked_at) is False
    assert rings(north, ticket) == []
    with north.inside():
        route_chats(asked_at=timezone.now().timestamp())
    assert rings(north, ticket) == ["Maya"]


def test_who_waits_has_a_reason_written_down(north: Side) -> None:
    ticket = new_chat(north)
    route(north)
    assert waits_why(north, ticket) == "nobody_online"
    come(north, "maya")
    policy(north, strategy="manual")
    route(north)
    assert (waits_why(north, ticket), rings(north)) == ("by_hand", [])


def test_only_members_of_the_department_are_rung(north: Side) -> None:
    come(north, "theo")
    ticket = new_chat(north, department="delivery")
    route(north)
    assert rings(north, ticket) == []
    come(north, "maya")
    route(north)
    assert rings(north, ticket) == ["Maya"]


def test_nobody_gets_more_than_the_limit_and_the_next_rings_when_a_place_is_free(north: Side) -> None:
    policy(north, chats_at_once=1)
    come(north, "maya")
    first, second = new_chat(north), new_chat(north)
    route(north)
    assert rings(north) == ["Maya"]
    accept(north, "maya", first)
    route(north)
    assert (rings(north), waits_why(north, second)) == ([], "all_busy")
    with north.inside():
        conversations.end_chat(by=Author.of_member(north.maya), ticket_id=first, client_id=uuid4())
    route(north)
    assert rings(north, second) == ["Maya"]


def test_an_agents_own_limit_goes_before_the_departments(north: Side) -> None:
    come(north, "maya")
    with north.inside():
        Desk.objects.create(membership=north.maya, chat_limit=0)
    ticket = new_chat(north)
    route(north)
    assert waits_why(north, ticket) == "all_busy"


def test_the_customer_gets_the_agent_of_last_time(north: Side) -> None:
    come(north, "maya", "theo")
    first = new_chat(north, visitor=north.visitor)
    with north.inside():
        conversations.take_ticket(by=Author.of_member(north.theo), ticket_id=first, client_id=uuid4())
    north.say(first, "Yes, it is.", by=north.theo)
    with north.inside():
        conversations.end_chat(by=Author.of_member(north.theo), ticket_id=first, client_id=uuid4())
    again = new_chat(north, visitor=north.visitor)
    route(north)
    assert (rings(north, again), last_decision(north, again).why) == (["Theo"], "sticky")


def test_priority_rules_put_a_chat_ahead_and_waiting_overtakes_them(north: Side) -> None:
    policy(north, priority_rules=[{"kind": "language", "value": "ar", "add": 5}], chats_at_once=1)
    plain = new_chat(north)
    arabic = north.new_visitor()[0]
    with north.inside():
        type(arabic).objects.filter(pk=arabic.pk).update(language="ar-EG")
        arabic.refresh_from_db()
    ahead = new_chat(north, visitor=arabic)
    come(north, "maya")
    route(north)
    assert rings(north, ahead) == ["Maya"]
    with north.inside():
        Ring.objects.all().delete()
        Chat.objects.filter(ticket__public_id=plain).update(rank_at=timezone.now() - timedelta(minutes=6))
    route(north)
    assert rings(north, plain) == ["Maya"]


# --- somebody answers -------------------------------------------------------------------------------------------------
def test_accepting_gives_the_chat_once(north: Side, told: list[Any]) -> None:
    come(north, "maya")
    ticket = new_chat(north)
    route(north)
    ring = ring_at(north, "maya")
    first = accept(north, "maya")
    with north.inside():
        again = accept_ring(by=Author.of_member(north.maya), ring_id=ring.public_id)
        assert Event.objects.filter(ticket=ring.ticket, name="ticket.assigned").count() == 1
    assert (first.duplicate, again.duplicate, first.seq) == (False, True, again.seq)
    assert north.ticket(ticket).assignee == north.maya
    assert outcomes(north, ticket) == [("Maya", "accepted")]
    assert [frame["why"] for _group, frame in told if frame["type"] == "ring.closed"] == ["accepted"]


def test_a_ring_of_somebody_else_is_not_found(north: Side, world: World) -> None:
    come(north, "maya")
    new_chat(north)
    route(north)
    ring = ring_at(north, "maya")
    for by in (north.theo, world.south.sam):
        error = refused(north, lambda by=by: accept_ring(by=Author.of_member(by), ring_id=ring.public_id))
        assert error.code == "not_found"


def test_a_missed_ring_goes_to_the_next_and_never_twice_in_a_cycle(north: Side) -> None:
    policy(north, pause_after_misses=0)
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    for _each in range(3):
        let_ring(north)
    names = [name for name, _outcome in outcomes(north, ticket)]
    assert sorted(names[:2]) == ["Maya", "Theo"]
    assert sorted(names[2:4]) == ["Maya", "Theo"]
    with north.inside():
        assert Desk.objects.get(membership=north.maya).misses >= 1
        assert Chat.objects.get(ticket__public_id=ticket).cycle == 2


def test_declining_is_no_miss(north: Side) -> None:
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    [first] = rings(north, ticket)
    ring = ring_at(north, first.lower())
    with north.inside():
        decline_ring(by=Author.of_member(north.members[first.lower()]), ring_id=ring.public_id)
        decline_ring(by=Author.of_member(north.members[first.lower()]), ring_id=ring.public_id)
    route(north)
    assert rings(north, ticket) == sorted({"Maya", "Theo"} - {first})
    with north.inside():
        assert Desk.objects.get(membership=north.members[first.lower()]).misses == 0


def test_everybody_let_it_ring_so_the_visitor_is_offered_to_leave_a_message(north: Side) -> None:
    policy(north, max_cycles=1, pause_after_misses=0)
    come(north, "maya")
    ticket = new_chat(north)
    route(north)
    let_ring(north)
    with north.inside():
        chat = Chat.objects.get(ticket__public_id=ticket)
        assert (chat.waits_why, chat.given_up_at is not None) == ("all_tried", True)
        Chat.objects.update(rests_until=timezone.now() - timedelta(seconds=1), route_at=timezone.now())
    route(north)
    assert rings(north, ticket) == ["Maya"]


def test_when_it_rings_at_everybody_the_first_has_it_and_nobody_missed_it(north: Side, told: list[Any]) -> None:
    policy(north, strategy="ring_all")
    come(north, "maya", "theo", "ada")
    ticket = new_chat(north)
    route(north)
    assert rings(north, ticket) == ["Ada", "Maya", "Theo"]
    with north.inside():
        assert loads_of([north.maya.pk, north.theo.pk]) == {}
    accept(north, "theo", ticket)
    assert sorted(outcomes(north, ticket)) == [("Ada", "cancelled"), ("Maya", "cancelled"), ("Theo", "accepted")]
    by = {frame["by"]["name"] for _group, frame in told if frame["type"] == "ring.closed"}
    assert by == {"Theo Agent"}
    with north.inside():
        assert not Desk.objects.filter(misses__gt=0).exists()


def test_when_nobody_answers_a_ring_at_everybody_all_missed_it(north: Side) -> None:
    policy(north, strategy="ring_all")
    come(north, "maya", "theo")
    new_chat(north)
    route(north)
    let_ring(north)
    with north.inside():
        assert list(
            Desk.objects.filter(misses=1).values_list("membership_id", flat=True).order_by("membership_id")
        ) == [
            north.maya.pk,
            north.theo.pk,
        ]


def test_who_is_full_cannot_accept_what_rings_at_everybody(north: Side) -> None:
    policy(north, strategy="ring_all", chats_at_once=1)
    come(north, "maya", "theo")
    first, second = new_chat(north), new_chat(north)
    route(north)
    accept(north, "maya", first)
    ring = ring_at(north, "maya", second)
    error = refused(north, lambda: accept_ring(by=Author.of_member(north.maya), ring_id=ring.public_id))
    assert error.code == "desk_full"
    assert north.ticket(second).assignee is None


# --- the reason to ring is gone ---------------------------------------------------------------------------------------
def _resolve(side: Side, ticket: UUID) -> None:
    conversations.set_state(by=Author.of_member(side.theo), ticket_id=ticket, client_id=uuid4(), state=State.RESOLVED)


def _move(side: Side, ticket: UUID) -> None:
    changes = {"department": side.departments["sales"].public_id}
    conversations.update_ticket(by=Author.of_member(side.olga), ticket_id=ticket, client_id=uuid4(), changes=changes)


REASONS_GONE: dict[str, Any] = {
    "somebody takes it": lambda side, ticket: conversations.take_ticket(
        by=Author.of_member(side.theo), ticket_id=ticket, client_id=uuid4()
    ),
    "somebody gives it to somebody": lambda side, ticket: conversations.assign_ticket(
        by=Author.of_member(side.theo), ticket_id=ticket, client_id=uuid4(), to=side.ada.public_id
    ),
    "somebody answers": lambda side, ticket: side.say(ticket, "Yes", by=side.theo),
    "the visitor ends it": lambda side, ticket: conversations.end_chat(
        by=Author.of_visitor(side.visitor), ticket_id=ticket, client_id=uuid4()
    ),
    "it is resolved": _resolve,
    "it goes to another department": _move,
    "the agent is away": lambda side, ticket: set_status(member=side.maya, status=Status.AWAY, reason="Lunch"),
    "the agent pauses": lambda side, ticket: desks.pause_desk(member=side.maya, why=PausedWhy.SELF),
}


@pytest.mark.parametrize("what", REASONS_GONE)
def test_it_stops_ringing_when(north: Side, told: list[Any], what: str) -> None:
    come(north, "maya")
    ticket = new_chat(north, visitor=north.visitor)
    route(north)
    assert rings(north, ticket) == ["Maya"]
    with north.inside():
        REASONS_GONE[what](north, ticket)
    assert (rings(north), outcomes(north, ticket)) == ([], [("Maya", "cancelled")])
    assert [frame["why"] for _group, frame in told if frame["type"] == "ring.closed"] == ["cancelled"]
    with north.inside():
        assert still_ringing(north.maya.pk) == []


def test_the_ring_of_an_agent_who_vanished_goes_on_at_once_and_is_no_miss(north: Side) -> None:
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    [first] = rings(north, ticket)
    gone = north.members[first.lower()]
    Membership.unscoped.filter(pk=gone.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    with north.inside():
        assert expire_member(gone.pk)
    route(north)
    assert rings(north, ticket) == sorted({"Maya", "Theo"} - {first})
    with north.inside():
        assert not Desk.objects.filter(misses__gt=0).exists()


# --- pausing ----------------------------------------------------------------------------------------------------------
def test_after_two_misses_in_a_row_the_agent_is_paused_until_they_say_so(north: Side, told: list[Any]) -> None:
    come(north, "maya")
    for _each in range(2):
        ticket = new_chat(north)
        route(north)
        let_ring(north)
        with north.inside():
            conversations.end_chat(by=Author.of_member(north.olga), ticket_id=ticket, client_id=uuid4())
    with north.inside():
        assert Desk.objects.get(membership=north.maya).paused_why == PausedWhy.MISSES
    assert [frame["paused"]["why"] for _group, frame in told if frame.get("paused")][-1:] == ["misses"]
    ticket = new_chat(north)
    route(north)
    assert rings(north) == []
    with north.inside():
        desks.resume_desk(member=north.maya)
    route(north)
    assert rings(north, ticket) == ["Maya"]
    with north.inside():
        assert list(StatusChange.objects.values_list("is_paused", flat=True).order_by("id")) == [True, False]


def test_one_miss_pauses_who_is_not_at_the_computer(north: Side) -> None:
    come(north, "maya")
    with north.inside():
        desks.note_activity(north.maya)
        Desk.objects.update(last_active_at=timezone.now() - timedelta(minutes=6))
    new_chat(north)
    route(north)
    let_ring(north)
    with north.inside():
        assert Desk.objects.get(membership=north.maya).paused_why == PausedWhy.IDLE


def test_a_pause_of_one_department_is_none_of_the_others(north: Side) -> None:
    come(north, "maya")
    with north.inside():
        desks.pause_desk(member=north.maya, why=PausedWhy.SELF, department=north.departments["delivery"])
    delivery, anywhere = new_chat(north, department="delivery"), new_chat(north)
    route(north)
    assert (rings(north, delivery), rings(north, anywhere)) == ([], ["Maya"])


# --- after acceptance -------------------------------------------------------------------------------------------------
def test_who_does_not_answer_in_time_loses_the_chat_and_the_visitor_is_told(north: Side) -> None:
    policy(north, first_reply_seconds=60)
    come(north, "maya", "theo")
    ticket = new_chat(north)
    route(north)
    [first] = rings(north, ticket)
    accept(north, first.lower(), ticket)
    route(north)
    assert north.ticket(ticket).assignee is not None
    with north.inside():
        Chat.objects.update(accepted_at=timezone.now() - timedelta(seconds=61))
        Chat.objects.update(reply_put_off_until=timezone.now() + timedelta(seconds=5))
    route(north)
    assert north.ticket(ticket).assignee is not None  # they are typing
    with north.inside():
        Chat.objects.update(reply_put_off_until=timezone.now() - timedelta(seconds=1))
    route(north)
    assert rings(north, ticket) == sorted({"Maya", "Theo"} - {first})
    with north.inside():
        event = Event.objects.filter(ticket__public_id=ticket, name="ticket.assigned").order_by("-seq").first()
        assert (event.data["why"], event.visitor_seq is not None) == ("no_reply", True)


def test_an_answer_stops_the_clock(north: Side) -> None:
    policy(north, first_reply_seconds=60)
    come(north, "maya")
    ticket = new_chat(north)
    route(north)
    accept(north, "maya", ticket)
    north.say(ticket, "Yes, it is.", by=north.maya)
    with north.inside():
        Chat.objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    route(north)
    assert north.ticket(ticket).assignee == north.maya


def test_a_silent_visitor_gives_the_place_back_until_they_write(north: Side) -> None:
    policy(north, chats_at_once=1, inactive_minutes=10)
    come(north, "maya")
    ticket = new_chat(north, visitor=north.visitor)
    route(north)
    accept(north, "maya", ticket)
    north.say(ticket, "Yes, it is.", by=north.maya)
    with north.inside():
        type(north.ticket(ticket)).objects.update(last_at=timezone.now() - timedelta(minutes=11))
    waiting = new_chat(north)
    route(north)
    assert rings(north, waiting) == ["Maya"]
    north.say(ticket, "Thanks!")
    with north.inside():
        assert loads_of([north.maya.pk]) == {north.maya.pk: 2}  # the visitor's word counts at once, limit or not


# --- handed over ------------------------------------------------------------------------------------------------------
def _transfer(side: Side, ticket: UUID, by: str, **to: Any) -> Any:
    with side.inside():
        return transfer_ticket(
            by=Author.of_member(side.members[by]), ticket_id=ticket, client_id=uuid4(), to=Handover(**to)
        )


def _taken(side: Side, name: str) -> UUID:
    ticket = new_chat(side)
    with side.inside():
        conversations.take_ticket(by=Author.of_member(side.members[name]), ticket_id=ticket, client_id=uuid4())
    return ticket


def test_a_moment_that_was_waited_for_needs_no_step_when_nothing_is_due(north: Side, world: World) -> None:
    come(north, "maya")
    ticket = new_chat(north)
    route(north)
    with north.inside():
        assert not is_routing_due()
        Ring.objects.open().update(deadline_at=timezone.now())
        assert is_routing_due()
    with world.south.inside():
        assert not is_routing_due()
    with north.inside():
        Ring.objects.open().update(outcome=RingOutcome.TIMEOUT)
        assert not is_routing_due()
        Chat.objects.filter(ticket__public_id=ticket).update(route_at=timezone.now())
        assert is_routing_due()


def test_a_transfer_rings_at_the_colleague_who_then_has_it(north: Side, told: list[Any]) -> None:
    come(north, "maya", "theo")
    ticket = _taken(north, "maya")
    _transfer(north, ticket, "maya", member=north.theo.public_id, note="She asks about the depot.")
    assert north.ticket(ticket).assignee == north.maya
    [frame] = [frame for _group, frame in told if frame["type"] == "ring.offered"]
    assert (frame["mode"], frame["summary"]["note"]) == ("transfer", "She asks about the depot.")
    assert frame["summary"]["from"]["name"] == "Maya Lindqvist"
    accept(north, "theo", ticket)
    assert north.ticket(ticket).assignee == north.theo


def test_a_declined_transfer_stays_where_it_was_and_the_sender_is_told(north: Side, told: list[Any]) -> None:
    come(north, "maya", "theo")
    ticket = _taken(north, "maya")
    _transfer(north, ticket, "maya", member=north.theo.public_id)
    ring = ring_at(north, "theo")
    with north.inside():
        decline_ring(by=Author.of_member(north.theo), ring_id=ring.public_id)
    assert north.ticket(ticket).assignee == north.maya
    [(group, frame)] = [each for each in told if each[1]["type"] == "transfer.closed"]
    assert (frame["why"], frame["to"]["name"], group.endswith(str(north.maya.pk))) == ("declined", "Theo Agent", True)
    with north.inside():
        names = list(Event.objects.filter(ticket=ring.ticket).order_by("seq").values_list("name", flat=True))
    assert names[-2:] == ["transfer.offered", "transfer.closed"]


def test_a_transfer_that_is_overtaken_is_over_for_its_sender_too(north: Side, told: list[Any]) -> None:
    come(north, "maya", "theo")
    ticket = _taken(north, "maya")
    _transfer(north, ticket, "maya", member=north.theo.public_id)
    with north.inside():
        _resolve(north, ticket)
        log = Event.objects.filter(ticket__public_id=ticket).order_by("seq").values_list("name", "data")
        [closed] = [data["why"] for name, data in log if name == "transfer.closed"]
    [frame] = [frame for _group, frame in told if frame["type"] == "transfer.closed"]
    assert (closed, frame["why"], rings(north)) == ("cancelled", "cancelled", [])


def test_a_transfer_to_somebody_who_then_pauses_is_over_and_written_down(north: Side, told: list[Any]) -> None:
    come(north, "maya", "theo")
    ticket = _taken(north, "maya")
    _transfer(north, ticket, "maya", member=north.theo.public_id)
    with north.inside():
        desks.pause_desk(member=north.theo, why=PausedWhy.SELF)
        log = Event.objects.filter(ticket__public_id=ticket).order_by("seq").values_list("name", "data")
        [closed] = [data["why"] for name, data in log if name == "transfer.closed"]
    [frame] = [frame for _group, frame in told if frame["type"] == "transfer.closed"]
    assert (closed, frame["why"], rings(north)) == ("cancelled", "cancelled", [])
    assert north.ticket(ticket).assignee == north.maya


def test_a_transfer_to_a_department_joins_its_queue(north: Side) -> None:
    come(north, "maya", "theo")
    with north.inside():
        DepartmentMember.objects.create(department=north.departments["sales"], membership=north.theo)
    ticket = _taken(north, "maya")
    _transfer(north, ticket, "maya", department=north.departments["sales"].public_id, note="Wants an offer.")
    route(north)
    assert (north.ticket(ticket).assignee, rings(north, ticket)) == (None, ["Theo"])


def test_a_transfer_to_where_nobody_is_must_be_wanted(north: Side) -> None:
    come(north, "maya")
    ticket = _taken(north, "maya")
    for to in ({"member": north.theo.public_id}, {"department": north.departments["sales"].public_id}):
        assert refused(north, lambda to=to: _transfer(north, ticket, "maya", **to)).code == "target_offline"
    assert north.ticket(ticket).assignee == north.maya
    _transfer(north, ticket, "maya", member=north.theo.public_id, anyway=True)
    assert north.ticket(ticket).assignee == north.theo


def test_there_is_one_target(north: Side) -> None:
    come(north, "maya")
    ticket = _taken(north, "maya")
    for to in ({}, {"member": north.theo.public_id, "department": north.departments["sales"].public_id}):
        assert refused(north, lambda to=to: _transfer(north, ticket, "maya", **to)).code == "invalid"
    assert refused(north, lambda: _transfer(north, ticket, "maya", member=north.maya.public_id)).code == (
        "invalid_assignee"
    )


# --- passing on, giving up, limits ------------------------------------------------------------------------------------
def test_a_chat_passes_on_at_once_when_nobody_is_there(north: Side) -> None:
    with north.inside():
        RoutingPolicy.objects.create(
            department=north.departments["delivery"], overflow_department=north.departments["sales"]
        )
        DepartmentMember.objects.create(department=north.departments["sales"], membership=north.theo)
    come(north, "theo")
    ticket = new_chat(north, department="delivery")
    route(north)
    assert (north.ticket(ticket).department, rings(north, ticket)) == (north.departments["sales"], ["Theo"])


def test_a_chat_passes_on_when_the_last_one_leaves_who_was_full(north: Side) -> None:
    sales = north.departments["sales"]
    policy(north, chats_at_once=1)
    with north.inside():
        RoutingPolicy.objects.create(
            department=north.departments["delivery"], overflow_department=sales, overflow_seconds=3600, chats_at_once=0
        )
    come(north, "maya")  # alone in Delivery, where nobody may have a chat
    ticket = new_chat(north, department="delivery")
    route(north)
    assert north.ticket(ticket).department != sales, "it waits for its time"
    with north.inside():
        Membership.objects.update(is_present=False)
    route(north)
    assert north.ticket(ticket).department == sales


def test_settings_hold_for_chats_that_wait_while_nobody_can_be_rung(north: Side) -> None:
    policy(north, chats_at_once=0, max_wait_minutes=None)
    come(north, "maya")
    new_chat(north)
    route(north)
    with north.inside():
        Chat.objects.update(queued_at=timezone.now() - timedelta(minutes=3))
    route(north)
    with north.inside():
        assert Chat.objects.get().given_up_at is None
        set_routing_policy(by=north.olga, department=None, max_wait_minutes=2)
    route(north)
    with north.inside():
        assert Chat.objects.get().given_up_at is not None


def test_after_the_longest_wait_the_visitor_is_offered_to_leave_a_message_once(north: Side) -> None:
    ticket = new_chat(north)
    route(north)
    with north.inside():
        Chat.objects.update(queued_at=timezone.now() - timedelta(minutes=11), route_at=timezone.now())
    route(north)
    route(north)
    with north.inside():
        assert Chat.objects.get().given_up_at is not None
        assert RoutingDecision.objects.filter(ticket__public_id=ticket, kind="give_up").count() == 1


BY_HAND: dict[str, Any] = {
    "take": lambda by, ticket: conversations.take_ticket(by=by, ticket_id=ticket, client_id=uuid4()),
    "assign": lambda by, ticket: conversations.assign_ticket(
        by=by, ticket_id=ticket, client_id=uuid4(), to=by.member.public_id
    ),
    "reply": lambda by, ticket: send_message(Message(by=by, ticket_id=ticket, client_id=uuid4(), text="Hello")),
}


@pytest.mark.parametrize("how", BY_HAND)
def test_beyond_the_limit_only_by_hand_and_only_where_that_is_allowed(north: Side, how: str) -> None:
    policy(north, chats_at_once=1, allows_over_limit=False)
    come(north, "maya")
    _taken(north, "maya")
    ticket = new_chat(north)
    by = Author.of_member(north.maya)
    assert refused(north, lambda: BY_HAND[how](by, ticket)).code == "over_limit"
    policy(north, allows_over_limit=True)
    with north.inside():
        BY_HAND[how](by, ticket)
    assert north.ticket(ticket).assignee == north.maya


# --- records ----------------------------------------------------------------------------------------------------------
def test_a_record_replays_byte_for_byte_after_the_settings_have_changed(north: Side) -> None:
    policy(north, strategy="random")
    come(north, "maya", "theo", "ada")
    ticket = new_chat(north)
    route(north)
    policy(north, strategy="manual", chats_at_once=0)
    with north.inside():
        desks.pause_desk(member=north.maya, why=PausedWhy.ADMIN)
    record = last_decision(north, ticket)
    assert record.is_replayed_equal
    record.inputs["agents"] = [{**agent, "load": 99} for agent in record.inputs["agents"]]
    assert not record.is_replayed_equal


# --- together ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_many_who_accept_at_once_one_has_the_chat(north: Side) -> None:
    policy(north, strategy="ring_all")
    come(north, "maya", "theo", "ada", "olga")
    ticket = new_chat(north)
    route(north)
    names = ["maya", "theo", "ada", "olga"]
    found = {name: ring_at(north, name, ticket) for name in names}
    answers: list[str] = []

    def answer(name: str) -> None:
        try:
            with north.inside():
                accept_ring(by=Author.of_member(north.members[name]), ring_id=found[name].public_id)
            answers.append("won")
        except HelpdeskError as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ring_over", "ring_over", "ring_over", "won"]
    assert sorted(outcome for _name, outcome in outcomes(north, ticket)) == [
        RingOutcome.ACCEPTED,
        RingOutcome.CANCELLED,
        RingOutcome.CANCELLED,
        RingOutcome.CANCELLED,
    ]


def test_a_department_never_passes_on_to_itself(north: Side) -> None:
    policy(north, overflow_department=north.departments["sales"])
    ticket = new_chat(north, department="sales")
    route(north)
    assert waits_why(north, ticket) == "nobody_online"


def test_within_one_step_it_goes_round_too(north: Side) -> None:
    policy(north, strategy="round_robin", chats_at_once=10)
    come(north, "maya", "theo", "ada")
    for _number in range(7):
        new_chat(north)
    route(north)
    names = rings(north)
    assert sorted(names.count(name) for name in ("Ada", "Maya", "Theo")) == [2, 2, 3]


def test_colleagues_see_who_has_room(north: Side) -> None:
    come(north, "maya")
    new_chat(north)
    route(north)
    with north.inside():
        desks.pause_desk(member=north.maya, why=PausedWhy.SELF)
        route_chats()
        known = {row["name"]: row for row in members_json()}
    maya = known["Maya Lindqvist"]
    assert (maya["load"], maya["limit"], maya["paused"]) == (0, 4, True)
