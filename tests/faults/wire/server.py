"""A real web process (`manage.py runweb`) with SQLite and a Valkey of its own, for tests that break connections."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk.supervisor.parent import die_with_parent
from scripts.check import running_valkey
from tests.faults.wire.connection import Connection
from tests.faults.wire.frames import PING, TEXT

REPO = Path(__file__).resolve().parents[3]
SPARE_SECONDS = 5.0  # a connection that waited longer may hold a heartbeat


class WebServer:
    """One process for a whole module of tests. `facts` are the tokens that open its doors."""

    def __init__(self, directory: Path, redis_url: str) -> None:
        self.port = free_port()
        self.log = directory / "web.log"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "DJANGO_", "TEST_"))
        }
        environment.pop("DATABASE_URL", None)
        self.environment = environment | {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "HELPDESK_ENV": "embedded",
            "HELPDESK_DATA": str(directory),
            "HELPDESK_BASE_URL": "http://testserver",
            "HELPDESK_TRUSTED_CIDRS": "127.0.0.0/8",
            "REDIS_URL": redis_url,
        }
        seeded = subprocess.run(
            [sys.executable, "-m", "tests.faults.wire.seed"],
            cwd=REPO,
            env=self.environment,
            check=True,
            capture_output=True,
        )
        self.facts: dict[str, str] = json.loads(seeded.stdout)
        parent = os.getpid()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "runweb", "--port", str(self.port)],
                cwd=REPO,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: die_with_parent(parent),
            )
        self._spare: tuple[Connection, float] | None = None
        self._read_to = 0
        self._wait_until_ready()

    def _wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            try:
                with Connection(self.port) as connection:
                    connection.send(b"GET /healthz HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n")
                    if connection.answer().status == 200:
                        return
            except OSError:
                time.sleep(0.05)

    # --- what tests ask ---------------------------------------------------------------------------------------------
    def connect(self) -> Connection:
        return Connection(self.port)

    def welcomed(self) -> Connection:
        """A visitor's socket that has just been welcomed."""
        if self._spare is not None:
            connection, made_at = self._spare
            self._spare = None
            if time.monotonic() - made_at < SPARE_SECONDS:
                return connection
            connection.socket.close()
        return self._welcome()

    def _welcome(self) -> Connection:
        connection = self.connect()
        assert connection.open().status == 101
        connection.say(json.dumps({"type": "hello", "v": 1, "token": self.facts["visitor"]}))
        heard = connection.next(skip={PING})
        assert heard is not None
        assert (heard.opcode, json.loads(heard.payload)["type"]) == (TEXT, "welcome"), heard
        return connection

    def check_health(self) -> None:
        """The same process welcomes a new client, and has written no traceback since the last check."""
        self._spare = (self.welcomed(), time.monotonic())
        assert self.process.poll() is None
        said = self.said_since_last_check()
        assert "Traceback" not in said, said

    def said_since_last_check(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            said = log.read()
        self._read_to += len(said)
        return said.decode(errors="replace")

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def running_web(directory: Path) -> Iterator[WebServer]:
    with running_valkey(directory) as redis_url:
        server = WebServer(directory, redis_url)
        try:
            yield server
        finally:
            server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
