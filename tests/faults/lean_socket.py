"""A WebSocket client that costs next to nothing, so that one process can hold thousands.

It says hello with `resume`, answers pings and heartbeats, and keeps the last number of its one ticket.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any, cast

from tests.faults.proxy import RESET

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: helpdesk.v1\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def frame(opcode: int, payload: bytes) -> bytes:
    """A masked frame, as clients must send them. The mask is zero, which leaves the payload as it is."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


@dataclass(eq=False)
class LeanSocket(asyncio.Protocol):
    """One connection of one party. `welcome_at` is None until the welcome; `last` is the highest number in order."""

    path: str
    port: int
    hello: dict[str, Any]
    last: int = 0
    gaps: int = 0
    opened_at: float = field(default_factory=time.monotonic)
    welcome_at: float | None = None
    close_code: int | None = None
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    transport: asyncio.Transport | None = None
    _buffer: bytearray = field(default_factory=bytearray)
    _is_open: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by name
        self.transport.write(HANDSHAKE.format(path=self.path, port=self.port).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.reset()
                return
            self._is_open, self._buffer = True, bytearray(rest)
            self.say(self.hello)
        self._take_frames()

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set()

    def say(self, message: dict[str, Any]) -> None:
        self._write(frame(TEXT, json.dumps(message).encode()))

    def _write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def reset(self) -> None:
        """End with RST, as if the network had gone."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()

    def _take_frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1] & 0x7F, at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                if len(buffer) < start + width:
                    break
                size, start = int.from_bytes(buffer[start : start + width], "big"), start + width
            if len(buffer) < start + size:
                break
            self._take(buffer[at] & 0x0F, bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._write(frame(PONG, payload))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big") if payload else 1005
            self._write(frame(CLOSE, payload[:2]))
        elif opcode == TEXT and b'"type":"event"' in payload:
            self._take_event(json.loads(payload)["seq"])
        elif opcode == TEXT and b'"type":"heartbeat"' in payload:
            self.say({"type": "pong"})
        elif opcode == TEXT and b'"type":"welcome"' in payload:
            self.welcome_at = time.monotonic()

    def _take_event(self, seq: int) -> None:
        if seq == self.last + 1:
            self.last = seq
        elif seq > self.last:
            self.gaps += 1


async def connect(party: LeanSocket, *, receive_buffer: int = 0) -> None:
    """Open the party's connection. Raises OSError."""
    raw = socket.socket()
    raw.setblocking(False)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(raw, ("127.0.0.1", party.port))
        await loop.create_connection(lambda: party, sock=raw)
    except OSError:
        raw.close()
        raise


def allow_many_files(count: int = 30_000) -> None:
    """Each socket is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard) if hard > 0 else count, hard))


def resident_bytes(pid: int) -> int:
    """The memory of a process that is in RAM now."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
