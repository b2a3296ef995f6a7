"""The simulator in a browser: from nothing tried yet, over a run that a worker works out, to what came of it."""

import re

import pytest
from playwright.sync_api import expect
from test_routing_settings import SCREENS, settings, width_over
from test_screens import faults


def test_other_settings_are_tried_on_days_that_are_over(agent):
    maya = agent()
    page = settings(maya, "routing/simulator/")
    expect(page.get_by_text("Nothing tried yet")).to_be_visible()
    maya.shot("simulator-empty")
    assert faults(page) == []
    page.get_by_role("link", name=re.compile("Try changes")).first.click()
    page.get_by_role("radio", name="The last 7 days").check()
    page.get_by_label("Chats at once").fill("1")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("heading", name="What it would have been")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row", name=re.compile("^Wait, median"))).to_be_visible()
    changed = page.get_by_text("Chats at once", exact=True)
    expect(changed.first).to_be_visible()
    page = settings(maya, "routing/simulator/")
    expect(page.get_by_text("Nothing tried yet")).to_have_count(0)


@pytest.mark.parametrize(("name", "scheme", "options"), SCREENS)
def test_the_pages_of_the_simulator(agent, name, scheme, options):
    maya = agent(color_scheme=scheme, **options)
    page = settings(maya, "routing/simulator/new/")
    maya.shot(f"simulator-new-{name}-{scheme}")
    assert faults(page) == []
    assert width_over(page) <= 0
    page.locator("input[name=period][value=week]").check()
    page.locator("input[name=chats_at_once]").fill("1")
    page.locator("button[type=submit][form=edit]").click()
    expect(page.locator("[data-progress]")).to_have_count(0, timeout=60_000)
    page.locator("main table").first.wait_for(state="attached")
    maya.shot(f"simulator-result-{name}-{scheme}")
    assert faults(page) == []
    assert width_over(page) <= 0
    settings(maya, "routing/simulator/")
    maya.shot(f"simulator-{name}-{scheme}")
    assert faults(page) == []
    assert width_over(page) <= 0
