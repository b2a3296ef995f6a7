"""A whole installation of real parts on this machine, each brought back when it dies, with proxies between them.

PostgreSQL with real durability (or SQLite), Redis, web processes, both workers, beat, a mail server. The clients reach
web through one proxy for each web process; web reaches PostgreSQL and Redis through one proxy each.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from helpdesk.supervisor import ports, processes
from helpdesk.supervisor.child import Spec
from helpdesk.supervisor.valkey import find_server
from scripts import postgres
from tests.faults.calls import CallFailed, Door, call
from tests.faults.mail_sink import MailSink
from tests.faults.part import Part, program
from tests.faults.proxy import Proxy
from tests.faults.store import Store

REPO = Path(__file__).resolve().parents[2]
SECRET = "a secret of the fault tests that is long enough for every check"
LOOK_SECONDS = 0.1
# `helpdesk` is an ordinary role, as in production: a superuser would walk past the limit of connections.
CREATE_ROLE = "CREATE ROLE helpdesk LOGIN"


class ClusterFailed(Exception):
    """A part did not come up; the text ends with its log."""


class Cluster:
    """Use `async with`. `bug` names doubles (tests.faults.doubles) that every process of the product runs with."""

    def __init__(
        self, database: str = "postgres", *, webs: int = 2, workers: bool = True, agents: int = 4, bug: str = ""
    ) -> None:
        self.database = database
        self.webs = webs if database == "postgres" else 1
        self.workers = workers
        self.agents = agents
        self.bug = bug
        self.directory = Path(tempfile.mkdtemp(prefix="helpdesk-faults-"))
        self.directory.chmod(0o711)  # PostgreSQL runs as another user, in a directory of its own below
        self.parts: dict[str, Part] = {}
        self.doors: list[Proxy] = []
        self.sink = MailSink()
        self.world: dict[str, Any] = {}
        self.redis_port, self.postgres_port, *self.web_ports = lasting_ports(2 + self.webs)
        self._watcher: asyncio.Task[None] | None = None

    # --- up and down ------------------------------------------------------------------------------------------------
    async def __aenter__(self) -> Cluster:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _start(self) -> None:
        await self.sink.start()
        for name in ("data", "log", "data/beat", "data/redis"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self._start_redis()
        if self.database == "postgres":
            self._start_postgres()
        self.redis_road = await Proxy(("127.0.0.1", self.redis_port)).start()
        self.database_road = await Proxy(("127.0.0.1", self.postgres_port)).start()
        self.doors = [await Proxy(("127.0.0.1", port)).start() for port in self.web_ports]
        self._watcher = asyncio.ensure_future(self._watch())
        await self.run_once("manage.py", "prepare")
        self.world = json.loads(await self.run_once("-m", "tests.faults.make_world", "--agents", str(self.agents)))
        await asyncio.to_thread(self.keep, "prepared")
        self.start_product()
        await self.wait_until_whole()

    def start_product(self) -> None:
        """Start everything that is our own code; it must not be running."""
        specs = [processes.web("127.0.0.1", port) for port in self.web_ports]
        for number, spec in enumerate(specs):
            self._add(f"web{number}", spec, self.web_environment())
        if self.workers:
            beat = processes.beat(self.directory / "data")
            for spec in (processes.live_worker(), processes.bulk_worker(), beat):
                self._add(spec.name, spec, self.environment())

    def start_second_live_worker(self) -> str:
        """One more that routes, beside the first. Returns its name among the parts."""
        self._add("worker-live-2", processes.live_worker("live2"), self.environment())
        return "worker-live-2"

    def start_mailer(self, every: float) -> None:
        """Ask for mail from now on."""
        command = (sys.executable, "-m", "tests.faults.mailer", "--every", str(every))
        self._add("mailer", Spec("mailer", command), self.web_environment())

    async def stop_product(self) -> None:
        await self._end([part for name, part in self.parts.items() if name not in ("redis", "postgres")])

    async def _end(self, parts: Sequence[Part]) -> None:
        for part in parts:
            part.ask_to_end()
        for part in parts:
            await part.end()
            del self.parts[part.name]

    async def stop(self) -> None:
        await self.stop_product()
        await self._end(list(self.parts.values()))
        if self._watcher is not None:
            self._watcher.cancel()
        for proxy in self.proxies():
            await proxy.stop()
        self.sink.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def proxies(self) -> Iterable[Proxy]:
        roads = (getattr(self, name, None) for name in ("redis_road", "database_road"))
        return [*self.doors, *(road for road in roads if road is not None)]

    async def _watch(self) -> None:
        while True:
            for part in list(self.parts.values()):
                part.look_after()
            await asyncio.sleep(LOOK_SECONDS)

    # --- its parts --------------------------------------------------------------------------------------------------
    def _add(self, name: str, spec: Spec, environment: dict[str, str]) -> Part:
        command = list(spec.command)
        if self.bug:  # the same command, run by a program that spoils the product first
            command[:1] = [sys.executable, "-m", "tests.faults.server", "--bug", self.bug, "--"]
        log = self.directory / "log" / f"{name}.log"
        part = Part(name, program(command, environment=environment, directory=REPO, log=log))
        self.parts[name] = part
        part.start()
        return part

    def _start_redis(self) -> None:
        directory = self.directory / "data" / "redis"
        options = {"port": self.redis_port, "bind": "127.0.0.1", "dir": directory, "appendonly": "yes", "save": ""}
        command = [find_server(), *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        log = self.directory / "log" / "redis.log"
        part = Part("redis", program(command, environment=dict(os.environ), directory=directory, log=log))
        self.parts["redis"] = part
        part.start()

    def _start_postgres(self) -> None:
        programs, home = postgres.find_programs(), self.directory / "postgres"
        home.mkdir()
        options = (*postgres.DURABLE, "-c", "max_connections=80")
        process, _ = postgres.start(programs, home, port=self.postgres_port, options=options)
        part = Part("postgres", lambda: postgres.launch(programs, home, self.postgres_port, options=options))
        part.process, part.is_wanted, part.started = process, True, 1
        self.parts["postgres"] = part
        self.admin.execute(CREATE_ROLE, "CREATE DATABASE helpdesk OWNER helpdesk")

    @property
    def admin(self) -> Store:
        """PostgreSQL's superuser, in a database of its own, past the proxy."""
        return Store(f"postgres://postgres@127.0.0.1:{self.postgres_port}/postgres")

    @property
    def store(self) -> Store:
        """The product's database, past the proxy."""
        if self.database == "postgres":
            return Store(f"postgres://postgres@127.0.0.1:{self.postgres_port}/helpdesk")
        return Store(str(self.directory / "data" / "helpdesk.sqlite3"))

    # --- environment ------------------------------------------------------------------------------------------------
    def environment(self) -> dict[str, str]:
        """For what runs beside the web processes: no proxy between."""
        return self._environment(self.postgres_port, self.redis_port)

    def web_environment(self) -> dict[str, str]:
        return self._environment(self.database_road.port, self.redis_road.port)

    def _environment(self, database_port: int, redis_port: int) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HELPDESK_", "DJANGO_")) and name not in ("DATABASE_URL", "EMAIL_URL")
        }
        own = {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "HELPDESK_DATA": str(self.directory / "data"),
            "HELPDESK_BASE_URL": f"http://127.0.0.1:{self.web_ports[0]}",
            "HELPDESK_SECRET_KEY": SECRET,
            "HELPDESK_TRUSTED_CIDRS": "127.0.0.0/8",
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "PYTHONUNBUFFERED": "1",
        }
        if self.database == "postgres":
            own["DATABASE_URL"] = f"postgres://helpdesk@127.0.0.1:{database_port}/helpdesk"
        return {**kept, **own}

    async def run_once(self, *arguments: str) -> str:
        """Run a Python command in the installation's environment; its output. Raises ClusterFailed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=self.environment(), cwd=REPO,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        output, errors = await process.communicate()
        if process.returncode:
            raise ClusterFailed(f"{' '.join(arguments)} failed: {errors.decode(errors='replace')[-2000:]}")
        return output.decode()

    # --- a fresh database for each of several runs ------------------------------------------------------------------
    def keep(self, name: str) -> None:
        """A copy of the database as it is, instead of an earlier one. The product must be stopped."""
        if self.database == "postgres":
            make = f"CREATE DATABASE {name} TEMPLATE helpdesk OWNER helpdesk"
            self.admin.execute(f"DROP DATABASE IF EXISTS {name}", make)
        else:
            self._copy(name).unlink(missing_ok=True)
            self.store.execute(f"VACUUM INTO '{self._copy(name)}'")

    def restore(self, name: str = "prepared") -> None:
        """Put a copy back; `prepared` is the moment after `make_world`. The product must be stopped."""
        if self.database == "postgres":
            drop = "DROP DATABASE helpdesk WITH (FORCE)"
            self.admin.execute(drop, f"CREATE DATABASE helpdesk TEMPLATE {name} OWNER helpdesk")
            return
        database = Path(self.store.address)
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)
        shutil.copy(self._copy(name), database)

    def _copy(self, name: str) -> Path:
        return self.directory / "data" / f"{name}.sqlite3"

    async def start_again(self, *, bug: str = "", workers: bool = False, sql: Sequence[str] = ()) -> None:
        """The product anew, on a fresh database changed by `sql`, with nothing in Redis and other planted bugs."""
        await self.stop_product()
        self.bug, self.workers = bug, workers
        await asyncio.to_thread(self.restore)
        if sql:
            await asyncio.to_thread(self.store.execute, *sql)
        self.sink.accepted.clear()
        self.parts["redis"].is_wanted = True
        self.start_product()
        await self.wait_until_whole()

    # --- is it well? ------------------------------------------------------------------------------------------------
    @property
    def addresses(self) -> list[Door]:
        """Where clients knock: the proxies before the web processes."""
        return [("127.0.0.1", door.port) for door in self.doors]

    async def is_ready(self, web: int) -> bool:
        """Whether this web process answers as ready; asked past its proxy."""
        with suppress(CallFailed):
            return (await call(("127.0.0.1", self.web_ports[web]), "GET", "/readyz", seconds=2))[0] == 200
        return False

    async def is_whole(self) -> bool:
        if not all(part.is_running() for part in self.parts.values() if part.is_wanted):
            return False
        return all([await self.is_ready(number) for number in range(self.webs)])

    async def wait_until_whole(self, seconds: float = 180) -> None:
        """Until every part runs and every web process is ready. Raises ClusterFailed."""
        try:
            async with asyncio.timeout(seconds):
                while not await self.is_whole():  # noqa: ASYNC110 (nobody tells us)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            down = [name for name, part in self.parts.items() if not part.is_running()]
            raise ClusterFailed(f"Not whole after {seconds:g} s; not running: {down}. {self.log_ends()}") from None

    def log_ends(self, lines: int = 12) -> str:
        """The end of each part's log, for a failure's report."""
        parts = sorted((self.directory / "log").glob("*.log"))
        return "\n".join(f"--- {path.name}\n{_tail(path, lines)}" for path in parts)


def lasting_ports(count: int) -> list[int]:
    """Free ports below those that the system gives to clients: one must still be free when its part comes back."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(15_000, 30_000)
        if port not in found and ports.is_free("127.0.0.1", port):
            found.append(port)
    return found


def _tail(path: Path, lines: int) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
