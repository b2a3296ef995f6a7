"""The sockets of our server, over real connections, without the product behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from helpdesk import server_sockets
from helpdesk.realtime.hub import hub
from helpdesk.realtime.lifecycle import DIRECT
from helpdesk.realtime.wheel import Wheel
from helpdesk.server_sockets import Gate, Inbox, LeanHttp, LeanSocket

pytestmark = pytest.mark.timeout(60)
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@asynccontextmanager
async def serving(application: Any) -> AsyncIterator[int]:
    config = uvicorn.Config(
        application,
        port=0,
        lifespan="off",
        log_level="critical",
        http=LeanHttp,
        ws=LeanSocket,
        ws_ping_interval=None,
        interface="asgi3",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 10)


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket whose handshake is done, read at the pace of the test."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**16)
    writer.write(HANDSHAKE)
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next frame of the server: its opcode and payload."""
    first, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    return first & 15, await reader.readexactly(length)


class Talking:
    """An application that accepts, runs `talk` with the extension, and waits for the end."""

    def __init__(self, talk: Any) -> None:
        self.talk = talk
        self.codes: list[int] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await self.talk(scope["extensions"][DIRECT]["connection"], send)
        while (message := await receive())["type"] != "websocket.disconnect":
            continue
        self.codes.append(message["code"])


async def test_what_is_written_directly_arrives_in_order_with_what_is_sent() -> None:
    async def talk(direct: LeanSocket, send: Any) -> None:
        assert direct.write("one")
        await send({"type": "websocket.send", "text": "two"})
        assert direct.write("three")

    async with serving(Talking(talk)) as port:
        reader, writer = await connect(port)
        assert [(await frame(reader))[1] for _ in range(3)] == [b"one", b"two", b"three"]
        writer.close()


async def fill(direct: LeanSocket) -> int:
    """Write until the client's buffers and ours are full."""
    written = 0
    async with asyncio.timeout(20):
        while True:
            if direct.write("x" * 60_000):
                written += 1
            else:
                await asyncio.sleep(0.2)
                if not direct.write("x" * 60_000):
                    return written


async def test_a_client_that_reads_nothing_is_cut_off_and_finds_the_code_when_it_reads() -> None:
    async def talk(direct: LeanSocket, _send: Any) -> None:
        await fill(direct)
        direct.cut_off(4408)

    application = Talking(talk)
    async with serving(application) as port:
        reader, writer = await connect(port)
        async with asyncio.timeout(30):
            while not application.codes:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            while (read := await frame(reader))[0] == 1:
                continue
        assert read == (8, (4408).to_bytes(2, "big"))
        writer.close()


async def test_a_client_that_never_reads_again_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_sockets, "LINGER_SECONDS", 0.1)
    dropped = asyncio.Event()

    async def talk(direct: LeanSocket, _send: Any) -> None:
        await fill(direct)
        lost = direct.connection_lost
        direct.connection_lost = lambda error: (lost(error), dropped.set())  # type: ignore[method-assign]
        direct.cut_off(4408)

    application = Talking(talk)
    async with serving(application) as port:
        _reader, writer = await connect(port)
        async with asyncio.timeout(30):
            await dropped.wait()
        assert application.codes == [4408]
        writer.close()


async def test_a_client_that_answers_no_ping_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_sockets, "KEEPALIVE_SECONDS", 0.2)

    async def talk(_direct: LeanSocket, _send: Any) -> None:
        return None

    async with serving(Talking(talk)) as port:
        reader, writer = await connect(port)
        async with asyncio.timeout(20):
            assert (await frame(reader))[0] == 9
            opcode, payload = await frame(reader)
        assert (opcode, payload[:2]) == (8, (1011).to_bytes(2, "big"))
        writer.close()


async def test_a_client_that_answers_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_sockets, "KEEPALIVE_SECONDS", 0.2)

    async def talk(_direct: LeanSocket, _send: Any) -> None:
        return None

    async with serving(Talking(talk)) as port:
        reader, writer = await connect(port)
        async with asyncio.timeout(20):
            for _ in range(5):
                opcode, payload = await frame(reader)
                assert opcode == 9
                writer.write(bytes([0x8A, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
        writer.close()


async def test_while_the_process_drains_a_handshake_is_answered_with_503_and_pages_go_on() -> None:
    async def answer(scope: Any, _receive: Any, send: Any) -> None:
        assert scope["type"] == "http", "no application hears of the handshake"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})

    async with serving(answer) as port:
        hub().is_draining = True
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE)
        async with asyncio.timeout(10):
            head, _blank, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in head
        assert f"content-length: {len(body)}".encode() in head
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(10):
            assert b"here" in await reader.read()
        writer.close()


async def test_an_inbox_and_a_gate_hold_nothing_while_nobody_waits() -> None:
    inbox, gate = Inbox(), Gate()
    assert inbox.empty()
    reading = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(1)
    inbox.put_nowait(2)
    assert (await reading, await inbox.get(), inbox.empty(), inbox._items) == (1, 2, True, None)
    waiting = [asyncio.ensure_future(gate.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    gate.set()
    await waiting[1]
    assert gate.is_set()
    assert gate._waiting is None
    assert isinstance(server_sockets._wheel(asyncio.get_running_loop()), Wheel)
