"""Every way to choose who gets the next chat, changed on the page and seen in the consoles and the widget."""

import re
from collections.abc import Callable

import pytest
from people import Visitor
from playwright.sync_api import expect
from walk import Team, accept

CHOICE = "Who gets the next chat"


@pytest.fixture(autouse=True)
def at_work(team: Team) -> None:
    """Maya has two chats of four and was asked long ago; Eleni has one and was asked lately."""
    team.behind.set_routing(strategy="manual", is_sticky=False, ring_seconds=120)
    team.behind.give(by="maya", count=2)
    team.behind.give(by="eleni", count=1)
    team.behind.offered(name="maya", seconds=900)
    team.behind.offered(name="eleni", seconds=300)


def ring(team: Team, *names: str) -> None:
    for name in names:
        team.behind.start(name=name)


def test_spread_evenly_rings_at_whoever_has_the_fewest(team: Team) -> None:
    team.admin.routing({CHOICE: "Spread evenly"})
    ring(team, "Even 1")
    team.rings("Even 1", team.eleni)


def test_fill_up_rings_at_whoever_has_the_most_and_a_place(team: Team) -> None:
    team.admin.routing({CHOICE: "Fill up"})
    ring(team, "Full 1", "Full 2", "Full 3")
    team.rings("Full 1", team.maya)
    team.rings("Full 3", team.eleni)  # four chats is all that Maya may have


def test_in_turn_rings_at_whoever_was_asked_longest_ago(team: Team) -> None:
    team.admin.routing({CHOICE: "In turn"})
    ring(team, "Turn 1", "Turn 2")
    team.rings("Turn 1", team.maya)
    team.rings("Turn 2", team.eleni)


def test_at_random_it_rings_at_both_in_the_end(team: Team) -> None:
    team.admin.routing({CHOICE: "At random", "Chats at once": ""})
    ring(team, *(f"Lot {number}" for number in range(16)))
    for agent in (team.maya, team.eleni):  # at one alone in one of 32 768 runs
        expect(agent.conversations.get_by_role("region", name=re.compile("^Incoming chat from Lot"))).to_be_visible()


def test_by_priority_rings_in_the_order_of_the_departments_page(team: Team) -> None:
    team.admin.routing({CHOICE: "By priority"})
    page = team.admin.department("Orders & delivery")
    page.get_by_label("Priority of Maya Lindqvist").fill("20")
    page.get_by_label("Priority of Eleni Markou").fill("30")
    team.admin.save("The department is saved.")
    team.behind.start(name="First 1", department="Orders & delivery")
    team.rings("First 1", team.maya)
    page = team.admin.department("Orders & delivery")
    page.get_by_label("Priority of Eleni Markou").fill("10")
    team.admin.save("The department is saved.")
    team.behind.start(name="First 2", department="Orders & delivery")
    team.rings("First 2", team.eleni)


def test_by_hand_nobody_rings_and_everyone_rings_once_it_is_said(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({CHOICE: "By hand"})
    clara = visitor().visit("/").start_chat("Clara Choice", "Anybody? §v1;")
    expect(clara.frame.locator(".bar small")).to_contain_text("You are next")
    team.waits("Clara Choice")
    # Settings hold for chats that wait, too.
    team.admin.routing({CHOICE: "Ring everyone"})
    team.rings("Clara Choice", team.maya, team.eleni)
    accept(team.eleni.incoming("Clara Choice"))
    expect(team.maya.toast("Eleni Markou took the chat with Clara Choice.")).to_be_visible()
    expect(clara.log).to_contain_text("Eleni joined the chat")
