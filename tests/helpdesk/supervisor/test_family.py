"""The supervisor, tried with stand-in processes: brings back what dies, stops in order, leaves no orphan."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[3]
SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


class Program:
    """The stand-in installation, with what it has said so far."""

    def __init__(self, directory: Path, **children: str) -> None:
        self.directory = directory
        self.output = directory / "output"
        words = [f"{name}={code}" for name, code in children.items()]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / "stand_in.py"), str(directory), *words],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(REPO)},
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def log(self, name: str) -> str:
        path = self.directory / "log" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def pid(self, name: str) -> int:
        wait_until(lambda: f"started {name} " in self.said)
        return int(self.said.split(f"started {name} ")[1].split()[0])

    def signal(self, signum: int) -> None:
        self.process.send_signal(signum)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def launch_program(**children: str) -> Program:
        programs.append(Program(tmp_path, **children))
        for name in children:
            programs[-1].pid(name)
        return programs[-1]

    yield launch_program
    for program in programs:
        program.process.kill()
        program.process.wait()


def wait_until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """A zombie does not live: in a container nobody may collect those whose parent was killed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_process_comes_back(launch):
    program = launch(web=SLEEP)
    wait_until(lambda: program.log("web").count("up") == 1)
    os.kill(program.pid("web"), signal.SIGKILL)
    wait_until(lambda: program.log("web").count("up") == 2)
    assert "web stopped (signal SIGKILL); starting it again in 0.5 s." in program.said


def test_a_process_that_keeps_dying_is_named_once_with_its_log(launch):
    program = launch(web="raise SystemExit(3)")
    wait_until(lambda: "keeps stopping (3 times, exit code 3)" in program.said)
    assert str(program.directory / "log" / "web.log") in program.said


def test_errors_in_a_log_reach_the_console_and_other_lines_do_not(launch):
    program = launch(web=f"print('2026 ERROR disk is full', flush=True); {SLEEP}")
    wait_until(lambda: "web | 2026 ERROR disk is full" in program.said)
    assert "| up" not in program.said


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order_and_exits_with_zero(launch, signum):
    note = "import signal, sys, time; signal.signal(15, lambda *_: (open('order', 'a').write('{} '), sys.exit()));"
    program = launch(**{name: f"{note.format(name)} {SLEEP}" for name in ("shop", "web", "valkey")})
    wait_until(lambda: all("up" in program.log(name) for name in ("shop", "web", "valkey")))
    program.signal(signum)
    assert program.process.wait(10) == 0
    assert (program.directory / "order").read_text().split() == ["shop", "web", "valkey"]


def test_a_process_that_ignores_the_request_is_killed_after_its_time(launch):
    program = launch(web=STUBBORN)
    wait_until(lambda: "up" in program.log("web"))
    program.signal(signal.SIGTERM)
    assert program.process.wait(10) == 0
    assert "web did not stop by itself and was killed." in program.said
    assert not lives(program.pid("web"))


def test_nothing_is_left_when_the_supervisor_is_killed(launch):
    program = launch(web=STUBBORN, beat=SLEEP)
    wait_until(lambda: all("up" in program.log(name) for name in ("web", "beat")))
    children = [program.pid("web"), program.pid("beat")]
    assert all(lives(pid) for pid in children)
    program.process.kill()
    wait_until(lambda: not any(lives(pid) for pid in children), seconds=5)


def test_what_a_dead_process_started_dies_with_it(launch):
    own_child = f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}])"
    family = f"import subprocess, sys, time; print({own_child}.pid, flush=True); time.sleep(600)"
    program = launch(worker=family)
    wait_until(lambda: program.log("worker").strip())
    grandchild = int(program.log("worker").split()[0])
    assert lives(grandchild)
    os.kill(program.pid("worker"), signal.SIGKILL)
    wait_until(lambda: not lives(grandchild), seconds=5)
