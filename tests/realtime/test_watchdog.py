"""An event loop that stands still is said in the log, and not again and again."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from helpdesk.realtime import watchdog


async def test_a_loop_that_stood_still_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.01)
    caplog.set_level(logging.WARNING)
    watchdog.Watchdog().start()
    for _ in range(3):
        await asyncio.sleep(0.02)
        time.sleep(0.3)  # noqa: ASYNC251  (this is the fault)
        await asyncio.sleep(0.02)
    lines = [record for record in caplog.records if record.name == watchdog.__name__]
    assert len(lines) == 1
    assert "ms" in lines[0].getMessage()
