"""JSON as strangers send it, read without surprises: one error code for each way it can be wrong."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import HelpdeskError

MAX_BYTES = 65_536
MAX_DEPTH = 8
MAX_KEYS = 64
MAX_INTEGER = 2**53 - 1  # what every JSON reader represents exactly (RFC 8259 §6)


def _refuse_constant(name: str) -> NoReturn:
    raise HelpdeskError("number_out_of_range", _("NaN and Infinity are not numbers that we can read."))


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= 17 else MAX_INTEGER + 1
    if abs(value) > MAX_INTEGER:
        raise HelpdeskError("number_out_of_range", _("A number is too large. Send at most 9007199254740991."))
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise HelpdeskError("number_out_of_range", _("A number is too large."))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise HelpdeskError("too_deep", _("An object has too many keys. Send at most 64."))
    found = dict(pairs)
    if len(found) != len(pairs):
        raise HelpdeskError("duplicate_key", _("A key stands twice in the same object."))
    return found


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant
)


# A string, perhaps without its end, or a bracket.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


def _check_depth(text: str) -> None:
    """Refuse nesting over MAX_DEPTH before the decoder, which would recurse, sees it."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        character = text[found.start()]
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise HelpdeskError("too_deep", _("The JSON is nested too deeply. Use at most 8 levels."))
        elif character in "]}":
            depth -= 1


def loads_object(text: str) -> dict[str, Any]:
    """The JSON object in `text`.

    Raises HelpdeskError: invalid_json, object_expected, number_out_of_range, duplicate_key, too_deep, too_large.
    """
    if len(text) > MAX_BYTES:
        raise HelpdeskError("too_large", _("This is too large. Send at most 64 KiB."))
    if text.count("[") + text.count("{") > MAX_DEPTH:  # fewer brackets than that cannot nest too deeply
        _check_depth(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise HelpdeskError(
            "invalid_json",
            _("This is not valid JSON (line %(line)d, column %(column)d).")
            % {"line": error.lineno, "column": error.colno},
        ) from None
    if not isinstance(value, dict):
        raise HelpdeskError("object_expected", _("Send a JSON object."))
    return value


def dumps(value: Any) -> str:
    """Compact JSON of plain values (no dates, no UUIDs). Text stays as it is: the wire is UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
