"""Who waits reads their place and the probable wait, and may leave a message instead."""

from collections.abc import Callable

import pytest
from people import Agent, Visitor
from playwright.sync_api import Locator, expect
from test_rings import routing  # noqa: F401  (a fixture)
from test_screens import widget_faults


@pytest.fixture
def by_hand(routing: Callable[..., None]) -> Callable[..., None]:  # noqa: F811
    """Nobody is rung: agents take chats from the queue. Each has one place."""
    routing(strategy="manual", chats_at_once=1)
    return routing


def head(who: Visitor) -> Locator:
    return who.frame.locator(".bar small")


def offer(who: Visitor) -> Locator:
    return who.frame.get_by_role("button", name="Leave a message instead")


def sheet(who: Visitor) -> Locator:
    return who.frame.get_by_role("dialog", name="Leave a message instead")


def box(who: Visitor) -> Locator:
    return who.frame.get_by_role("textbox", name="Write a message")


def take(agent: Agent, name: str) -> None:
    agent.view("Unassigned")
    agent.open_ticket(name)
    agent.reply("Here I am. §a1;")


def test_the_place_and_the_wait_are_read_and_stay_true_over_a_reload(by_hand, visitor, agent, behind):
    behind.two_minutes_each()
    maya = agent()
    first, second = visitor().visit("/"), visitor().visit("/")
    first.start_chat("Clara Early", "Me first §v1;")
    expect(head(first)).to_have_text("You are next. About 2 minutes.")
    second.start_chat("Clara Late", "Then I §w1;")
    expect(head(second)).to_have_text("You are number 2 in the queue. About 4 minutes.")
    second.shot("widget-queue")
    bar = second.frame.locator(".bar").bounding_box()
    second.page.reload()  # the window opens again by itself, as it was
    expect(head(second)).to_have_text("You are number 2 in the queue. About 4 minutes.")
    take(maya, "Clara Early")
    expect(head(second)).to_have_text("You are next. About 2 minutes.")
    expect(second.frame.get_by_role("status").filter(has_text="You are next. About 2 minutes.")).to_have_count(1)
    take(maya, "Clara Late")
    expect(second.log).to_contain_text("Maya joined the chat")
    expect(offer(second)).to_be_hidden()
    after = second.frame.locator(".bar").bounding_box()
    assert bar is not None
    assert after is not None
    assert bar["height"] == after["height"], "nothing moves"


def test_a_message_is_left_with_all_that_was_written_and_one_can_write_on(by_hand, visitor, agent):
    maya = agent()
    clara = visitor().visit("/")
    clara.start_chat("Clara Leaves", "Is it oak? §v1;")
    offer(clara).click()
    expect(sheet(clara)).to_be_visible()
    expect(clara.frame.get_by_label("E-mail")).to_be_focused()
    clara.page.keyboard.press("Escape")
    expect(sheet(clara)).to_be_hidden()
    expect(box(clara)).to_be_focused()
    box(clara).fill("Or ash? §v2;")
    offer(clara).click()
    clara.frame.get_by_role("button", name="Leave a message", exact=True).click()
    expect(sheet(clara)).to_contain_text("Please fill this in.")
    clara.frame.get_by_label("E-mail").fill("clara@example.com")
    clara.shot("widget-leave")
    assert widget_faults(clara) == []
    clara.frame.get_by_label("E-mail").press("Enter")
    clara.expect_tokens(["§v1;", "§v2;"])
    expect(clara.log).to_contain_text("We have your message, number")
    expect(clara.log).to_contain_text("we can reach you at")
    expect(clara.log).to_contain_text("clara@example.com")
    expect(offer(clara)).to_be_hidden()
    expect(box(clara)).to_be_focused()
    clara.shot("widget-left-message")
    assert widget_faults(clara) == []
    clara.write("It is for soup. §v3;")
    clara.page.reload()
    clara.expect_tokens(["§v1;", "§v2;", "§v3;"])
    expect(clara.log).to_contain_text("We have your message, number")
    maya.view("Unassigned")
    maya.open_ticket("Clara Leaves")
    maya.expect_tokens(["§v1;", "§v2;", "§v3;"])
    maya.reply("Oak. §a1;")
    clara.expect_tokens(["§v1;", "§v2;", "§v3;", "§a1;"])


