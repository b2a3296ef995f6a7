"""A small installation of stand-in processes, run by the tests as a program of its own.

Usage: stand_in.py DIRECTORY NAME=PYTHON_CODE …  The names are stopped in the order given.
"""

import os
import sys
from pathlib import Path

from helpdesk.supervisor.child import Spec
from helpdesk.supervisor.family import Family


def main() -> None:
    directory = Path(sys.argv[1])
    family = Family(log_directory=directory / "log", directory=directory, say=say)
    family.environment = dict(os.environ)
    family.listen_to_signals()
    names = []
    for word in sys.argv[2:]:
        name, code = word.split("=", 1)
        names.append(name)
        child = family.start(Spec(name, (sys.executable, "-u", "-c", code), 1.0))
        say(f"started {name} {child.pid}")
    family.watch()
    family.stop([[name] for name in names])
    say("all stopped")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
