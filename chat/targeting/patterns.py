"""Texts that are compared with a pattern, in time linear in the text whatever the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 200
# What a compiled pattern may take. RE2 refuses one that needs more, `(a{500}){500}` for instance.
MAX_MEMORY = 1_000_000


class BadPattern(ValueError):
    """RE2 does not take the pattern; the text is RE2's, in English."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """Raises BadPattern, also for what only backtracking engines can do: backreferences and looking around."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0]
        raise BadPattern(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None


def matches_regex(text: str, pattern: str) -> bool:
    """Whether `pattern` is found anywhere in `text`, with regard to case unless it says `(?i)`."""
    return compiled(pattern).search(text.encode(errors="replace").decode()) is not None


def matches_glob(text: str, pattern: str) -> bool:
    """Whether all of `text` is like `pattern`, in which * stands for anything and all else for itself.

    A question mark too: it begins the query of an address.
    """
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *middle, last = others
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - at >= len(last) and text.endswith(last)
