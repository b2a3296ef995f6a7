"""One HTTP call over a connection of its own, as small as it can be."""

from __future__ import annotations

import asyncio
import json
from typing import Any

Door = tuple[str, int]


class CallFailed(Exception):
    """No whole answer came; whether the server did what was asked is unknown."""


async def call(
    door: Door, method: str, path: str, *, token: str = "", body: dict[str, Any] | None = None, seconds: float = 10.0
) -> tuple[int, dict[str, Any]]:
    """Status and JSON body (empty where there is none). Raises CallFailed."""
    try:
        async with asyncio.timeout(seconds):
            return await _call(door, method, path, token, body)
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        raise CallFailed(f"{method} {path}: {type(error).__name__} {error}") from error


async def _call(door: Door, method: str, path: str, token: str, body: Any) -> tuple[int, dict[str, Any]]:
    reader, writer = await asyncio.open_connection(*door)
    try:
        writer.write(_request(door, method, path, token, body))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        payload = await _payload(reader, headers)
        return status, json.loads(payload) if payload.startswith(b"{") else {}
    finally:
        writer.close()


def _request(door: Door, method: str, path: str, token: str, body: Any) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {door[0]}:{door[1]}", "Connection: close"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    payload = b"" if body is None else json.dumps(body).encode()
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
    return "\r\n".join([*lines, "", ""]).encode() + payload


async def _payload(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    whole = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        whole += await reader.readexactly(size)
        await reader.readexactly(2)
    return whole
