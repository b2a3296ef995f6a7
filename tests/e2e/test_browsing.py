"""Live visitors in real browsers: who is seen, when, and who never is."""

import json
import re
import time
import urllib.request
from pathlib import Path

import pytest
from installation import wait_until
from playwright.sync_api import expect

GUIDE = Path(__file__).parents[2] / "docs" / "embedding.md"
REFUSES = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


class Team:
    """What the owner reads over REST."""

    def __init__(self, installation):
        self.installation = installation
        self.workspace = installation.demo["workspaces"][0]

    def ask(self, path):
        token = self.workspace["users"][0]["api_token"]
        request = urllib.request.Request(
            f"{self.installation.base_url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def rows(self, query=""):
        return self.ask(f"visitors?q={query}")["visitors"]

    def detail(self, query=""):
        return self.ask(f"visitors/{self.rows(query)[0]['id']}")


@pytest.fixture
def team(installation):
    found = Team(installation)
    wait_until(lambda: found.rows() == [], 20)  # whoever came with the test before has gone
    return found


def agree(person, page=None):
    (page or person.page).get_by_role("button", name="Yes, of course").click()


def traffic_of(page):
    """The addresses that a page asks from here on, sockets included."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked


def storage_of(page):
    return page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")


def test_pages_tabs_and_switches_are_seen_and_a_closed_page_is_gone(visitor, team):
    clara = visitor().visit("/?utm_source=letter")
    agree(clara)
    wait_until(lambda: len(team.rows()) == 1, 10)
    assert (team.rows()[0]["source"], team.rows()[0]["state"]) == ("letter", "browsing")

    clara.visit("/goods/tide")  # a new document
    clara.page.locator("a[data-switch]").nth(1).click()  # the same document
    wait_until(lambda: team.rows()[0]["title"].startswith("Ember"), 10)
    second = clara.new_page()
    second.goto(clara.installation.shop_url + "/kiln")
    wait_until(lambda: team.rows()[0]["title"].startswith("The kiln"), 10)
    assert len(team.rows()) == 1, "two tabs are one visitor"
    titles = [page["title"].split(" · ")[0] for page in team.detail()["trail"]]
    assert titles[:3] == ["The kiln", "Ember mug", "Tide teapot"]

    second.close()
    wait_until(lambda: team.rows()[0]["title"].startswith("Ember"), 10)
    clara.page.close()
    began = time.monotonic()
    wait_until(lambda: team.rows() == [], 45)
    assert time.monotonic() - began < 15, "a closed page does not wait for its lease"


def test_without_consent_there_is_no_cookie_no_key_and_no_request(visitor, team):
    nora = visitor().visit("/")
    asked = traffic_of(nora.page)
    expect(nora.launcher()).to_be_visible()
    nora.visit("/goods/tide")
    nora.page.wait_for_timeout(5000)  # longer than the loader waits for an idle moment
    app = nora.installation.base_url
    ours = {url.split("?")[0].removeprefix(app) for url in asked if url.startswith(app)}
    assert ours <= {"/widget.js", "/widget/v1/config", "/widget/v1/seen"}
    assert not [url for url in asked if url.startswith("ws")]
    assert nora.context.cookies() == []
    assert storage_of(nora.page) == []
    assert team.rows() == []


def test_who_says_no_is_not_followed_either(visitor, team):
    nora = visitor().visit("/")
    asked = traffic_of(nora.page)
    nora.page.get_by_role("button", name="No, thank you").click()
    nora.visit("/kiln")
    nora.page.wait_for_timeout(5000)
    assert not [url for url in asked if url.startswith("ws") or "browsing" in url]
    assert storage_of(nora.page) == ["saltholm-consent"]  # the shop's own memory
    assert team.rows() == []


def test_a_browser_that_asks_not_to_be_followed_never_is(visitor, team):
    gail = visitor()
    gail.context.add_init_script(REFUSES)
    gail.visit("/")
    asked = traffic_of(gail.page)
    agree(gail)
    gail.visit("/kiln")
    gail.page.wait_for_timeout(5000)
    assert not [url for url in asked if url.startswith("ws") or "browsing" in url]
    assert [name for name in storage_of(gail.page) if name.startswith("helpdesk")] == []
    assert team.rows() == []


def test_consent_that_is_taken_back_ends_it_at_once_and_an_optout_lasts(visitor, team):
    clara = visitor().visit("/")
    agree(clara)
    wait_until(lambda: len(team.rows()) == 1, 10)
    assert any(name.startswith("helpdesk-visit:") for name in storage_of(clara.page))
    clara.page.evaluate("Helpdesk('consent', false)")
    wait_until(lambda: team.rows() == [], 4)
    assert not any(name.startswith("helpdesk-visit:") for name in storage_of(clara.page))

    clara.page.evaluate("Helpdesk('consent', true)")
    wait_until(lambda: len(team.rows()) == 1, 10)
    clara.page.evaluate("Helpdesk('optout')")
    wait_until(lambda: team.rows() == [], 4)
    asked = traffic_of(clara.page)
    clara.visit("/kiln")  # the shop says consent again, on every page
    clara.page.wait_for_timeout(5000)
    assert not [url for url in asked if url.startswith("ws") or "browsing" in url]
    clara.page.evaluate("Helpdesk('optout', false)")
    clara.visit("/")
    wait_until(lambda: len(team.rows()) == 1, 10)


def test_the_examples_of_the_guide_do_what_it_says(visitor, team):
    chapter = GUIDE.read_text().split("## Live visitors")[1].split("## Invitations")[0]
    consent, facts, ends = re.findall(r"^```js\n(.*?)^```", chapter, re.M | re.S)
    clara = visitor().visit("/basket")
    clara.page.evaluate(facts)  # before consent: kept on the page
    clara.page.wait_for_timeout(1500)
    assert team.rows() == []
    clara.page.evaluate(consent)
    wait_until(lambda: [row["name"] for row in team.rows()] == ["Ann Bell"], 10)
    wait_until(lambda: len(team.detail()["events"]) == 2, 10)
    found = team.detail()
    assert found["attributes"] == {"plan": "gold", "orders": 3, "newsletter": True}
    assert found["cart"] is None  # the last word of the example
    assert (found["email"], [event["name"] for event in found["events"]]) == (
        "ann@example.com",
        ["video_watched", "added_to_cart"],
    )
    assert (found["events"][1]["value"], found["events"][1]["properties"]) == (59.8, {"sku": "TIDE-1"})
    clara.page.evaluate(facts.split('Helpdesk("set", { cart: null })')[0])
    wait_until(lambda: (team.rows()[0]["cart"] or {}).get("value") == 59.8, 10)
    assert team.detail()["cart_items"] == [{"name": "Tide teapot", "quantity": 1, "price": 59.8}]
    clara.page.evaluate(ends)
    wait_until(lambda: team.rows() == [], 4)


def test_the_shop_tells_what_is_in_the_basket(visitor, team):
    clara = visitor().visit("/goods/tide")
    agree(clara)
    clara.page.get_by_role("button", name="Add to basket").click()
    wait_until(lambda: [row["cart"] for row in team.rows()] == [{"value": 68, "currency": "EUR", "count": 1}], 10)


def test_a_chat_takes_the_pages_before_it_along_and_the_row_says_who_it_is(visitor, team, agent):
    maya = agent()
    clara = visitor().visit("/")
    agree(clara)
    for path, title in (("/goods/dune", "Dune"), ("/kiln", "The kiln"), ("/goods/tide", "Tide")):
        clara.visit(path)
        wait_until(lambda title=title: [row["title"].startswith(title) for row in team.rows()] == [True], 10)
    clara.start_chat("Clara Before", "I looked around first. §v1;", "before@example.com")
    expect(maya.row("Clara Before").first).to_be_visible()
    wait_until(lambda: [row["state"] for row in team.rows()] == ["queued"], 10)
    row = team.rows()[0]
    assert (row["name"], row["email"], row["with"]) == ("Clara Before", "before@example.com", None)
    visit = team.ask(f"tickets/{row['number']}")["visit"]
    assert [page["title"].split(" · ")[0] for page in visit["trail"]][:2] == ["The kiln", "Dune vase"]
    maya.open_ticket("Clara Before")
    maya.reply("Take your time. §a1;")
    wait_until(lambda: team.rows()[0]["state"] == "chatting", 10)


def test_where_nothing_can_be_stored_the_visitor_is_followed_as_long_as_the_page_lives(visitor, team):
    clara = visitor()
    clara.context.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); }")
    clara.visit("/goods/tide")
    clara.page.evaluate("Helpdesk('consent', true)")
    wait_until(lambda: len(team.rows()) == 1, 10)
    assert team.rows()[0]["title"].startswith("Tide")


def test_pages_come_back_after_redis_and_after_the_web_process_were_killed(visitor, team, installation):
    clara = visitor().visit("/goods/tide")
    agree(clara)
    wait_until(lambda: len(team.rows()) == 1, 10)
    installation.kill("valkey")
    began = time.monotonic()

    def is_back():
        try:
            return len(team.rows()) == 1
        except OSError:  # 503 while it cannot be read, nothing while the process starts
            return False

    wait_until(is_back, 30)
    assert time.monotonic() - began < 25
    installation.kill("web")
    clara.page.locator("a[data-switch]").nth(1).click()  # pages go on meanwhile
    wait_until(lambda: is_back() and team.rows()[0]["title"].startswith("Ember"), 45)
    assert [page["title"].split(" · ")[0] for page in team.detail()["trail"]][:2] == ["Ember mug", "Tide teapot"]
