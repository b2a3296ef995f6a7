"""What pages report, and what comes of an invitation that was accepted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from chat.actions.exposures import report_exposure
from chat.models import InvitationExposure, SpeechBudget
from helpdesk.errors import HelpdeskError
from tests.chat.inviting.cast import Browser, active
from tests.world import Side, World
from tickets.envelopes import for_agents, for_visitor
from tickets.models import Event


@pytest.fixture
def north(world: World) -> Iterator[Side]:
    with world.north.inside():
        yield world.north


@pytest.fixture
def browser(north: Side) -> Browser:
    return Browser(north)


@pytest.fixture
def exposure(north: Side, browser: Browser) -> InvitationExposure:
    browser.due(active(north.olga))
    return InvitationExposure.objects.get()


def report(browser: Browser, exposure: InvitationExposure, what: str, why: str = "") -> None:
    report_exposure(browser=browser.id, exposure_id=exposure.public_id, what=what, why=why)
    exposure.refresh_from_db()


def moments(exposure: InvitationExposure) -> dict[str, Any]:
    names = ("missed_at", "shown_at", "seen_at", "dismissed_at", "accepted_at")
    return {name: getattr(exposure, name) for name in names}


@pytest.mark.parametrize("order", list(permutations(("shown", "seen", "accepted"))))
def test_reports_in_any_order_and_twice_come_to_the_same(
    browser: Browser, exposure: InvitationExposure, order: tuple[str, ...]
) -> None:
    for what in order:
        report(browser, exposure, what)
    first = moments(exposure)
    assert [name for name, moment in first.items() if moment] == ["shown_at", "seen_at", "accepted_at"]
    for what in (*order, "missed"):
        report(browser, exposure, what)
    assert moments(exposure) == first  # the first one counts


def test_a_later_stage_says_the_earlier_ones(browser: Browser, exposure: InvitationExposure) -> None:
    report(browser, exposure, "dismissed")
    assert exposure.shown_at == exposure.seen_at == exposure.dismissed_at
    assert exposure.dismissed_why == "closed"


def test_what_was_missed_has_cost_nothing(north: Side, browser: Browser, exposure: InvitationExposure) -> None:
    invitation = exposure.invitation
    for _turn in range(2):
        report(browser, exposure, "missed")
        invitation.refresh_from_db()
        assert invitation.shown_total == 0
    report(browser, exposure, "shown")
    assert exposure.shown_at is None
    assert browser.due(invitation)["type"] == "invitation"


def test_what_nobody_reported_stays_counted(north: Side, browser: Browser, exposure: InvitationExposure) -> None:
    InvitationExposure.objects.update(expires_at=exposure.eligible_at)
    assert browser.due(exposure.invitation)["type"] == "invitation.no"


def test_a_complaint_is_the_wish_never_to_be_asked_again(
    north: Side, browser: Browser, exposure: InvitationExposure
) -> None:
    report(browser, exposure, "dismissed", "complaint")
    budget = SpeechBudget.objects.get(browser=browser.id)
    assert budget.opted_out_at
    assert budget.complained_at
    assert exposure.dismissed_why == "complaint"


def test_a_stranger_reports_nothing(world: World, north: Side, exposure: InvitationExposure) -> None:
    with pytest.raises(HelpdeskError, match="not_found"):
        report(Browser(north), exposure, "accepted")
    with world.south.inside(), pytest.raises(HelpdeskError, match="not_found"):
        report_exposure(browser=exposure.browser, exposure_id=exposure.public_id, what="shown")
    exposure.refresh_from_db()
    assert not any(moments(exposure).values())


def test_who_was_held_out_has_nothing_to_report(north: Side) -> None:
    invitation = active(north.olga, holdout_percent=50)
    while not InvitationExposure.objects.filter(is_holdout=True).exists():
        browser = Browser(north)
        browser.due(invitation)
    held_out = InvitationExposure.objects.get(is_holdout=True)
    with pytest.raises(HelpdeskError, match="not_found"):
        report(browser, held_out, "shown")


# --- the conversation -------------------------------------------------------------------------------------------------
def start(north: Side, exposure: InvitationExposure | UUID, **other: Any) -> Any:
    public_id = exposure if isinstance(exposure, UUID) else exposure.public_id
    return north.ticket(north.start("Yes please", invitation=public_id, **other).ticket)


def test_a_conversation_begins_with_the_words_of_the_invitation(north: Side, exposure: InvitationExposure) -> None:
    ticket = start(north, exposure)
    invited, message = Event.objects.filter(ticket=ticket).order_by("seq")[:2]
    assert (invited.name, invited.text, invited.by_kind) == ("invitation.accepted", "Hello\nCan we help?", "system")
    assert message.name == "message.created"
    agents_read = for_agents(invited, "t").frame()["data"]
    assert agents_read["invitation"] == {"id": str(exposure.invitation.public_id), "name": "Hello"}
    assert for_visitor(invited, "t").frame()["data"] == {"body": "Hello\nCan we help?"}
    assert (ticket.state, ticket.answered_at, ticket.inbound) == ("new", None, 1)  # nobody has answered
    exposure.refresh_from_db()
    assert exposure.ticket == ticket
    assert exposure.visitor == north.visitor
    assert all(moments(exposure)[name] for name in ("shown_at", "seen_at", "accepted_at"))
    assert exposure.messaged_at
    assert exposure.replied_at is None
    north.say(ticket.public_id, "Gladly", by=north.maya)
    exposure.refresh_from_db()
    assert exposure.replied_at


def test_the_same_start_again_is_the_same_conversation(north: Side, exposure: InvitationExposure) -> None:
    client_id = uuid4()
    first = north.start("Yes please", invitation=exposure.public_id, client_id=client_id)
    again = north.start("Yes please", invitation=exposure.public_id, client_id=client_id)
    assert (again.ticket, again.seq, again.duplicate) == (first.ticket, 2, True)


def test_the_department_is_the_invitations_unless_the_visitor_chose(north: Side) -> None:
    sales, delivery = north.departments["sales"], north.departments["delivery"]
    browser = Browser(north)
    browser.due(active(north.olga, department=sales))
    exposure = InvitationExposure.objects.get()
    assert start(north, exposure).department == sales
    visitor, _token = north.new_visitor()
    chosen = Browser(north)
    chosen.due(exposure.invitation)
    exposure = InvitationExposure.objects.latest("id")
    assert start(north, exposure, visitor=visitor, department=delivery.public_id).department == delivery


def test_an_exposure_that_is_not_known_changes_nothing(world: World, north: Side, exposure: InvitationExposure) -> None:
    ticket = start(north, uuid4())
    assert [each.name for each in Event.objects.filter(ticket=ticket)] == ["message.created"]
    ack = world.south.start("Hello", invitation=exposure.public_id)
    with world.south.inside():
        assert not Event.objects.filter(ticket__public_id=ack.ticket, name="invitation.accepted").exists()
    exposure.refresh_from_db()
    assert exposure.ticket is None


def test_an_exposure_leads_to_one_conversation(north: Side, exposure: InvitationExposure) -> None:
    ticket = start(north, exposure)
    visitor, _token = north.new_visitor()
    second = start(north, exposure, visitor=visitor)
    assert not Event.objects.filter(ticket=second, name="invitation.accepted").exists()
    exposure.refresh_from_db()
    assert exposure.ticket == ticket
