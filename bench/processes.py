"""What processes cost, read from /proc: CPU seconds of whole trees, memory shared out fairly."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def tree(pid: int) -> list[int]:
    """The process and all its descendants that live now."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo.extend(children.get(found[-1], ()))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, from `state` on; none when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these trees, with the children that ended and were waited for."""
    ticks = 0
    for root in pids:
        for pid in tree(root):
            fields = _stat(pid)
            if fields:
                ticks += int(fields[11]) + int(fields[12])
                ticks += int(fields[13]) + int(fields[14])
    return ticks / TICK


def pss_kib(pids: Iterable[int]) -> int:
    """Memory of these processes, pages that several share counted in parts. For processes of this user (or as root)."""
    total = 0
    for pid in pids:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total
