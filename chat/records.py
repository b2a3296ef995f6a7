"""Frozen dataclasses of the pure cores as JSON and back, so that a decision can be kept and made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def as_json(value: Any) -> dict[str, Any]:
    """A dataclass as JSON that the core's own reader, built on `read`, reads back.

    Not `dataclasses.asdict`, which copies every text and number: a floor of fifty agents is written down twice a step.
    """
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return as_json(value) if is_dataclass(value) else value


def read(kind: type[Any], stored: Mapping[str, Any], **parsed: Any) -> Any:
    """What `as_json` wrote of a `kind`; `parsed` holds the fields that are more than plain JSON.

    Every field must be there (KeyError): a record that lacks one would be replayed with today's default.
    """
    return kind(**{each.name: parsed[each.name] if each.name in parsed else stored[each.name] for each in fields(kind)})
