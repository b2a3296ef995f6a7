"""Who may come in: not while the process drains, and not more at once than it can greet."""

from __future__ import annotations

import asyncio

import pytest

from helpdesk.realtime import admission
from helpdesk.realtime.hub import hub
from helpdesk.realtime.limits import Bucket
from tests.realtime.test_sockets import SHOP, Client
from tests.world import World


def test_nobody_enters_while_the_process_drains() -> None:
    assert admission.is_open()
    hub().is_draining = True
    assert not admission.is_open()


async def test_nobody_enters_while_too_many_are_being_greeted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MAX_ARRIVING", 2)
    monkeypatch.setattr(admission, "SILENT_SECONDS", 0.01)
    with admission.Arrival() as first, admission.Arrival() as second:
        first.spoke()
        second.spoke()
        await asyncio.sleep(0.05)  # whose hello is being read is counted for as long as that takes
        assert not admission.is_open()
    assert admission.is_open()


async def test_a_socket_counts_from_its_handshake_to_its_welcome(live_world: World) -> None:
    client = Client("/ws/visitor/", SHOP)
    await client.open()
    assert admission._arriving == 1
    await client.send(type="hello", v=1, token=live_world.north.token)
    await client.next("welcome")
    await client.command("nothing.known")
    assert admission._arriving == 0
    await client.socket.disconnect()


async def test_a_socket_that_closes_before_its_hello_is_counted_no_longer() -> None:
    client = Client("/ws/visitor/", SHOP)
    await client.open()
    await client.socket.disconnect()
    assert admission._arriving == 0


async def test_whoever_says_nothing_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MAX_ARRIVING", 1)
    monkeypatch.setattr(admission, "SILENT_SECONDS", 0.01)
    with admission.Arrival():
        assert not admission.is_open()
        async with asyncio.timeout(5):
            while not admission.is_open():  # noqa: ASYNC110  (a timer ends it)
                await asyncio.sleep(0.01)
    assert admission.is_open()


def test_a_burst_that_nobody_has_counted_yet_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_handshakes", Bucket(0.0, 3))
    assert [admission.may_enter() for _ in range(5)] == [True] * 3 + [False] * 2


def test_open_pages_keep_no_chat_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_light_handshakes", Bucket(0.0, 2))
    assert [admission.may_enter(admission.LIGHT_PATH) for _ in range(4)] == [True] * 2 + [False] * 2
    assert admission.may_enter("/ws/visitor/")
    monkeypatch.setattr(admission, "_light_handshakes", Bucket(0.0, 50))
    monkeypatch.setattr(admission, "_arriving", admission.MAX_ARRIVING // 2)
    assert not admission.may_enter(admission.LIGHT_PATH), "half of the places are kept for the others"
    assert admission.may_enter("/ws/visitor/")
