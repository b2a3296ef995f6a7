"""Everything that can go wrong, each with the evidence that it did.

A fault is an async function that does harm for a while, heals it, and returns what proves that it landed. It raises
`NotLanded` when nothing does: a run with such a fault proves nothing and fails.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import psycopg2.errors

from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.part import Part, family_of, is_frozen
from tests.faults.proxy import Proxy
from tests.faults.socket_client import SocketClient

PATIENCE = 60.0  # seconds: what a fault waits for comes at once, but for a machine that is very busy


class NotLanded(Exception):
    """The fault did nothing that can be shown."""


@dataclass
class Ground:
    """Where the faults happen. One fault at a time on each target."""

    cluster: Cluster
    crowd: Crowd
    random: random.Random
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    def lock(self, target: str) -> asyncio.Lock:
        return self.locks.setdefault(target, asyncio.Lock())

    def part(self, name: str) -> Part:
        return self.cluster.parts[name]


Inject = Callable[[Ground], Awaitable[str]]


@dataclass(frozen=True)
class Fault:
    """`target` is what two faults must not hit at once; `weight` how often it comes in a round."""

    name: str
    target: str
    inject: Inject
    weight: int = 1
    postgres_only: bool = False


async def until(condition: Callable[[], Any], seconds: float, what: str) -> None:
    """Raises NotLanded when it does not become true in time."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 (nobody tells us)
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise NotLanded(f"waited {seconds:g} s for: {what}") from None


async def until_ready(ground: Ground, web: int) -> None:
    for _ in range(int(PATIENCE / 0.2)):
        if await ground.cluster.is_ready(web):
            return
        await asyncio.sleep(0.2)
    raise NotLanded(f"web{web} is not ready")


# --- processes ------------------------------------------------------------------------------------------------------
def end(name: str, signum: signal.Signals, code: int) -> Inject:
    """Send the part a signal; it must end with `code` and be replaced. `web` stands for any web process."""

    async def inject(ground: Ground) -> str:
        chosen = f"web{ground.random.randrange(ground.cluster.webs)}" if name == "web" else name
        part = ground.part(chosen)
        await until(part.is_running, PATIENCE, f"{chosen} runs")
        if name == "web" and code == 0:
            await until_ready(ground, int(chosen[3:]))  # a process that still starts has nothing to drain
        old, seen = part.pid, len(part.ends)
        part.signal(signum)
        await until(lambda: len(part.ends) > seen and part.is_running(), PATIENCE, f"{chosen} ends and is replaced")
        pid, ended_with = part.ends[seen]
        if (pid, ended_with) != (old, code):
            raise NotLanded(f"{chosen} {old} should end with {code}; {pid} ended with {ended_with}")
        return f"{chosen} {old} ended with {code}, then {part.pid}"

    return inject


def freeze(name: str, shortest: float, longest: float) -> Inject:
    """Stop the part and all below it for a while, as a swapping host does."""

    async def inject(ground: Ground) -> str:
        chosen = f"web{ground.random.randrange(ground.cluster.webs)}" if name == "web" else name
        part = ground.part(chosen)
        await until(part.is_running, PATIENCE, f"{chosen} runs")
        pids, seconds = family_of(part.pid), ground.random.uniform(shortest, longest)
        send_all(pids, signal.SIGSTOP)
        try:
            await until(lambda: is_frozen(pids[0]), 2, f"{chosen} is stopped")
            await asyncio.sleep(seconds)
            frozen = sum(is_frozen(pid) for pid in pids)
        finally:
            send_all(pids, signal.SIGCONT)
        if not frozen:
            raise NotLanded(f"{chosen} was not stopped any more after {seconds:.1f} s")
        return f"{chosen}: {frozen} processes stopped for {seconds:.1f} s"

    return inject


