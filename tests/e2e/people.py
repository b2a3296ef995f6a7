"""The people of the browser tests: what they do and see, found by role and label as a screen reader finds it."""

import re
from pathlib import Path
from typing import Self

from installation import Installation
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FrameLocator,
    Locator,
    Page,
    WebSocketRoute,
    expect,
)

SHOTS = Path(__file__).parent / "shots"
TOKEN = re.compile(r"§[a-z]+\d+;")
PATIENT = 20_000
BEGIN = re.compile("^(Send us a message|Leave a message)")
LAUNCHER = re.compile("^(Open chat|Chat with us|Leave a message|فتح|ترك رسالة|Άνοιγμα)")


expect.set_options(timeout=PATIENT)


class Screen:
    """A browser of somebody's own. Scripts that fail and broken security policies are remembered."""

    def __init__(self, browser: Browser, installation: Installation, **options: object) -> None:
        self.installation = installation
        self.context: BrowserContext = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        self.context.set_default_timeout(PATIENT)
        self.faults: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda message: self._note(message.text))
        return page

    def _note(self, text: str) -> None:
        if "violates the following Content Security Policy" in text:
            self.faults.append(text)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def close(self) -> None:
        self.context.close()


class Visitor(Screen):
    """Somebody in the shop."""

    def visit(self, path: str = "/") -> Self:
        self.page.goto(self.installation.shop_url + path)
        return self

    @property
    def frame(self) -> FrameLocator:
        return frame_of(self.page)

    @property
    def log(self) -> Locator:
        return log_of(self.page)

    def launcher(self, page: Page | None = None) -> Locator:
        return (page or self.page).get_by_role("button", name=LAUNCHER)

    def open_widget(self, page: Page | None = None) -> Self:
        self.launcher(page).click()
        expect(frame_of(page or self.page).get_by_role("dialog")).to_be_visible()
        return self

    def open_conversation(self, page: Page | None = None) -> Self:
        return self.open_widget(page).show_conversation(page)

    def show_conversation(self, page: Page | None = None) -> Self:
        """Go to the conversation that was begun before: the widget opens on it, or lists it on its home."""
        frame = frame_of(page or self.page)
        listed = frame.get_by_role("list", name="Your conversations").get_by_role("button").first
        expect(frame.get_by_role("log").or_(listed).first).to_be_visible()
        if not frame.get_by_role("log").is_visible():
            listed.click()
        return self

    def start_chat(self, name: str, text: str, email: str = "") -> Self:
        """Open the widget, fill in the form and send the first message."""
        self.open_widget()
        self.frame.get_by_role("button", name=BEGIN).click()
        self.frame.get_by_label("Your name").fill(name)
        if email:
            self.frame.get_by_label("E-mail").fill(email)
        self.frame.get_by_role("button", name="Start chat").click()
        self.write(text)
        self.expect_tokens(TOKEN.findall(text))
        return self

    def start_chat_in_any_language(self, name: str, text: str) -> Self:
        """The same where the words are not known: by what the parts are."""
        self.open_widget()
        self.frame.locator(".row").first.click()
        inputs = self.frame.locator("form.page input")
        expect(inputs.or_(self.log).first).to_be_visible()
        if inputs.count():
            inputs.first.fill(name)
            self.frame.locator("form.page .btn").click()
        self.frame.locator(".composer textarea").fill(text)
        self.frame.locator(".composer textarea").press("Enter")
        return self

    def write(self, text: str, page: Page | None = None) -> None:
        """Type and send; the text may still be on its way afterwards."""
        box = frame_of(page or self.page).get_by_role("textbox", name="Write a message")
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("")

    def expect_tokens(self, tokens: list[str], page: Page | None = None) -> None:
        expect_tokens(log_of(page or self.page), tokens)

    def tokens(self) -> list[str]:
        return tokens_of(self.log)


class Agent(Screen):
    """Somebody of the team."""

    slug = ""

    def sign_in(self, email: str, password: str) -> Self:
        self.page.goto(self.installation.base_url + "/accounts/login/")
        self.page.get_by_label(re.compile("mail", re.I)).fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name=re.compile("^(Sign in|Log in)$")).click()
        self.page.wait_for_url(re.compile(r"/w/[^/]+/"))
        self.slug = self.page.url.split("/w/")[1].split("/")[0]
        expect(self.page.get_by_role("button", name=re.compile("Online|متصل"))).to_be_visible()
        return self

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def conversations(self) -> Locator:
        return self.page.get_by_role("region", name="Conversations", exact=True)

    def row(self, name: str) -> Locator:
        return self.conversations.get_by_role("link").filter(has_text=name)

    def open_ticket(self, name: str) -> Self:
        self.row(name).first.click()
        expect(self.page.get_by_role("heading", name=name).first).to_be_visible()
        return self

    def view(self, name: str) -> None:
        self.conversations.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}")).click()

    def search(self, text: str) -> None:
        self.page.get_by_role("searchbox").fill(text)

    def resolve(self) -> None:
        self.page.get_by_role("button", name="Resolve", exact=True).click()
        expect(self.log).to_contain_text("You resolved it")

    def reply(self, text: str) -> None:
        box = self.page.get_by_label(re.compile("^Reply to "))
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("")

    def incoming(self, name: str) -> Locator:
        """The card of a chat that rings."""
        return self.conversations.get_by_role("region", name=f"Incoming chat from {name}", exact=True)

    def toast(self, words: str) -> Locator:
        return self.page.get_by_role("status").filter(has_text=words)

    def expect_tokens(self, tokens: list[str]) -> None:
        expect_tokens(self.log, tokens)

    def tokens(self) -> list[str]:
        return tokens_of(self.log)


class Network:
    """The way from a visitor's browser to the doors that take messages, which can be cut while pages still load."""

    def __init__(self, context: BrowserContext) -> None:
        self.is_cut = False
        context.route(
            re.compile(r"/widget/v1/(?!config)"), lambda route: route.abort() if self.is_cut else route.continue_()
        )
        context.route_web_socket(re.compile(r"/ws/"), self._socket)

    def _socket(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close()
        else:
            socket.connect_to_server()


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[src*='/widget/frame']")


def log_of(page: Page) -> Locator:
    return frame_of(page).get_by_role("log")


def tokens_of(log: Locator) -> list[str]:
    """The §marks of all messages on the screen, in the order in which they stand there."""
    return TOKEN.findall(log.inner_text())


def expect_tokens(log: Locator, tokens: list[str]) -> None:
    """Exactly these marks, in this order, each once."""
    pattern = "[^§]*".join(["^", *tokens, "$"])
    expect(log).to_have_text(re.compile(pattern))
