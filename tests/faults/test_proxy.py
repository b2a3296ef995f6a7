"""The proxy does to connections what it says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.faults.proxy import Proxy


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1000):
            writer.write(data)
    except OSError:
        return
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = await Proxy(server.sockets[0].getsockname()[:2]).start()
    yield proxy
    await proxy.stop()
    server.close()


async def connect(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> bytes:
    writer.write(data)
    return await asyncio.wait_for(reader.readexactly(len(data)), 5)


async def test_what_is_sent_comes_back(proxy):
    connection = await connect(proxy)
    assert await say(*connection, b"hello") == b"hello"
    connection[1].close()


async def test_the_end_of_one_side_reaches_the_other(proxy):
    reader, writer = await connect(proxy)
    await say(reader, writer, b"x")
    writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_cut_is_a_reset(proxy):
    reader, writer = await connect(proxy)
    await say(reader, writer, b"x")
    assert proxy.cut() == 1
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 5)
    assert proxy.cut(0.0) == 0


async def test_a_hole_accepts_and_never_answers_until_it_heals(proxy):
    old = await connect(proxy)
    await say(*old, b"x")
    assert proxy.black_hole() == 1
    new = await connect(proxy)
    for _, writer in (old, new):
        writer.write(b"late")
    for reader, _ in (old, new):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readexactly(1), 0.05)
    assert proxy.swallowed == 1
    proxy.heal()
    for reader, writer in (old, new):
        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"late"
        writer.close()


async def test_a_half_close_ends_what_the_client_hears(proxy):
    reader, writer = await connect(proxy)
    await say(reader, writer, b"x")
    assert proxy.half_close() == 1
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_mute_server_is_heard_by_nobody_until_the_cut(proxy):
    reader, writer = await connect(proxy)
    await say(reader, writer, b"x")
    assert proxy.mute() == 1
    writer.write(b"is anybody there?")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 0.05)
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 5)


async def test_bad_weather_is_slow_but_loses_nothing(proxy):
    reader, writer = await connect(proxy)
    await say(reader, writer, b"x")
    assert proxy.set_weather(latency=0.001, jitter=0.001, rate=100_000, drip=1) == 1
    assert await say(reader, writer, b"drop by drop") == b"drop by drop"
    writer.close()


async def test_a_server_that_is_gone_resets_the_client(proxy):
    proxy.target = ("127.0.0.1", 1)
    reader, _writer = await connect(proxy)
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 5)
