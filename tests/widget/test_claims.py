"""What a page claims is read exactly or refused with a code; whatever was read can be kept and written."""

from __future__ import annotations

from typing import Any

import pytest

from chat.browsing.registry import Registry
from helpdesk import fields
from helpdesk.errors import HelpdeskError
from helpdesk.strict_json import loads_object
from tests.browsing_store import MemoryStore
from tests.faults.wire.recorded import VALUES, Facts, pages, written
from widget.claims import ACTIVE, FACTS, HELLO, PAGE, TRACK, VISIT, moment

TABLES = {"hello": HELLO, "page": PAGE, "active": ACTIVE, "set": FACTS, "track": TRACK}
FRAMES = [frame for frame in pages(Facts("", "", "")) if frame["type"] in TABLES]


def with_wrong_parts(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The frame with each value in each field, and in each field of its objects and lists."""
    found = []
    for name in frame:
        for value in VALUES:
            try:
                found.append(loads_object(written(frame, name, value, "x")))
                wrong = loads_object('{"value": ' + value + "}")["value"]
            except HelpdeskError:
                continue
            if isinstance(frame[name], dict):
                found += [{**frame, name: {**frame[name], inner: wrong}} for inner in frame[name]]
            if isinstance(frame[name], list):
                found += [{**frame, name: [{**frame[name][0], inner: wrong}]} for inner in frame[name][0]]
    return found


async def enter_and_say(registry: Registry, frame: dict[str, Any]) -> None:
    """What the door does with a frame of this type. Raises HelpdeskError."""
    told = fields.parse({"key": "K", **frame}, TABLES[frame["type"]])
    good = fields.parse({"key": "K", **FRAMES[0]}, HELLO)
    visit = registry.enter(1, told if frame["type"] == "hello" else good, "192.0.2.1", "")
    assert visit is not None
    act = {"page": registry.move, "active": registry.active, "set": registry.set, "track": registry.track}
    if frame["type"] in act:
        act[frame["type"]](visit, told)
    await registry.flush()
    registry.opt_out(visit)


@pytest.mark.parametrize("frame", FRAMES, ids=[frame["type"] for frame in FRAMES])
async def test_any_value_in_any_field_is_read_or_refused_and_never_breaks_anything(frame: dict[str, Any]) -> None:
    registry = Registry(MemoryStore(), lambda _workspace, _hashes: {})
    read, refusals = 0, []
    for wrong in with_wrong_parts(frame):
        if wrong.get("type") != frame["type"]:
            continue
        try:
            await enter_and_say(registry, {**wrong, "token": None})
            read += 1
        except HelpdeskError as error:
            refusals.append(error)
    assert read
    assert refusals
    assert [error for error in refusals if error.field is None] == []


@pytest.mark.parametrize("text", ["2026-02-29T00:00:00Z", "2026-05-01T12:00:00", "yesterday", ""])
def test_a_moment_has_a_zone_and_exists(text: str) -> None:
    with pytest.raises(HelpdeskError) as caught:
        moment(text)
    assert caught.value.code == "invalid"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_are_moments(text: str) -> None:
    assert moment(text).timestamp()


def test_a_visit_of_a_session_needs_no_trail() -> None:
    assert fields.parse({"ago": 3}, VISIT) == {"ago": 3, "referrer": "", "trail": []}
