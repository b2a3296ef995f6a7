"""Which modules a script needs, so that a page can ask for all at once instead of one import after the other."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

# Static imports only: what is written in a comment's `import("…")` is a type.
_IMPORT = re.compile(r'^(?:import|export)\b(?:[^"\';]*?\bfrom)?\s*["\'](\.[^"\']+)["\']', re.MULTILINE)


@cache
def modules_of(entry: str) -> tuple[str, ...]:
    """The static names of `entry` and of everything it imports, the nearest first. Read once in a process."""
    found = [entry]
    for name in found:
        path = finders.find(name)
        if path is None:
            continue
        for target in _IMPORT.findall(Path(path).read_text("utf-8")):
            near = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            if near not in found:
                found.append(near)
    return tuple(found)
