"""Where our web process spends its time in saturation: `python -m bench.profile`.

Prints which functions the samples were in, by themselves and with what they called. Waiting is not sampled.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.machine import PYTHON, machine
from bench.runs import run_crowd, run_load
from bench.servers import Installation, Ours, Server

ROWS = 45


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--workspaces", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=0, help="messages a second; 0 = as many as it can")
    parser.add_argument("--entering", type=int, metavar="SOCKETS", help="instead: this many visitors come in at once")
    parser.add_argument("--native", action="store_true", help="also the frames of C libraries (libpq, uvloop)")
    parser.add_argument("--outside", action="store_true", help="also threads that run without Python's lock")
    parser.add_argument("--output", type=Path, default=Path("var/profile"), help="where the files go")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with machine() as here:
        chats = max(options.chats, options.entering or 0)
        world = Installation(here, "ours", chats=chats, workspaces=options.workspaces)
        server = Ours(here, "ours", options.processes, world)
        run_load(server, options.chats, seconds=1)  # what runs once (imports, prepared plans) is none of the question
        stacks = options.output / "stacks.txt"
        spy = _spy(server.pids[0], stacks, options.seconds, native=options.native, gil=not options.outside)
        if options.entering:
            measured = _watch_entering(server, options, spy)
        else:
            measured = run_load(server, options.chats, seconds=options.seconds, rate=options.rate, alongside=spy)
    print(json.dumps(measured, indent=1))
    report(stacks.read_text().splitlines())
    print(f"\nEach stack with its samples: {stacks} (for flamegraph.pl, inferno or speedscope.app)")


def _watch_entering(server: Server, options: argparse.Namespace, spy: list[str]) -> dict[str, Any]:
    watching = subprocess.Popen(spy, stdout=subprocess.DEVNULL)
    measured = run_crowd("storm", server, options.entering)
    watching.send_signal(signal.SIGINT)  # py-spy writes what it has
    watching.wait()
    return measured


def _spy(pid: int, output: Path, seconds: float, *, native: bool, gil: bool) -> list[str]:
    beside_python = Path(PYTHON).with_name("py-spy")
    command = [str(beside_python) if beside_python.exists() else "py-spy", "record", "--pid", str(pid)]
    command += ["--duration", str(int(seconds)), "--rate", "100", "--format", "raw", "--threads"]
    command.append("--nonblocking")  # a process that is stopped for each sample is another one
    return [*command, *(["--native"] if native else []), *(["--gil"] if gil else []), "--output", str(output)]


def report(stacks: Iterable[str]) -> None:
    """Print the tables of a file of stacks, one a line: frames from the outside in, `;` between, then the count."""
    own: Counter[str] = Counter()
    with_callees: Counter[str] = Counter()
    threads: Counter[str] = Counter()
    for line in stacks:
        path, _, count = line.rpartition(" ")
        thread, *frames = path.split(";")
        threads[thread] += int(count)
        functions = [re.sub(r":\d+\)$", ")", frame) for frame in frames]  # all lines of a function together
        own[functions[-1] if functions else thread] += int(count)
        for frame in set(functions):
            with_callees[frame] += int(count)
    total = sum(threads.values())
    for title, counter in (("thread", threads), ("itself", own), ("with what it calls", with_callees)):
        print(f"\n{'share':>6}  {title}")
        for name, samples in counter.most_common(ROWS):
            print(f"{samples / total:6.1%}  {name}")


if __name__ == "__main__":
    main()
