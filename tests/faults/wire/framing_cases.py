"""Lengths, pings, reserved bits and opcodes, fragments, masks, compression: Autobahn's categories 1 to 5, 9, 10, 12."""

from __future__ import annotations

from tests.faults.wire.case import Case, Closed, Echo, Pong, Refused, with_and_without_work
from tests.faults.wire.frames import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    fragments,
    frame,
    question,
    question_of,
)

ASK = question("a")
LIMIT = 65_536


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


# --- 1: payloads -----------------------------------------------------------------------------------------------------
def texts() -> list[Case]:
    cases = [
        Case("text of 0 bytes", [frame(TEXT)], [Refused("invalid_json")]),
        Case("text of 1 byte", [frame(TEXT, b"x")], [Refused("invalid_json")]),
        Case("text in three empty fragments", fragments(b"", 0, 0), [Refused("invalid_json")]),
    ]
    for size in (64, 125, 126, 127, 128, 1_000, 65_535, LIMIT):
        payload, id = question_of(size)
        cases.append(Case(f"text of {size} bytes", [frame(TEXT, payload)], [Echo(id)]))
    for size in (LIMIT + 1, LIMIT + 2, 2 * LIMIT, 1_048_576):
        cases.append(Case(f"text of {size} bytes", [frame(TEXT, question_of(size)[0])], [Closed(1009)]))
    for chop in (1, 2, 3, 7):
        cases.append(
            Case(f"text in segments of {chop}", pieces(frame(TEXT, question("b" * 40)), chop), [Echo("b" * 40)])
        )
    for chop in (997, 1_460, 8_192):
        payload, id = question_of(LIMIT)
        cases.append(Case(f"64 KiB in segments of {chop}", pieces(frame(TEXT, payload), chop), [Echo(id)]))
    return cases


def binaries() -> list[Case]:
    cases = []
    for size in (0, 1, 125, 126, 127, 128, 65_535, LIMIT):
        cases.append(Case(f"binary of {size} bytes", [frame(BINARY, b"\xfe" * size)], [Closed(1003)]))
    cases.append(Case(f"binary of {LIMIT + 1} bytes", [frame(BINARY, b"\xfe" * (LIMIT + 1))], [Closed(1009)]))
    cases.append(Case("binary in fragments", fragments(ASK, 3, 9, opcode=BINARY), [Closed(1003)]))
    cases.append(Case("binary that is a good command", [frame(BINARY, ASK)], [Closed(1003)]))
    return cases


# --- 2: pings --------------------------------------------------------------------------------------------------------
def pings() -> list[Case]:
    cases = [
        Case(f"ping with {len(payload)} bytes", [frame(PING, payload)], [Pong(payload)])
        for payload in (b"", b"x", b"\x00\xff\xfe\xfd", b"\xff" * 124, b"\xff" * 125)
    ]
    for size in (126, 127, 65_536):
        cases.append(Case(f"ping with {size} bytes", [frame(PING, b"x" * size)], [Closed(1002)]))
        cases.append(Case(f"pong with {size} bytes", [frame(PONG, b"x" * size)], [Closed(1002)]))
    ten = [frame(PING, b"%d" % number) for number in range(10)]
    answers = [Pong(b"%d" % number) for number in range(10)]
    return [
        *cases,
        Case("pong unasked", [frame(PONG)], []),
        Case("pong unasked with a payload", [frame(PONG, b"unasked")], []),
        Case("pong unasked, then ping", [frame(PONG, b"unasked"), frame(PING, b"asked")], [Pong(b"asked")]),
        Case("ten pings in segments of their own", ten, answers),
        Case("ten pings in one segment", [b"".join(ten)], answers),
        Case("ten pings byte by byte", pieces(b"".join(ten), 1), answers),
        Case("ping before and after a text", [frame(PING, b"1") + frame(TEXT, ASK)], [Pong(b"1"), Echo("a")]),
        Case("a hundred pings", [frame(PING, b"x") * 100], [Pong(b"x")] * 100),
    ]


# --- 3 and 4: reserved bits and opcodes ------------------------------------------------------------------------------
def reserved() -> list[Case]:
    cases = []
    for rsv in range(1, 8):
        for name, opcode, payload in (
            ("text", TEXT, ASK),
            ("binary", BINARY, b"x"),
            ("ping", PING, b"x"),
            ("pong", PONG, b""),
            ("close", CLOSE, b"\x03\xe8"),
        ):
            cases.append(Case(f"reserved bits {rsv:03b} in {name}", [frame(opcode, payload, rsv=rsv)], [Closed(1002)]))
        start = frame(TEXT, ASK[:4], fin=False)
        cases.append(
            Case(f"reserved bits {rsv:03b} in a continuation", [start, frame(CONT, ASK[4:], rsv=rsv)], [Closed(1002)])
        )
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        cases += with_and_without_work(f"opcode {opcode}", [frame(opcode)], [Closed(1002)])
        cases.append(Case(f"opcode {opcode} with a payload", [frame(opcode, b"reserved")], [Closed(1002)]))
    return cases


