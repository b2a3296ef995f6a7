"""Nobody holds a connection of the web process with half a request for longer than the bound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from helpdesk import server_protocols
from helpdesk.server_protocols import BoundedHttp, BoundedSocket

HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n"


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """Answers once the body is there."""
    if scope["type"] == "lifespan":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await asyncio.sleep(0.6 if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.body", "body": b"here"})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(server_protocols, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(server_protocols, "BODY_SECONDS", 0.3)
    config = uvicorn.Config(answer, port=0, lifespan="off", log_level="critical", http=BoundedHttp, ws=BoundedSocket)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await asyncio.wait_for(running, 10)


async def ask(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = asyncio.ensure_future(reader.read())
    for part in parts:
        if not heard.done():
            writer.write(part)
            await asyncio.sleep(pause)
    async with asyncio.timeout(10):
        await heard
    writer.close()
    return heard.result()


@pytest.mark.parametrize(
    "half",
    [
        b"G",
        b"GET / HTTP/1.1\r\n",
        HEAD + b"X-Slow: y",
        HEAD + b"Content-Length: 5\r\n\r\nhell",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhell",
        HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
        HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    ],
)
async def test_half_a_request_is_refused_in_time(port: int, half: bytes) -> None:
    heard = await ask(port, half)
    assert b"HTTP/1.1 408 " in heard
    assert b" 200 " not in heard


async def test_a_byte_now_and_then_gains_no_time(port: int) -> None:
    request = HEAD + b"X: y\r\n" * 20
    heard = await ask(port, *(request[at : at + 1] for at in range(40)), pause=0.02)
    assert heard.startswith(b"HTTP/1.1 408 ")


async def test_who_asks_nothing_is_not_answered(port: int) -> None:
    assert await ask(port) == b""


async def test_the_second_request_on_a_connection_is_bounded_too(port: int) -> None:
    heard = await ask(port, HEAD + b"\r\n", HEAD, pause=0.1)
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in heard


async def test_a_slow_answer_is_not_cut_and_not_mixed_with_a_refusal(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    assert (await ask(port, slow)).endswith(b"\r\n\r\nhere")
    heard = await ask(port, slow.replace(b"Connection: close\r\n", b"") + HEAD)
    assert b"408" not in heard.partition(b"\r\n\r\n")[0]
