"""What the protocol says about the answer to any text whatever: written from docs/protocol.md and docs/errors.md."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

ERRORS = Path(__file__).resolve().parents[3] / "docs" / "errors.md"
CODES = set(re.findall(r"^\| `(\w+)` \|", ERRORS.read_text(), re.M))
# Answered only when they are refused.
SILENT = {"pong", "unsubscribe", "typing", "read", "page", "active", "set", "track"}
ANSWERS = {"ack", "error", "subscribed", "resync"}
MAX_DEPTH, MAX_KEYS, MAX_INTEGER = 8, 64, 2**53 - 1
HALF_PAIR = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """Refused as a whole, and yet no bad frame: NaN, a number too large, a key twice."""


class Bad(Exception):
    """A bad frame."""


def _refuse(_: object) -> NoReturn:
    raise Refused


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise Refused
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    return value if abs(value) != float("inf") else _refuse(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise Bad
    return dict(pairs) if len(dict(pairs)) == len(pairs) else _refuse(pairs)


def _is_too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for bracket in re.findall(r"[\[{\]}]", re.sub(r'"(?:[^"\\]|\\.)*"?', "", text, flags=re.S)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def read(text: str) -> dict[str, Any]:
    """The frame in `text`. Raises Bad or Refused."""
    if _is_too_deep(text):
        raise Bad
    try:
        frame = _decoder.decode(text)
    except json.JSONDecodeError:
        raise Bad from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Bad
    return frame


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_refuse)


@dataclass(frozen=True)
class Expected:
    """How a text must be answered: as a bad frame or not, with which id, and whether silence will do."""

    is_bad: bool = False
    id: str | int | None = None
    is_silent: bool = False


@lru_cache(maxsize=256)
def expected_of(text: str) -> Expected:
    try:
        frame = read(text)
    except Bad:
        return Expected(is_bad=True)
    except Refused:
        return Expected()
    id = frame.get("id")
    is_usable = type(id) is int or (isinstance(id, str) and not HALF_PAIR.search(id))
    return Expected(id=id if is_usable else None, is_silent=frame["type"] in SILENT)


def check_answers(texts: list[str], heard: list[dict[str, Any]]) -> None:
    """Each text was answered once; those that may be silent at most once. Nothing else was answered."""
    answers = [frame for frame in heard if frame["type"] in ANSWERS]
    for answer in answers:
        if answer["type"] == "error":
            assert answer["code"] in CODES, answer
            assert isinstance(answer["retry"], bool)
            assert answer["message"].strip(), answer
            assert answer["code"] != "unavailable", f"Something failed inside: {answer} to one of {texts}"
    found = Counter(_key(answer.get("id")) for answer in answers)
    wanted, allowed = Counter[str](), Counter[str]()
    for text in texts:
        expected = expected_of(text)
        (allowed if expected.is_silent else wanted)[_key(expected.id)] += 1
    nobody = _key(None)  # a new chat is also followed by a `subscribed` without an id
    for key in wanted | found:
        assert wanted[key] <= found[key], (key, wanted[key], found[key], texts)
        assert key == nobody or found[key] <= wanted[key] + allowed[key], (key, found[key], answers)


def _key(id: object) -> str:
    return json.dumps(id)
