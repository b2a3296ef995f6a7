"""Runs a Python command of the product with planted bugs: `python -m tests.faults.server --bug no-sweep -- manage.py …`

The command is what would follow `python`: a file, or `-m` and a module. Only tests start this.
"""

from __future__ import annotations

import argparse
import runpy
import sys

import django

from tests.faults.doubles import DOUBLES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bug", required=True, help=f"one or more of {', '.join(DOUBLES)}, with commas")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    django.setup()
    for name in given.bug.split(","):
        DOUBLES[name]()
    run([word for word in given.command if word != "--"])


def run(command: list[str]) -> None:
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main()
