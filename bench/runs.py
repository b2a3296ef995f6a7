"""One run of the load generator against one server."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.machine import PYTHON, REPO
from bench.processes import cpu_seconds
from bench.servers import Server


def run_load(
    server: Server, chats: int, *, seconds: float, rate: float = 0.0, alongside: Sequence[str] = ()
) -> dict[str, Any]:
    """What `bench.load` measured, in a process of its own; the command `alongside` runs while it counts.

    Raises CalledProcessError when it could not."""
    machine = server.machine
    return _run(
        "bench.load",
        {
            "dialect": server.dialect,
            "ports": server.ports,
            "chats": server.chats(chats),
            "seconds": seconds,
            "rate": rate,
            "alongside": list(alongside),
            "watched": {"web": server.pids, "postgres": [machine.postgres_pid], "redis": [machine.redis_pid]},
        },
    )


def run_crowd(what: str, server: Server, sockets: int) -> dict[str, Any]:
    """What `bench.crowd` measured. Raises CalledProcessError when it could not."""
    machine = server.machine
    plan = {
        "what": what,
        "dialect": server.dialect,
        "ports": server.ports,
        "chats": server.chats(sockets),
        "pids": server.pids,
        "watched": [*server.pids, machine.postgres_pid, machine.redis_pid],
        "sockets": sockets,
    }
    return _run("bench.crowd", plan)


@contextmanager
def browsing(server: Server, sockets: int, *, every: float, agents: int = 0) -> Iterator[dict[str, Any]]:
    """So many visitors look around meanwhile; what was wrong with them stands in the mapping afterwards.

    `agents` of the server's world watch them. Raises CalledProcessError when they could not come in.
    """
    chats = server.chats(1_000)
    watching = list(dict.fromkeys(chat["agent"] for chat in chats))[:agents]
    plan = {"ports": server.ports, "key": chats[0]["key"], "sockets": sockets, "every": every, "agents": watching}
    command = [PYTHON, "-m", "bench.browsing", json.dumps(plan)]
    found: dict[str, Any] = {}
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise subprocess.CalledProcessError(process.wait(), command)
        yield found
        process.terminate()
        found.update(json.loads(process.stdout.read()))


def cpu_percent(server: Server, seconds: float) -> float:
    """What the web processes take of one core while nothing is asked of them but what goes on already."""
    before = cpu_seconds(server.pids)
    time.sleep(seconds)
    return (cpu_seconds(server.pids) - before) / seconds * 100


def _run(module: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Run a generator with its plan on stdin; returns the JSON that it writes."""
    done = subprocess.run(
        [PYTHON, "-m", module], cwd=REPO, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured
