"""What everything runs on: PostgreSQL with real durability, one Redis, and where and when this was."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import redis

from helpdesk.supervisor.parent import die_with_parent
from helpdesk.supervisor.valkey import find_server
from scripts.postgres import DURABLE, find_programs, free_port
from scripts.postgres import start as start_postgres

REPO = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
START_SECONDS = 60.0
CONNECTIONS = ("-c", "max_connections=300")


@dataclass
class Machine:
    """What the servers share. `keep` ends with the machine, in the reverse order."""

    directory: Path
    postgres_port: int
    postgres_pid: int
    redis_port: int
    redis_pid: int
    keep: ExitStack
    logs: dict[str, Path] = field(default_factory=dict)

    def database_url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.postgres_port}/{name}"

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0"

    def create_database(self, name: str) -> str:
        """An empty database of that name. Returns its address."""
        with self.connected("postgres") as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        return self.database_url(name)

    @contextmanager
    def connected(self, database: str) -> Iterator[Any]:
        connection = psycopg2.connect(self.database_url(database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def spawn(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A program that lives as long as the machine; what it prints goes to a file of its name."""
        self.logs[name] = self.directory / f"{name}.log"
        parent = os.getpid()
        with self.logs[name].open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=REPO,
                env={**os.environ, **(environment or {})},
                stdout=log,
                stderr=log,
                preexec_fn=lambda: die_with_parent(parent),
            )
        self.keep.callback(_end, process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def machine() -> Iterator[Machine]:
    """PostgreSQL and Redis of our own, empty, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as name, ExitStack() as keep:
        directory = Path(name)
        directory.chmod(0o755)  # PostgreSQL runs as a user of its own when we are root
        (directory / "postgres").mkdir()
        postgres, port = start_postgres(find_programs(), directory / "postgres", options=DURABLE + CONNECTIONS)
        keep.callback(_end, postgres)
        redis_port = free_port()
        options = ["--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
        self = Machine(directory, port, postgres.pid, redis_port, 0, keep)
        self.redis_pid = self.spawn("redis", [find_server(), *options]).pid
        _until("redis", redis.Redis(port=redis_port).ping)
        yield self


def _until(name: str, works: Any) -> None:
    """Try until it works, and raise what it raised last."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            works()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until somebody listens there. Raises RuntimeError with the end of the log when the process ended first."""
    import socket

    def connect() -> None:
        if process.poll() is None:
            socket.create_connection(("127.0.0.1", port), 1).close()

    _until(log.stem, connect)
    if process.poll() is not None:
        raise RuntimeError(f"{log.stem} ended: {log.read_text(errors='replace')[-2000:]}")


def facts(machine: Machine) -> dict[str, str]:
    """What a reader needs to judge the figures."""
    with machine.connected("postgres") as cursor:
        cursor.execute("SELECT version(), current_setting('fsync'), current_setting('synchronous_commit')")
        version, fsync, synchronous = cursor.fetchone()
    info = redis.Redis(port=machine.redis_port).info("server")
    return {
        "processor": f"{os.cpu_count()} × {_processor()}",
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "PostgreSQL": f"{' '.join(version.split()[:2])}, fsync {fsync}, synchronous_commit {synchronous}",
        "Redis": f"{info.get('server_name', 'redis')} {info.get('valkey_version') or info['redis_version']}",
        "Node": _node_version(),
        "commit": _commit(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _node_version() -> str:
    node = shutil.which("node")
    return (
        subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip() if node else "–"
    )


def _commit() -> str:
    command = ["git", "-C", str(REPO), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
