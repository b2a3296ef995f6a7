"""The channel layer: local first, one bus for all processes, harmless when Redis is away."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from helpdesk.realtime import layer as layers
from helpdesk.realtime.layer import HintLayer

NOWHERE = [{"address": "unix:///nonexistent/redis.sock", "socket_timeout": 1, "socket_connect_timeout": 1}]


def somewhere() -> list[dict[str, Any]]:
    return [{"address": os.environ["TEST_REDIS_URL"], "socket_timeout": 5, "socket_connect_timeout": 1}]


async def receive(layer: Any, channel: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        message: dict[str, Any] = await layer.receive(channel)
        return message


async def test_members_of_this_process_hear_without_redis() -> None:
    layer = HintLayer(hosts=NOWHERE, prefix="t").serve()
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    await layer.group_send("g", {"type": "x", "n": 1})
    assert (await receive(layer, channel))["n"] == 1
    await layer.group_discard("g", channel)
    await layer.group_send("g", {"type": "x", "n": 2})
    assert layer.mailboxes[channel].empty()
    await layer.flush()


async def test_hints_from_a_thread_reach_the_loop() -> None:
    hints = HintLayer(hosts=NOWHERE, prefix="t")
    layer = hints.serve()
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    await asyncio.to_thread(hints.publish, [("g", {"type": "x", "n": 7})])
    assert (await receive(layer, channel))["n"] == 7
    await layer.flush()


async def test_a_mailbox_and_the_backlog_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = HintLayer(hosts=NOWHERE, prefix="t").serve()
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    before = dict(layers.counters)
    for number in range(layers.BACKLOG + 10):
        layer.group_send_nowait("g", {"type": "x", "n": number})
    assert layer.mailboxes[channel].qsize() == layers.MAILBOX
    assert len(layer.backlog) == layers.BACKLOG
    assert layers.counters["dropped_mailbox"] > before["dropped_mailbox"]
    assert layers.counters["dropped_backlog"] > before["dropped_backlog"]
    await layer.flush()


def test_a_process_without_a_loop_never_raises_when_redis_is_away() -> None:
    before = layers.counters["publish_failed"]
    HintLayer(hosts=NOWHERE, prefix="t").publish([("g", {"type": "x"})])
    assert layers.counters["publish_failed"] == before + 1


@pytest.mark.redis
async def test_two_processes_and_a_worker_share_one_bus() -> None:
    one, two = HintLayer(hosts=somewhere(), prefix="bus-test"), HintLayer(hosts=somewhere(), prefix="bus-test")
    first, second = one.serve(), two.serve()
    channels = [await layer.new_channel() for layer in (first, second)]
    for layer, channel in zip((first, second), channels, strict=True):
        await layer.group_add("g", channel)
    await asyncio.sleep(0.3)  # both have subscribed to the bus
    await first.group_send("g", {"type": "x", "n": 1})
    assert [(await receive(first, channels[0]))["n"], (await receive(second, channels[1]))["n"]] == [1, 1]
    worker = HintLayer(hosts=somewhere(), prefix="bus-test")
    await asyncio.to_thread(worker.publish, [("g", {"type": "x", "n": 2})])
    assert [(await receive(first, channels[0]))["n"], (await receive(second, channels[1]))["n"]] == [2, 2]
    assert first.mailboxes[channels[0]].empty()  # the sender's own process heard it once
    await second.send(channels[0], {"type": "x", "n": 3})
    assert (await receive(first, channels[0]))["n"] == 3
    for layer in (first, second):
        await layer.flush()


@pytest.mark.redis
async def test_the_stranger_on_the_bus_is_ignored() -> None:
    import redis.asyncio

    layer = HintLayer(hosts=somewhere(), prefix="noise-test").serve()
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    await asyncio.sleep(0.3)
    client = redis.asyncio.from_url(os.environ["TEST_REDIS_URL"])
    await client.publish("noise-test.bus", b"\xff" * 40)
    await client.publish("noise-test.bus", b"short")
    await client.aclose()
    await asyncio.sleep(0.2)
    await layer.group_send("g", {"type": "x", "n": 1})
    assert (await receive(layer, channel))["n"] == 1
    await layer.flush()
