"""One run of the load generator against one server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from bench.machine import PYTHON, REPO
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


def _run(module: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Run a generator with its plan on stdin; returns the JSON that it writes."""
    done = subprocess.run(
        [PYTHON, "-m", module], cwd=REPO, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured
