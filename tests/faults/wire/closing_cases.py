"""How a connection ends: Autobahn's category 7."""

from __future__ import annotations

from tests.faults.wire.case import Case, Closed, with_and_without_work
from tests.faults.wire.frames import CLOSE, PING, TEXT, close, frame, question

GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4400, 4999)
BAD_CODES = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535)
BAD_REASONS = {
    "a lone continuation byte": b"\x80",
    "cut in the middle": b"\xe2\x82",
    "a surrogate": b"\xed\xa0\x80",
    "an overlong slash": b"\xc0\xaf",
    "over U+10FFFF": b"\xf4\x90\x80\x80",
    "text, then FF": b"goodbye \xff",
}


def codes() -> list[Case]:
    cases = [Case(f"code {code}", [close(code)], [Closed(code)]) for code in GOOD_CODES]
    return cases + [Case(f"code {code}", [close(code)], [Closed(1002)]) for code in BAD_CODES]


def payloads() -> list[Case]:
    cases = [
        *with_and_without_work("without a code", [close()], [Closed(None)]),
        *with_and_without_work("with one byte", [frame(CLOSE, b"\x03")], [Closed(1002)]),
        Case("reason of 123 bytes", [close(1000, b"x" * 123)], [Closed(1000)]),
        Case("reason of 124 bytes", [close(1000, b"x" * 124)], [Closed(1002)]),
        Case("reason of 64 KiB", [close(1000, b"x" * 65_000)], [Closed(1002)]),
        Case("reason in Greek", [close(1000, "κόσμε".encode())], [Closed(1000)]),
        Case("reason with NUL", [close(1000, b"\x00")], [Closed(1000)]),
    ]
    return cases + [
        Case(f"reason: {name}", [close(1000, reason)], [Closed(1007)]) for name, reason in BAD_REASONS.items()
    ]


def afterwards() -> list[Case]:
    goodbye = close(1000)
    late = {
        "text": frame(TEXT, question("late")),
        "ping": frame(PING, b"late"),
        "close": close(1001),
        "no frame": b"\xff" * 50,
        "half a frame": frame(TEXT, question("late"))[:5],
        "64 KiB": frame(TEXT, b"x" * 65_536),
    }
    cases = []
    for name, data in late.items():
        cases.append(Case(f"{name} after the close", [goodbye, data], [Closed(1000)]))
        cases.append(Case(f"{name} after the close in one segment", [goodbye + data], [Closed(1000)]))
    ask = frame(TEXT, question("a"))
    return [
        *cases,
        Case("close byte by byte", [goodbye[number : number + 1] for number in range(len(goodbye))], [Closed(1000)]),
        Case("after work", [goodbye], [Closed(1000)], after_work=True),
        Case("text after a broken frame", [frame(3), ask], [Closed(1002)]),
    ]


CASES = [*codes(), *payloads(), *afterwards()]
