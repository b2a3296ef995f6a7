"""The real thing: `./run` on a free port with a data directory of its own, as a person starts it."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
# How each child is recognised among the processes.
SIGNS = {
    "web": "runweb",
    "worker-live": "live@",
    "worker-bulk": "bulk@",
    "beat": " beat ",
    "valkey": "valkey-server",
    "demo-shop": "demo_shop",
}


class Installation:
    """A running Helpdesk with its demo."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.output = data.with_suffix(".out")
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "DJANGO_"))
        }
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            environment.pop(name, None)
        # The suite opens more sessions from one address in a minute than people do.
        environment["HELPDESK_TRUSTED_CIDRS"] = "127.0.0.0/8"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(REPO / "run"), "--port", str(self.port), "--data", str(data), *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 300) -> None:
        """The first start makes the environment, which takes a while."""
        wait_until(lambda: "Press Ctrl-C to stop." in self.said or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, f"./run ended:\n{self.said}"
        wait_until(lambda: status(f"{self.base_url}/readyz") == 200, 30)

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    @property
    def demo(self) -> dict[str, Any]:
        facts = json.loads((self.data / "demo.json").read_text())
        assert isinstance(facts, dict)
        return facts

    @property
    def shop_url(self) -> str:
        return str(self.demo["shop_url"])

    def children(self) -> dict[str, int]:
        """The supervised processes by name."""
        found = {}
        for pid, parent, command in processes():
            if parent == self.process.pid:
                found.update({name: pid for name, sign in SIGNS.items() if sign in command})
        return found

    def descendants(self) -> set[int]:
        """All processes below `./run`, pool processes of workers included."""
        rows = list(processes())
        found = {self.process.pid}
        while more := {pid for pid, parent, _ in rows if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def kill(self, name: str) -> None:
        """kill -9, as the kernel does when memory runs out."""
        os.kill(self.children()[name], signal.SIGKILL)

    def wait_until_back(self, name: str, old: int, seconds: float = 20) -> float:
        """Wait until another process has taken the place of `old`; the web must answer too. Returns the seconds."""
        began = time.monotonic()
        wait_until(lambda: self.children().get(name, old) != old, seconds)
        if name == "web":
            wait_until(lambda: status(f"{self.base_url}/readyz") == 200, seconds)
        return time.monotonic() - began

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def processes() -> list[tuple[int, int, str]]:
    """(pid, parent, command line) of every living process."""
    rows = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            stat = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent = re.sub(r"^\d+ \(.*\) ", "", stat, flags=re.S).split()[:2]
        if state != "Z":
            rows.append((int(entry.name), int(parent), command))
    return rows


def status(url: str) -> int:
    """The HTTP status, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    """A port whose neighbour is free too: the demo shop takes it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
