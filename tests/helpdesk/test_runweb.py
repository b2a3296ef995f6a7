"""The web process drains before it closes: while clients are told to move on, it still answers."""

import asyncio

import pytest
import uvicorn

from helpdesk.management.commands import runweb
from helpdesk.realtime import drain


async def answer(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


@pytest.fixture
def server():
    config = uvicorn.Config(answer, port=0, lifespan="off", log_level="critical", timeout_graceful_shutdown=1)
    return runweb.DrainingServer(config)


async def ask(server: uvicorn.Server) -> bytes:
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    text = await reader.read()
    writer.close()
    return text


async def until_started(server: uvicorn.Server) -> None:
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)


async def test_requests_are_answered_during_the_drain_and_not_after(server, monkeypatch):
    answers = []

    async def begin():
        answers.append(await ask(server))

    monkeypatch.setattr(drain, "begin", begin)
    running = asyncio.create_task(server.serve())
    await until_started(server)
    server.should_exit = True
    await asyncio.wait_for(running, 5)
    assert b"here" in answers[0]
    with pytest.raises((OSError, IndexError)):
        await ask(server)


@pytest.mark.parametrize("fault", ["raises", "hangs"])
async def test_a_drain_that_fails_does_not_keep_the_process(server, monkeypatch, fault):
    async def begin():
        if fault == "raises":
            raise RuntimeError
        await asyncio.sleep(60)

    monkeypatch.setattr(drain, "begin", begin)
    monkeypatch.setattr(runweb, "DRAIN_SECONDS", 0.1)
    running = asyncio.create_task(server.serve())
    await until_started(server)
    server.should_exit = True
    await asyncio.wait_for(running, 5)


def test_the_drain_and_the_closing_end_within_fifteen_seconds():
    assert runweb.DRAIN_SECONDS + runweb.CLOSE_SECONDS < 15


def test_forwarded_addresses_are_believed_only_of_named_proxies(settings):
    settings.TRUSTED_PROXIES = []
    assert not runweb.server_config("127.0.0.1", 1).proxy_headers
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    config = runweb.server_config("127.0.0.1", 1)
    assert (config.proxy_headers, config.forwarded_allow_ips) == (True, ["10.0.0.1"])


def test_frames_are_bounded_and_nothing_names_the_server():
    config = runweb.server_config("127.0.0.1", 1)
    assert (config.ws_max_size, config.ws_per_message_deflate, config.server_header) == (65_536, False, False)
