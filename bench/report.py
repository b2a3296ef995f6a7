"""The table of what was measured: ours, each rival's, the ratio, and what the ratio should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.figures import medians
from bench.scenarios import Case, Results

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
HEADINGS = ("case", "figure", "ours", "against", "theirs", "ratio", "goal", "")

RIVAL_NAMES = {
    "node": "Node",
    "asyncpg": "asyncpg, one commit each",
    "batched": "asyncpg, group commit",
    "stock": "stock Channels",
}
# How many times as many messages as the rival, at 200 chats on 2 processes.
THROUGHPUT_GOALS = {"node": 2.0, "asyncpg": 2.0, "batched": 0.6, "stock": 6.0}


@dataclass(frozen=True)
class Goal:
    """A bound of a figure, or of its ratio to a rival's."""

    bound: float
    at_most: bool = True
    of_ratio: bool = False

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}{' ×' if self.of_ratio else ''}"

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True)
class Row:
    case: str
    figure: str
    ours: float
    against: str = ""
    theirs: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    def verdict(self) -> str:
        if self.goal is None:
            return ""
        value = self.ratio if self.goal.of_ratio else self.ours
        return "reached" if value is not None and self.goal.holds(value) else "missed"

    def cells(self) -> tuple[str, ...]:
        ratio = f"{self.ratio:.2f} ×" if self.ratio is not None else ""
        theirs = number(self.theirs) if self.theirs is not None else ""
        goal = str(self.goal) if self.goal else ""
        return (self.case, self.figure, number(self.ours), self.against, theirs, ratio, goal, self.verdict())


def number(value: float) -> str:
    """Three digits that matter, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def rows(results: Results) -> list[Row]:
    """Every comparison that the runs allow, with the medians of each."""
    figures: dict[Case, dict[str, dict[str, float]]] = {}
    for (case, server), runs in results.runs.items():
        figures.setdefault(case, {})[server] = medians(runs)
    return [row for case, servers in figures.items() for row in _rows_of(case, servers)]


def _rows_of(case: Case, servers: Mapping[str, Mapping[str, float]]) -> Iterator[Row]:
    rivals = {name: figures for name, figures in servers.items() if name in RIVAL_NAMES}
    for name, ours in servers.items():
        if name in RIVAL_NAMES:
            continue
        label = f"{case}{name.removeprefix('ours')}" if name.startswith("ours") else str(case)
        if case.scenario in ("saturation", "sqlite"):
            yield from _saturation(case, label, ours, rivals)
        elif name == "rival":
            yield Row(label, "messages a second", ours["per_second"])
        elif case.scenario == "latency":
            yield from _latency(case, label, ours, rivals)
        else:
            yield from _crowd(case, label, ours)


def _saturation(
    case: Case, label: str, ours: Mapping[str, float], rivals: Mapping[str, Mapping[str, float]]
) -> Iterator[Row]:
    has_goal = case.chats == 200 and case.processes == 2
    if not rivals:
        yield Row(label, "messages a second", ours["per_second"])
    for rival, theirs in rivals.items():
        goal = Goal(THROUGHPUT_GOALS[rival], at_most=False, of_ratio=True) if has_goal else None
        yield Row(label, "messages a second", ours["per_second"], RIVAL_NAMES[rival], theirs["per_second"], goal)
    goal = Goal(350) if has_goal else None
    yield Row(label, "CPU µs a message", ours["cpu_us"], goal=goal)
    for rival, theirs in rivals.items():
        yield Row(label, "CPU µs a message", ours["cpu_us"], RIVAL_NAMES[rival], theirs["cpu_us"])


def _latency(
    case: Case, label: str, ours: Mapping[str, float], rivals: Mapping[str, Mapping[str, float]]
) -> Iterator[Row]:
    for figure in ("ack", "delivery"):
        for share in ("p50", "p99"):
            key = f"{figure}_ms {share}"
            is_goal = (case.rate, figure, share) == (300, "ack", "p99")
            if not rivals:
                yield Row(label, f"{figure} {share}, ms", ours[key])
            for rival, theirs in rivals.items():
                goal = Goal(1.5, of_ratio=True) if is_goal and rival == "node" else None
                yield Row(label, f"{figure} {share}, ms", ours[key], RIVAL_NAMES[rival], theirs[key], goal)


def _crowd(case: Case, label: str, ours: Mapping[str, float]) -> Iterator[Row]:
    if case.scenario.startswith("idle"):
        yield Row(label, "KiB for each socket", ours["kib_each"], goal=Goal(32) if case.processes == 1 else None)
        yield Row(label, "MiB in all", ours["mib"], goal=Goal(600) if case.processes == 2 else None)
        yield Row(label, "CPU, % of a core", ours["cpu_percent"])
        yield Row(label, "sockets let in a second", ours["connects_per_second"])
        yield Row(label, "CPU ms to let one in", ours["cpu_ms_to_enter"])
    elif case.scenario.startswith("browsing"):
        yield Row(label, "pages looked at", ours["pages"])
        yield Row(label, "frames to agents", ours["frames"])
    elif case.scenario.startswith("chats beside"):
        if "cpu_percent" in ours:
            yield Row(label, "CPU of the visitors alone, % of a core", ours["cpu_percent"], goal=Goal(10))
        yield Row(label, "ack p50, ms", ours["ack_ms p50"])
        yield Row(label, "ack p99, ms", ours["ack_ms p99"])
    elif case.scenario.startswith("storm"):
        yield Row(label, "seconds until all are back", ours["seconds"], goal=Goal(60))
        yield Row(label, "seconds until half are back", ours["half_seconds"])
        yield Row(label, "CPU ms to let one in", ours["cpu_ms_to_enter"])
        yield Row(label, "times that one was told to come again", ours["refused_each"])
    else:
        yield Row(label, "delivery p50, ms", ours["delivery_ms p50"])
        yield Row(label, "delivery p99, ms", ours["delivery_ms p99"], goal=Goal(50))


def fault_lines(results: Results) -> list[str]:
    """What went wrong, by server."""
    return [f"{case}, {server}: {'; '.join(wrong)}" for (case, server), wrong in results.faults.items() if wrong]


def plain(table: Sequence[Row]) -> str:
    """For the terminal."""
    lines = [HEADINGS, *(row.cells() for row in table)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    right = {2, 4, 5}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width) for column, (cell, width) in pairs
        ).rstrip()
        for pairs in (list(enumerate(zip(line, widths, strict=True))) for line in lines)
    )


def markdown(table: Sequence[Row], facts: Mapping[str, str], faults: Iterable[str]) -> str:
    """For docs/performance.md, with what was measured where below it."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|--:|---|--:|--:|---|---|"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in table]
    lines += ["", *(f"- {name}: {value}" for name, value in facts.items())]
    lines += [f"- Went wrong: {fault}" for fault in faults]
    return "\n".join(lines)


def between_markers(text: str, part: str) -> str:
    """`text` with what stands between the markers replaced. Raises ValueError when they are missing."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The document has no {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{part}\n{END}{after}"
