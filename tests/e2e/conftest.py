"""One running installation and one Chromium for the whole suite; a fresh browser context for each person in a test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from behind import Behind
from installation import Installation
from people import SHOTS, Agent, Screen, Visitor
from playwright.sync_api import Browser, sync_playwright
from walk import Team

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("helpdesk") / "data")
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def behind(installation: Installation) -> Iterator[Behind]:
    process = Behind(installation)
    yield process
    process.close()


@pytest.fixture(autouse=True)
def as_found(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves settings, pauses or chats behind for the next one."""
    if "installation" not in request.fixturenames:
        yield
        return
    behind: Behind = request.getfixturevalue("behind")
    for number in range(len(behind.slugs)):
        behind(number).keep()
    yield
    for number in range(len(behind.slugs)):
        behind(number).restore()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROME_BIN") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> Iterator[list[Screen]]:
    """Everybody's screens: closed at the end, photographed when the test failed, and none may have had a fault."""
    opened: list[Screen] = []
    yield opened
    failed = getattr(request.node, "failed", False)
    if failed:
        SHOTS.mkdir(exist_ok=True)
        for number, screen in enumerate(opened):
            screen.shot(f"failed-{request.node.name}-{number}")
    faults = [fault for screen in opened for fault in screen.faults]
    for screen in opened:
        screen.close()
    assert not faults


@pytest.fixture
def visitor(browser: Browser, installation: Installation, screens: list[Screen]) -> Callable[..., Visitor]:
    """A maker of visitors: `visitor(color_scheme="dark")`."""

    def make(**options: object) -> Visitor:
        screens.append(Visitor(browser, installation, **options))
        return screens[-1]

    return make


@pytest.fixture
def agent(browser: Browser, installation: Installation, screens: list[Screen]) -> Callable[..., Agent]:
    """A maker of agents, signed in; `workspace` and `number` count the demo's workspaces and their people from 0."""

    def make(workspace: int = 0, number: int = 0, **options: object) -> Agent:
        person = installation.demo["workspaces"][workspace]["users"][number]
        screens.append(Agent(browser, installation, **options))
        return screens[-1].sign_in(person["email"], person["password"])

    return make


@pytest.fixture(scope="module")
def team(browser: Browser, installation: Installation, behind: Behind) -> Iterator[Team]:
    """Two agents who stay for a whole file."""
    two = Team(browser, installation, behind)
    yield two
    two.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture(autouse=True, scope="session")
def fresh_shots() -> None:
    shutil.rmtree(Path(SHOTS), ignore_errors=True)