def send_all(pids: list[int], signum: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            continue


# --- Redis ----------------------------------------------------------------------------------------------------------
async def redis_command(ground: Ground, text: str) -> bytes:
    """One inline command, past the proxy; its first line."""
    try:
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", ground.cluster.redis_port)
            writer.write(f"{text}\r\n".encode())
            line = await reader.readline()
            writer.close()
            return line.strip()
    except (OSError, TimeoutError) as error:
        raise NotLanded(f"Redis does not answer {text}: {error!r}") from None


async def flush_redis(ground: Ground) -> str:
    await until(ground.part("redis").is_running, PATIENCE, "Redis runs")
    await redis_command(ground, "SET faults:mark 1")
    before = await redis_command(ground, "DBSIZE")
    await redis_command(ground, "FLUSHALL")
    if await redis_command(ground, "EXISTS faults:mark") != b":0":
        raise NotLanded("the mark is still there")
    return f"{before.decode()[1:]} keys before, the mark is gone"


# --- the network ----------------------------------------------------------------------------------------------------
def roads(ground: Ground, name: str) -> list[Proxy]:
    one = {"redis": ground.cluster.redis_road, "postgres": ground.cluster.database_road}
    return [one[name]] if name in one else ground.cluster.doors


def cut(name: str, share: float = 1.0) -> Inject:
    async def inject(ground: Ground) -> str:
        return f"{await hit(ground, name, lambda road: road.cut(share))} connections reset"

    return inject


def half_close(name: str, share: float) -> Inject:
    async def inject(ground: Ground) -> str:
        return f"{await hit(ground, name, lambda road: road.half_close(share))} connections half closed"

    return inject


async def hit(ground: Ground, name: str, act: Callable[[Proxy], int]) -> int:
    """Do it to the proxies of `name` once there is something to hit."""
    done = 0

    def try_it() -> bool:
        nonlocal done
        done = sum(act(road) for road in roads(ground, name) if road.links)
        return done > 0

    await until(try_it, PATIENCE, f"connections to {name}")
    return done


def hole(name: str, shortest: float, longest: float, share: float = 1.0) -> Inject:
    """Accept and never answer."""

    async def inject(ground: Ground) -> str:
        seconds = ground.random.uniform(shortest, longest)
        done = await hit(ground, name, lambda road: road.black_hole(share))
        try:
            before = sum(road.swallowed for road in roads(ground, name))
            await asyncio.sleep(seconds)
            swallowed = sum(road.swallowed for road in roads(ground, name)) - before
        finally:
            heal(ground, name)
        return f"{done} connections in the hole for {seconds:.1f} s, {swallowed} more went in"

    return inject


def weather(name: str, shortest: float, longest: float, **how: float) -> Inject:
    async def inject(ground: Ground) -> str:
        seconds = ground.random.uniform(shortest, longest)
        done = await hit(ground, name, lambda road: road.set_weather(1.0, **how))
        try:
            await asyncio.sleep(seconds)
        finally:
            heal(ground, name)
        return f"{done} connections under {how} for {seconds:.1f} s"

    return inject


def heal(ground: Ground, name: str) -> None:
    for road in roads(ground, name):
        road.heal()


# --- PostgreSQL -----------------------------------------------------------------------------------------------------
async def restart_postgres(ground: Ground) -> str:
    """What `pg_ctl stop -m immediate` does, then the start with its recovery."""
    before = await postmaster_start(ground)
    part = ground.part("postgres")
    seen = len(part.ends)
    part.signal(signal.SIGQUIT)
    await until(lambda: len(part.ends) > seen and part.is_running(), PATIENCE, "PostgreSQL ends and is replaced")
    after = await postmaster_start(ground)
    if after == before:
        raise NotLanded(f"PostgreSQL still runs since {before}")
    return f"pg_postmaster_start_time {before} → {after}"


async def postmaster_start(ground: Ground) -> str:
    for _ in range(100):
        try:
            rows = await asyncio.to_thread(ground.cluster.admin.query, "SELECT pg_postmaster_start_time()")
            return str(rows[0][0])
        except psycopg2.OperationalError:
            await asyncio.sleep(0.2)
    raise NotLanded("PostgreSQL does not answer")


async def limit_connections(ground: Ground) -> str:
    """Two connections for all of the product, for some seconds; those that it has are ended."""
    admin, seconds = ground.cluster.admin, ground.random.uniform(1.5, 3)
    evict = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'helpdesk'"
    try:
        await asyncio.to_thread(admin.execute, "ALTER ROLE helpdesk CONNECTION LIMIT 2", evict)
        await asyncio.sleep(seconds)
        refused = await asyncio.to_thread(refused_connections, ground.cluster.postgres_port)
    finally:
        await asyncio.to_thread(admin.execute, "ALTER ROLE helpdesk CONNECTION LIMIT -1")
    if not refused:
        raise NotLanded("PostgreSQL refused no connection")
    return f"{refused} of 4 connections refused, after {seconds:.1f} s"


def refused_connections(port: int) -> int:
    opened, refused = [], 0
    for _ in range(4):
        try:
            opened.append(psycopg2.connect(f"postgres://helpdesk@127.0.0.1:{port}/helpdesk", connect_timeout=2))
        except psycopg2.OperationalError:
            refused += 1
    for connection in opened:
        connection.close()
    return refused


async def lock_rows(ground: Ground) -> str:
    """A foreign transaction holds some tickets (with SQLite: the whole database) for a while."""
    seconds = ground.random.uniform(2, 5)
    return await asyncio.to_thread(hold_locks, ground.cluster, seconds)


def hold_locks(cluster: Cluster, seconds: float) -> str:
    store = cluster.store
    with closing(store.connect()) as holder, closing(store.connect(timeout=0)) as other:
        held = lock_tickets(holder, wait=True) if store.is_postgres else lock_file(holder)
        time.sleep(seconds)
        try:
            lock_tickets(other, wait=False, only=held) if store.is_postgres else lock_file(other)
        except (psycopg2.errors.LockNotAvailable, sqlite3.OperationalError):
            return f"tickets {held or 'all'} held for {seconds:.1f} s; another transaction is refused"
    raise NotLanded("the rows were not locked")


def lock_tickets(connection: Any, *, wait: bool, only: list[int] | None = None) -> list[int]:
    """Begin a transaction that holds three tickets, or these. Without `wait` raises LockNotAvailable."""
    which = "ORDER BY random() LIMIT 3" if only is None else "WHERE id = ANY(%s)"
    cursor = connection.cursor()
    cursor.execute(f"SELECT id FROM tickets_ticket {which} FOR UPDATE {'' if wait else 'NOWAIT'}", only and (only,))
    return [row[0] for row in cursor.fetchall()]


def lock_file(connection: Any) -> list[int]:
    """SQLite has one writer at a time. Raises OperationalError when there is another."""
    connection.execute("BEGIN IMMEDIATE")
    return []


# --- clients and mail -----------------------------------------------------------------------------------------------
async def sleep_clients(ground: Ground) -> str:
    """Laptops are closed: some clients neither read nor write for a while."""
    sockets = [client for client in ground.crowd.clients if isinstance(client, SocketClient)]
    chosen = ground.random.sample(sockets, max(1, len(sockets) // 5))
    seconds = ground.random.uniform(3, 8)
    connected = sum(client.is_in for client in chosen)
    for client in chosen:
        client.awake.clear()
    try:
        await asyncio.sleep(seconds)
        heard = sum(client.awake.is_set() for client in chosen)
    finally:
        for client in chosen:
            client.awake.set()
    if heard or not chosen:
        raise NotLanded("the clients did not sleep")
    return f"{len(chosen)} clients asleep for {seconds:.1f} s, {connected} of them connected"


async def refuse_mail(ground: Ground) -> str:
    """The mail server answers 451 until it has refused something."""
    sink = ground.cluster.sink
    before = sink.refused
    sink.is_refusing = True
    try:
        await until(lambda: sink.refused > before, PATIENCE, "mail is refused")
    finally:
        sink.is_refusing = False
    return f"{sink.refused - before} mails refused with 451"


KILL, TERM = signal.SIGKILL, signal.SIGTERM
FAULTS = [
    Fault("web-kill", "web", end("web", KILL, -9), weight=2),
    Fault("web-term", "web", end("web", TERM, 0)),
    Fault("web-freeze", "web", freeze("web", 2, 6)),
    Fault("worker-live-kill", "worker-live", end("worker-live", KILL, -9)),
    Fault("worker-bulk-kill", "worker-bulk", end("worker-bulk", KILL, -9)),
    Fault("beat-kill", "beat", end("beat", KILL, -9)),
    Fault("mailer-kill", "mailer", end("mailer", KILL, -9)),
    Fault("redis-kill", "redis", end("redis", KILL, -9)),
    Fault("redis-flush", "redis", flush_redis),
    Fault("redis-freeze", "redis", freeze("redis", 2, 5)),
    Fault("redis-hole", "redis", hole("redis", 2, 5)),
    Fault("redis-cut", "redis", cut("redis")),
    Fault("postgres-restart", "postgres", restart_postgres, postgres_only=True),
    Fault("postgres-freeze", "postgres", freeze("postgres", 1, 3), postgres_only=True),
    Fault("postgres-hole", "postgres", hole("postgres", 1, 3), postgres_only=True),
    Fault("postgres-cut", "postgres", cut("postgres"), postgres_only=True),
    Fault("connection-limit", "postgres", limit_connections, postgres_only=True),
    Fault("row-lock", "rows", lock_rows),
    Fault("clients-cut", "clients", cut("clients")),
    Fault("clients-half-close", "clients", half_close("clients", 0.5)),
    Fault("clients-hole", "clients", hole("clients", 2, 5, share=0.3)),
    Fault("clients-weather", "clients", weather("clients", 3, 6, latency=0.15, jitter=0.3)),
    Fault("clients-drip", "clients", weather("clients", 2, 4, rate=20_000, drip=100)),
    Fault("clients-sleep", "sleepers", sleep_clients),
    Fault("mail-refused", "mail", refuse_mail),
]
