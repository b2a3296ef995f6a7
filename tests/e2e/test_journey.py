"""The journey of one conversation, seen from both sides in real browsers."""

import re

from installation import wait_until
from people import Network, Screen, expect_tokens, log_of
from playwright.sync_api import expect


def test_a_chat_from_the_first_word_to_the_reopening(visitor, agent):
    maya, clara = agent(), visitor().visit("/goods/tide")
    clara.start_chat("Clara Journey", "Is the sea glaze more blue or more green? §v1;", "clara@example.com")
    expect(maya.row("Clara Journey").first).to_be_visible()  # without a reload

    maya.open_ticket("Clara Journey")
    maya.expect_tokens(["§v1;"])
    maya.reply("More green near a window. §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])
    clara.write("Lovely, thank you. §v2;")
    maya.expect_tokens(["§v1;", "§a1;", "§v2;"])
    clara.shot("journey-visitor")
    maya.shot("journey-agent")

    clara.page.reload()  # the window opens again by itself, as it was
    clara.expect_tokens(["§v1;", "§a1;", "§v2;"])
    maya.page.reload()
    maya.expect_tokens(["§v1;", "§a1;", "§v2;"])

    maya.search("Clara Journey")
    expect(maya.row("Clara Journey").first).to_be_visible()
    maya.search("")
    maya.resolve()
    clara.write("One more thing. §v3;")
    maya.view("All open")
    maya.open_ticket("Clara Journey")
    maya.expect_tokens(["§v1;", "§a1;", "§v2;", "§v3;"])
    expect(maya.log).to_contain_text("Opened again by a new message")


def test_the_owner_of_another_workspace_sees_nothing_of_it(visitor, agent):
    maya, stranger, clara = agent(0), agent(1), visitor().visit("/")
    clara.start_chat("Clara Private", "Only for Saltholm §v1;", "private@example.com")
    expect(maya.row("Clara Private").first).to_be_visible()
    stranger.search("Clara Private")
    expect(stranger.page.get_by_text("Clara Private", exact=True)).to_have_count(0)
    answer = stranger.page.goto(maya.page.url)
    assert answer is not None
    assert answer.status == 404


def test_two_tabs_of_one_visitor_show_the_same_chat(visitor, agent):
    maya, clara = agent(), visitor().visit("/")
    clara.start_chat("Clara Tabs", "From the first tab §v1;")
    second = clara.new_page()
    second.goto(clara.installation.shop_url + "/goods/dune")
    clara.open_conversation(second)
    expect_tokens(log_of(second), ["§v1;"])
    clara.write("Again from the first §v2;")
    expect_tokens(log_of(second), ["§v1;", "§v2;"])
    maya.open_ticket("Clara Tabs")
    maya.reply("Seen in both? §a1;")
    for page in (clara.page, second):
        expect_tokens(log_of(page), ["§v1;", "§v2;", "§a1;"])


def test_who_waits_reads_the_place_in_the_queue(visitor, agent):
    maya = agent()
    first, second = visitor().visit("/"), visitor().visit("/")
    first.start_chat("Clara Queue", "I came first §v1;")
    second.start_chat("Vera Queue", "I came second §w1;")
    place = second.frame.locator(".bar small")  # it is said aloud too, a moment long
    expect(place).to_contain_text(re.compile(r"You are number \d+ in the queue"))
    before = int(re.search(r"\d+", place.inner_text())[0])
    second.page.reload()
    expect(place).to_contain_text(f"You are number {before} in the queue")
    maya.open_ticket("Clara Queue")
    maya.reply("Here I am. §a1;")
    first.expect_tokens(["§v1;", "§a1;"])
    after = "You are next" if before == 2 else f"You are number {before - 1} in the queue"
    expect(place).to_contain_text(after)
    expect(first.frame.get_by_text(re.compile("You are (next|number)"))).to_have_count(0)
    maya.open_ticket("Vera Queue")
    maya.reply("And you. §b1;")
    expect(second.frame.get_by_text(re.compile("You are (next|number)"))).to_have_count(0)


def test_words_written_offline_survive_a_reload_and_arrive_once(visitor, agent):
    maya, clara = agent(), visitor().visit("/")
    network = Network(clara.context)
    clara.page.reload()
    clara.start_chat("Clara Offline", "Before the tunnel §v1;")
    maya.open_ticket("Clara Offline")
    clara.context.set_offline(True)
    clara.write("Inside the tunnel §v2;")
    expect(clara.log).to_contain_text("Waiting for connection")
    network.is_cut = True
    clara.context.set_offline(False)
    clara.page.reload()
    clara.expect_tokens(["§v1;", "§v2;"])  # before anything could come from the server
    expect(clara.log).to_contain_text("Waiting for connection")
    expect(clara.frame.get_by_text("No connection.")).to_be_visible()
    clara.write("Still in the tunnel §v3;")
    clara.expect_tokens(["§v1;", "§v2;", "§v3;"])
    network.is_cut = False
    maya.expect_tokens(["§v1;", "§v2;", "§v3;"])
    clara.expect_tokens(["§v1;", "§v2;", "§v3;"])
    expect(clara.log).not_to_contain_text("Waiting for connection")


def test_what_two_tabs_wrote_offline_arrives_once_and_in_order(visitor, agent):
    maya, clara = agent(), visitor().visit("/")
    clara.start_chat("Clara Twice", "Before the tunnel §v0;")
    second = clara.new_page()
    second.goto(clara.installation.shop_url + "/goods/dune")
    clara.open_conversation(second)
    maya.open_ticket("Clara Twice")
    words = [f"§v{number};" for number in range(21)]
    clara.context.set_offline(True)
    for number, word in enumerate(words[1:]):
        clara.write(word, (clara.page, second)[number % 2])
    expect(clara.log).to_contain_text("Waiting for connection")
    maya.expect_tokens(words[:1])
    clara.context.set_offline(False)
    maya.expect_tokens(words)
    for page in (clara.page, second):
        expect_tokens(log_of(page), words)
        expect(log_of(page)).not_to_contain_text("Waiting for connection")


def test_an_open_window_opens_again_on_the_next_page_and_a_closed_one_does_not(visitor, agent):
    agent()
    clara = visitor().visit("/")
    clara.start_chat("Clara Pages", "On the first page §v1;")
    clara.visit("/goods/tide")
    clara.expect_tokens(["§v1;"])
    assert clara.page.evaluate("document.activeElement === document.body")
    clara.page.get_by_role("button", name="Close chat").click()
    clara.visit("/goods/dune")
    expect(clara.launcher()).to_be_visible()
    clara.page.wait_for_timeout(1500)
    expect(clara.frame.get_by_role("dialog")).not_to_be_visible()


def test_a_switch_of_the_page_without_a_reload_keeps_the_chat_open(visitor, agent):
    agent()
    clara = visitor().visit("/goods/tide")
    clara.start_chat("Clara Switch", "On the teapot §v1;")
    clara.page.get_by_role("link", name="Dune vase").first.click()
    expect(clara.page).to_have_url(re.compile("/goods/dune"))
    clara.expect_tokens(["§v1;"])
    clara.write("And now elsewhere §v2;")
    clara.expect_tokens(["§v1;", "§v2;"])


def test_the_window_fills_a_phone(visitor, agent):
    agent()
    clara = visitor(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).visit("/")
    clara.start_chat("Clara Phone", "From the beach §v1;")
    box = clara.page.locator("iframe[src*='/widget/frame']").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"]), round(box["height"])) == (0, 390, 844)
    clara.shot("phone-chat")


def test_the_shop_needs_no_cookie_and_its_page_does_not_move(visitor, agent):
    agent()
    clara = visitor().visit("/")
    launcher = clara.launcher()
    expect(launcher).to_be_visible()
    shift = clara.page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 500);
        })"""
    )
    assert shift == 0
    clara.start_chat("Clara Cookies", "No crumbs §v1;")
    assert [cookie["name"] for cookie in clara.context.cookies()] == []


def test_whoever_works_in_the_settings_is_at_work(browser, installation, screens):
    workspace = installation.demo["workspaces"][1]
    owner, yousef = workspace["users"][:2]
    screens.append(Screen(browser, installation))
    page = screens[-1].page
    settings = f"/w/{workspace['slug']}/settings/profile/"
    page.goto(f"{installation.base_url}/accounts/login/?next={settings}")  # past the inbox, which would vouch for him
    page.get_by_label(re.compile("mail", re.I)).fill(yousef["email"])
    page.get_by_label("Password", exact=True).fill(yousef["password"])
    page.get_by_role("button", name=re.compile("^(Sign in|Log in)$")).click()
    page.wait_for_url(f"**{settings}")

    def is_online() -> bool:
        headers = {"Authorization": f"Bearer {owner['api_token']}"}
        rows = page.request.get(f"{installation.base_url}/api/v1/members", headers=headers).json()["rows"]
        return any(row["email"] == yousef["email"] and row["status"] == "online" for row in rows)

    wait_until(is_online, seconds=20)
