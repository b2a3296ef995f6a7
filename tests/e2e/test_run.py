"""The one command itself: it refuses a second start, stops cleanly, and leaves nothing behind when it is killed."""

import os
import signal
import subprocess

import pytest
from installation import REPO, Installation, free_port, processes, wait_until


@pytest.fixture
def bare(tmp_path):
    """An installation of the test's own, without the demo."""
    running = Installation(tmp_path / "data", "--no-demo")
    running.wait_until_ready()
    yield running
    running.stop()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(REPO / "run"), *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_second_start_on_the_same_data_is_refused_and_harms_nothing(installation):
    before = installation.children()
    second = run("--data", str(installation.data), "--port", str(free_port()))
    assert second.returncode == 2
    assert (
        f"running on this data already: {installation.base_url} (process {installation.process.pid})" in second.stdout
    )
    assert installation.children() == before


def test_a_taken_port_is_refused_in_one_line(installation, tmp_path):
    second = run("--data", str(tmp_path / "other"), "--port", str(installation.port))
    assert second.returncode == 2
    assert second.stdout == (
        f"Port {installation.port} on 127.0.0.1 is taken by another program. Start with --port N to use another one.\n"
    )


def test_the_console_says_where_everything_is(installation):
    for text in (installation.base_url, installation.shop_url, "Sign in", "is written to", "Press Ctrl-C to stop."):
        assert text in installation.said


def test_what_must_be_private_is(installation):
    for name in ("demo.json", "secret.key", "run.lock"):
        assert (installation.data / name).stat().st_mode & 0o077 == 0, name


def test_pool_processes_do_not_outlive_their_worker(installation):
    worker = installation.children()["worker-bulk"]
    pool = children_of(worker)
    assert pool
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: not any(lives(pid) for pid in pool), 5)
    installation.wait_until_back("worker-bulk", worker)


def test_nothing_outlives_a_killed_run_and_the_next_start_works_and_stops_cleanly(bare):
    wait_until(lambda: len(children_of(bare.children().get("worker-bulk", 0))) >= 2, 30)
    family = bare.descendants()
    assert len(family) >= 7  # web, two workers, two pool processes, beat, valkey
    bare.process.kill()
    bare.process.wait()
    wait_until(lambda: not any(lives(pid) for pid in family), 5)

    again = Installation(bare.data, "--no-demo")
    again.wait_until_ready(60)
    assert set(again.children()) == {"web", "worker-live", "worker-bulk", "beat", "valkey"}
    family = again.descendants()
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(30) == 0, again.said
    assert "was killed" not in again.said
    assert not any(lives(pid) for pid in family)


def children_of(parent: int) -> set[int]:
    return {pid for pid, its_parent, _ in processes() if its_parent == parent}


def lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
