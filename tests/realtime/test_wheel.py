"""One timer for many sockets."""

from __future__ import annotations

import asyncio

from helpdesk.realtime.wheel import SPOKES, Wheel


async def until(true: object) -> None:
    async with asyncio.timeout(5):
        while not true():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_each_member_has_its_turn_again_and_again() -> None:
    turns: list[str] = []
    wheel: Wheel[str] = Wheel(0.05, turns.append)
    wheel.add("a")
    wheel.add("b")
    await until(lambda: turns.count("a") > 2 and turns.count("b") > 2)


async def test_who_has_left_is_not_called_and_an_empty_wheel_rests() -> None:
    turns: list[str] = []
    wheel: Wheel[str] = Wheel(0.02, turns.append)
    wheel.add("a")
    await until(lambda: turns)
    wheel.discard("a")
    wheel.discard("a")
    before = len(turns)
    await asyncio.sleep(0.1)
    assert len(turns) == before
    assert wheel._timer is None


async def test_one_that_fails_stops_nobody_else_at_the_same_spoke() -> None:
    turns: list[str] = []

    def act(member: str) -> None:
        turns.append(member)
        if member == "bad":
            raise RuntimeError

    wheel: Wheel[str] = Wheel(0.02, act)
    for member in ("good", "bad", "better"):  # which of them is called first is the set's secret
        wheel.add(member)
    await until(lambda: all(turns.count(member) > 1 for member in ("good", "bad", "better")))
    for member in ("good", "bad", "better"):
        wheel.discard(member)


async def test_a_member_may_take_others_away() -> None:
    wheel: Wheel[str]
    turns: list[str] = []

    def act(member: str) -> None:
        turns.append(member)
        wheel.discard("a")
        wheel.discard("b")

    wheel = Wheel(0.02 * SPOKES, act)
    wheel.add("a")
    wheel.add("b")
    await until(lambda: turns)
    await asyncio.sleep(0.05)
    assert len(turns) == 1
