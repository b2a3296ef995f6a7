"""Make a virtual environment from a lock file, once; do nothing when it is there already.

Standard library only: this runs before anything is installed. Usage: environment.py VENV LOCK
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

STAMP = ".ready"


class SetupError(Exception):
    """The environment cannot be made; the text says what to do about it."""


def main(venv: Path, lock: Path) -> None:
    # Two starts at once (a person and a test, say) would write into one environment: the list of packages is the lock.
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        wanted = fingerprint(venv, lock)
        if is_ready(venv, wanted):
            return
        say(f"Setting up {venv.name} from {lock.name} (once) …")
        (venv / STAMP).unlink(missing_ok=True)
        build(venv, lock)
        # The stamp comes last: a set-up that was interrupted has none and is made again from nothing.
        (venv / STAMP).write_text(wanted)


def fingerprint(venv: Path, lock: Path) -> str:
    """What the environment depends on: the lock, this Python, and its own place (scripts in it carry their path)."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode() + str(venv.resolve()).encode()).hexdigest()


def is_ready(venv: Path, wanted: str) -> bool:
    stamp = venv / STAMP
    return stamp.is_file() and stamp.read_text() == wanted and (venv / "bin" / "python").exists()


def build(venv: Path, lock: Path) -> None:
    if has_uv():
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(venv))
        run(
            "uv", "pip", "install", "--quiet", "--python", str(venv / "bin/python"), "--require-hashes", "-r", str(lock)
        )
        return
    make_venv(venv)
    pip = (str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", str(lock))


def has_uv() -> bool:
    if not shutil.which("uv"):
        return False
    # A version manager's shim can stand on the path with no uv behind it.
    return subprocess.run(["uv", "--version"], capture_output=True, check=False).returncode == 0


def make_venv(venv: Path) -> None:
    """Debian and Ubuntu ship Python without venv; as root it is installed, otherwise the exact command is told."""
    shutil.rmtree(venv, ignore_errors=True)
    first = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if first.returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(
            f"{(first.stdout + first.stderr).strip()}\n"
            f"Python's venv module is missing. Install it with\n"
            f"    sudo apt-get install {package}\n"
            f"(or install uv), then start again."
        )
    say(f"{package} is missing; installing it with apt-get …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    run(sys.executable, "-m", "venv", str(venv))


def run(*command: str) -> None:
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode:
        raise SetupError(
            f"{result.stdout.strip()}\nThis failed: {' '.join(command)}\nStart again to repeat it from the beginning."
        )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
    except SetupError as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
