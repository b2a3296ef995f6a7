"""WebSocket frames by hand (RFC 6455 §5.2): any of their bits can be wrong."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from itertools import pairwise

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    size_bytes: int | None = None,
    declared: int | None = None,
) -> bytes:
    """One frame of a client.

    `size_bytes` 0, 2 or 8 writes the length with so many extra bytes although fewer would do; `declared` is a length
    that is not the payload's.
    """
    length = len(payload) if declared is None else declared
    if size_bytes is None:
        size_bytes = 0 if length < 126 else 2 if length < 65_536 else 8
    short = {0: length, 2: 126, 8: 127}[size_bytes]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | short]) + length.to_bytes(8, "big")[8 - size_bytes :]
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + mask(payload, key)


def mask(payload: bytes, key: bytes) -> bytes:
    long_key = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(long_key, "big")).to_bytes(len(payload), "big")


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


def question(id: str) -> bytes:
    """A command that no server knows: its refusal brings `id` back, which makes an echo."""
    return json.dumps({"type": "wire.echo", "id": id}, ensure_ascii=False, separators=(",", ":")).encode()


def question_of(size: int) -> tuple[bytes, str]:
    """A question of exactly `size` bytes, and its id."""
    id = "x" * (size - len(question("")))
    return question(id), id


def fragments(payload: bytes, *cuts: int, opcode: int = TEXT) -> list[bytes]:
    """The payload as one message in as many frames as there are cuts, and one more."""
    edges = [0, *cuts, len(payload)]
    parts = [payload[start:end] for start, end in pairwise(edges)]
    return [
        frame(opcode if number == 0 else CONT, part, fin=number == len(parts) - 1) for number, part in enumerate(parts)
    ]


@dataclass(frozen=True)
class Heard:
    """A frame of the server."""

    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int | None:
        return int.from_bytes(self.payload[:2], "big") if self.payload else None


class Broken(AssertionError):
    """The server sent what no server may send."""


def parse_heard(data: bytes) -> tuple[Heard, int] | None:
    """The first whole frame in `data` and its length; None while it is not whole. The server's own rules are checked:
    no mask, no reserved bit, known opcodes, shortest lengths, no fragments, small control frames, valid UTF-8."""
    if len(data) < 2:
        return None
    opcode, length, start = data[0] & 0x0F, data[1], 2
    if data[0] & 0xF0 != 0x80 or length > 127 or opcode not in (TEXT, CLOSE, PING, PONG):
        raise Broken(f"The server sent {data[:16].hex(' ')}")
    if length >= 126:
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], "big")
        if len(data) >= start and (opcode != TEXT or length < (126 if start == 4 else 65_536)):
            raise Broken(f"The server sent the length {length} in {start - 2} bytes.")
    if len(data) < start + length:
        return None
    payload = data[start : start + length]
    (payload[2:] if opcode == CLOSE else payload if opcode == TEXT else b"").decode()
    return Heard(opcode, payload), start + length
