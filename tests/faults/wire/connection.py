"""A TCP connection to the web process, from the handshake on, with nothing between the test and the bytes."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.wire.frames import CLOSE, PING, PONG, TEXT, Heard, frame, parse_heard

PATIENCE = 10.0  # seconds after which an answer counts as never given
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Answer:
    """An HTTP response; status 0 when the connection ended without one."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """Blocking, with a bound on every wait."""

    def __init__(self, port: int, patience: float = PATIENCE) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.patience = patience
        self.buffer = b""
        self.has_ended = False

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    # --- bytes ------------------------------------------------------------------------------------------------------
    def send(self, *parts: bytes) -> None:
        """Each part in a segment of its own. What the server no longer takes is no error: its answer counts."""
        try:
            for part in parts:
                self.socket.sendall(part)
        except OSError:
            return

    def drip(self, data: bytes, size: int = 1) -> None:
        """In pieces of `size` bytes."""
        self.send(*(data[start : start + size] for start in range(0, len(data), size)))

    def _more(self, deadline: float) -> bool:
        """Read some bytes. False at the end of the stream; TimeoutError when nothing came in time."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The server said nothing in time.")
        self.socket.settimeout(left)
        try:
            got = self.socket.recv(65_536)
        except ConnectionError:  # a reset is an end, too
            got = b""
        self.buffer += got
        self.has_ended = not got
        return bool(got)

    # --- HTTP -------------------------------------------------------------------------------------------------------
    def answer(self) -> Answer:
        """The next response: its head, and as much body as its Content-Length (or the end of the stream) says."""
        deadline = time.monotonic() + self.patience
        while b"\r\n\r\n" not in self.buffer:
            if not self._more(deadline):
                return Answer(0, {}, self.buffer)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(status_line.split()[1])
        length = int(headers.get("content-length", 0))
        while len(self.buffer) < length and self._more(deadline):
            pass
        if headers.get("transfer-encoding") == "chunked":
            length = self._chunks(deadline)
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Answer(status, headers, body)

    def _chunks(self, deadline: float) -> int:
        """Read to the last chunk. Where it ends in the buffer; the body is left in its chunks."""
        while (end := self.buffer.find(b"0\r\n\r\n")) < 0 and self._more(deadline):
            pass
        return end + 5

    # --- WebSocket --------------------------------------------------------------------------------------------------
    def next(self, *, skip: Iterable[int] = ()) -> Heard | None:
        """The server's next frame, None at the end of the stream."""
        deadline = time.monotonic() + self.patience
        while True:
            while (found := parse_heard(self.buffer)) is None:
                if not self._more(deadline):
                    return None
            heard, length = found
            self.buffer = self.buffer[length:]
            if heard.opcode not in skip:
                return heard

    def open(self, path: str = "/ws/visitor/", origin: str | None = None) -> Answer:
        """The usual handshake. Checks the server's side of it."""
        key = base64.b64encode(os.urandom(16))
        self.send(handshake(path, {"Sec-WebSocket-Key": key.decode()} | ({"Origin": origin} if origin else {})))
        answer = self.answer()
        if answer.status == 101:
            wanted = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
            assert answer.headers["sec-websocket-accept"] == wanted
        return answer

    def say(self, text: str) -> None:
        self.send(frame(TEXT, text.encode()))

    def ends(self) -> bool:
        """Whether the server ends the connection, and says nothing more before."""
        return self.next() is None

    def answers_ping(self) -> bool:
        """Whether the connection lives, and nothing else was said before the pong."""
        mark = os.urandom(8)
        self.send(frame(PING, mark))
        return self.next() == Heard(PONG, mark)

    def say_goodbye(self) -> None:
        """Close as a browser does, so that no half-open connection is left to the next case."""
        self.send(frame(CLOSE, (1000).to_bytes(2, "big")))


def handshake(path: str = "/ws/visitor/", changes: dict[str, str | list[str] | None] | None = None) -> bytes:
    """The request of a handshake. A change replaces a header; None leaves it out; a list repeats it."""
    headers: dict[str, str | list[str] | None] = {
        "Host": "testserver",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "helpdesk.v1",
        **(changes or {}),
    }
    lines = [f"GET {path} HTTP/1.1"]
    for name, value in headers.items():
        for each in [value] if isinstance(value, str) else value or []:
            lines.append(f"{name}: {each}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