# --- 5: fragments ----------------------------------------------------------------------------------------------------
def fragmented() -> list[Case]:
    first, last = frame(TEXT, ASK[:7], fin=False), frame(CONT, ASK[7:])
    middle = frame(PING, b"between")
    every_byte = fragments(ASK, *range(1, len(ASK)))
    lone_last, lone_more = frame(CONT, b"x"), frame(CONT, b"x", fin=False)
    cases = [
        Case("text in two fragments", [first, last], [Echo("a")]),
        Case("text in two fragments in one segment", [first + last], [Echo("a")]),
        Case("text in two fragments byte by byte", pieces(first + last, 1), [Echo("a")]),
        Case("text with a fragment for each byte", every_byte, [Echo("a")]),
        Case("text with a fragment for each byte in one segment", [b"".join(every_byte)], [Echo("a")]),
        Case("empty first fragment", [frame(TEXT, fin=False), frame(CONT, ASK)], [Echo("a")]),
        Case("empty last fragment", [frame(TEXT, ASK, fin=False), frame(CONT)], [Echo("a")]),
        Case("empty fragments between", [first, *[frame(CONT, fin=False)] * 50, last], [Echo("a")]),
        Case("ping between fragments", [first, middle, last], [Pong(b"between"), Echo("a")]),
        Case("ping between fragments in one segment", [first + middle + last], [Pong(b"between"), Echo("a")]),
        Case("pong between fragments", [first, frame(PONG, b"x"), last], [Echo("a")]),
        Case("ten pings between fragments", [first, *[middle] * 10, last], [*[Pong(b"between")] * 10, Echo("a")]),
        Case("ping that is a fragment", [frame(PING, b"x", fin=False)], [Closed(1002)]),
        Case("ping in two fragments", [frame(PING, b"x", fin=False), frame(CONT, b"y")], [Closed(1002)]),
        Case("pong that is a fragment", [frame(PONG, b"x", fin=False)], [Closed(1002)]),
        Case("close that is a fragment", [frame(CLOSE, b"\x03\xe8", fin=False)], [Closed(1002)]),
        Case("ping that is a fragment, between fragments", [first, frame(PING, fin=False), last], [Closed(1002)]),
        Case("a new text inside a message", [first, frame(TEXT, ASK)], [Closed(1002)]),
        Case("a new text fragment inside a message", [first, first, last], [Closed(1002)]),
        Case("a new binary inside a message", [first, frame(BINARY, b"x")], [Closed(1002)]),
        Case("close inside a message", [first, frame(CLOSE, b"\x03\xe8")], [Closed(1002)]),
        Case("two messages in fragments", [first, last, first, last], [Echo("a"), Echo("a")]),
        Case("1,024 continuations", [first + frame(CONT, fin=False) * 1_022 + last], [Echo("a")]),
        Case("endless empty continuations", [first + frame(CONT, fin=False) * 5_000], [Closed(1009)]),
        Case("endless small continuations", [first + frame(CONT, b"x", fin=False) * 5_000], [Closed(1009)]),
    ]
    for name, lone in (("that ends", lone_last), ("that goes on", lone_more)):
        cases += with_and_without_work(f"a continuation {name} without a start", [lone], [Closed(1002)])
    return cases


# --- 9: limits and lengths -------------------------------------------------------------------------------------------
def lengths() -> list[Case]:
    cases = []
    for size_bytes in (2, 8):
        cases.append(
            # A sender must use the fewest bytes; a receiver that takes more is what RFC 6455 leaves open.
            Case(f"length in {size_bytes} bytes too many", [frame(TEXT, ASK, size_bytes=size_bytes)], [Echo("a")])
        )
        cases.append(
            Case(f"ping, length in {size_bytes} bytes", [frame(PING, b"x", size_bytes=size_bytes)], [Pong(b"x")])
        )
    for power in (17, 24, 31, 32, 33, 40, 53, 62):
        cases.append(Case(f"length 2^{power}", [frame(TEXT, declared=2**power)], [Closed(1009)]))
    for declared in (LIMIT + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1):
        cases.append(Case(f"length {declared}", [frame(TEXT, declared=declared)], [Closed(1009)]))
    payload, id = question_of(LIMIT)
    big = frame(TEXT, payload[:60_000], fin=False)
    cases.append(Case("a continuation that says 2^40", [big, frame(CONT, declared=2**40)], [Closed(1009)]))
    cases.append(Case("a continuation over the limit by one", [big, frame(CONT, b"x" * 5_537)], [Closed(1009)]))
    cases.append(Case("a continuation up to the limit", [big, frame(CONT, payload[60_000:])], [Echo(id)]))
    for size in (64, 256, 1_024, 4_096, 16_384, 32_768):
        parts = fragments(payload, *range(size, LIMIT, size))
        cases.append(Case(f"64 KiB in fragments of {size}", [b"".join(parts)], [Echo(id)]))
    return cases


# --- 10, 12 and what else --------------------------------------------------------------------------------------------
def others() -> list[Case]:
    ids = [f"n{number}" for number in range(10)]
    many = [frame(TEXT, question(id)) for id in ids]
    deflated = b"\xaaV*\xa9,HU\xb2R*O,R\xaaU\x00"
    cases = [
        Case("ten messages in one segment", [b"".join(many)], [Echo(id) for id in ids]),
        Case("ten messages in segments of 5", pieces(b"".join(many), 5), [Echo(id) for id in ids]),
        Case("a message and half of the next", [many[0] + many[1][:9], many[1][9:]], [Echo("n0"), Echo("n1")]),
        Case("a compressed text, never agreed on", [frame(TEXT, deflated, rsv=4)], [Closed(1002)]),
        Case("a compressed fragment", [frame(TEXT, deflated[:5], rsv=4, fin=False)], [Closed(1002)]),
        Case("good, then a broken frame in one segment", [many[0] + frame(3)], [Closed(1002)]),
    ]
    for name, opcode, payload in (("text", TEXT, ASK), ("ping", PING, b"x"), ("close", CLOSE, b"\x03\xe8")):
        cases += with_and_without_work(f"{name} without a mask", [frame(opcode, payload, masked=False)], [Closed(1002)])
    return cases


CASES = [*texts(), *binaries(), *pings(), *reserved(), *fragmented(), *lengths(), *others()]
