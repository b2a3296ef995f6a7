"""How many chats an agent may have, changed on the pages and seen in the consoles and the widget."""

from collections.abc import Callable

import pytest
from people import Agent, Visitor
from playwright.sync_api import expect
from walk import Team

MINUTE = 60


@pytest.fixture(autouse=True)
def at_work(team: Team) -> None:
    """Each has one chat; it rings at Maya first."""
    team.behind.set_routing(strategy="round_robin", is_sticky=False, ring_seconds=120, pause_after_misses=0)
    team.behind.give(by="maya", count=1)
    team.behind.give(by="eleni", count=1)
    team.behind.offered(name="maya", seconds=900)
    team.behind.offered(name="eleni", seconds=300)


def places(agent: Agent, words: str) -> None:
    """What the console says of the agent's places."""
    expect(agent.page.get_by_text(words, exact=True).first).to_be_visible()


def test_chats_at_once_of_the_department_and_of_one_agent(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({"Chats at once": 1})
    clara = visitor().visit("/").start_chat("Clara Places", "Hello? §v1;")
    expect(clara.frame.locator(".bar small")).to_contain_text("You are next")
    team.waits("Clara Places")
    team.admin.agent("Eleni Markou").get_by_label("Chats at once").fill("2")
    team.admin.save("is saved")
    team.rings("Clara Places", team.eleni)
    team.admin.agent("Maya Lindqvist").get_by_label("Chats at once").fill("0")
    team.admin.save("is saved")
    team.admin.routing({"Chats at once": ""})  # no limit, but for those who have one of their own
    team.behind.start(name="Second place")
    team.waits("Second place")
    team.admin.agent("Maya Lindqvist").get_by_label("Chats at once").fill("")
    team.admin.save("is saved")
    team.rings("Second place", team.maya)


def test_rest_between_chats(team: Team) -> None:
    team.admin.routing({"Rest between chats": 300})
    ended = team.behind.start(name="Ended", by="maya")
    team.behind.say(ticket=ended, by="maya")
    team.behind.end(ticket=ended, by="maya")
    team.behind.start(name="After a rest 1")
    team.rings("After a rest 1", team.eleni)
    team.admin.routing({"Rest between chats": 0})
    team.behind.start(name="After a rest 2")
    team.rings("After a rest 2", team.maya)


def test_silence_frees_the_place(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({"Chats at once": 1, "Silence frees the place": 0})
    clara = visitor().visit("/").start_chat("Clara Silence", "Hello? §v1;")
    team.behind.talked(name="Maya’s 1", seconds=11 * MINUTE)
    team.behind.sweep()
    team.waits("Clara Silence")  # 0: never
    team.admin.routing({"Silence frees the place": 10})
    team.behind.sweep()
    team.rings("Clara Silence", team.maya)
    expect(clara.log).to_contain_text("§v1;")
    # The customer's next word takes the place again, so nobody else rings at Maya when this one is over.
    expect(team.maya.row("Maya’s 1").first).to_be_visible()


@pytest.mark.parametrize("may", [False, True])
def test_more_than_the_limit_by_hand(team: Team, visitor: Callable[..., Visitor], may: bool) -> None:
    team.admin.routing({"Chats at once": 1, "More than the limit by hand": may})
    name = f"Clara {'Over' if may else 'Full'}"
    clara = visitor().visit("/").start_chat(name, "Hello? §v1;")
    team.maya.view("Unassigned")
    team.maya.open_ticket(name)
    team.maya.page.get_by_role("button", name="Take", exact=True).click()
    if may:
        expect(clara.log).to_contain_text("Maya joined the chat")
        return
    refused = "You have as many chats as you may have. End one, then take this one."
    expect(team.maya.page.get_by_text(refused).first).to_be_visible()
    # An answer would take it, too.
    team.maya.reply("I could. §a1;")
    expect(team.maya.log.get_by_text(refused)).to_be_visible()
    clara.expect_tokens(["§v1;"])
    expect(clara.frame.locator(".bar small")).to_contain_text("You are next")
