"""`python -m bench`: measure this server and its rivals on this machine, in turn, and print the ratios."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Container, Mapping
from dataclasses import asdict
from pathlib import Path

from bench.machine import REPO, facts, machine
from bench.report import between_markers, fault_lines, markdown, plain, rows
from bench.scenarios import NOT_BY_DEFAULT, SCENARIOS, Bench, Options, Results
from bench.servers import RIVALS

USUAL = [name for name in SCENARIOS if name not in NOT_BY_DEFAULT]
DOCUMENT = REPO / "docs" / "performance.md"


def main() -> None:
    options = parse()
    with machine() as here:
        bench = Bench(here, wanted(options))
        about = facts(here)
        for name in options.only:
            SCENARIOS[name](bench)
    table, faults = rows(bench.results), fault_lines(bench.results)
    print(plain(table))
    print("\n" + "\n".join(f"{name}: {value}" for name, value in about.items()))
    print("".join(f"\nWent wrong: {fault}" for fault in faults))
    if options.report:
        write_report(options.report, bench.results, about)
    if options.markdown:
        DOCUMENT.write_text(between_markers(DOCUMENT.read_text(), markdown(table, about, faults)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", type=names_of(SCENARIOS), default=USUAL, help="scenarios, comma between")
    parser.add_argument("--servers", type=names_of({"ours", *RIVALS}), default=["ours", *RIVALS])
    parser.add_argument("--chats", type=numbers, default=[200, 1000])
    parser.add_argument("--processes", type=numbers, default=[1, 2])
    parser.add_argument("--workspaces", type=numbers, default=[1, 50], help="of our own server")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="of each run")
    parser.add_argument("--quick", action="store_true", help="one short round with a tenth of the idle sockets")
    parser.add_argument("--report", type=Path, help="write every run to this file, as JSON")
    parser.add_argument("--markdown", action="store_true", help=f"put the table into {DOCUMENT.relative_to(REPO)}")
    return parser.parse_args()


def names_of(known: Container[str]) -> Callable[[str], list[str]]:
    """A type for argparse: names of `known`, with commas between."""

    def names(text: str) -> list[str]:
        wanted = text.split(",")
        for name in wanted:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {name!r}")
        return wanted

    return names


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def wanted(options: argparse.Namespace) -> Options:
    return Options(
        servers=options.servers,
        chats=options.chats,
        processes=options.processes,
        workspaces=options.workspaces,
        rounds=1 if options.quick else options.rounds,
        seconds=min(options.seconds, 3) if options.quick else options.seconds,
        scale=0.1 if options.quick else 1,
    )


def write_report(path: Path, results: Results, about: Mapping[str, str]) -> None:
    runs = [
        {**asdict(case), "server": server, "runs": each, "faults": results.faults[case, server]}
        for (case, server), each in results.runs.items()
    ]
    path.write_text(json.dumps({"machine": about, "results": runs}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
