"""Every screen in light, dark and right-to-left: read by axe, and photographed for people to look at."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import Screen
from playwright.sync_api import expect

SCHEMES = ["light", "dark"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def faults(page: Any) -> list[str]:
    """What axe finds wrong, one line each. A frame of another origin is read as a page of its own."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def widget_faults(screen: Screen) -> list[str]:
    frame = next(frame for frame in screen.page.frames if "/widget/frame" in frame.url)
    return faults(frame)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("path", "name"), [("/", "en"), ("/ar/", "ar")])
def test_the_shop_with_the_widget(visitor, scheme, path, name):
    clara = visitor(color_scheme=scheme, locale="ar" if name == "ar" else "en-GB").visit(path)
    expect(clara.launcher()).to_be_visible()
    assert faults(clara.page) == []
    clara.open_widget()
    clara.shot(f"widget-home-{name}-{scheme}")
    assert widget_faults(clara) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_thread_in_the_widget(visitor, agent, scheme):
    maya, clara = agent(color_scheme=scheme), visitor(color_scheme=scheme).visit("/")
    clara.start_chat(f"Clara {scheme.title()}", "A word §v1;")
    maya.open_ticket(f"Clara {scheme.title()}")
    maya.reply("An answer with a link: https://example.com/care §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])
    clara.shot(f"widget-thread-{scheme}")
    maya.shot(f"inbox-thread-{scheme}")
    assert widget_faults(clara) == []
    assert faults(maya.page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_the_sign_in(browser, installation, screens, scheme, locale):
    screens.append(Screen(browser, installation, color_scheme=scheme, locale=locale))
    page = screens[-1].page
    page.goto(installation.base_url + "/accounts/login/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    screens[-1].shot(f"sign-in-{locale}-{scheme}")
    assert faults(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("screen", ["members", "departments", "canned", "widgets", "profile"])
def test_the_settings(agent, scheme, screen):
    maya = agent(color_scheme=scheme)
    answer = maya.page.goto(f"{maya.installation.base_url}/w/{maya.slug}/settings/{screen}")
    assert answer is not None
    assert answer.status == 200
    maya.shot(f"settings-{screen}-{scheme}")
    assert faults(maya.page) == []


@pytest.mark.parametrize(("name", "size"), [("wide", (1440, 900)), ("tablet", (1024, 768)), ("phone", (390, 844))])
def test_the_inbox_at_every_width(agent, name, size):
    maya = agent(viewport={"width": size[0], "height": size[1]})
    expect(maya.page.get_by_role("listitem").first).to_be_visible()
    maya.shot(f"inbox-{name}")
    assert maya.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(maya.page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_inbox_of_an_arabic_team(agent, scheme):
    maya = agent(workspace=1, color_scheme=scheme)
    expect(maya.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(maya.page.get_by_role("listitem").first).to_be_visible()
    maya.shot(f"inbox-ar-{scheme}")
    assert faults(maya.page) == []
