"""uvicorn's two protocols with the bounds that they lack: of a request's head and time, of fragments and pongs.

Each bound answers something that a stranger can do for nothing: hold a connection with half a request, fill the memory
with a head that never ends or with pongs that nobody reads, write a traceback into the log with one bad byte.
"""

from __future__ import annotations

import asyncio
from asyncio.transports import BaseTransport
from http import HTTPStatus
from typing import Any, NoReturn

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

HEAD_SECONDS = 15.0  # from the first byte (or the connection) to the end of the head
BODY_SECONDS = 30.0  # from there to the end of the body
MAX_HEAD = 32_768
MAX_LINE = 8_000  # `websockets` refuses 8,192 without a word
MAX_HEADERS = 100  # `websockets` refuses 129 without a word
MAX_BODY = 1_048_576  # Django spools a body to the disk before any view can refuse it; what views take is far less
MAX_FRAGMENTS = 1_024


class BoundedHttp(HttpToolsProtocol):
    """HTTP whose head and body arrive within a bound, of bytes (413, 414, 431) and of time (408), or are refused.

    A handshake of a WebSocket that has a body (400) or is not HTTP/1.1 (505) is refused too: uvicorn never answers
    the first, and takes the second for what it is not.
    """

    _refusal = 400
    _is_in_head = True
    _head_bytes = 0
    _body_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:  # type: ignore[override]
        super().connection_made(transport)  # type: ignore[arg-type]
        self._must_go_on_within(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        began_before = self._is_in_head
        super().data_received(data)
        if began_before and self._is_in_head and not self.transport.is_closing():
            # Not one whole head yet. What came in one piece with a request before it is not counted.
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD:
                self._refuse(431)

    def handle_websocket_upgrade(self) -> None:
        self._is_in_time()
        super().handle_websocket_upgrade()

    def _get_upgrade(self) -> bytes | None:
        """uvicorn looks at the last Connection header only; several are one list (RFC 9110 §5.3)."""
        options = {option.strip().lower() for option in b",".join(self._values(b"connection")).split(b",")}
        upgrades = self._values(b"upgrade")
        return upgrades[-1].lower() if b"upgrade" in options and upgrades else None

    def _values(self, name: bytes) -> list[bytes]:
        return [value for each, value in self.headers if each == name]

    # --- what the parser found -------------------------------------------------------------------------------------
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._head_bytes, self._body_bytes = True, 0, 0
        self._must_go_on_within(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= MAX_HEADERS:  # trailers of a chunked body come here too
            self._stop_parsing(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        refusal = self._why_not()
        if refusal:
            self._stop_parsing(refusal)
        self._must_go_on_within(BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > MAX_BODY:
            self._stop_parsing(413)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_in_time()
        super().on_message_complete()

    def _why_not(self) -> int | None:
        if len(self.url) > MAX_LINE:
            return 414
        sizes = [len(name) + len(value) for name, value in self.headers]
        if max(sizes, default=0) > MAX_LINE or sum(sizes) > MAX_HEAD:
            return 431
        if self.parser.should_upgrade() and self._should_upgrade():
            if self.parser.get_http_version() != "1.1":
                return 505
            names = {name for name, value in self.headers if value != b"0"}
            if names & {b"content-length", b"transfer-encoding"}:
                return 400
        return None

    def _stop_parsing(self, status: int) -> NoReturn:
        """From a callback of the parser: it gives up, and uvicorn calls send_400_response."""
        self._refusal = status
        raise ValueError(status)

    # --- time and refusals -----------------------------------------------------------------------------------------
    def _must_go_on_within(self, seconds: float) -> None:
        self._is_in_time()
        self._deadline = self.loop.call_later(seconds, self._refuse, 408)

    def _is_in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        if self.scope is None:
            # A browser that connected ahead and asked nothing takes a 408 for the answer to what it asks next.
            self.transport.close()
            return
        self._refusal = status
        self.send_400_response("")

    def _is_answering(self) -> bool:
        return self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete

    def send_400_response(self, msg: str) -> None:
        """Also called by uvicorn, for what is no HTTP at all."""
        self._is_in_time()
        if self._is_answering():  # what follows half an answer would be read as part of it
            self.transport.close()
            return
        body = HTTPStatus(self._refusal).phrase.encode()
        head = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[self._refusal] + head + body)
        self.transport.close()


class BoundedSocket(WebSocketsSansIOProtocol):
    """A WebSocket that reads no further while the client takes nothing, and takes no message in endless pieces."""

    def pause_writing(self) -> None:
        # Pings are answered below the application: who sends them and reads nothing would fill the memory with pongs.
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    async def receive(self) -> Any:
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            if self.writable.is_set():
                self.transport.resume_reading()
        return message

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:
            self._fail(1009)
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_utf8(self.frames):
            self._fail(1007)  # uvicorn does the same, with a traceback in the log for each
        else:
            super().send_receive_event_to_app()

    def _fail(self, code: int) -> None:
        self.frames = []
        if not self.close_sent:
            self.conn.send_close(code)
            self.handle_parser_exception()


def _is_utf8(pieces: list[bytes]) -> bool:
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError:
        return False
    return True
