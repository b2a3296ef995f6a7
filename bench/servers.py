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
LIMITS = REPO / "bench" / "limits"
NODE = LIMITS / "node"


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
        process = self.machine.spawn(label, self.command(port), self.environment(port))
        wait_for_port(port, process, self.machine.logs[label])
        return port, process

    @abstractmethod
    def command(self, port: int) -> Sequence[str | Path]:
        """What serves on that port."""

    @abstractmethod
    def environment(self, port: int) -> dict[str, str]:
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

    def environment(self, port: int) -> dict[str, str]:
        # A bus of its own: what another server on the same database says is none of its business.
        return {**self.installation.environment, "HELPDESK_REDIS_PREFIX": self.name}

    def chats(self, count: int) -> Chats:
        return self.installation.chats[:count]


class Rival(Server):
    """A program of bench/limits: its own database with the tables of schema.sql, one workspace, one kind of sender."""

    dialect = "limits"

    def __init__(self, machine: Machine, name: str, processes: int, *, chats: int, connections: int = 16) -> None:
        """`connections` to the database are shared by the processes; 16 was the best (`--only pools`)."""
        database = name.replace("-", "_")
        self.pool = connections // processes
        self.database_url = machine.create_database(database)
        self.is_alone = processes == 1
        with machine.connected(database) as cursor:
            cursor.execute((LIMITS / "schema.sql").read_text())
            cursor.execute("INSERT INTO workspace (name) VALUES ('Shop')")
            cursor.execute(
                "INSERT INTO ticket (workspace_id, number) SELECT 1, number FROM generate_series(1, %s) AS number",
                [chats],
            )
        super().__init__(machine, name, processes)

    def environment(self, port: int) -> dict[str, str]:
        # With one process nobody else is to be told: the rivals need no Redis then, and ours publishes all the same.
        redis_url = "" if self.is_alone else self.machine.redis_url
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url,
            "BUS": self.name,
            "POOL": str(self.pool),
        }

    def chats(self, count: int) -> Chats:
        return [
            {"ticket": number, "visitor": f"v:{number}", "agent": f"m:{(number - 1) // 20}"}
            for number in range(1, count + 1)
        ]


class Node(Rival):
    """Bare Node: ws, pg, redis; what it needs is fetched as its lock file says, the first time."""

    def __init__(self, machine: Machine, name: str, processes: int, **more: int) -> None:
        if not (NODE / "node_modules").exists():
            subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=NODE, check=True)
        super().__init__(machine, name, processes, **more)

    def command(self, port: int) -> Sequence[str | Path]:
        return ["node", NODE / "server.js"]

    def environment(self, port: int) -> dict[str, str]:
        return {**super().environment(port), "PORT": str(port)}


class Asgi(Rival):
    """An ASGI application of bench/limits under uvicorn, set as ours is."""

    application: str

    def command(self, port: int) -> Sequence[str | Path]:
        options = {
            "--port": str(port),
            "--ws": "websockets-sansio",
            "--ws-max-size": "65536",
            "--ws-ping-interval": "20",
            "--ws-ping-timeout": "20",
            "--ws-per-message-deflate": "false",
            "--loop": "uvloop",
            "--http": "httptools",
            "--backlog": "2048",
            "--log-level": "warning",
        }
        return [
            PYTHON,
            "-m",
            "uvicorn",
            self.application,
            "--no-access-log",
            *(word for option in options.items() for word in option),
        ]


class AsyncpgSingle(Asgi):
    application = "bench.limits.asyncpg_single:application"


class AsyncpgBatched(Asgi):
    application = "bench.limits.asyncpg_batched:application"


class StockChannels(Asgi):
    application = "bench.limits.stock_channels.asgi:application"

    def environment(self, port: int) -> dict[str, str]:
        # Its channel layer is Redis, however many processes there are.
        own = {"REDIS_URL": self.machine.redis_url, "DJANGO_SETTINGS_MODULE": "bench.limits.stock_channels.settings"}
        return {**super().environment(port), **own}


RIVALS: dict[str, type[Rival]] = {
    "node": Node,
    "asyncpg": AsyncpgSingle,
    "batched": AsyncpgBatched,
    "stock": StockChannels,
}
