"""One supervised process: its command, its log, and when it may be started again."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpdesk.supervisor.parent import die_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HEALTHY_SECONDS = 60.0
LARGEST_LOG = 10 * 1024 * 1024


def pause_before_start(failures: int) -> float:
    """Seconds to wait before starting again a process that has died `failures` times in a row: 0.5, 1, 2 … 30."""
    return min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)


@dataclass(frozen=True)
class Spec:
    """What to run. `stop_seconds` is how long it may take to end by itself once asked to."""

    name: str
    command: Sequence[str]
    stop_seconds: float = 10.0


@dataclass(frozen=True)
class Death:
    """A child has ended. `code` is as in subprocess: negative for a signal."""

    code: int
    failures: int
    pause: float

    @property
    def reason(self) -> str:
        return f"signal {signal.Signals(-self.code).name}" if self.code < 0 else f"exit code {self.code}"


class Child:
    """A process that leads a process group of its own, writes to its log file and dies with this process."""

    def __init__(self, spec: Spec, *, log_directory: Path, environment: Mapping[str, str], directory: Path) -> None:
        self.spec = spec
        self.log = log_directory / f"{spec.name}.log"
        self.environment = dict(environment)
        self.directory = directory
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self._started_at = 0.0
        self._start_again_at = 0.0
        rotate(self.log)
        self._read_to = self.log.stat().st_size if self.log.exists() else 0

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start the process. Must be called from the main thread (see `die_with_parent`)."""
        parent = os.getpid()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.spec.command,
                env=self.environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=lambda: die_with_parent(parent),
            )
        self._started_at = time.monotonic()

    def note_death(self) -> Death | None:
        """If the process has ended since the last look: reap it, plan the next start and say so."""
        if self.process is None:
            return None
        code = self._reap()
        if code is None:
            return None
        if time.monotonic() - self._started_at >= HEALTHY_SECONDS:
            self.failures = 0
        self.failures += 1
        pause = pause_before_start(self.failures)
        self._start_again_at = time.monotonic() + pause
        self.process = None
        return Death(code, self.failures, pause)

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self._start_again_at

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.terminate()

    def kill(self) -> None:
        if self.process:
            self._kill_group(self.process.pid)

    def has_ended(self) -> bool:
        return self.process is None or self._reap() is not None

    def new_lines(self) -> Iterator[str]:
        """The whole lines written to the log since the last call."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._read_to)
                text = file.read(1024 * 1024)
        except FileNotFoundError:
            return
        end = text.rfind(b"\n") + 1
        self._read_to += end
        for line in text[:end].splitlines():
            yield line.decode(errors="replace")

    def last_lines(self, count: int = 15) -> list[str]:
        if not self.log.exists():
            return []
        return self.log.read_text(errors="replace").splitlines()[-count:]

    def _reap(self) -> int | None:
        """The exit code, once the process has ended; what it left of its group is killed first."""
        process = self.process
        assert process is not None
        if process.returncode is not None:
            return process.returncode
        # Looked at without reaping: while the dead leader is not reaped, nobody else can get its group's number.
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self._kill_group(process.pid)
        return process.wait()

    @staticmethod
    def _kill_group(leader: int) -> None:
        try:
            os.killpg(leader, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def rotate(log: Path) -> None:
    """Begin a new log file once this one is large; one old file is kept."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(log.name + ".1"))
