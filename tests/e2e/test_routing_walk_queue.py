"""How many wait and for how long, what goes ahead, and who helps out: seen in the widget and the consoles."""

import re
from collections.abc import Callable

import pytest
from people import Visitor
from playwright.sync_api import Locator, expect
from walk import Team, accept

MINUTE = 60
CHOICE = "Who gets the next chat"
NOBODY = "Nobody is free right now."


@pytest.fixture(autouse=True)
def at_work(team: Team) -> None:
    """Chats are taken by hand, so that they wait."""
    team.behind.set_routing(strategy="manual", is_sticky=False, ring_seconds=120, pause_after_misses=0)


def place(who: Visitor) -> Locator:
    return who.frame.locator(".bar small")


def offers_chat(who: Visitor, path: str = "/") -> None:
    """From a page that is loaded now; what visitors are shown may be five seconds old."""
    _until(who, path, re.compile("^(Open chat|Chat with us)"))


def offers_message(who: Visitor, path: str = "/") -> None:
    _until(who, path, re.compile("^Leave a message"))


def _until(who: Visitor, path: str, name: re.Pattern[str]) -> None:
    # Routed, the browser does not keep what it was told for half a minute.
    who.page.route("**/widget/v1/config*", lambda route: route.continue_())
    for _attempt in range(12):
        who.visit(path)
        expect(who.launcher()).to_be_visible()
        if who.page.get_by_role("button", name=name).is_visible():
            return
        who.page.wait_for_timeout(700)
    raise AssertionError(f"the shop never showed {name.pattern}")


# --- how many ---------------------------------------------------------------------------------------------------------
def test_how_many_may_wait(team: Team, visitor: Callable[..., Visitor]) -> None:
    clara = visitor()
    for name in ("Queue 1", "Queue 2"):
        team.behind.start(name=name)
    team.admin.routing({"Waiting for each agent": 1, "Waiting in all": 10})  # two agents
    offers_message(clara)
    nora = visitor().visit("/").open_widget()
    expect(nora.frame.get_by_text("We have many chats at the moment.").first).to_be_visible()
    team.admin.routing({"Waiting for each agent": 2})
    offers_chat(clara)
    team.admin.routing({"Waiting in all": 2})
    offers_message(clara)
    team.admin.routing({"Waiting in all": 0})  # nobody waits, but both have places
    offers_chat(clara)
    team.admin.routing({"Chats at once": 0})
    offers_message(clara)


