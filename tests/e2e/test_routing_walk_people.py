"""Who rests and who leaves: an admin pauses an agent, and the workspace's minutes for those who are gone."""

from collections.abc import Callable

from people import Visitor
from playwright.sync_api import expect
from walk import Team, accept

MINUTE = 60


def test_an_admin_pauses_an_agent_and_ends_it(team: Team) -> None:
    team.behind.set_routing(strategy="ring_all", is_sticky=False, ring_seconds=120, pause_after_misses=0)
    team.behind.start(name="Rings at both")
    team.rings("Rings at both", team.maya, team.eleni)
    page = team.admin.agent("Eleni Markou")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("is offered no chats until somebody resumes.")).to_be_visible()
    team.rings("Rings at both", team.maya)
    expect(team.eleni.page.get_by_text("paused").first).to_be_visible()
    team.behind.start(name="Rings at one")
    team.maya.conversations.get_by_role("button", name="1 more chat rings").click()
    expect(team.eleni.conversations.get_by_role("region", name="Incoming")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    team.behind.start(name="Rings again")
    expect(team.eleni.conversations.get_by_role("region", name="Incoming").first).to_be_visible()


def test_a_chat_whose_agent_is_gone_and_one_whose_customer_is(team: Team, visitor: Callable[..., Visitor]) -> None:
    """The rows are moved: the agent is gone for three minutes, and the customer for nine and then ten."""
    team.behind.set_routing(strategy="ring_all", is_sticky=False, ring_seconds=120, first_reply_seconds=0)
    page = team.admin.open("workspace/")
    page.get_by_label("minutes until a chat whose agent has left").fill("5")
    team.admin.save("The workspace is saved.")
    clara = visitor().visit("/").start_chat("Clara Left", "Hello? §v1;")
    accept(team.eleni.incoming("Clara Left"))
    expect(clara.log).to_contain_text("Eleni joined the chat")
    team.eleni.page.goto("about:blank")
    team.behind.gone(name="eleni", seconds=3 * MINUTE)
    team.behind.talked(name="Clara Left", seconds=3 * MINUTE)
    team.behind.sweep()
    expect(clara.log).not_to_contain_text("had to leave")
    page = team.admin.open("workspace/")
    page.get_by_label("minutes until a chat whose agent has left").fill("2")
    page.get_by_label("minutes until a chat that its visitor left is ended").fill("10")
    team.admin.save("The workspace is saved.")
    team.behind.sweep()
    expect(clara.log).to_contain_text("Eleni had to leave. Somebody else answers you as soon as they can.")
    team.rings("Clara Left", team.maya)
    accept(team.maya.incoming("Clara Left"))
    expect(clara.log).to_contain_text("Maya joined the chat")
    team.maya.reply("Here I am. §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])

    clara.page.goto("about:blank")
    team.behind.left(name="Clara Left", seconds=9 * MINUTE)
    team.behind.sweep()
    expect(team.maya.log).not_to_contain_text("The chat ended")
    team.behind.left(name="Clara Left", seconds=MINUTE)
    team.behind.sweep()
    expect(team.maya.log).to_contain_text("The chat ended: the customer was away for a while")
    team.eleni.page.go_back()
