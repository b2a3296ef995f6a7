"""An agent invites somebody: who may be, what it costs, and who sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from chat.actions.exposures import opt_out, report_exposure
from chat.actions.manual_invitations import ByHand, invite_by_hand
from chat.browsing.here import boards, registry
from chat.browsing.states import open_invitations
from chat.floor import loads_of, read_floor
from chat.models import Desk, InvitationExposure
from chat.policies import current_policies
from helpdesk.errors import HelpdeskError
from helpdesk.strict_json import loads_object
from tests.chat.browsing.pages import hello
from tests.chat.inviting.cast import Browser, active, is_here, overheard
from tests.world import Side, World
from tickets.models import CannedMessage, Event


@pytest.fixture
def north(world: World) -> Iterator[Side]:
    with world.north.inside():
        yield world.north


def opens(side: Side, browser: UUID | None = None, *, ago: int = 60) -> UUID:
    """A page of the shop is open; it was loaded so many seconds ago."""

    async def enter() -> None:
        page = hello(browser, "/checkout")
        page["page"]["ago"] = ago
        ids.append(page["browser"])
        registry().enter(side.workspace.pk, page, "192.0.2.7", "")
        registry()._agents.clear()
        await registry().flush()

    ids: list[UUID] = []
    asyncio.run(enter())
    return ids[0]


def invite(by: Any, browser: UUID, **other: Any) -> InvitationExposure:
    boards().of(by.workspace_id)._read_at = -1e9
    return invite_by_hand(
        by=by, invite=ByHand(**{"browser": browser, "client_id": uuid4(), "text": "May I help?", **other})
    )


def refusal(by: Any, browser: UUID, **other: Any) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as caught:
        invite(by, browser, **other)
    return caught.value


def test_the_page_in_front_is_told_and_a_place_is_kept(north: Side) -> None:
    browser = opens(north)
    with overheard() as said:
        exposure = invite(north.maya, browser)
    ((group, message),) = said
    assert group == f"w{north.workspace.pk}.b{browser}"
    assert message["process"] == registry().process
    frame = loads_object(message["text"])
    assert (frame["texts"]["text"], frame["content"]["agent"]["name"], frame["invitation"]) == (
        "May I help?",
        "Maya",
        None,
    )
    assert loads_of([north.maya.pk]) == {north.maya.pk: 1}
    assert read_floor(current_policies(), timezone.now()).seats[north.maya.pk].load == 1
    state = open_invitations()[str(browser)]
    assert (state["state"], state["with"]) == ("invited", str(north.maya.public_id))
    InvitationExposure.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert loads_of([north.maya.pk]) == {}
    assert open_invitations() == {}
    assert exposure.is_manual


def test_colleagues_see_who_is_invited(north: Side) -> None:
    browser = opens(north)
    invite(north.maya, browser)
    board = boards().of(north.workspace.pk)
    board._read_at = board._states_at = -1e9
    board.refresh()
    row = board.rows[str(browser)].row
    assert (row["state"], row["with"]) == ("invited", str(north.maya.public_id))
    assert not {"visit", "used"} & row.keys()


@pytest.mark.parametrize("what", ["dismissed", "missed"])
def test_the_place_is_free_again_when_the_visitor_does_not_want(north: Side, what: str) -> None:
    browser = opens(north)
    exposure = invite(north.maya, browser)
    report_exposure(browser=browser, exposure_id=exposure.public_id, what=what)
    assert loads_of([north.maya.pk]) == {}


def test_the_same_command_again_is_the_same_invitation(north: Side) -> None:
    browser, client_id = opens(north), uuid4()
    assert invite(north.maya, browser, client_id=client_id) == invite(north.maya, browser, client_id=client_id)
    assert InvitationExposure.objects.count() == 1


def test_the_chat_that_comes_of_it_is_the_agents(north: Side) -> None:
    is_here(north.maya)
    exposure = invite(north.maya, opens(north))
    ticket = north.ticket(north.start("Yes", invitation=exposure.public_id).ticket)
    assert ticket.assignee == north.maya
    first = Event.objects.get(ticket=ticket, seq=1)
    assert (first.name, first.text, first.member) == ("invitation.accepted", "May I help?", north.maya)
    assert loads_of([north.maya.pk]) == {north.maya.pk: 1}  # the chat, not the kept place too


def test_who_has_left_meanwhile_does_not_get_the_chat(north: Side) -> None:
    exposure = invite(north.maya, opens(north))
    assert north.ticket(north.start("Yes", invitation=exposure.public_id).ticket).assignee is None


def test_a_person_may_speak_as_soon_as_a_page_is_open(north: Side) -> None:
    assert invite(north.maya, opens(north, ago=0)).text == "May I help?"


def test_a_reason_sets_aside_that_somebody_was_asked_before(north: Side) -> None:
    browser = opens(north)
    asked = Browser(north)
    asked.id, asked.visit = browser, UUID(int=7)
    asked.due(active(north.olga))
    error = refusal(north.maya, browser)
    assert (error.code, error.data["rule"], error.data["may_override"]) == ("manners", "budget", True)
    assert error.problem()["detail"] == str(error.message)  # what it says is not taken for why it is
    exposure = invite(north.maya, browser, reason="They have asked by phone")
    assert exposure.override_reason == "They have asked by phone"


def test_no_reason_sets_aside_that_somebody_said_no(north: Side) -> None:
    browser = opens(north)
    opt_out(browser=browser)
    for reason in ("", "It is urgent"):
        error = refusal(north.maya, browser, reason=reason)
        assert (error.code, error.data["rule"], error.data["may_override"]) == ("manners", "opted_out", False)


def test_who_has_no_place_invites_nobody(north: Side) -> None:
    Desk.objects.update_or_create(membership=north.maya, defaults={"chat_limit": 1})
    invite(north.maya, opens(north))
    assert refusal(north.maya, opens(north)).code == "desk_full"


def test_what_is_said_may_be_a_canned_message(north: Side) -> None:
    canned = CannedMessage.objects.create(shortcut="hi", text="Good day!", scope="workspace")
    other = CannedMessage.objects.create(shortcut="own", text="Mine", scope="personal", owner=north.theo)
    assert invite(north.maya, opens(north), text="", canned=canned.public_id).text == "Good day!"
    assert refusal(north.maya, opens(north), canned=other.public_id).code == "not_found"
    assert refusal(north.maya, opens(north), text=" ").code == "blank"


def test_a_visitor_of_another_shop_is_not_there(world: World, north: Side) -> None:
    browser = opens(world.south)
    assert refusal(north.maya, browser).code == "not_found"
    assert refusal(north.maya, uuid4()).code == "not_found"
