"""The settings of routing in a browser: the panel follows what is typed, and the pages on every screen."""

import re

import pytest
from people import Agent
from playwright.sync_api import Page, expect
from test_screens import faults

SCREENS = [
    ("desktop", "light", {}),
    ("desktop", "dark", {}),
    ("phone", "dark", {"viewport": {"width": 390, "height": 844}}),
    ("narrow", "light", {"viewport": {"width": 320, "height": 700}}),
    ("ar", "light", {"workspace": 1}),
]


def settings(maya: Agent, path: str) -> Page:
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/{path}")
    return maya.page


def of_a_department(maya: Agent) -> Page:
    """The routing page of the first department."""
    page = settings(maya, "routing/")
    page.locator(".shead details.pop summary").click()
    page.locator(".shead details.pop .menu-item").nth(1).click()
    expect(page.locator("h1")).to_be_visible()
    return page


def width_over(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_the_panel_follows_what_is_typed_before_it_is_saved(agent):
    maya = agent()
    page = settings(maya, "routing/")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_text("live", exact=True)).to_be_visible()
    expect(panel.get_by_role("button", name="Try")).to_be_hidden()
    chats = page.get_by_label("Chats at once")
    was = chats.input_value()
    chats.fill("50")
    expect(panel.get_by_text(re.compile("would ring$")).first).to_be_visible()
    chats.fill("0")
    expect(page.get_by_text("1 change not saved.")).to_be_visible()
    expect(page.get_by_text(f"Was: {was}")).to_be_visible()
    expect(panel.get_by_text("Nobody would ring").first).to_be_visible()
    page.get_by_role("radio", name=re.compile("^By hand")).check()
    expect(page.get_by_text("2 changes not saved.")).to_be_visible()
    maya.shot("routing-changed")
    chats.fill("999")
    expect(panel.get_by_text("cannot be saved as it is")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Discard").click()
    expect(page.get_by_label("Chats at once")).to_have_value(was)


def test_a_department_gets_settings_of_its_own_and_follows_again(agent):
    maya = agent()
    page = of_a_department(maya)
    expect(page.get_by_label("Ring for")).to_be_disabled()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Use own settings").click()
    ring = page.get_by_label("Ring for")
    expect(ring).to_be_enabled()
    ring.fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Write a whole number from 5 to 600.")).to_be_visible()
    expect(ring).to_be_focused()
    ring.fill("25")
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("Part of the address").last.fill("/checkout")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The routing is saved.")).to_be_visible()
    expect(ring).to_have_value("25")
    page.get_by_label("From page").fill("https://shop.example/checkout")
    expect(page.get_by_text("Goes ahead in the queue by 5 points.")).to_be_visible()
    page.get_by_role("button", name="Follow the workspace again").click()
    page.get_by_role("dialog").get_by_role("button", name="Follow the workspace").click()
    expect(page.get_by_role("button", name="Use own settings")).to_be_visible()


def test_somebody_who_is_paused_is_resumed_from_the_panel_without_losing_what_was_typed(agent):
    maya = agent()
    page = settings(maya, "members/")
    page.get_by_role("main").get_by_role("link", name="Maya Lindqvist").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("by an admin")).to_be_visible()
    page = settings(maya, "routing/")
    page.get_by_label("Ring for").fill("31")
    # Maya is online: these pages hold a socket too.
    resume = page.get_by_role("complementary").get_by_role("button", name="Resume Maya Lindqvist")
    resume.click()
    expect(resume).to_have_count(0)
    expect(page.get_by_label("Ring for")).to_have_value("31")
    page.once("dialog", lambda dialog: dialog.accept())
    page = settings(maya, "members/")
    page.get_by_role("main").get_by_role("link", name="Maya Lindqvist").click()
    expect(page.get_by_text("Not paused")).to_be_visible()


@pytest.mark.parametrize(("name", "scheme", "options"), SCREENS)
def test_the_pages_of_routing(agent, name, scheme, options):
    maya = agent(color_scheme=scheme, **options)
    for title, path in (
        ("routing", "routing/"),
        ("routing-log", "routing/log/"),
        ("members", "members/"),
        ("profile", "profile/"),
    ):
        page = settings(maya, path)
        if title == "profile":
            page.locator(".help-box summary").click()
        if title == "routing":
            page.locator("[data-live]").wait_for(state="visible")
            page.locator("[data-add-rule]").click()
            # From the top: the bar at the end of a phone's screen lies over whatever is scrolled under it.
            page.locator(".settings").evaluate("page => page.scrollTo(0, 0)")
        page.wait_for_timeout(300)
        maya.shot(f"{title}-{name}-{scheme}")
        assert faults(page) == [], title
        assert width_over(page) <= 0, title
        if title == "routing":
            page.locator(".why-panel").scroll_into_view_if_needed()
            page.locator(".answer").scroll_into_view_if_needed()
            maya.shot(f"panel-{name}-{scheme}")
        if title == "routing-log" and page.locator(".rows a.cover").count():
            page.locator(".rows a.cover").first.click()
            maya.shot(f"routing-decision-{name}-{scheme}")
            assert faults(page) == []
            assert width_over(page) <= 0
    page = settings(maya, "members/")
    page.locator("a.name").first.click()
    maya.shot(f"agent-{name}-{scheme}")
    assert faults(page) == []
    assert width_over(page) <= 0
    page = of_a_department(maya)
    maya.shot(f"routing-department-{name}-{scheme}")
    assert faults(page) == []
    page = settings(maya, "departments/")
    page.locator("a.cover").first.click()
    maya.shot(f"department-{name}-{scheme}")
    assert faults(page) == []
    assert width_over(page) <= 0
