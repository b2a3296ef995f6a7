"""Who may come in: not while the process drains, and not more at once than it can greet."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from helpdesk.realtime import admission
from helpdesk.realtime.hub import hub
from tests.realtime.test_sockets import SHOP, Client


def handshake(extensions: dict[str, Any] | None) -> Client:
    client = Client("/ws/visitor/", SHOP)
    if extensions is not None:
        client.socket.scope["extensions"] = extensions
    return client


async def refused(client: Client) -> list[dict[str, Any]]:
    await client.socket.send_input({"type": "websocket.connect"})
    answers = [await client.socket.receive_output(5)]
    if answers[0]["type"] == "websocket.http.response.start":
        answers.append(await client.socket.receive_output(5))
    await client.socket.wait(5)
    return answers


async def test_while_it_drains_a_handshake_is_answered_with_503() -> None:
    hub().is_draining = True
    start, body = await refused(handshake({"websocket.http.response": {}}))
    assert start["status"] == 503
    assert 1 <= int(dict(start["headers"])[b"retry-after"]) <= 10
    assert body["body"]


async def test_a_server_that_cannot_say_503_closes_before_the_socket_opens() -> None:
    hub().is_draining = True
    assert [answer["type"] for answer in await refused(handshake(None))] == ["websocket.close"]


async def test_nobody_enters_while_too_many_are_being_greeted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MAX_ARRIVING", 2)
    with admission.Arrival(), admission.Arrival() as second:
        assert not admission.is_open()
        second.spoke()
        start, _body = await refused(handshake({"websocket.http.response": {}}))
        assert start["status"] == 503
    assert admission.is_open()


async def test_whoever_says_nothing_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MAX_ARRIVING", 1)
    monkeypatch.setattr(admission, "SILENT_SECONDS", 0.01)
    with admission.Arrival():
        assert not admission.is_open()
        async with asyncio.timeout(5):
            while not admission.is_open():  # noqa: ASYNC110  (a timer ends it)
                await asyncio.sleep(0.01)
    assert admission.is_open()