def test_when_nobody_can_be_found_the_message_is_what_stands_in_front(by_hand, visitor, agent, behind):
    agent()
    clara = visitor().visit("/")
    clara.start_chat("Clara Forgotten", "Anybody? §v1;")
    expect(offer(clara)).to_be_visible()
    behind.nobody_could_be_found()
    expect(clara.frame.get_by_text("Nobody is free right now.").first).to_be_visible()
    expect(offer(clara)).to_have_count(0)
    clara.shot("widget-nobody-free")
    assert widget_faults(clara) == []
    clara.frame.get_by_role("button", name="Leave a message", exact=True).click()
    expect(sheet(clara)).to_be_visible()


def test_an_agent_who_comes_while_the_question_is_open_closes_it_and_nothing_typed_is_lost(by_hand, visitor, agent):
    maya = agent()
    clara = visitor().visit("/")
    clara.start_chat("Clara Typing", "Is it oak? §v1;")
    box(clara).fill("Half a sen")
    offer(clara).click()
    clara.frame.get_by_label("E-mail").fill("clara@exam")
    take(maya, "Clara Typing")
    expect(sheet(clara)).to_be_hidden()
    expect(box(clara)).to_have_value("Half a sen")
    expect(box(clara)).to_be_focused()
    clara.expect_tokens(["§v1;", "§a1;"])


def test_a_full_queue_shows_the_offline_form_and_who_waits_keeps_their_place(by_hand, visitor, agent):
    by_hand(strategy="manual", queue_limit=1)
    agent()
    first = visitor().visit("/")
    first.start_chat("Clara Fills", "Me first §v1;")
    expect(head(first)).to_contain_text("You are next")
    first.page.wait_for_timeout(5500)  # what visitors are shown may be five seconds old
    second = visitor().visit("/")
    expect(second.page.get_by_role("button", name="Leave a message")).to_be_visible()
    second.open_widget()
    expect(second.frame.get_by_text("We have many chats at the moment.").first).to_be_visible()
    second.shot("widget-queue-full-home")
    assert widget_faults(second) == []
    second.frame.get_by_role("button", name="Leave a message").click()
    expect(second.frame.get_by_text("We have many chats at the moment.").first).to_be_visible()
    second.shot("widget-queue-full")
    first.page.reload()
    expect(head(first)).to_contain_text("You are next")
    by_hand(strategy="manual")
    first.page.wait_for_timeout(5500)


@pytest.mark.parametrize(
    ("name", "path", "workspace", "options"),
    [
        ("dark", "/", 0, {"color_scheme": "dark"}),
        ("phone", "/", 0, {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}),
        ("low", "/", 0, {"viewport": {"width": 390, "height": 420}, "color_scheme": "dark"}),
        ("ar", "/ar/", 1, {"locale": "ar", "color_scheme": "dark"}),
    ],
)
def test_the_queue_on_other_screens(routing, visitor, agent, name, path, workspace, options):  # noqa: F811
    routing(strategy="manual")
    agent(workspace=workspace)
    clara = visitor(**options).visit(path)
    clara.start_chat_in_any_language(f"Clara {name}", "Hello §v1;")
    expect(clara.frame.locator(".offer button")).to_be_visible()
    clara.shot(f"widget-queue-{name}")
    assert widget_faults(clara) == []
    clara.frame.locator(".offer button").click()
    expect(clara.frame.locator(".sheet:visible")).to_be_visible()
    clara.shot(f"widget-leave-{name}")
    assert widget_faults(clara) == []
    clara.frame.locator(".sheet:visible input").first.fill("clara@example.com")
    clara.frame.locator(".sheet:visible [type=submit]").click()
    expect(clara.frame.locator(".line.left")).to_be_visible()
    clara.shot(f"widget-left-message-{name}")
    assert widget_faults(clara) == []
