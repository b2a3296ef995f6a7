"""Texts that are compared with a pattern, in time linear in the text whatever the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 200
# The time is linear in the text, times the steps of the compiled pattern: `((a|b){0,30}){0,30}` is short and has many.
# With this bound 2,000 characters take some 30 ms at worst. Patterns for addresses have about a hundred steps.
MAX_STEPS = 1_500
MAX_MEMORY = 1_000_000  # bytes, for the steps and for the automaton that grows while texts are searched


class BadPattern(ValueError):
    """RE2 does not take the pattern, or it is too large; the text is in English, as RE2's are."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Raises BadPattern, also for what only backtracking engines can do: backreferences and looking around."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0]
        raise BadPattern(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None
    if found.programsize > MAX_STEPS:
        raise BadPattern("pattern too large")
    return found


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
