"""Help at the checkout, as an owner sets it up: from the gallery to the shop, the chat, and what it brought."""

import re

import pytest
from people import Agent
from playwright.sync_api import Page, expect
from test_invitations import AGREED, SETTLED, Invited
from test_screens import faults

STILL = 61_000  # ms without a movement; the design from the gallery waits a minute


@pytest.fixture
def clara(browser, installation, screens) -> Invited:
    screens.append(Invited(browser, installation))
    return screens[-1]


def settings(maya: Agent, path: str) -> Page:
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/invitations/{path}")
    return maya.page


def counts(page: Page) -> dict[str, str]:
    """The funnel as the report shows it."""
    rows = page.locator(".funnel > div")
    return {row.locator("span").first.inner_text(): row.locator("b").inner_text() for row in rows.all()}


def test_help_at_the_checkout_from_the_gallery_to_the_report(behind, agent, clara):
    behind.end_all()
    behind.set_routing(strategy="manual", chats_at_once=None)  # she has a place, and nothing rings over the pages
    maya = agent()
    page = settings(maya, "gallery/")
    card = page.locator("form").filter(has=page.locator("input[value=bar_foot]"))
    card.get_by_role("button", name="Start with this").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Checkout help, journey")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("On pages that contain /checkout.")).to_be_visible()
    report = page.get_by_role("link", name="What it brings").get_attribute("href")
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Active", exact=True).first).to_be_visible()

    clara.page.add_init_script(AGREED)
    clara.page.clock.install()
    with clara.page.expect_response(re.compile("/dist/invitations")):
        clara.page.goto(f"{clara.installation.shop_url}/checkout")
    clara.page.clock.fast_forward(SETTLED)
    expect(clara.dialog).to_be_hidden()
    clara.page.clock.fast_forward(STILL)
    expect(clara.dialog).to_be_visible()
    expect(clara.dialog).to_contain_text("Anything unclear before you pay?")
    clara.page.clock.fast_forward(2_000)  # in view for a second: seen
    clara.dialog.get_by_role("button", name="Ask us").click()
    clara.frame.get_by_role("textbox", name="Your name").fill("Clara Checkout")
    clara.frame.get_by_role("button", name="Start chat").click()
    clara.write("Do you ship to Crete? §v1;")

    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/")
    maya.open_ticket("Clara Checkout")
    expect(maya.log).to_contain_text("Anything unclear before you pay?")
    maya.expect_tokens(["§v1;"])

    assert report
    maya.page.goto(maya.installation.base_url + report)
    found = counts(maya.page)
    maya.shot("invitation-report")
    assert found["Shown"] == found["Seen for a second"] == found["Accepted"] == "1", found


def test_an_agent_speaks_first_to_somebody_who_looks_around(behind, agent, clara):
    behind.end_all()
    behind.set_routing(strategy="manual", chats_at_once=None)
    maya = agent()
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/visitors")
    clara.page.add_init_script(AGREED)
    clara.page.goto(f"{clara.installation.shop_url}/goods/tide")
    here = maya.page.get_by_role("table").get_by_role("row").filter(has_text="/goods/tide")
    here.get_by_role("button", name=re.compile("^Invite .* to chat$")).click()
    dialog = maya.page.get_by_role("dialog", name=re.compile("^Invite"))
    expect(dialog.get_by_role("button", name="Invite")).to_be_disabled()
    dialog.get_by_label("What they read").fill("Shall I measure the teapot for you?")
    assert faults(maya.page) == []
    maya.shot("invite")
    dialog.get_by_role("button", name="Invite").click()
    expect(maya.page.get_by_text("reads it now. Their chat comes to you.")).to_be_visible()
    expect(clara.dialog).to_contain_text("Shall I measure the teapot for you?")
    expect(maya.page.get_by_role("table").get_by_text("Invited", exact=True)).to_be_visible()
    clara.dialog.get_by_role("button").first.click()
    clara.frame.get_by_role("textbox", name="Your name").fill("Clara Asked")
    clara.frame.get_by_role("button", name="Start chat").click()
    clara.write("Yes, please §v1;")
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/")
    maya.open_ticket("Clara Asked")
    expect(maya.log).to_contain_text("Shall I measure the teapot for you?")
    maya.expect_tokens(["§v1;"])
