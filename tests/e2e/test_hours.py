"""Opening hours, from the settings to what a visitor reads; and their pages on every screen."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from people import Agent
from playwright.sync_api import expect
from test_screens import faults

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def hours_page(maya: Agent, path: str = "workspace/") -> None:
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/hours/{path}")


def test_out_of_hours_the_visitor_reads_when_somebody_is_back(agent, visitor):
    maya = agent()
    page = maya.page
    hours_page(maya)
    expect(page.get_by_label("Monday")).to_be_hidden()
    page.get_by_role("radio", name="These hours").check()
    page.get_by_label("Time zone").select_option("UTC")
    for day in DAYS:
        page.get_by_label(day, exact=True).fill("")
    opens = datetime.now(UTC) + timedelta(days=3)
    rule = page.get_by_label("When").last
    expect(page.get_by_label("Days after", exact=True).last).to_be_hidden()
    rule.select_option("Every year on a weekday")
    expect(page.get_by_label("Which one").last).to_be_visible()
    rule.select_option("Once")
    page.get_by_label("Date").last.fill(opens.strftime("%Y-%m-%d"))
    page.get_by_label("Hours", exact=True).last.fill("9-8:75")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Write times from 0:00 to 24:00")).to_be_visible()
    page.get_by_label("Hours", exact=True).last.fill("9:30-18")
    page.get_by_role("button", name="Add a day").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The hours are saved.")).to_be_visible()
    expect(page.get_by_text(f"Closed now, opens {opens:%A}").first).to_be_visible()

    page.wait_for_timeout(5500)  # what visitors are shown may be five seconds old
    clara = visitor(timezone_id="Europe/Athens", locale="en-GB").visit("/")
    expect(clara.page.get_by_role("button", name="Leave a message")).to_be_visible()
    clara.open_widget()
    said = clara.frame.get_by_text("We are back").first
    expect(said).to_contain_text(f"{opens:%A} at")
    expect(said).to_contain_text(re.compile(r":30( [AP]M)?, your time\."))
    clara.shot("widget-out-of-hours")

    page.goto(f"{maya.installation.base_url}/w/{maya.slug}/")
    page.get_by_role("button", name=re.compile("Status and account")).click()
    page.get_by_role("menuitemcheckbox", name="Available outside the opening hours").click()
    expect(page.get_by_role("button", name=re.compile("also outside the opening hours"))).to_be_visible()
    page.wait_for_timeout(5500)
    dora = visitor().visit("/")
    expect(dora.launcher()).not_to_have_text("Leave a message")
    dora.start_chat("Dora Late", "Still there? §v1;")
    expect(maya.row("Dora Late").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "scheme", "options"),
    [
        ("desktop", "light", {}),
        ("phone", "dark", {"viewport": {"width": 390, "height": 844}}),
        ("narrow", "light", {"viewport": {"width": 320, "height": 700}}),
        ("ar", "dark", {"workspace": 1}),
    ],
)
def test_the_pages_of_the_hours(agent, name, scheme, options):
    maya = agent(color_scheme=scheme, **options)
    hours_page(maya, "")
    maya.shot(f"hours-{name}-{scheme}")
    assert faults(maya.page) == []
    hours_page(maya)
    maya.page.locator("input[name=mode][value=own]").check()
    for rule in ("weekday", "easter"):
        maya.page.locator("select[name$=rule]").last.select_option(rule)
        maya.page.locator("[data-add-day]").click()
    maya.shot(f"hours-edit-{name}-{scheme}")
    assert faults(maya.page) == []
    wide = maya.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
