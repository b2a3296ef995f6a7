"""Every handshake is answered: 101 for what RFC 6455 allows, an HTTP status for the rest, and never with silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.wire.connection import handshake
from tests.faults.wire.server import WebServer

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@dataclass(frozen=True)
class Handshake:
    name: str
    request: bytes
    status: int
    protocol: str | None = "helpdesk.v1"


def changed(
    name: str, status: int, protocol: str | None = "helpdesk.v1", **headers: str | list[str] | None
) -> Handshake:
    """The usual handshake with other headers; `sec_key` stands for Sec-WebSocket-Key."""
    changes = {key.replace("sec_", "Sec-WebSocket-").replace("_", "-"): value for key, value in headers.items()}
    return Handshake(name, handshake(changes=changes), status, protocol)


def rewritten(name: str, status: int, old: bytes, new: bytes) -> Handshake:
    request = handshake()
    assert old in request
    return Handshake(name, request.replace(old, new, 1), status)


def offering(extensions: str) -> Handshake:
    return changed(f"extension {extensions!r}", 101, sec_Extensions=extensions)


UPGRADE = [
    Handshake("as it should be", handshake(), 101),
    changed("in capitals", 101, Upgrade="WEBSOCKET", Connection="UPGRADE"),
    changed("keep-alive beside it", 101, Connection="keep-alive, Upgrade"),
    changed("two Connection headers", 101, Connection=["Upgrade", "keep-alive"]),
    changed("without Upgrade", 404, Upgrade=None),
    changed("without Connection", 404, Connection=None),
    changed("Upgrade to something else", 404, Upgrade="h2c"),
    changed("Upgrade to two things", 404, Upgrade="websocket, h2c"),
    rewritten("POST", 405, b"GET", b"POST"),
    rewritten("PUT", 405, b"GET", b"PUT"),
    rewritten("HTTP/1.0", 505, b"HTTP/1.1", b"HTTP/1.0"),
    rewritten("HTTP/2.0", 505, b"HTTP/1.1", b"HTTP/2.0"),
    rewritten("HTTP/9.9", 400, b"HTTP/1.1", b"HTTP/9.9"),
    rewritten("no version", 505, b" HTTP/1.1", b""),
    Handshake("with a body", handshake(changes={"Content-Length": "5"}) + b"hello", 400),
    Handshake(
        "POST with a body", handshake(changes={"Content-Length": "5"}).replace(b"GET", b"POST", 1) + b"hello", 400
    ),
    Handshake("with a chunked body", handshake(changes={"Transfer-Encoding": "chunked"}) + b"0\r\n\r\n", 400),
    changed("with an empty body", 101, Content_Length="0"),
]
KEYS = [
    changed("without a key", 400, sec_Key=None),
    changed("an empty key", 400, sec_Key=""),
    changed("a short key", 400, sec_Key="c2hvcnQ="),
    changed("a long key", 400, sec_Key=KEY[:-2] + KEY),
    changed("a key that is not Base64", 400, sec_Key="@" * 22 + "=="),
    changed("a key that is not ASCII", 400, sec_Key="é" + KEY[1:]),
    changed("the same key twice", 400, sec_Key=[KEY, KEY]),
    changed("two keys", 400, sec_Key=[KEY, "AAAAAAAAAAAAAAAAAAAAAA=="]),
]
VERSIONS = [
    changed(f"version {version!r}", 400, sec_Version=version)
    for version in ("", "0", "7", "8", "12", "14", "013", "13.0", "-13", "255", "thirteen", "13, 8")
] + [
    changed("without a version", 400, sec_Version=None),
    changed("two versions", 400, sec_Version=["13", "8"]),
    changed("the same version twice", 400, sec_Version=["13", "13"]),
]
PROTOCOLS = [
    changed("without a sub-protocol", 101, None, sec_Protocol=None),
    changed("another sub-protocol", 101, None, sec_Protocol="chat"),
    changed("ours among others", 101, sec_Protocol="chat, helpdesk.v1, soap"),
    changed("ours in a second header", 101, sec_Protocol=["chat", "helpdesk.v1"]),
    changed("ours in capitals", 101, None, sec_Protocol="HELPDESK.V1"),
    changed("ours twice", 101, sec_Protocol="helpdesk.v1, helpdesk.v1"),
    changed("two hundred sub-protocols", 101, sec_Protocol=", ".join(f"p{n}" for n in range(200)) + ", helpdesk.v1"),
    changed("a sub-protocol with a space", 400, sec_Protocol="help desk"),
    changed("a sub-protocol with a line end", 101, sec_Protocol="helpdesk.v1\t"),
]
EXTENSIONS = [
    offering("permessage-deflate"),
    offering("permessage-deflate; client_max_window_bits"),
    offering("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
    offering("permessage-deflate; server_max_window_bits=8"),
    offering("permessage-deflate; server_max_window_bits=99"),
    offering("permessage-deflate, permessage-deflate; client_max_window_bits"),
    offering("permessage-bzip2"),
    offering("x-webkit-deflate-frame"),
    offering("; = ;"),
    offering(""),
]
PLACES = [
    Handshake(f"address {path}", handshake(path), status)
    for path, status in {
        "/ws/visitor/?token=never": 101,
        "/ws/%76isitor/": 101,
        "/ws/agent/": 101,
        "/ws/visitor": 403,
        "/ws/visitor//": 403,
        "//ws/visitor/": 403,
        "/ws/VISITOR/": 403,
        "/ws/visitor/../agent/": 403,
        "/ws/visitor/%00": 403,
        "/ws/visitor/%ff": 403,
        "/ws/": 403,
        "/": 403,
        "/widget/v1/config": 403,
        "http://testserver/ws/visitor/": 403,
        "/ws/visitor/?" + "x" * 9_000: 414,
        "/" + "x" * 70_000: 414,
    }.items()
]
ORIGINS = [
    Handshake(f"agents, origin {origin!r}", handshake("/ws/agent/", {"Origin": origin}), status)
    for origin, status in {
        "http://testserver": 101,
        "https://testserver": 403,
        "http://testserver:81": 403,
        "http://testserver.evil.example": 403,
        "http://evil.example": 403,
        "null": 403,
        "": 403,
        "é": 403,
        "http://testserver/": 403,
    }.items()
] + [
    Handshake(
        "agents, two origins", handshake("/ws/agent/", {"Origin": ["http://testserver", "http://evil.example"]}), 400
    ),
]
HEADERS = [
    changed("a hundred headers", 431, X=["y"] * 100),
    changed("ninety headers", 101, X=["y"] * 90),
    changed("three hundred headers", 431, X=["y"] * 300),
    changed("a header of 7 KiB", 101, X="y" * 7_168),
    changed("a header of 9 KiB", 431, X="y" * 9_216),
    changed("a header of 70 KiB", 431, X="y" * 71_680),
    changed("40 KiB in small headers", 431, X=["y" * 4_096] * 10),
    changed("a header that is not ASCII", 101, X="é\xff"),
    rewritten("a name with a space", 400, b"Upgrade:", b"Upgr ade:"),
    rewritten("a space before the colon", 400, b"Upgrade:", b"Upgrade :"),
    rewritten("a header in two lines", 400, b"Upgrade: ", b"Upgrade:\r\n "),
    rewritten("a bare line feed", 400, b"\r\nUpgrade", b"\nUpgrade"),
    rewritten("a bare carriage return", 400, b"\r\nUpgrade", b"\rUpgrade"),
    rewritten("NUL in a value", 400, b"Upgrade: web", b"Upgrade: \x00web"),
    rewritten("NUL in a name", 400, b"Upgrade:", b"Upgr\x00ade:"),
    Handshake("bytes that are no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50, 400),
    Handshake("a WebSocket frame first", b"\x81\x85\x00\x00\x00\x00hello", 400),
    Handshake("an address that is not ASCII", handshake().replace(b"visitor", "vïsitor".encode()), 400),
]
CASES = [*UPGRADE, *KEYS, *VERSIONS, *PROTOCOLS, *EXTENSIONS, *PLACES, *ORIGINS, *HEADERS]


@pytest.fixture(autouse=True)
def _healthy(web: WebServer) -> Iterator[None]:
    yield
    web.check_health()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name[:60])
def test_a_handshake(web: WebServer, case: Handshake) -> None:
    with web.connect() as connection:
        connection.send(case.request)
        answer = connection.answer()
        assert answer.status == case.status
        if case.status == 101:
            assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
            assert answer.headers.get("sec-websocket-protocol") == case.protocol
            assert "sec-websocket-extensions" not in answer.headers
            assert connection.answers_ping()
            connection.say_goodbye()


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_handshake_in_small_pieces(web: WebServer, size: int) -> None:
    with web.connect() as connection:
        connection.drip(handshake(), size)
        assert connection.answer().status == 101
        assert connection.answers_ping()
