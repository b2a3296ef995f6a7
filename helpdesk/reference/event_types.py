"""docs/events.md and static/js/lib/events.d.ts, from the declarations in `helpdesk.realtime.events`."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields
from typing import Any, Union

from helpdesk.realtime import events
from helpdesk.realtime.events import AgentEvent, LogEvent, VisitorEvent


@dataclass(frozen=True)
class DataField:
    """One field of an event's `data`, as it goes over the wire."""

    name: str
    kind: Any
    # Left out of the frame where it says nothing, instead of being null.
    is_optional: bool


def declared(audience: type[LogEvent]) -> list[type[LogEvent]]:
    """The events of one audience, in the order of their declaration."""
    return [
        each
        for each in vars(events).values()
        if isinstance(each, type) and issubclass(each, audience) and hasattr(each, "name")
    ]


def data_fields(event: type[LogEvent]) -> list[DataField]:
    """The fields that `data()` gives, under the names that it gives them.

    Asked by sending a mark through each field: an event may rename a field ("from" is a keyword) or leave out what is
    null, and says so only in its `data()`.
    """
    hints = typing.get_type_hints(event)
    names = [each.name for each in fields(event)]  # type: ignore[arg-type]
    marked = {name: f"<{name}>" for name in names}
    wire = {mark: name for name, mark in event(**marked).data().items()}
    null = {each.name: None for each in fields(event) if each.default is None}  # type: ignore[arg-type]
    kept = event(**{**marked, **null}).data()
    return [DataField(wire[f"<{name}>"], hints[name], wire[f"<{name}>"] not in kept) for name in names]


def typescript(kind: Any, *, is_optional: bool = False) -> str:
    """A Python type as TypeScript says it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        inner = [each for each in arguments if each is not type(None)]
        return " | ".join([*(typescript(each) for each in inner), *([] if is_optional else ["null"])])
    if origin is list:
        return f"{typescript(arguments[0])}[]"
    if origin is dict:
        return "Record<string, unknown>"
    return {str: "string", int: "number", bool: "boolean"}[kind]


def words(kind: Any, *, is_optional: bool = False) -> str:
    """The same in words."""
    text = typescript(kind, is_optional=is_optional)
    for code, word in (
        ("Record<string, unknown>[]", "list of objects"),
        ("Record<string, unknown>", "object"),
        ("string", "text"),
        (" | ", " or "),
    ):
        text = text.replace(code, word)
    return text


# --- static/js/lib/events.d.ts ---------------------------------------------------------------------------------------
HEAD = """\
// Made by `manage.py generate_docs` from helpdesk/realtime/events.py. Do not edit.

export type Party = { kind: "visitor" | "agent" | "bot" | "system"; id: string | null; name: string };

export interface EventFrame<Name extends string, Data> {
  type: "event";
  ticket: string;
  seq: number;
  name: Name;
  by: Party;
  at: string;
  data: Data;
  client_id?: string;
}
"""


def events_d_ts() -> str:
    parts = [HEAD]
    for audience, name in ((AgentEvent, "AgentEvent"), (VisitorEvent, "VisitorEvent")):
        found = declared(audience)
        parts += [_interface(each) for each in found]
        frames = "\n".join(f'  | EventFrame<"{each.name}", {each.__name__}>' for each in found)
        parts.append(f"export type {name}Frame =\n{frames};\n")
    return "\n".join(parts)


def _interface(event: type[LogEvent]) -> str:
    lines = [
        f"  {each.name}{'?' if each.is_optional else ''}: {typescript(each.kind, is_optional=each.is_optional)};"
        for each in data_fields(event)
    ]
    return "\n".join([f"/** {one_line(event)} */", f"export interface {event.__name__} {{", *lines, "}", ""])


def one_line(thing: Any) -> str:
    return " ".join((thing.__doc__ or "").split())


# --- docs/events.md --------------------------------------------------------------------------------------------------
def event_section(title: str, audience: type[LogEvent]) -> str:
    parts = [f"## {title}\n"]
    for each in declared(audience):
        rows = [
            f"| `{field.name}` | {words(field.kind, is_optional=field.is_optional)} "
            f"| {'only where it changed' if field.is_optional else 'always'} |"
            for field in data_fields(each)
        ]
        head = [f"### `{each.name}`\n", f"{one_line(each)}\n", "| field of `data` | type | present |", "|---|---|---|"]
        parts.append("\n".join([*head, *rows, ""]))
    return "\n".join(parts)
