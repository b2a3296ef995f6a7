"""What happens behind the browsers: time that passes, other customers, and the settings as they were.

One Python process inside the installation for the whole suite, since starting Django for every step takes seconds. It
is told the name of one of the functions of `rows.py` and what to give it, a line of JSON each way.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from installation import REPO, Installation


class Behind:
    """`behind.start(name="Clara")` calls `rows.start` in the demo's first workspace; `behind(1)` is the second."""

    def __init__(self, installation: Installation) -> None:
        self.slugs = [each["slug"] for each in installation.demo["workspaces"]]
        self.slug = self.slugs[0]
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("rows.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPO,
            env={**os.environ, "HELPDESK_DATA": str(installation.data), "PYTHONPATH": str(REPO)},
            text=True,
        )

    def __call__(self, workspace: int) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, slug=self.slugs[workspace])
        return other

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda **options: self._ask(name, options)

    def _ask(self, name: str, options: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([self.slug, name, options]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
