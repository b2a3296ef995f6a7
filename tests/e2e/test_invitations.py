"""Invitations in the shop: twelve designs, what makes them appear, what becomes of them, and how they leave."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from behind import Behind
from people import Visitor, frame_of
from playwright.sync_api import Locator, Page, expect
from test_screens import faults

SETTLED = 11_000  # ms; nobody is spoken to before they have looked round
AGREED = "if (top === self) localStorage.setItem('saltholm-consent', 'yes')"
NOW = {"match": "all", "of": []}
TEXTS: dict[str, dict[str, Any]] = {
    "bubble_hello": {"text": "Looking for a gift? Tell me who it is for and I will find three.", "button": "Ask us"},
    "bubble_chips": {"text": "Questions about the teapot?", "chips": ["Is it dishwasher safe?", "Something else"]},
    "bubble_rate": {"text": "Did you find what you were looking for?"},
    "card_person": {"title": "Hi, I am Maya.", "text": "Ask me.", "button": "Chat with Maya", "second": "Not now"},
    "card_product": {"title": "Goes with the Slate bowl", "text": "As a pair.", "button": "Ask about the pair"},
    "card_coupon": {"title": "A welcome from the kiln.", "text": "10% off.", "code": "TIDE10", "second": "Ask first"},
    "bar_top": {"title": "Unsure about sizes?", "button": "Ask us, we reply in 2 minutes"},
    "bar_foot": {"title": "Anything unclear before you pay?", "text": "We answer at once", "button": "Ask Maya"},
    "bar_phone": {"title": "Can I help you choose?", "text": "Online now", "button": "Chat"},
    "full_exit": {"title": "Shall we keep your basket?", "text": "For 7 days.", "button": "Keep it", "second": "No"},
    "full_basket": {"title": "Still thinking it over?", "text": "Ask about these.", "button": "Ask", "second": "Later"},
    "full_welcome": {"title": "New at Saltholm?", "text": "What are you after?", "chips": ["A gift", "Just looking"]},
}
ARABIC = {
    "title": "هل نساعدكم؟",
    "text": "اسألونا عن كل شيء.",
    "button": "اسألوا",
    "second": "ليس الآن",
    "chips": ["هدية"],
}
KINDS = {
    "bubble_chips": "chips",
    "bubble_rate": "rate",
    "card_coupon": "coupon",
    "full_exit": "email",
    "full_welcome": "chips",
}


class Invited(Visitor):
    """Somebody who agreed to be seen, on a page where an invitation is due."""

    def wait(self, path: str = "/goods/tide") -> Locator:
        """Go to a page and look at it, until whoever is spoken to has looked round."""
        self.page.add_init_script(AGREED)
        self.look_at(self.page, path)
        return self.dialog

    def look_at(self, page: Page, path: str) -> None:
        page.clock.install()
        with page.expect_response(re.compile("/dist/invitations")):
            page.goto(self.installation.shop_url + path)
        page.clock.fast_forward(SETTLED)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("helpdesk-invitation").get_by_role("dialog")


@pytest.fixture
def invited(browser, installation, screens) -> Callable[..., Invited]:
    def make(**options: Any) -> Invited:
        screens.append(Invited(browser, installation, **options))
        return screens[-1]

    return make


@pytest.fixture
def offer(behind: Behind) -> Callable[..., str]:
    """An active invitation: `offer("card_person", trigger=…)`."""

    def make(design: str, *, trigger: Any = NOW, workspace: int = 0, variant: Any = None, **settings: Any) -> str:
        texts = {"": ARABIC | {"code": "TIDE10"} if workspace else TEXTS[design]}
        shown = {
            "design": design,
            "texts": texts,
            "content": {"agent": "whoever"},
            "action": {"kind": KINDS.get(design, "chat")},
            **(variant or {}),
        }
        invitation = behind(workspace).invite(trigger=trigger, variant=shown, **settings)
        assert isinstance(invitation, str)
        return invitation

    return make


def page_is(kind: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    wanted = {} if value is None else {"value": value}
    return {"match": "all", "of": [{"kind": kind, "operator": operator, **wanted, **more}]}


def until(behind: Behind, invitation: str, page: Page, **wanted: Any) -> dict[str, Any]:
    """What came of it last, once it is as wanted."""
    for _ in range(50):
        found = behind.came_of(invitation=invitation)
        if found and all(found[0][name] == value for name, value in wanted.items()):
            return dict(found[0])
        page.wait_for_timeout(200)
    raise AssertionError(found)


# --- designs ---------------------------------------------------------------------------------------------------------
LOOKS = [
    ("wide", 0, (1440, 900), "light"),
    ("wide-ar", 1, (1440, 900), "dark"),
    ("small-ar", 1, (320, 568), "light"),
    ("phone", 0, (390, 844), "dark"),
]


# Each design on a wide and on a narrow screen, in both directions and both schemes over all of them.
WAYS = [(design, *LOOKS[number % 2 + way]) for number, design in enumerate(TEXTS) for way in (0, 2)]


@pytest.mark.parametrize(("design", "name", "workspace", "size", "scheme"), WAYS)
def test_every_design_reads_well_and_leaves_the_page_alone(invited, offer, design, name, workspace, size, scheme):
    offer(design, workspace=workspace)
    is_phone = size[0] < 480
    clara = invited(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=is_phone)
    clara.page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(each => (moved += each.value)))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    dialog = clara.wait("/ar/goods/tide" if workspace else "/goods/tide")
    expect(clara.launcher()).to_be_visible()
    moved, width = clara.page.evaluate("[window.moved, document.documentElement.scrollWidth]")
    focused = clara.page.evaluate("document.activeElement.tagName")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_attribute("aria-modal", "false")
    clara.page.wait_for_timeout(400)
    clara.shot(f"invitation-{design}-{name}-{scheme}")
    assert faults(clara.page) == []
    assert clara.page.evaluate("document.activeElement.tagName") == focused
    assert clara.page.evaluate("window.moved") - moved < 0.001
    assert clara.page.evaluate("document.documentElement.scrollWidth") == width
    box, launcher = dialog.bounding_box(), clara.launcher().bounding_box()
    assert box
    assert launcher
    assert not overlap(box, launcher)
    if is_phone:
        assert box["width"] * box["height"] <= 0.3 * size[0] * size[1]
    close = dialog.get_by_role("button", name="Close invitation").or_(dialog.locator(".x"))
    target = close.bounding_box()
    assert target
    assert min(target["width"], target["height"]) >= (44 if is_phone else 24)


def overlap(one: Any, other: Any) -> bool:
    return bool(
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def test_with_forced_colours_and_less_motion_it_is_whole(invited, offer):
    offer("card_person")
    clara = invited(forced_colors="active", reduced_motion="reduce")
    dialog = clara.wait()
    expect(dialog.get_by_role("button", name="Chat with Maya")).to_be_visible()
    assert dialog.evaluate("each => getComputedStyle(each.parentElement).animationName") == "none"
    assert (
        dialog.get_by_role("button", name="Not now").evaluate("each => getComputedStyle(each).borderStyle") == "solid"
    )
    clara.shot("invitation-forced-colours")


def test_a_bar_at_the_top_fills_the_slot_and_scrolls_with_it(invited, offer):
    offer("bar_top")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    slot = clara.page.locator("[data-helpdesk-slot]").bounding_box()
    assert slot == dialog.bounding_box()


def test_a_picture_that_does_not_come_leaves_the_rest(invited, offer):
    offer("full_welcome", variant={"content": {"image": "https://localhost:1/none.png", "agent": "", "product": None}})
    clara = invited()
    dialog = clara.wait()
    expect(dialog.get_by_role("heading", name="New at Saltholm?")).to_be_visible()
    expect(dialog.locator("img")).to_have_count(0)
    # The shop's policy lets pictures of its own through only, and says so.
    assert all("localhost:1/none.png" in fault for fault in clara.faults)
    clara.faults.clear()


def test_the_basket_is_shown_as_the_shop_told_it(invited, offer):
    offer("full_basket", audience={"match": "all", "of": [{"kind": "cart_items", "operator": "at_least", "value": 3}]})
    clara = invited(color_scheme="dark")
    for slug in ("tide", "ember", "ember"):
        clara.visit(f"/goods/{slug}").page.get_by_role("button", name="Add to basket").click()
    dialog = clara.wait("/basket")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog).to_contain_text("€68.00")
    expect(dialog).to_contain_text("× 2")
    expect(dialog).to_contain_text("€116.00")
    expect(dialog.locator("img")).to_have_count(2)
    clara.shot("invitation-basket")
    assert faults(clara.page) == []


def test_the_workspace_says_where_it_stands(invited, offer):
    offer("card_person", position="centre")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.page.wait_for_timeout(400)
    box = dialog.bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - 720) < 10
    assert abs(box["y"] + box["height"] / 2 - 450) < 10


def test_the_keys_reach_it_and_leave_it_for_the_launcher(invited, offer):
    offer("card_person")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.launcher().focus()
    clara.page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Chat with Maya")).to_be_focused()
    clara.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(clara.launcher()).to_be_focused()


def test_what_it_says_is_text_and_nothing_else(invited, offer):
    trap = {"title": "<img src=x onerror=alert(1)>", "text": "</p><script>alert(2)</script>", "button": "<b>Go</b>"}
    offer("card_person", variant={"texts": {"": trap}})
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_contain_text("<img src=x onerror=alert(1)> </p><script>alert(2)</script>")
    expect(dialog.get_by_role("button", name="<b>Go</b>")).to_be_visible()
    assert dialog.locator("img, script").count() == 0


def test_a_cookie_banner_stays_free(invited, offer):
    offer("bar_foot")
    clara = invited()
    clara.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { const banner = document.querySelector('.ask');"
        "banner.classList.add('cookies'); const sheet = new CSSStyleSheet();"
        "sheet.replaceSync('.cookies.cookies { display: block; inset: auto 0 0; max-inline-size: none }');"
        "document.adoptedStyleSheets = [sheet] })"
    )
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.page.wait_for_timeout(400)
    box, banner = dialog.bounding_box(), clara.page.locator(".cookies").bounding_box()
    assert box
    assert banner
    assert box["y"] + box["height"] <= banner["y"] + 1
    clara.shot("invitation-above-a-banner")


# --- triggers --------------------------------------------------------------------------------------------------------
def test_leaving_at_the_top_is_an_exit(invited, offer):
    offer("full_exit", trigger=page_is("exit_intent", "yes"))
    clara = invited()
    dialog = clara.wait("/checkout")
    expect(dialog).to_be_hidden()
    clara.page.evaluate("document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientY: -1}))")
    expect(dialog).to_be_visible()


def test_reading_down_to_an_element_and_tracked_events_count(invited, offer):
    offer(
        "bubble_hello",
        trigger={
            "match": "all",
            "of": [
                {"kind": "element_seen", "operator": "yes", "name": "footer"},
                {"kind": "custom_event", "operator": "at_least", "value": 2, "name": "zoomed", "within_seconds": None},
                {
                    "match": "any",
                    "of": [
                        {"kind": "element_seen", "operator": "yes", "name": ":::wrong"},
                        {"kind": "scroll_percent", "operator": "at_least", "value": 90},
                    ],
                },
            ],
        },
    )
    clara = invited()
    dialog = clara.wait()
    clara.page.evaluate("Helpdesk('track', 'zoomed'); Helpdesk('track', 'zoomed')")
    clara.page.wait_for_timeout(1500)
    expect(dialog).to_be_hidden()
    clara.page.locator("footer").scroll_into_view_if_needed()
    clara.page.mouse.wheel(0, 5000)
    expect(dialog).to_be_visible()


def test_nobody_is_invited_while_the_window_is_open(invited, offer, behind):
    happened = page_is("custom_event", "at_least", 1, name="zoomed", within_seconds=None)
    invitation = offer("bubble_hello", trigger=happened)
    clara = invited()
    dialog = clara.wait()
    clara.open_widget()
    clara.page.evaluate("Helpdesk('track', 'zoomed')")
    clara.page.wait_for_timeout(3000)
    expect(dialog).to_be_hidden()
    assert behind.came_of(invitation=invitation) == []
    clara.page.evaluate("Helpdesk('close')")
    expect(dialog).to_be_visible()


def test_where_nobody_need_look_round_first_it_comes_at_once(invited, offer):
    offer("bubble_hello")  # in a workspace that asks for no time after loading
    clara = invited()
    clara.page.add_init_script(AGREED)
    clara.page.goto(f"{clara.installation.shop_url}/goods/tide")
    expect(clara.dialog).to_be_visible(timeout=8_000)


# --- what becomes of it ----------------------------------------------------------------------------------------------
def test_accepting_begins_the_chat_with_what_was_said(invited, agent, offer, behind):
    maya = agent()
    invitation = offer("card_person")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    until(behind, invitation, clara.page, shown=True, seen=True, accepted=False)
    dialog.get_by_role("button", name="Chat with Maya").click()
    expect(dialog).to_be_hidden()
    clara.frame.get_by_role("textbox", name="Your name").fill("Clara Invited")
    clara.frame.get_by_role("button", name="Start chat").click()
    expect(clara.log).to_contain_text("Hi, I am Maya.")
    clara.shot("invitation-accepted")
    clara.write("About the blue one §v1;")
    until(behind, invitation, clara.page, accepted=True, messaged=True)
    expect(clara.log.get_by_text("Hi, I am Maya.")).to_have_count(1)
    maya.open_ticket("Clara Invited")
    maya.expect_tokens(["§v1;"])


def test_a_chip_is_the_first_message(invited, agent, offer, behind):
    agent()
    invitation = offer("bubble_chips")
    clara = invited()
    dialog = clara.wait()
    dialog.get_by_role("button", name="Is it dishwasher safe?").click()
    clara.frame.get_by_role("textbox", name="Your name").fill("Clara Chips")
    clara.frame.get_by_role("button", name="Start chat").click()
    expect(clara.log).to_contain_text("Questions about the teapot?")
    expect(clara.log).to_contain_text("Is it dishwasher safe?")
    until(behind, invitation, clara.page, accepted=True, messaged=True)


@pytest.mark.parametrize("way", ["close", "escape", "not now", "never"])
def test_every_way_to_say_no(invited, offer, behind, way):
    invitation = offer("card_person")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    never = clara.page.get_by_role("button", name="Do not ask me again")
    if way == "escape":
        clara.page.keyboard.press("Escape")
    elif way == "not now":
        dialog.get_by_role("button", name="Not now").click()
    else:
        dialog.get_by_role("button", name="Close invitation").click()
        expect(never).to_be_visible()
        clara.shot("invitation-closed")
        assert faults(clara.page) == []
        if way == "never":
            never.click()
    expect(dialog).to_be_hidden()
    expect(never).to_be_hidden()
    found = until(behind, invitation, clara.page, dismissed=True, accepted=False)
    assert found["why"] == ("complaint" if way == "never" else "closed")


def test_an_address_is_left_without_a_chat(invited, offer, behind):
    invitation = offer("full_exit")
    clara = invited()
    dialog = clara.wait("/checkout")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog.get_by_text("This address is not complete")).to_be_visible()
    dialog.get_by_label("E-mail").fill("clara@example.com")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_contain_text("clara@example.com")
    clara.shot("invitation-email-left")
    assert faults(clara.page) == []
    until(behind, invitation, clara.page, accepted=True, messaged=True)
    dialog.get_by_role("button", name="Close invitation").click()
    expect(dialog).to_be_hidden()
    assert not behind.came_of(invitation=invitation)[0]["dismissed"]


def test_a_mood_is_kept_and_more_can_be_told(invited, offer, behind):
    invitation = offer("bubble_rate")
    clara = invited()
    dialog = clara.wait()
    dialog.get_by_role("button", name="4/5 Good").click()
    expect(dialog).to_contain_text("Thank you for telling us.")
    clara.shot("invitation-rated")
    until(behind, invitation, clara.page, accepted=True)
    dialog.get_by_role("button", name="Tell us more").click()
    expect(frame_of(clara.page).get_by_text("Did you find what you were looking for?").first).to_be_visible()


def test_a_code_can_be_pasted(invited, offer, behind):
    invitation = offer("card_coupon")
    clara = invited(permissions=["clipboard-read", "clipboard-write"])
    dialog = clara.wait()
    clara.page.evaluate("Helpdesk('on', 'coupon', ({ code }) => (document.title = code))")
    dialog.get_by_role("button", name="Use it now").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert clara.page.evaluate("navigator.clipboard.readText()") == "TIDE10"
    assert clara.page.title() == "TIDE10"
    until(behind, invitation, clara.page, accepted=True)


def test_a_link_leads_on_and_is_counted_from_the_next_page(invited, offer, behind):
    link = {"kind": "link", "url": "https://saltholm.invalid/sale"}
    invitation = offer("card_person", variant={"action": link})
    clara = invited()
    dialog = clara.wait()
    accept = dialog.get_by_role("link", name="Chat with Maya")
    expect(accept).to_have_attribute("rel", "noopener noreferrer")
    with clara.context.expect_page():
        accept.click()
    until(behind, invitation, clara.page, accepted=True)


def test_an_order_is_owed_to_the_invitation(invited, offer, behind):
    invitation = offer("bubble_hello", goal={"event": "order", "window_days": 7, "counts_value": True})
    clara = invited()
    expect(clara.wait()).to_be_visible()
    until(behind, invitation, clara.page, seen=True)
    clara.page.evaluate("Helpdesk('convert', { event: 'order', value: 92.5, currency: 'EUR', id: 'A-1' })")
    clara.page.evaluate("Helpdesk('convert', { event: 'order', value: 92.5, currency: 'EUR', id: 'A-1' })")
    assert until(behind, invitation, clara.page, converted=True)["value"] == 92.5


# --- where it does not belong ----------------------------------------------------------------------------------------
def test_another_page_of_the_same_document_takes_it_away(invited, offer):
    only_here = {"match": "all", "of": [{"kind": "page_url", "operator": "contains", "value": "/goods/tide"}]}
    offer("bubble_hello", audience=only_here)
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.page.locator("a[data-switch][href='/goods/slate']").first.click()
    expect(clara.page.get_by_role("heading", name="Slate bowl")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_one_tab_shows_it(invited, offer, behind):
    invitation = offer("bubble_hello")
    clara = invited()
    first = clara.wait()
    other = clara.new_page()
    other.add_init_script(AGREED)
    clara.look_at(other, "/goods/ember")
    # Headless, both tabs are visible: both ask, and of each browser only one question is granted.
    other.wait_for_timeout(5000)
    assert first.count() + other.locator("helpdesk-invitation").count() == 1
    assert len(behind.came_of(invitation=invitation)) == 1


@pytest.mark.parametrize("words", ["Helpdesk('consent', false)", "Helpdesk('optout')"])
def test_whoever_takes_consent_back_sees_it_no_more(invited, offer, words):
    offer("bubble_hello")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.page.evaluate(words)
    expect(dialog).to_be_hidden()
    assert clara.page.evaluate("Object.keys(localStorage).filter(each => /reports/.test(each))") == []


def test_gone_back_to_a_page_has_no_old_invitation_on_it(invited, offer):
    offer("bubble_hello")
    clara = invited()
    dialog = clara.wait()
    expect(dialog).to_be_visible()
    clara.page.goto(clara.installation.shop_url + "/kiln")
    clara.page.go_back()
    expect(clara.launcher()).to_be_visible()
    expect(dialog).to_be_hidden()


def test_where_nothing_can_be_stored_it_works_all_the_same(invited, offer, behind):
    invitation = offer("card_person")
    clara = invited()
    clara.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full') }")
    clara.page.add_init_script("addEventListener('load', () => Helpdesk('consent', true))")
    clara.look_at(clara.page, "/goods/tide")
    expect(clara.dialog).to_be_visible()
    clara.page.keyboard.press("Escape")
    until(behind, invitation, clara.page, dismissed=True)
