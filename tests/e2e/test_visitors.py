"""The live visitors: real people in the shop, and a crowd of thousands that is made up."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from people import Agent, Visitor
from playwright.sync_api import Locator, expect
from site_crowd import SiteCrowd
from test_screens import faults


def agree(clara: Visitor) -> Visitor:
    clara.page.get_by_role("button", name="Yes, of course").click()
    return clara


def watch(maya: Agent, query: str = "") -> Agent:
    maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/visitors{query}")
    expect(maya.page.get_by_role("heading", name="Visitors", exact=True)).to_be_visible()
    return maya


def person(maya: Agent, words: str) -> Locator:
    return maya.page.get_by_role("table").get_by_role("row").filter(has_text=words)


@pytest.fixture
def crowded(agent: Callable[..., Agent]) -> Callable[..., tuple[Agent, SiteCrowd]]:
    """An agent before a crowd: `crowded(2000, viewport=…)`."""

    def make(count: int, query: str = "", workspace: int = 0, **options: Any) -> tuple[Agent, SiteCrowd]:
        maya, crowd = agent(workspace=workspace, **options), SiteCrowd(count)
        crowd.serve(maya.page)
        maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/visitors{query}")
        crowd.wait_for_watcher(maya.page)
        expect(maya.page.get_by_role("table")).to_be_visible()
        return maya, crowd

    return make


def test_somebody_who_agreed_is_seen_from_page_to_page_until_they_leave(visitor, agent):
    maya, clara = watch(agent()), visitor().visit("/")
    expect(maya.page.get_by_text("Nobody is on the site now")).to_be_visible()
    agree(clara)
    expect(person(maya, clara.page.title())).to_be_visible()
    before = maya.page.get_by_role("table").get_by_role("row").count()
    clara.page.get_by_role("navigation").get_by_role("link").nth(1).click()
    expect(person(maya, clara.page.title())).to_be_visible()
    assert maya.page.get_by_role("table").get_by_role("row").count() == before
    person(maya, clara.page.title()).get_by_role("link").first.click()
    panel = maya.page.get_by_role("complementary", name="Visitor")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    clara.close()
    expect(maya.page.get_by_text("Nobody is on the site now")).to_be_visible()
    expect(panel).to_contain_text("Has left")


def test_a_chat_that_waits_is_taken_from_the_visitors(visitor, agent):
    maya, clara = agent(), agree(visitor().visit("/"))
    clara.start_chat("Clara Waits", "Is anybody there? §v1;")
    watch(maya)
    waiting = person(maya, "Clara Waits")
    expect(waiting).to_contain_text("No.")
    waiting.get_by_role("button", name="Take the chat with Clara Waits").click()
    expect(maya.page.get_by_role("heading", name="Clara Waits").first).to_be_visible()
    watch(maya)
    expect(person(maya, "Clara Waits")).to_contain_text("With you")


def test_only_the_rows_in_view_are_drawn_and_keys_reach_all(crowded):
    maya, _ = crowded(2000)
    table = maya.page.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", "2001")
    assert table.get_by_role("row").count() < 60
    maya.page.keyboard.press("j")
    expect(maya.page.locator("[data-person]:focus")).to_have_count(1)
    maya.page.keyboard.press("End")
    last = table.get_by_role("row").last
    expect(last).to_have_attribute("aria-rowindex", "2001")
    expect(last.locator("[data-person]")).to_be_focused()
    maya.page.keyboard.press("Enter")
    panel = maya.page.get_by_role("complementary", name="Visitor")
    expect(panel).to_contain_text("From your site")
    maya.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_rows_keep_still_under_the_pointer(crowded):
    maya, crowd = crowded(300)
    rows = maya.page.get_by_role("table").locator("[data-person]")
    first = rows.first.get_attribute("data-person")
    rows.nth(2).hover()
    crowd.tell({**crowd.turn(0), "removed": [first], "total": 299})
    expect(maya.page.get_by_text("has left")).to_be_visible()
    assert rows.first.get_attribute("data-person") == first
    expect(maya.page.get_by_role("button", name=re.compile("1 moved"))).to_be_visible()
    maya.page.get_by_role("heading", name="Visitors", exact=True).hover()
    expect(maya.page.get_by_text("has left")).to_be_hidden()
    assert rows.first.get_attribute("data-person") != first


def test_rows_keep_still_while_the_keys_are_among_them(crowded):
    maya, crowd = crowded(300)
    maya.page.keyboard.press("j")
    crowd.tell(crowd.turn(0, comings=3))
    maya.page.get_by_role("button", name=re.compile("moved")).click()
    expect(maya.page.get_by_role("button", name=re.compile("moved"))).to_be_hidden()
    expect(maya.page.get_by_role("table")).to_have_attribute("aria-rowcount", "301")


def test_a_country_on_the_map_is_a_filter_and_lives_in_the_address(crowded):
    maya, crowd = crowded(300)
    greeks = sum(row["country"] == "GR" for row in crowd.rows.values())
    country = maya.page.get_by_role("button", name=f"Greece: {greeks} visitors")
    country.focus()
    maya.page.keyboard.press("Enter")
    expect(maya.page.get_by_role("table")).to_have_attribute("aria-rowcount", str(greeks + 1))
    expect(country).to_have_attribute("aria-pressed", "true")
    assert maya.page.url.endswith("/visitors?country=GR")
    maya.page.get_by_role("searchbox").fill("nobody is called this")
    expect(maya.page.get_by_role("heading", name="Nobody fits")).to_be_visible()
    maya.page.get_by_role("button", name="Clear the filters").click()
    expect(maya.page.get_by_role("table")).to_have_attribute("aria-rowcount", "301")


def test_what_cannot_be_read_any_more_is_marked_as_old(crowded):
    maya, crowd = crowded(50)
    crowd.tell({"type": "visitors.changed", "rows": [], "removed": [], "total": None, "readable": False})
    expect(maya.page.get_by_text("cannot be read just now")).to_be_visible()
    expect(maya.page.get_by_role("table")).to_have_attribute("aria-rowcount", "51")
    crowd.tell(crowd.turn(5))
    expect(maya.page.get_by_text("cannot be read just now")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "workspace", "size"),
    [("wide", 0, (1440, 900)), ("ar", 1, (1440, 900)), ("tablet", 0, (1024, 768)), ("phone", 0, (390, 844))],
)
def test_the_screen_at_every_width(crowded, scheme, name, workspace, size):
    maya, _ = crowded(61, workspace=workspace, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    expect(maya.page.locator(".map path").first).to_be_attached()
    maya.shot(f"visitors-{name}-{scheme}")
    assert maya.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(maya.page) == []
    maya.page.locator("[data-person]").first.click()
    expect(maya.page.locator(".visitor-panel .journey").first).to_be_visible()
    maya.shot(f"visitors-{name}-{scheme}-panel")
    assert faults(maya.page) == []
