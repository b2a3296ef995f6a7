"""Chats ring at agents: who accepts has them, and everybody sees what became of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from behind import Behind
from installation import wait_until
from people import Agent
from playwright.sync_api import Locator, expect
from test_screens import SCHEMES, faults
from walk import accept

COUNT_TONES = """
window.tones = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
"""
LOOK_ELSEWHERE = """
window.notes = [];
document.hasFocus = () => false;
window.Notification = class {
  static permission = "granted";
  constructor(title, { body }) { this.note = [title, body]; window.notes.push(this.note); }
  close() { window.notes = window.notes.filter((note) => note !== this.note); }
};
"""


@pytest.fixture
def routing(behind: Behind) -> Callable[..., None]:
    """Sets how the team's chats ring. What waits in the demo is out of the way."""
    behind.end_all()
    return behind.set_routing


def everyone(**settings: Any) -> dict[str, Any]:
    """Everybody who is there is rung, and nobody is full."""
    return {"strategy": "ring_all", "chats_at_once": None, "ring_seconds": 60, "pause_after_misses": 0, **settings}


def test_the_first_to_accept_has_the_chat_and_the_others_read_who_took_it(routing, visitor, agent):
    routing(**everyone())
    maya, eleni = agent(), agent(number=1)
    maya.page.get_by_role("searchbox").focus()
    clara = visitor().visit("/goods/tide")
    clara.start_chat("Clara Ring", "Is the glaze food safe? §v1;")
    for person in (maya, eleni):
        card = person.incoming("Clara Ring")
        expect(card).to_contain_text("Is the glaze food safe?")
        expect(card).to_contain_text("/goods/tide")
        expect(card).to_contain_text("First visit")
        expect(card).to_contain_text("Rings at everyone")
        expect(card.get_by_role("timer")).to_contain_text("5")  # 59 and then less
    assert maya.page.evaluate("document.activeElement.id") == "search"
    expect(maya.toast("Incoming chat from Clara Ring")).to_have_count(1)
    expect(maya.page).to_have_title("Clara Ring rings")
    maya.shot("ring-all")

    accept(eleni.incoming("Clara Ring"))
    expect(eleni.page.get_by_role("heading", name="Clara Ring").first).to_be_visible()
    expect(eleni.log).to_contain_text("It rang, and you accepted")
    expect(maya.toast("Eleni Markou took the chat with Clara Ring.")).to_be_visible()
    expect(maya.incoming("Clara Ring")).to_have_count(0)
    eleni.reply("It is. §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])


def test_a_declined_chat_rings_on_elsewhere_and_is_answered_with_keys_while_one_types(routing, visitor, agent):
    routing(**everyone())
    maya, eleni = agent(), agent(number=1)
    visitor().visit("/").start_chat("Clara Keys", "Anybody? §v1;")
    expect(eleni.incoming("Clara Keys")).to_be_visible()
    expect(maya.incoming("Clara Keys")).to_be_visible()
    maya.page.wait_for_timeout(500)
    maya.search("half a word")
    maya.page.keyboard.press("Alt+d")
    expect(maya.incoming("Clara Keys")).to_have_count(0)
    expect(maya.page.get_by_role("searchbox")).to_have_value("half a word")
    eleni.search("another")
    eleni.page.keyboard.press("Alt+a")
    expect(eleni.log).to_contain_text("It rang, and you accepted")
    expect(maya.page.get_by_text("took the chat with Clara Keys")).to_have_count(0)


def test_several_chats_ring_one_in_front_of_the_others(routing, visitor, agent):
    routing(**everyone())
    maya = agent()
    visitor().visit("/").start_chat("Clara First", "I was first §v1;")
    expect(maya.incoming("Clara First")).to_be_visible()
    visitor().visit("/").start_chat("Clara Second", "And I second §w1;")
    maya.conversations.get_by_role("button", name="1 more chat rings").click()
    expect(maya.incoming("Clara First")).to_be_visible()
    maya.shot("ring-several")
    maya.conversations.get_by_role("button", name="Clara Second").click()
    accept(maya.incoming("Clara Second"))
    expect(maya.page.get_by_role("heading", name="Clara Second").first).to_be_visible()
    maya.page.reload()
    accept(maya.incoming("Clara First"))  # told again by the connection
    expect(maya.page.get_by_role("heading", name="Clara First").first).to_be_visible()


def test_the_sound_goes_on_until_somebody_answers_and_stops_when_it_is_turned_off(routing, visitor, agent):
    routing(**everyone())
    maya = agent()
    sent: list[str] = []
    maya.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    maya.page.add_init_script(COUNT_TONES)
    maya.page.reload()
    maya.page.get_by_role("searchbox").click()  # browsers let a page sound only after a gesture

    def tones() -> int:
        return int(maya.page.evaluate("window.tones"))

    visitor().visit("/").start_chat("Clara Loud", "Do you hear me? §v1;")
    expect(maya.incoming("Clara Loud")).to_be_visible()
    wait_until(lambda: tones() > 0, 5)
    once = tones()
    wait_until(lambda: tones() >= 2 * once, 8)
    maya.page.get_by_role("button", name="Status and account").click()
    maya.page.get_by_role("menuitem", name="Turn the sound off").click()
    off = tones()
    maya.page.wait_for_timeout(4000)
    assert tones() == off
    accept(maya.incoming("Clara Loud"))
    expect(maya.page).not_to_have_title("Clara Loud rings")
    assert len([frame for frame in sent if '"activity"' in frame]) == 1  # at most once a minute


def test_who_looks_elsewhere_is_notified_until_it_stops_ringing(routing, visitor, agent):
    routing(**everyone())
    maya, eleni = agent(), agent(number=1)
    maya.page.add_init_script(LOOK_ELSEWHERE)
    maya.page.reload()
    visitor().visit("/").start_chat("Clara Afar", "Can you see this? §v1;")
    expect(maya.incoming("Clara Afar")).to_be_visible()
    assert maya.page.evaluate("window.notes") == [["Incoming chat from Clara Afar", "Can you see this? §v1;"]]
    accept(eleni.incoming("Clara Afar"))
    expect(maya.incoming("Clara Afar")).to_have_count(0)
    assert maya.page.evaluate("window.notes") == []


def test_who_misses_a_chat_is_paused_and_comes_back_with_one_press(routing, visitor, agent):
    routing(strategy="round_robin", chats_at_once=None, ring_seconds=5, pause_after_misses=1)
    maya = agent()
    visitor().visit("/").start_chat("Clara Missed", "Hello? §v1;")
    expect(maya.incoming("Clara Missed")).to_be_visible()
    expect(maya.toast("You missed a chat.")).to_be_visible()
    expect(maya.incoming("Clara Missed")).to_have_count(0)
    expect(maya.page.get_by_text("You were paused after missed chats.")).to_be_visible()
    maya.shot("ring-missed")
    maya.page.get_by_role("button", name="Resume").click()
    expect(maya.page.get_by_text("You were paused after missed chats.")).to_have_count(0)


def test_a_colleague_can_decline_what_is_handed_over_or_take_it(routing, visitor, agent):
    routing(**everyone())
    maya, eleni = agent(), agent(number=1)
    visitor().visit("/").start_chat("Clara Handed", "About my order §v1;")
    accept(maya.incoming("Clara Handed"))
    expect(eleni.incoming("Clara Handed")).to_have_count(0)

    for note in ("You know her", "Please"):
        maya.page.get_by_role("button", name="Transfer", exact=True).click()
        dialog = maya.page.get_by_role("dialog")
        dialog.get_by_role("combobox").fill("eleni")
        dialog.get_by_label("Note for them").fill(note)
        dialog.get_by_role("button", name="Transfer", exact=True).click()
        expect(maya.page.get_by_text("Waiting for Eleni Markou to accept")).to_be_visible()
        card = eleni.incoming("Clara Handed")
        expect(card).to_contain_text("Maya Lindqvist hands this chat to you")
        expect(card).to_contain_text(note)
        eleni.shot("ring-transfer")
        if note == "Please":
            accept(card)
            continue
        eleni.page.wait_for_timeout(500)
        card.get_by_role("button", name="Decline").click()
        expect(maya.toast("Eleni Markou declined.")).to_be_visible()
        expect(maya.page.get_by_text("Waiting for Eleni Markou to accept")).to_have_count(0)
    expect(eleni.log).to_contain_text("You took it over from Maya Lindqvist")
    expect(maya.log).to_contain_text("Eleni Markou took it over from you")

    eleni.page.get_by_text("Why this agent?").click()
    panel = eleni.page.get_by_role("complementary", name="Customer")
    expect(panel).to_contain_text("It rang at everyone who was free")
    expect(panel).to_contain_text("declined after")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_ring_on_a_wide_screen_and_on_a_phone(routing, visitor, agent, scheme):
    routing(**everyone())
    maya = agent(color_scheme=scheme)
    eleni = agent(number=1, color_scheme=scheme, viewport={"width": 390, "height": 844}, has_touch=True)
    visitor().visit("/").start_chat(f"Clara Watched {scheme}", "Seen everywhere? §v1;")
    for person in (maya, eleni):
        expect(person.incoming(f"Clara Watched {scheme}")).to_be_visible()
        assert faults(person.page) == []
    maya.shot(f"ring-{scheme}")
    eleni.shot(f"ring-phone-{scheme}")
    eleni.row(f"Clara Watched {scheme}").first.click()
    line = eleni.page.get_by_role("group", name=f"Incoming chat from Clara Watched {scheme}")
    expect(line).to_be_visible()
    assert bottom_of(line) <= top_of(eleni.log)
    assert bottom_of(eleni.log) <= top_of(composer_of(eleni))
    assert eleni.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(eleni.page) == []
    eleni.shot(f"ring-phone-thread-{scheme}")
    accept(line)
    expect(eleni.log).to_contain_text("It rang, and you accepted")


def composer_of(person: Agent) -> Locator:
    return person.page.get_by_label("Reply to ")


def top_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def bottom_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_who_is_in_the_settings_hears_of_a_ring_and_answers_it_in_the_inbox(routing, visitor, agent):
    routing(**everyone())
    maya = agent()
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/routing/")
    told = maya.page.get_by_text("A chat rings at you.")
    expect(told).to_have_count(0)
    visitor().visit("/").start_chat("Clara Settled", "Anybody in? §v1;")
    expect(told).to_be_visible()
    expect(maya.page).to_have_title(re.compile("^A chat rings"))
    maya.shot("settings-ring")
    assert faults(maya.page) == []
    maya.page.get_by_role("link", name="Answer it in the inbox").click()
    accept(maya.incoming("Clara Settled"))
    expect(maya.log).to_contain_text("§v1;")


def test_a_chat_that_nobody_accepts_calls_whoever_leads_until_they_have_seen_it(routing, visitor, agent):
    routing(strategy="average_utilization", chats_at_once=None, ring_seconds=5, max_cycles=1, pause_after_misses=0)
    maya, settings = agent(), agent()
    settings.page.goto(f"{settings.installation.base_url}/w/{settings.slug}/settings/routing/")
    maya.page.add_init_script(LOOK_ELSEWHERE)
    maya.page.reload()
    expect(maya.page.get_by_role("button", name=re.compile("Online"))).to_be_visible()
    visitor().visit("/").start_chat("Clara Lost", "Is anybody there? §v1;")
    words = "Nobody accepted the chat with Clara Lost"
    called = maya.conversations.get_by_role("list", name="Chats that nobody takes")
    expect(called).to_contain_text(words)
    expect(maya.toast(words)).to_have_count(1)
    assert [words, "Is anybody there? §v1;"] in maya.page.evaluate("window.notes")
    toast = settings.toast("Nobody accepted a chat: Clara Lost")
    expect(toast).to_be_visible()
    settings.page.reload()
    toast.get_by_role("link", name="Open it").click()
    expect(settings.log).to_contain_text("Nobody accepted: Maya Lindqvist and Eleni Markou alerted")
    expect(called).to_have_count(0)
    assert maya.page.evaluate("window.notes.length") == 0
