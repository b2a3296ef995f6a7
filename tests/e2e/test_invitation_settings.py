"""The screens of invitations in a browser: from a design in the gallery to an active invitation, and every screen."""

import re

import pytest
from playwright.sync_api import expect
from test_routing_settings import SCREENS, settings, width_over
from test_screens import faults


def start_from(page, design):
    """A draft of the design, in its editor. Returns its path below the settings."""
    page.locator(f"form:has(input[value={design}]) button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#edit")).to_be_visible()
    return page.url.split("/settings/")[1]


def test_from_the_gallery_over_the_editor_to_an_active_invitation(agent):
    maya = agent()
    page = settings(maya, "invitations/gallery/")
    expect(page.get_by_text("60 seconds still on the payment page")).to_be_visible()
    start_from(page, "bar_foot")

    page.get_by_label("Name", exact=True).fill("Help at the till")
    title = page.get_by_label("Title").first
    title.fill("Stuck at the till?")
    expect(page.locator("[data-stage]").get_by_text("Stuck at the till?")).to_be_visible()

    audience = page.get_by_role("region", name="Whom it is for")
    audience.get_by_role("button", name="Add a condition", exact=True).click()
    expect(audience.get_by_label("What", exact=True).nth(1)).to_be_focused()
    audience.get_by_label("What", exact=True).nth(1).select_option(label="Country")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    audience.get_by_role("checkbox", name="Germany").check()
    audience.get_by_role("checkbox", name="Austria").check()
    said = audience.get_by_role("status").last
    expect(said).to_have_text("On pages that contain /checkout, from Austria or Germany.")

    audience.get_by_text("Try it", exact=True).first.click()
    audience.get_by_label("Try it on these").fill("https://shop.example/checkout\nhttps://shop.example/cart")
    expect(audience.get_by_text("Does not match:")).to_have_count(1)

    audience.get_by_role("button", name="Add a group").click()
    expect(said).to_have_text("Not complete yet: fill in what is missing.")
    audience.get_by_role("button", name="Remove the group").click()
    expect(page.get_by_text("Changes are not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The invitation is saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help at the till")

    page.get_by_role("button", name="Activate").click()
    page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    row = page.get_by_role("listitem").filter(has_text="Help at the till")
    expect(row.get_by_text("Active", exact=True)).to_be_visible()
    expect(row.get_by_text(re.compile("from Austria or Germany"))).to_be_visible()
    maya.shot("invitations")
    assert maya.faults == []


def test_what_is_refused_stays_as_typed_and_has_the_focus(agent):
    maya = agent()
    page = settings(maya, "invitations/gallery/")
    start_from(page, "bubble_hello")
    trigger = page.get_by_role("region", name="The moment")
    trigger.get_by_label("Number").fill("")
    page.get_by_label("Goal: the event").fill("purchase")
    page.get_by_role("button", name="Save").click()
    expect(trigger.get_by_text("Write a number.")).to_be_visible()
    expect(trigger.get_by_label("Number")).to_be_focused()
    expect(page.get_by_label("Goal: the event")).to_have_value("purchase")
    expect(page.get_by_text("Changes are not saved yet.")).to_be_visible()


def test_rows_are_added_without_a_script_too(agent):
    maya = agent()
    plain = maya.context.browser.new_context(java_script_enabled=False, storage_state=maya.context.storage_state())
    page = plain.new_page()
    page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/invitations/gallery/")
    start_from(page, "bubble_hello")
    audience = page.get_by_role("region", name="Whom it is for")
    page.get_by_label("Name", exact=True).fill("Typed before")
    audience.get_by_role("button", name="Add a condition", exact=True).click()
    audience.get_by_label("What", exact=True).first.select_option(label="Pages in this visit")
    audience.get_by_role("button", name="Show what the chosen conditions need").click()
    audience.get_by_label("Number").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The invitation is saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Typed before")
    expect(audience.get_by_label("Number")).to_have_value("3")
    plain.close()


def test_the_order_follows_the_arrows(agent):
    maya = agent()
    for design in ("card_person", "bubble_rate"):
        start_from(settings(maya, "invitations/gallery/"), design)
    page = settings(maya, "invitations/")
    names = page.locator(".inv .name")
    before = names.all_inner_texts()
    page.get_by_role("button", name=re.compile("down$")).first.click()
    expect(names.nth(1)).to_have_text(before[0])
    page.locator(".inv").nth(1).drag_to(page.locator(".inv").nth(0), target_position={"x": 60, "y": 4})
    expect(page.locator("[data-order-said]")).to_have_text(re.compile("Moved to place"))
    page.reload()
    expect(names.nth(0)).to_have_text(before[0])


@pytest.mark.parametrize(("name", "scheme", "options"), SCREENS)
def test_the_screens_of_invitations(agent, name, scheme, options):
    maya = agent(color_scheme=scheme, **options)
    page = settings(maya, "invitations/gallery/")
    page.locator("helpdesk-invitation").first.wait_for(state="attached")

    def look(screen):
        maya.shot(f"invitations-{screen}-{name}-{scheme}")
        assert faults(page) == [], screen
        assert width_over(page) <= 0, screen

    look("gallery")
    path = start_from(page, "card_coupon")
    page.locator("helpdesk-invitation").wait_for(state="attached")
    look("editor")
    for screen, below in (
        ("list", "invitations/"),
        ("try", f"invitations/try/?invitation={path.split('/')[1]}"),
        ("log", "invitations/log/"),
        ("manners", "invitations/manners/"),
        ("report", f"{path}report/"),
    ):
        settings(maya, below)
        page.locator("h1").wait_for()
        look(screen)
    assert maya.faults == []
