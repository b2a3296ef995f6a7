"""The servers that are measured, all started alike: N web processes, their database, their chats."""

from __future__ import annotations

import json
import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.machine import PYTHON, REPO, Machine, wait_for_port
from scripts.postgres import free_port

Chats = list[dict[str, Any]]


class Server(ABC):
    """One kind of server on `processes` ports. `chats` is what the load generator needs to know of its world."""

    dialect: str

    def __init__(self, machine: Machine, name: str, processes: int) -> None:
        self.machine = machine
        self.name = name
        self.processes = [self._start(number) for number in range(processes)]
        self.ports = [port for port, _ in self.processes]
        self.pids = [process.pid for _, process in self.processes]

    def _start(self, number: int) -> tuple[int, subprocess.Popen[bytes]]:
        port, label = free_port(), f"{self.name}-{number}"
        process = self.machine.spawn(label, self.command(port), self.environment())
        wait_for_port(port, process, self.machine.logs[label])
        return port, process

    @abstractmethod
    def command(self, port: int) -> Sequence[str | Path]:
        """What serves on that port."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What it gets beside our own environment."""

    @abstractmethod
    def chats(self, count: int) -> Chats:
        """That many chats, always the same ones."""


class Installation:
    """A database of our own product with its world. Several servers may run on it, one after the other."""

    def __init__(self, machine: Machine, name: str, *, chats: int, workspaces: int, sqlite: bool = False) -> None:
        self.name = name
        data = machine.directory / name
        data.mkdir()
        self.environment = {
            "HELPDESK_DATA": str(data),
            "DATABASE_URL": f"sqlite:///{data}/helpdesk.sqlite3" if sqlite else machine.create_database(name),
            "REDIS_URL": machine.redis_url,
            "HELPDESK_REDIS_PREFIX": name,
            # The load comes from one address, and a chat in the closed loop writes faster than any person.
            "HELPDESK_TRUSTED_CIDRS": "127.0.0.0/8",
        }
        self._manage("migrate", "--verbosity", "0")
        made = self._python("-m", "bench.world", "--chats", str(chats), "--workspaces", str(workspaces))
        self.chats: Chats = json.loads(made)

    def _manage(self, *arguments: str) -> str:
        return self._python("manage.py", *arguments)

    def _python(self, *arguments: str) -> str:
        environment = {**os.environ, **self.environment}
        done = subprocess.run([PYTHON, *arguments], cwd=REPO, env=environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()


class Ours(Server):
    """This product: `manage.py runweb`, as it is served in production."""

    dialect = "helpdesk"

    def __init__(self, machine: Machine, name: str, processes: int, installation: Installation) -> None:
        self.installation = installation
        super().__init__(machine, name, processes)

    def command(self, port: int) -> Sequence[str | Path]:
        return [PYTHON, "manage.py", "runweb", "--port", str(port)]

    def environment(self) -> dict[str, str]:
        # A bus of its own: what another server on the same database says is none of its business.
        return {**self.installation.environment, "HELPDESK_REDIS_PREFIX": self.name}

    def chats(self, count: int) -> Chats:
        return self.installation.chats[:count]
