"""`python -m bench`: measure this server and its rivals on this machine, in turn, and print the ratios."""

from __future__ import annotations

import argparse

from bench.machine import facts, machine
from bench.runs import run_load
from bench.servers import Installation, Ours


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
