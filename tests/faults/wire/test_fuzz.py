"""The quick form of the fuzzing; the long one is a command of its own (see fuzz.py)."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from helpdesk.realtime import pool
from tests.faults.wire import recorded
from tests.faults.wire.attack import BATCH, Complaints, Mutator, Target, attack, enter, prepare
from tests.world import World

pytestmark = pytest.mark.timeout(300)
FRAMES = 10_000


@pytest.fixture(autouse=True)
def _trusted(settings: Any) -> None:
    settings.TRUSTED_CIDRS = ["127.0.0.0/8"]


async def test_made_up_frames_are_answered_by_the_rules(live_world: World) -> None:
    report = await attack(live_world, frames=FRAMES, seed=20_000)
    assert report.frames >= FRAMES
    assert {"ack", "invalid", "invalid_json", "too_deep", "not_found", "subscribed"} <= set(report.answers)
    assert report.resident_kib[-1] - report.resident_kib[1] < 30_000


@pytest.mark.parametrize("door", ["visitors", "agents", "pages"])
async def test_each_field_of_each_command_takes_any_value(live_world: World, door: str) -> None:
    facts, _witnesses, tokens = await pool.run(prepare, live_world)
    north = live_world.north
    frames = getattr(recorded, door)(facts)
    path, hello = {
        "visitors": ("/ws/visitor/", {"token": north.token}),
        "agents": ("/ws/agent/", {"token": tokens["maya"], "workspace": north.slug}),
        "pages": ("/ws/live/", {**frames[0], "key": north.widget.key}),
    }[door]
    client, server = await enter(path, **hello)
    target = Target(client, server, Mutator(frames, 0))
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    try:
        texts = recorded.each_field_with_each_value(frames)
        for start in range(0, len(texts), BATCH):
            await target.attack(texts[start : start + BATCH])
            assert not complaints.heard, complaints.heard[0]
    finally:
        logging.getLogger().removeHandler(complaints)
        await client.disconnect(timeout=30)
