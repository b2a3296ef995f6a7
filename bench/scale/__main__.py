"""`python -m bench.scale --sizes 10000,100000,1000000`: how the product's answers grow with the tickets stored.

Makes a database for each size (ten messages a ticket, 50 workspaces), asks for what people wait for, and prints the
times and the ratio of the largest to the smallest. A million tickets take about 15 GB and half an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2

from bench.figures import percentile
from scripts.postgres import DURABLE, find_programs, start

REPO = Path(__file__).resolve().parents[2]
DOCUMENT = REPO / "docs" / "performance.md"
MARKERS = ("<!-- scale:begin -->", "<!-- scale:end -->")
# What autovacuum does in between would be in some times and not in others; the data is vacuumed once it is made.
OPTIONS = (*DURABLE, "-c", "shared_buffers=1GB", "-c", "max_wal_size=8GB", "-c", "autovacuum=off")
Figures = dict[str, dict[int, dict[str, float]]]
ROUNDS = 3
SLOWEST = 12
BATCH = 50


def main() -> None:
    options = parse()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with ExitStack() as keep:
        directory = Path(keep.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-scale-")))
        url = keep.enter_context(server(options.database, directory))
        databases = {size: keep.enter_context(Asked(size, database(url, size, directory), directory)) for size in sizes}
        figures = measure(databases, options.repeats, options.only)
        if options.explain and url:
            options.explain.write_text(explain(databases[sizes[-1]], figures))
        text = table(sizes, figures)
        if url:
            text += "\n\n" + writes(databases)
    print(text)
    if options.markdown:
        write(text)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="tickets, comma between")
    parser.add_argument(
        "--database", default="own", help="own (a PostgreSQL that is gone afterwards), sqlite, or the URL of a server"
    )
    parser.add_argument("--only", default="", help="the questions whose names contain this")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--explain", type=Path, help="write the plans of what takes longest, at the largest size, here")
    parser.add_argument("--markdown", action="store_true", help=f"put the table into {DOCUMENT.relative_to(REPO)}")
    return parser.parse_args()


@contextmanager
def server(wanted: str, directory: Path) -> Iterator[str]:
    """The address of a PostgreSQL server, or "" for SQLite."""
    if wanted != "own":
        yield "" if wanted == "sqlite" else wanted.rstrip("/")
        return
    directory.chmod(0o755)
    (directory / "postgres").mkdir()
    process, port = start(find_programs(), directory / "postgres", options=OPTIONS)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def database(url: str, size: int, directory: Path) -> str:
    """The address of the database of that size. One that is there already is used as it is."""
    if not url:
        return f"sqlite:///{directory}/scale_{size}.sqlite3"
    connection = psycopg2.connect(f"{url}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"scale_{size}"])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE scale_{size}")
    connection.close()
    return f"{url}/scale_{size}"


class Asked:
    """A process that answers for one database: Django knows only one."""

    def __init__(self, size: int, url: str, directory: Path) -> None:
        own = {"DATABASE_URL": url, "HELPDESK_DATA": str(directory / "data")}
        away = {"REDIS_URL": f"unix://{directory}/none.sock", "HELPDESK_LOG_LEVEL": "ERROR"}
        print(f"{size:,} tickets …", file=sys.stderr, flush=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.scale.measure", str(size)],
            cwd=REPO,
            env={**os.environ, **own, **away, "HELPDESK_TRUSTED_CIDRS": "127.0.0.0/8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.names: list[str] = self._answer()

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A database could not be measured; see above.")
        return json.loads(line)


def measure(databases: dict[int, Asked], repeats: int, only: str) -> Figures:
    """{question: {size: figure}}. The sizes take turns, so that what else the machine does meets all of them."""
    figures: Figures = {}
    first, *others = (asked.names for asked in databases.values())
    names = [name for name in first if only in name and all(name in known for known in others)]
    for name in names:
        rounds = [
            {size: asked.ask(name=name, repeats=ceil(repeats / ROUNDS)) for size, asked in databases.items()}
            for _ in range(ROUNDS)
        ]
        figures[name] = {size: figure([each[size] for each in rounds]) for size in databases}
    return figures


def figure(rounds: list[Any]) -> dict[str, float]:
    """Milliseconds: median and p95 of the wall clock, median of the processor's time; and the statements."""
    waited = sorted(seconds for each in rounds for seconds in each["waited"])
    used = [seconds for each in rounds for seconds in each["used"]]
    found = {"ms": median(waited) * 1000, "p95": percentile(waited, 95) * 1000, "cpu": median(used) * 1000}
    return {**found, "statements": max(each["statements"] for each in rounds)}


def table(sizes: list[int], figures: Figures) -> str:
    """A row for each question: its times at each size, the ratio of the largest to the smallest, the statements."""
    heads = [f"{size:,} tickets" for size in sizes]
    lines = [["", *heads, "ratio", "ratio of processor time", "statements"], ["---"] * (len(sizes) + 4)]
    lines += [[name, *cells(list(found.values()))] for name, found in figures.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cells(found: list[dict[str, float]]) -> list[str]:
    first, last = found[0], found[-1]
    ratios = [f"{last[what] / first[what]:.1f}" for what in ("ms", "cpu")]
    statements = sorted({int(each["statements"]) for each in found})
    times = [f"{each['ms']:.1f} ({each['p95']:.0f}; {each['cpu']:.1f})" for each in found]
    return [*times, *ratios, "–".join(map(str, [*statements[:1], *statements[1:][-1:]]))]


def writes(databases: dict[int, Asked]) -> str:
    """What one message costs PostgreSQL's own process, in microseconds, by the steps of the writer."""
    costs = {size: asked.ask(writes=BATCH) for size, asked in databases.items()}
    steps = list(next(iter(costs.values())))
    lines = [["tickets", *steps], ["---"] * (len(steps) + 1)]
    lines += [[f"{size:,}", *(f"{cost[step]:.0f}" for step in steps)] for size, cost in costs.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def explain(asked: Asked, figures: Figures) -> str:
    """The plans of what takes the processor longest at the largest size."""
    size = max(next(iter(figures.values())))
    slowest = sorted(figures, key=lambda name: figures[name][size]["cpu"], reverse=True)[:SLOWEST]
    return "\n\n".join(f"=== {name}\n\n{asked.ask(explain=name)}" for name in slowest)


def write(text: str) -> None:
    """Between the markers of the document. Must hold: it has them."""
    begin, end = MARKERS
    before, rest = DOCUMENT.read_text().split(begin)
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