def test_the_longest_wait(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.routing({"Longest wait": ""})
    clara = visitor().visit("/").start_chat("Clara Patient", "Hello? §v1;")
    expect(place(clara)).to_contain_text("You are next")
    team.behind.waited(name="Clara Patient", seconds=180 * MINUTE)
    team.behind.sweep()
    team.admin.routing({"Longest wait": 200})
    team.behind.sweep()
    expect(clara.frame.get_by_text(NOBODY).first).to_be_hidden()
    team.admin.routing({"Longest wait": 180})
    expect(clara.frame.get_by_text(NOBODY).first).to_be_visible()
    team.waits("Clara Patient")  # and keeps the place
    team.maya.view("Unassigned")
    team.maya.open_ticket("Clara Patient")
    team.maya.reply("Here I am. §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])


# --- what goes ahead --------------------------------------------------------------------------------------------------
def test_what_goes_ahead_in_the_queue(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.admin.open("routing/")
    team.admin.ahead("The page’s address contains", "/goods/tide", 5)
    team.admin.ahead("The customer was here before", "", 5)
    team.admin.ahead("The customer’s language is", "Greek", 5)
    team.admin.save("The routing is saved.")
    team.behind.talked_before(name="Returning", by="maya", days=40)
    clara = visitor().visit("/").start_chat("Clara Behind", "Hello? §v1;")
    expect(place(clara)).to_contain_text("You are next")
    team.behind.start(name="Just new")
    tide = visitor().visit("/goods/tide").start_chat("Clara Tide", "Hello? §w1;")
    expect(place(tide)).to_contain_text("You are next")
    expect(place(clara)).to_contain_text("You are number 2")
    team.behind.start_again(name="Returning")
    expect(place(clara)).to_contain_text("You are number 3")
    team.behind.start(name="Greek", language="el")
    expect(place(clara)).to_contain_text("You are number 4")
    # A point is a minute: whoever has waited for longer than that is not overtaken.
    team.behind.waited(name="Clara Behind", seconds=6 * MINUTE)
    team.behind.start(name="Greek too", language="el")
    expect(place(clara)).to_contain_text("You are next")


# --- other departments ------------------------------------------------------------------------------------------------
def test_a_department_passes_on_after_its_time_or_at_once(team: Team, visitor: Callable[..., Visitor]) -> None:
    """Maya alone is in Returns, both are in Orders & delivery."""
    team.behind.set_routing(department="Orders & delivery", strategy="ring_all", ring_seconds=120)
    team.behind.address_widget_to(department="Returns")
    to = "If nobody accepts, pass to"
    team.admin.routing_of("Returns", {to: "Orders & delivery", "Pass on after": 3600})
    clara = visitor()
    offers_chat(clara)
    clara.start_chat("Clara Passed", "Hello? §v1;")
    expect(place(clara)).to_contain_text("You are next")
    team.behind.sweep()
    expect(team.eleni.incoming("Clara Passed")).to_have_count(0)
    team.admin.routing_of("Returns", {"Pass on after": 5})
    team.rings("Clara Passed", team.maya, team.eleni)
    accept(team.eleni.incoming("Clara Passed"))
    expect(clara.log).to_contain_text("Eleni joined the chat")

    team.admin.routing_of("Returns", {"Pass on after": 3600})
    team.behind.set_status(name="maya", status="away")  # nobody in Returns
    nora = visitor()
    offers_chat(nora)
    nora.start_chat("Nora Passed", "Hello? §v1;")
    team.rings("Nora Passed", team.eleni)
    team.admin.routing_of("Returns", {to: "Nobody: it waits"})
    offers_message(visitor())


def test_a_department_has_settings_of_its_own_and_people_and_hours(team: Team, visitor: Callable[..., Visitor]) -> None:
    team.behind.address_widget_to(department="Orders & delivery")
    team.admin.routing_of("Orders & delivery", {CHOICE: "Ring everyone"})
    team.behind.start(name="Of Returns", department="Returns")
    clara = visitor()
    offers_chat(clara)
    clara.start_chat("Clara Own", "Hello? §v1;")
    team.rings("Clara Own", team.maya, team.eleni)
    expect(team.maya.row("Of Returns").first).to_be_visible()  # by hand, as the workspace has it
    accept(team.maya.incoming("Clara Own"))

    page = team.admin.department("Orders & delivery")
    page.get_by_role("checkbox", name="Maya Lindqvist Owner").uncheck()
    team.admin.save("The department is saved.")
    team.behind.start(name="Without Maya", department="Orders & delivery")
    team.rings("Without Maya", team.eleni)
    team.behind.end_all()

    page = team.admin.open("hours/")
    page.get_by_role("main").get_by_role("link", name="Orders & delivery").click()
    page.get_by_role("radio", name=re.compile("^(These|Other|Own) hours")).check()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(day, exact=True).fill("")
    team.admin.save("The hours are saved.")
    team.behind.start(name="Out of hours", department="Orders & delivery")
    team.behind.sweep()
    expect(team.eleni.incoming("Out of hours")).to_have_count(0)
    offers_message(visitor())
    page = team.admin.open("hours/")
    page.get_by_role("main").get_by_role("link", name="Orders & delivery").click()
    page.get_by_role("radio", name=re.compile("^Like the workspace")).check()
    team.admin.save("The hours are saved.")
    team.rings("Out of hours", team.eleni)
