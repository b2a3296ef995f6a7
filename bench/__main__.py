"""`python -m bench`: measure this server and its rivals on this machine, in turn, and print the ratios."""

from __future__ import annotations

import argparse
import json
import subprocess
from typing import Any

from bench.machine import PYTHON, REPO, facts, machine
from bench.servers import Installation, Ours, Server


def run_load(server: Server, chats: int, *, seconds: float, rate: float = 0.0) -> dict[str, Any]:
    plan = {
        "dialect": server.dialect,
        "ports": server.ports,
        "chats": server.chats(chats),
        "seconds": seconds,
        "rate": rate,
        "watched": {
            "web": server.pids,
            "postgres": [server.machine.postgres_pid],
            "redis": [server.machine.redis_pid],
        },
    }
    done = subprocess.run(
        [PYTHON, "-m", "bench.load"], cwd=REPO, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="saturation")
    parser.add_argument("--servers", default="ours")
    parser.add_argument("--chats", default="200")
    parser.add_argument("--processes", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    with machine() as here:
        print(facts(here))
        chats = int(options.chats)
        world = Installation(here, "ours", chats=chats, workspaces=1)
        servers = [Ours(here, f"ours-{n}", int(n), world) for n in options.processes.split(",")]
        for _ in range(options.rounds):
            for server in servers:
                print(server.name, run_load(server, chats, seconds=options.seconds), flush=True)


if __name__ == "__main__":
    main()
