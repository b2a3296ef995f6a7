"""How long and how often it rings, who is asked first, and what follows: seen in the consoles and the widget."""

from collections.abc import Callable

import pytest
from people import Visitor
from playwright.sync_api import expect
from walk import Team, accept

MINUTE = 60
NOBODY = "Nobody is free right now."
PAUSED = "You were paused after missed chats."


@pytest.fixture(autouse=True)
def at_work(team: Team) -> None:
    team.behind.set_routing(strategy="round_robin", is_sticky=False, ring_seconds=120, pause_after_misses=0)
    maya_first(team)


def maya_first(team: Team) -> None:
    """It is Maya's turn next."""
    team.behind.offered(name="maya", seconds=900)
    team.behind.offered(name="eleni", seconds=300)


# --- ringing ----------------------------------------------------------------------------------------------------------
def test_ring_for_and_rounds_and_a_pause_after_missed_rings(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({"Ring for": 5, "Rounds": 1, "Pause after missed rings": 2})
    clara = visitor().visit("/").start_chat("Clara Round", "Hello? §v1;")
    team.rings("Clara Round", team.maya)
    team.rings("Clara Round", team.eleni)  # five seconds later
    expect(clara.frame.get_by_text(NOBODY).first).to_be_visible()
    team.waits("Clara Round")
    expect(team.maya.page.get_by_text(PAUSED)).to_have_count(0)  # so it has rung there once

    team.behind.end_all()
    team.behind.set_status(name="eleni", status="away")
    team.admin.routing({"Rounds": 2})
    nora = visitor().visit("/").start_chat("Nora Rounds", "Hello? §w1;")
    for _round in range(2):
        team.rings("Nora Rounds", team.maya)
        team.behind.ring_out(name="Nora Rounds")
    expect(team.maya.page.get_by_text(PAUSED)).to_be_visible()  # and here twice
    expect(nora.frame.get_by_text(NOBODY).first).to_be_visible()
    team.maya.page.get_by_role("button", name="Resume").click()
    expect(team.maya.page.get_by_text(PAUSED)).to_have_count(0)


def test_pause_when_away_from_the_computer(team: Team) -> None:
    team.admin.routing({"Rounds": 1, "Pause when away from the computer": 1})
    team.behind.idle(name="maya", seconds=2 * MINUTE)
    team.behind.idle(name="eleni", seconds=0)
    team.behind.start(name="Left ringing")
    team.rings("Left ringing", team.maya)
    team.behind.ring_out(name="Left ringing")
    team.rings("Left ringing", team.eleni)
    team.behind.ring_out(name="Left ringing")
    expect(team.maya.page.get_by_text("You were paused", exact=False)).to_be_visible()
    expect(team.eleni.incoming("Left ringing")).to_have_count(0)
    expect(team.eleni.page.get_by_text("You were paused", exact=False)).to_have_count(0)


# --- preference -------------------------------------------------------------------------------------------------------
def again(team: Team, name: str, days: int) -> None:
    """Somebody to whom Eleni has talked so many days ago begins another chat, when it is Maya's turn."""
    team.behind.talked_before(name=name, by="eleni", days=days)
    maya_first(team)
    team.behind.start_again(name=name)


def test_the_agent_of_last_time_within_the_days(team: Team) -> None:
    team.admin.routing({"Same agent as last time": True, "Last time is within": 7})
    again(team, "Clara Again", days=6)
    team.rings("Clara Again", team.eleni)
    again(team, "Clara Long Ago", days=8)
    team.rings("Clara Long Ago", team.maya)
    team.admin.routing({"Same agent as last time": False})
    again(team, "Clara Anyone", days=1)
    expect(team.maya.conversations.get_by_role("button", name="1 more chat rings")).to_be_visible()


def test_waiting_for_the_agent_of_last_time(team: Team) -> None:
    team.admin.agent("Eleni Markou").get_by_label("Chats at once").fill("1")
    team.admin.save("is saved")
    team.behind.give(by="eleni", count=1)
    team.admin.routing({"Same agent as last time": True, "Wait for that agent": 60})
    again(team, "Clara Held", days=1)
    team.waits("Clara Held")
    team.behind.waited(name="Clara Held", seconds=61)
    team.rings("Clara Held", team.maya)
    team.admin.routing({"Wait for that agent": 0})
    again(team, "Clara Not Held", days=1)
    expect(team.maya.conversations.get_by_role("button", name="1 more chat rings")).to_be_visible()


def test_the_customers_language(team: Team, visitor: Callable[..., Visitor]) -> None:
    page = team.admin.agent("Eleni Markou")
    page.get_by_text("Choose languages").click()
    page.get_by_label("Greek", exact=True).check()
    page.get_by_label("Chats at once").fill("1")
    team.admin.save("is saved")
    rule = "Speaks the customer’s language"
    team.admin.routing({rule: "Does not matter"})
    team.behind.start(name="Greek 1", language="el")
    team.rings("Greek 1", team.maya)
    team.behind.end_all()
    maya_first(team)
    team.admin.routing({rule: "First those who speak it, then anyone", "Wait for the language": 300})
    team.behind.start(name="Greek 2", language="el")
    team.rings("Greek 2", team.eleni)
    team.behind.start(name="Greek 3", language="el")  # Eleni has her one chat now
    team.waits("Greek 3")
    team.behind.waited(name="Greek 3", seconds=301)
    team.rings("Greek 3", team.maya)
    team.admin.routing({rule: "Only those who speak it"})
    clara = visitor(locale="el-GR").visit("/")
    clara.start_chat_in_any_language("Clara Greek", "Hello? §v1;")
    team.behind.waited(name="Clara Greek", seconds=301)
    team.behind.sweep()
    team.waits("Clara Greek")


# --- after accepting --------------------------------------------------------------------------------------------------
def test_first_and_next_reply_within(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({"First reply within": 60, "Next reply within": 0})
    clara = visitor().visit("/").start_chat("Clara Unanswered", "Hello? §v1;")
    accept(team.maya.incoming("Clara Unanswered"))
    expect(clara.log).to_contain_text("Maya joined the chat")
    box = team.maya.page.get_by_label("Reply to ")
    box.press_sequentially("One mo")  # whoever is typing is given more time
    expect(clara.frame.get_by_text("Maya is typing").first).to_be_visible()
    team.behind.talked(name="Clara Unanswered", seconds=61)
    team.behind.sweep()
    expect(team.eleni.incoming("Clara Unanswered")).to_have_count(0)
    box.fill("")
    team.behind.stopped_typing(name="Clara Unanswered")
    team.behind.sweep()
    team.rings("Clara Unanswered", team.eleni)
    accept(team.eleni.incoming("Clara Unanswered"))
    expect(clara.log).to_contain_text("Eleni joined the chat")
    team.eleni.reply("Here I am. §a1;")
    clara.write("And the price? §v2;")
    team.eleni.expect_tokens(["§v1;", "§a1;", "§v2;"])
    team.behind.talked(name="Clara Unanswered", seconds=61)
    team.behind.sweep()
    expect(team.maya.incoming("Clara Unanswered")).to_have_count(0)  # 0: no limit
    team.admin.routing({"Next reply within": 60})
    team.behind.sweep()
    team.rings("Clara Unanswered", team.maya)
