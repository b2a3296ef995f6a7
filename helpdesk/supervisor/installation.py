"""Bring a whole installation up on this machine and keep it up: what `./run` does."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk.supervisor import ports, processes
from helpdesk.supervisor.child import Child, Spec
from helpdesk.supervisor.family import Family, Stopped
from helpdesk.supervisor.lock import AlreadyRunning, DataLock
from helpdesk.supervisor.valkey import NoServer, Valkey

EVERY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  (compared with, not listened on)


class CannotStart(Exception):
    """Says in one line why, and what to do; `code` is the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for."""

    host: str
    port: int
    data: Path
    demo: bool


class Installation:
    """One data directory, one web address, and the processes that serve them."""

    def __init__(self, wishes: Wishes, *, directory: Path, environment: Mapping[str, str]) -> None:
        self.wishes = wishes
        self.directory = directory
        self.given = environment
        self.address = f"http://{visible_host(wishes.host)}:{wishes.port}"
        self.base_url = environment.get("HELPDESK_BASE_URL") or self.address
        self.shop_port = 0
        self.valkey: Valkey | None = None
        self.family: Family

    def run(self) -> int:
        """Everything from the first check to the last process stopped. Returns the exit code."""
        data = self.wishes.data
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with DataLock(data / "run.lock", f"{self.address} (process {os.getpid()})"):
                return self._run_locked()
        except AlreadyRunning as other:
            return refuse(
                f"Helpdesk is running on this data already: {other.note}. Stop it, or use --data DIR and --port N."
            )
        except CannotStart as problem:
            say(str(problem))
            return problem.code

    def _run_locked(self) -> int:
        self._check_port()
        self.family = Family(log_directory=self.wishes.data / "log", directory=self.directory, say=say)
        self.family.listen_to_signals()
        try:
            self._bring_up()
            self.family.watch()
            say("Stopping …")
        except Stopped:
            say("Stopping …")
        finally:
            self.family.stop(processes.STOP_ORDER)
            if self.valkey:
                self.valkey.clean_up()
        return 0

    def _bring_up(self) -> None:
        data, family = self.wishes.data, self.family
        (data / "beat").mkdir(exist_ok=True)
        family.environment = {
            **self.given,
            "HELPDESK_DATA": str(data),
            "HELPDESK_BASE_URL": self.base_url,
            "PYTHONUNBUFFERED": "1",
        }
        if not self.given.get("REDIS_URL"):
            self._start_valkey()
        self._prepare()
        demo = self._open_shop() if self.wishes.demo else {}
        # People wait for the pages: the others get the processor once those are there.
        self._wait_for_web(family.start(processes.web(self.wishes.host, self.wishes.port)))
        family.start(processes.live_worker())
        family.start(processes.bulk_worker())
        family.start(processes.beat(data))
        say(welcome(self.base_url, data, demo, bool(self.given.get("EMAIL_URL"))))

    def _check_port(self) -> None:
        host, port = self.wishes.host, self.wishes.port
        try:
            free = ports.is_free(host, port)
        except OSError as error:
            raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror or error}.", code=2) from None
        if not free:
            raise CannotStart(
                f"Port {port} on {host} is taken by another program. Start with --port N to use another one.", code=2
            )
        self.shop_port = ports.next_free(host, port + 1)

    def _start_valkey(self) -> None:
        self.valkey = valkey = Valkey(self.wishes.data)
        if not valkey.wait_until_gone():
            raise CannotStart(
                f"A Valkey of an earlier start still answers on {valkey.socket}. End it, then start again."
            )
        try:
            command = valkey.command()
        except NoServer as problem:
            raise CannotStart(str(problem)) from None
        child = self.family.start(Spec("valkey", command, 5.0))
        if not self.family.wait_for(valkey.answers, seconds=30):
            raise CannotStart(f"Valkey did not start. {log_end(child)}")
        self.family.environment["REDIS_URL"] = valkey.url

    def _prepare(self) -> None:
        """Migrate, and fill an empty database with the demo unless that was not wished."""
        demo = ("--base-url", self.base_url, "--shop-url", self.shop_url, "--data", str(self.wishes.data))
        spec = processes.manage("prepare", "prepare", *(demo if self.wishes.demo else ()))
        child = self.family.run_once(spec)
        if child.process is None or child.process.returncode:
            raise CannotStart(f"The database could not be prepared. {log_end(child)}")

    def _open_shop(self) -> dict[str, Any]:
        """Start the demo shop, and hand back what the seed wrote down."""
        demo = demo_facts(self.wishes.data)
        # A workspace of the demo may have lost its widgets by now: people try out the delete button.
        first = [workspace["widgets"][:1] for workspace in demo.get("workspaces", [])]
        keys = [widget["key"] for widgets in first for widget in widgets]
        # A database that people filled themselves gets no demo, so there is nothing to show in a shop.
        if keys:
            self.family.start(processes.demo_shop(self.wishes.host, self.shop_port, self.base_url, keys))
        return demo

    @property
    def shop_url(self) -> str:
        """Another host name than the app's, so that the widget is embedded across origins, as in real life."""
        host = visible_host(self.wishes.host)
        return f"http://{'localhost' if host == '127.0.0.1' else host}:{self.shop_port}"

    def _wait_for_web(self, web: Child) -> None:
        host = visible_host(self.wishes.host)
        if not self.family.wait_for(lambda: is_ready(f"http://{host}:{self.wishes.port}/readyz"), seconds=60):
            say(f"The web process does not answer yet. {log_end(web)}")


def visible_host(host: str) -> str:
    """The name under which a person on this machine reaches a server that listens on `host`."""
    if host in EVERY_ADDRESS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def is_ready(url: str) -> bool:
    """True when the web process answers, whatever it says: what is not ready is for its own page to tell."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own address)
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def demo_facts(data: Path) -> dict[str, Any]:
    """What the demo seed wrote down: sign-ins, widget keys, the shop's address. Empty when there is no demo."""
    try:
        facts = json.loads((data / "demo.json").read_text())
    except FileNotFoundError:
        return {}
    return facts if isinstance(facts, dict) else {}


def welcome(base_url: str, data: Path, demo: Mapping[str, Any], mail_is_sent: bool) -> str:
    lines = ["", f"Helpdesk    {base_url}"]
    if demo.get("shop_url"):
        lines.append(f"Demo shop   {demo['shop_url']}")
    for workspace in demo.get("workspaces", []):
        for person in workspace["users"]:
            lines.append(
                f"Sign in     {person['email']}  {person['password']}  ({person['role']}, {workspace['slug']})"
            )
    lines.append(f"Logs        {data / 'log'}")
    if not mail_is_sent:
        lines.append(f"Mail        is written to {data / 'mail'}")
    return "\n".join([*lines, "", "Press Ctrl-C to stop."])


def log_end(child: Child) -> str:
    return "\n".join([f"The end of {child.log}:", *child.last_lines()])


def refuse(text: str) -> int:
    say(text)
    return 2


def say(text: str) -> None:
    """Print to the console; a console that is gone (a closed terminal) must not stop the stopping."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
