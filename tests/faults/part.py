"""One process of the cluster, brought back when it dies, as a supervisor would."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.supervisor.parent import die_with_parent

PAUSE = 0.5  # before a dead process is started again: `./run` waits as long after a first death
Launch = Callable[[], "subprocess.Popen[bytes]"]


@dataclass(eq=False)
class Part:
    """A kind of process by name, and the one that plays it now."""

    name: str
    launch: Launch
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = False
    ends: list[tuple[int, int]] = field(default_factory=list)  # (pid, exit code; negative for a signal)
    started: int = 0
    _due: float = 0.0

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """From the main thread: the process ends when the thread that started it ends."""
        self.is_wanted = True
        self.process = self.launch()
        self.started += 1

    def look_after(self) -> None:
        """Reap a death; start again what is wanted, half a second later."""
        if self.process is not None and self.process.poll() is not None:
            self.ends.append((self.process.pid, self.process.returncode))
            kill_group(self.process.pid)
            self.process = None
            self._due = time.monotonic() + PAUSE
        if self.process is None and self.is_wanted and time.monotonic() >= self._due:
            self.start()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, signum: int) -> None:
        if self.process is not None:
            self.process.send_signal(signum)

    def ask_to_end(self) -> None:
        """Stop it for good; a frozen one is thawed for that."""
        self.is_wanted = False
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)

    async def end(self, seconds: float = 16.0) -> None:
        """Ask it to end; kill it when it does not."""
        self.ask_to_end()
        deadline = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < deadline:  # noqa: ASYNC110 (nobody tells us)
            await asyncio.sleep(0.05)
        if self.process is not None:
            kill_group(self.process.pid)
            self.process.kill()
            self.process.wait()
        self.process = None


def program(command: Sequence[str], *, environment: Mapping[str, str], directory: Path, log: Path) -> Launch:
    """How to start this command in a process group of its own, writing to its log."""

    def launch() -> subprocess.Popen[bytes]:
        parent = os.getpid()
        with log.open("ab") as output:
            return subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=lambda: die_with_parent(parent),
            )

    return launch


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def family_of(pid: int) -> list[int]:
    """A process and all below it, itself first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (facts := stat_of(int(entry.name))):
            children.setdefault(int(facts[1]), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def stat_of(pid: int) -> list[str]:
    """State, parent … from /proc; empty when it is gone."""
    try:
        text = (Path("/proc") / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def is_frozen(pid: int) -> bool:
    return stat_of(pid)[:1] == ["T"]
