"""A websocket client that costs little: what the load generator spends, the servers beside it do not get.

Only what the servers here send: whole text frames, pings and closes. Text goes out masked, as clients must, with the
key zero: that is legal, the server unmasks it like any other, and the generator is spared the work.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MASK_KEY = b"\0\0\0\0"


class BadServer(Exception):
    """The server sent what this client does not know; the text says what."""


def client_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One whole, masked frame."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, 0x80 | length)) + MASK_KEY + payload
    if length < 65_536:
        return bytes((0x80 | opcode, 0xFE)) + length.to_bytes(2, "big") + MASK_KEY + payload
    return bytes((0x80 | opcode, 0xFF)) + length.to_bytes(8, "big") + MASK_KEY + payload


class Busy(BadServer):
    """The server answered the handshake with 503: it lets in as many as it can serve, the others come again."""


class FrameReader:
    """Cuts what a server sends into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The frames, as (opcode, payload), that are whole now. Raises BadServer for fragments and masked frames."""
        if self._rest:
            data = self._rest + data
        frames = []
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                start += 2
                length = int.from_bytes(data[at + 2 : start], "big") if size >= start else size
            elif length == 127:
                start += 8
                length = int.from_bytes(data[at + 2 : start], "big") if size >= start else size
            elif length > 127:
                raise BadServer("The server masked a frame.")
            if not data[at] & 0x80:
                raise BadServer("The server sent a fragment.")
            if start + length > size:
                break
            frames.append((data[at] & 0x0F, data[start : start + length]))
            at = start + length
        self._rest = data[at:]
        return frames


class ClientSocket(asyncio.Protocol):
    """One connection. `heard` gets the payload of each text frame, `closed` the close code (1006 without one)."""

    transport: asyncio.Transport

    def __init__(self, port: int, path: str, subprotocol: str = "") -> None:
        self.port = port
        self.path = path
        self.subprotocol = subprotocol
        self.heard: Callable[[bytes], None] = lambda payload: None
        self.closed: Callable[[int], None] = lambda code: None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reader = FrameReader()
        self._head = b""
        self._close_code = 1006

    @property
    def is_open(self) -> bool:
        """Whether the handshake succeeded."""
        return self.opened.done() and self.opened.exception() is None

    async def open(self) -> None:
        """Connect and shake hands. Raises OSError, or BadServer when the handshake is refused."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)
        await self.opened

    def send(self, payload: bytes) -> None:
        self.transport.write(client_frame(payload))

    def close(self) -> None:
        self.transport.write(client_frame((1000).to_bytes(2, "big"), CLOSE))
        self.transport.close()

    def cut(self) -> None:
        """End without a word, as a lost network does."""
        self.transport.abort()

    # --- asyncio.Protocol --------------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        if self.subprotocol:
            lines.append(f"Sec-WebSocket-Protocol: {self.subprotocol}")
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            data = self._handshake(data)
        for opcode, payload in self._reader.feed(data):
            if opcode == TEXT:
                self.heard(payload)
            elif opcode == PING:
                self.transport.write(client_frame(payload, PONG))
            elif opcode == CLOSE:
                self._close_code = int.from_bytes(payload[:2], "big") or 1005
                self.transport.close()

    def _handshake(self, data: bytes) -> bytes:
        """What follows the answer's head; nothing while the head is not whole."""
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return b""
        status = head.split(b" ", 2)[1]
        if status == b"101":
            self.opened.set_result(None)
            return rest
        error = Busy if status == b"503" else BadServer
        self.opened.set_exception(error(head.split(b"\r\n", 1)[0].decode()))
        return b""

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(BadServer("The connection ended during the handshake."))
        self.closed(self._close_code)
