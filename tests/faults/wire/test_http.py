"""HTTP as attackers write it: every request is answered once and exactly, and nothing hides inside another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.wire.connection import Connection
from tests.faults.wire.frames import PING, TEXT, frame, question
from tests.faults.wire.server import WebServer

HOST = b"Host: testserver\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
POST = b"POST /widget/v1/session HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"


@dataclass(frozen=True)
class Case:
    """`statuses` are all answers, in order. `ends` says that the server must end the connection after them."""

    name: str
    data: bytes
    statuses: tuple[int, ...]
    ends: bool = False


def length(value: str, body: bytes = b"{}") -> bytes:
    return POST + f"Content-Length: {value}\r\n\r\n".encode() + body


def line(request: bytes) -> bytes:
    return request + b"\r\n" + HOST + b"\r\n"


SMUGGLING = [
    Case("length and chunks", length("2\r\nTransfer-Encoding: chunked", END + SMUGGLED), (400,), True),
    Case("chunks and length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", (400,), True),
    Case("two lengths", length("2\r\nContent-Length: 40", b"{}" + SMUGGLED), (400,), True),
    Case("the same length twice", length("2\r\nContent-Length: 2"), (400,), True),
    Case("a list of lengths", length("2, 2"), (400,), True),
    Case("length +2", length("+2"), (400,), True),
    Case("length -1", length("-1"), (400,), True),
    Case("length 0x2", length("0x2"), (400,), True),
    Case("length with a point", length("2.0"), (400,), True),
    Case("length over 64 bits", length("99999999999999999999999"), (400,), True),
    Case("an empty length", length(""), (400,), True),
    Case("an unknown coding", POST + b"Transfer-Encoding: xchunked\r\n\r\n" + END, (400,), True),
    Case("chunked, then another coding", POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + END, (400,), True),
    Case("chunked twice", CHUNKED[:-2] + b"Transfer-Encoding: chunked\r\n\r\n" + END, (400,), True),
    Case("a coding behind a vertical tab", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + END, (400,), True),
    Case("a space before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n" + END, (400,), True),
    Case("a header in two lines", GET + b"X: a\r\n b\r\n\r\n", (400,), True),
    Case("a bare line feed", GET.replace(b"\r\n", b"\n") + b"\n", (400,), True),
    Case("a bare carriage return", GET + b"X: a\rY: b\r\n\r\n", (400,), True),
    Case("NUL in a header", GET + b"X: a\x00b\r\n\r\n", (400,), True),
    Case("no name", GET + b": b\r\n\r\n", (400,), True),
    Case("no colon", GET + b"X\r\n\r\n", (400,), True),
    Case("a request after its end", GET + b"Connection: close\r\n\r\n" + SMUGGLED, (200,), True),
    Case("a body that is a request", GET + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED, (200,)),
    Case("a body of chunks that is a request", CHUNKED + b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n" + END, (400,)),
    Case("two requests in one segment", GET + b"\r\n" + GET + b"\r\n", (200, 200)),
    Case("ten requests in one segment", (GET + b"\r\n") * 10, (200,) * 10),
    Case("a good and a bad request", GET + b"\r\n" + POST + b"\r\n", (200, 400)),
]
CHUNKS = [
    Case("chunks as they should be", CHUNKED + b"1\r\n{\r\n1\r\n}\r\n" + END, (400,)),  # it lacks the widget's key
    Case("a size that is no number", CHUNKED + b"zz\r\n{}\r\n" + END, (400,), True),
    Case("a negative size", CHUNKED + b"-2\r\n{}\r\n" + END, (400,), True),
    Case("a size over 64 bits", CHUNKED + b"f" * 18 + b"\r\n{}\r\n" + END, (400,), True),
    Case("a size with 0x", CHUNKED + b"0x2\r\n{}\r\n" + END, (400,), True),
    Case("more than the size says", CHUNKED + b"1\r\n{}\r\n" + END, (400,), True),
    Case("less than the size says", CHUNKED + b"5\r\n{}\r\n" + END, (400,), True),
    Case("chunks with bare line feeds", CHUNKED + b"2\n{}\n0\n\n", (400,), True),
    Case("an extension", CHUNKED + b"2;name=value\r\n{}\r\n" + END, (400,)),
    Case("trailers", CHUNKED + b"2\r\n{}\r\n0\r\nX: y\r\n\r\n", (400,)),
    Case("endless trailers", CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 5_000 + b"\r\n", (431,), True),
    Case("70 KiB in chunks", CHUNKED + (b"1000\r\n" + b"x" * 4_096 + b"\r\n") * 18 + END, (413,)),
    Case("two MiB in chunks", CHUNKED + (b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 32 + END, (413,), True),
    Case("chunks in HTTP/1.0", CHUNKED.replace(b"/1.1", b"/1.0") + b"2\r\n{}\r\n" + END, (400,), True),
]
SIZES = [
    Case("300 headers", GET + b"X: y\r\n" * 300 + b"\r\n", (431,), True),
    Case("a header of 70 KiB", GET + b"X: " + b"y" * 70_000 + b"\r\n\r\n", (431,), True),
    Case("a header that does not end", GET + b"X: " + b"y" * 200_000, (431,), True),
    Case("headers that do not end", GET + b"X: y\r\n" * 50_000, (431,), True),
    Case("empty lines that do not end", b"\r\n" * 50_000, (), True),
    Case("an address of 9 KiB", line(b"GET /" + b"x" * 9_000 + b" HTTP/1.1"), (414,), True),
    Case("an address that does not end", b"GET /" + b"x" * 200_000, (431,), True),
    Case("a cookie of 7 KiB", GET + b"Cookie: a=" + b"b" * 7_000 + b"\r\n\r\n", (200,)),
    Case("70 KiB of body", length("70000", b"x" * 70_000), (413,)),
    Case("two MiB of body", length("2097152", b"x" * 2_097_152), (413,), True),
    Case("languages without end", GET + b"Accept-Language: " + b"a," * 3_900 + b"\r\n\r\n", (200,)),
]
LINES = [
    Case("GET", line(b"GET /healthz HTTP/1.1"), (200,)),
    Case("empty lines before it", b"\r\n\r\n" + line(b"GET /healthz HTTP/1.1"), (200,)),
    Case("a method in small letters", line(b"get /healthz HTTP/1.1"), (400,), True),
    Case("an unknown method", line(b"FOO /healthz HTTP/1.1"), (400,), True),
    Case("CONNECT", line(b"CONNECT evil.example:443 HTTP/1.1"), (400,), True),
    Case("HTTP/2 in plain text", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,), True),
    Case("an upgrade to HTTP/2", GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", (200,)),
    Case("an unknown version", line(b"GET /healthz HTTP/3.7"), (400,), True),
    Case("a space in the address", line(b"GET /heal thz HTTP/1.1"), (400,), True),
    Case("an address that is not ASCII", line("GET /hëalthz HTTP/1.1".encode()), (400,), True),
    Case("OPTIONS *", line(b"OPTIONS * HTTP/1.1"), (404,)),
    Case("another host in the address", line(b"GET http://evil.example/healthz HTTP/1.1"), (200,)),
    Case("%00", line(b"GET /%00 HTTP/1.1"), (404,)),
    Case("%ff", line(b"GET /%ff HTTP/1.1"), (404,)),
    Case("two slashes", line(b"GET //healthz HTTP/1.1"), (404,)),
    Case("out of the directory", line(b"GET /static/../../etc/passwd HTTP/1.1"), (404,)),
    Case("out of the directory, encoded", line(b"GET /static/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1"), (404,)),
    Case("a query that is not UTF-8", line(b"GET /widget/v1/config?key=%ff%00 HTTP/1.1"), (404,)),
    Case("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60, (400,), True),
]
HEADERS = [
    Case("without Host", b"GET /healthz HTTP/1.0\r\n\r\n", (200,), True),
    Case("another host", b"GET /accounts/login/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", (400,)),
    Case("two hosts", b"GET /accounts/login/ HTTP/1.1\r\nHost: testserver\r\nHost: evil.example\r\n\r\n", (400,)),
    Case("a host that is not ASCII", b"GET /accounts/login/ HTTP/1.1\r\nHost: \xff\r\n\r\n", (400,)),
    Case("Expect", length("2\r\nExpect: 100-continue"), (100, 400)),
    Case("Expect without a body", GET + b"Expect: 100-continue\r\n\r\n", (100, 200)),
    Case("Expect something else", length("2\r\nExpect: 200-ok"), (400,)),
    Case("a body said to be compressed", length("2\r\nContent-Encoding: gzip"), (400,)),
    Case("a content type that is not ASCII", length("2").replace(b"application/json", b"text/\xff"), (415,)),
    Case("cookies that are none", GET + b"Cookie: \xff\xfe=;;;=a; sessionid=\xff\r\n\r\n", (200,)),
    Case("dates and tags that are none", GET + b'If-Modified-Since: \xff\r\nIf-None-Match: "\r\n\r\n', (200,)),
    Case("ranges that are none", GET + b"Range: bytes=99999999999-1, -5, x\r\n\r\n", (200,)),
]
CASES = [*SMUGGLING, *CHUNKS, *SIZES, *LINES, *HEADERS]


@pytest.fixture(autouse=True)
def _healthy(web: WebServer) -> Iterator[None]:
    yield
    web.check_health()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_request(web: WebServer, case: Case) -> None:
    with web.connect() as connection:
        connection.send(case.data)
        for status in case.statuses:
            assert connection.answer().status == status
        if case.ends:
            assert connection.answer().status == 0
        else:
            assert_nothing_hides(connection)


def assert_nothing_hides(connection: Connection) -> None:
    """The connection takes another request, whose answer is the very next thing on it."""
    connection.send(line(b"GET /api/v1/tickets HTTP/1.1"))
    answer = connection.answer()
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_body_cut_short_gets_no_answer_and_does_no_harm(web: WebServer) -> None:
    with web.connect() as connection:
        connection.send(length("10"))
        connection.socket.shutdown(1)
        assert connection.answer().status == 0


def test_who_reads_no_pongs_is_read_no_more(web: WebServer) -> None:
    pings = frame(PING, b"y" * 125) * 1_000
    before = web.resident_kib()
    with web.welcomed() as connection:
        connection.socket.settimeout(2)
        with pytest.raises(TimeoutError):
            for _ in range(1_000):  # 130 MB
                connection.socket.sendall(pings)
        assert web.resident_kib() - before < 20_000


def test_who_reads_late_gets_every_pong(web: WebServer) -> None:
    with web.welcomed() as connection:
        count = 40_000
        for start in range(0, count, 1_000):
            connection.send(b"".join(frame(PING, b"%d" % number) for number in range(start, start + 1_000)))
        heard = [connection.next() for _ in range(count)]
        assert [each.payload for each in heard if each] == [b"%d" % number for number in range(count)]
        connection.send(frame(TEXT, question("still here")))
        answer = connection.next()
        assert answer is not None
        assert b"still here" in answer.payload
