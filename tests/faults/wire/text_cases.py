"""UTF-8, good and bad, in one frame, in fragments and in segments: Autobahn's category 6."""

from __future__ import annotations

from tests.faults.wire.case import Case, Closed, Echo, Pong
from tests.faults.wire.frames import CONT, PING, TEXT, fragments, frame, question

GOOD = {
    "Greek": "κόσμε",
    "every length": "a¢€\U0001d11e",
    "emoji of five code points": "👩🏽\u200d🚒",
    "the first of each length": "\x7f\u0080\u07ff\u0800\uffff\U00010000",
    "the last code points": "\ud7ff\ue000\ufffd\U0010fffd",
    "non-characters": "\ufffe\uffff\U0001fffe\U0010ffff",
    "right to left, with marks": "שָׁלוֹם \u202e abc \u202c",
    "Zalgo": "Z" + "\u0335\u0322\u031b" * 30,
    "Hangul, decomposed": "\u1112\u1161\u11ab",
    "a byte order mark": "\ufeffx",
    "line separators": "a\u2028b\u2029c\u0085d",
}

BAD = {
    "a lone continuation byte": b"\x80",
    "a lone last continuation byte": b"\xbf",
    "six continuation bytes": b"\x80\xbf\x80\xbf\x80\xbf",
    "every lone start of two": bytes(range(0xC0, 0xE0)),
    "every lone start of three": bytes(range(0xE0, 0xF0)),
    "every lone start of four": bytes(range(0xF0, 0xF8)),
    "start of five": b"\xf8\x88\x80\x80\x80",
    "start of six": b"\xfc\x84\x80\x80\x80\x80",
    "FE": b"\xfe",
    "FF": b"\xff",
    "FE FE FF FF": b"\xfe\xfe\xff\xff",
    "slash in two bytes": b"\xc0\xaf",
    "slash in three bytes": b"\xe0\x80\xaf",
    "slash in four bytes": b"\xf0\x80\x80\xaf",
    "slash in five bytes": b"\xf8\x80\x80\x80\xaf",
    "slash in six bytes": b"\xfc\x80\x80\x80\x80\xaf",
    "NUL in two bytes": b"\xc0\x80",
    "NUL in three bytes": b"\xe0\x80\x80",
    "NUL in four bytes": b"\xf0\x80\x80\x80",
    "7F in two bytes": b"\xc1\xbf",
    "7FF in three bytes": b"\xe0\x9f\xbf",
    "FFFF in four bytes": b"\xf0\x8f\xbf\xbf",
    "the first surrogate": b"\xed\xa0\x80",
    "the last high surrogate": b"\xed\xaf\xbf",
    "the first low surrogate": b"\xed\xb0\x80",
    "the last surrogate": b"\xed\xbf\xbf",
    "a pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "over U+10FFFF by one": b"\xf4\x90\x80\x80",
    "U+1FFFFF": b"\xf7\xbf\xbf\xbf",
    "cut after one of two": b"\xc3",
    "cut after one of three": b"\xe2",
    "cut after two of three": b"\xe2\x82",
    "cut after one of four": b"\xf0",
    "cut after two of four": b"\xf0\x9f",
    "cut after three of four": b"\xf0\x9f\x98",
    "cut, then ASCII": b"\xe2\x82x",
    "Greek, then a surrogate": "κόσμε".encode() + b"\xed\xa0\x80edited",
    "Latin-1": "Grüße".encode("latin-1"),
    "UTF-16": "Grüße".encode("utf-16"),
}


def good() -> list[Case]:
    cases = []
    for name, text in GOOD.items():
        payload = question(text)
        cases.append(Case(f"{name}", [frame(TEXT, payload)], [Echo(text)]))
        start = payload.index(text.encode())
        inside = range(start + 1, start + len(text.encode()))
        cases.append(Case(f"{name}, a fragment for each byte", fragments(payload, *inside), [Echo(text)]))
    payload = question(GOOD["every length"])
    start = payload.index(b"a\xc2")
    for cut in range(start, start + 11):
        cases.append(Case(f"cut at byte {cut - start}", fragments(payload, cut), [Echo(GOOD["every length"])]))
    whole = frame(TEXT, payload)
    bytes_alone = [whole[number : number + 1] for number in range(len(whole))]
    cases.append(Case("every length byte by byte", bytes_alone, [Echo(GOOD["every length"])]))
    return cases


def bad() -> list[Case]:
    cases = []
    for name, text in BAD.items():
        payload = question("?").replace(b"?", text)
        cases.append(Case(f"bad: {name}", [frame(TEXT, payload)], [Closed(1007)]))
        cases.append(Case(f"bad, alone in fragments: {name}", fragments(text, *range(1, len(text))), [Closed(1007)]))
    ping = frame(PING, b"x")
    split = [frame(TEXT, b"\xe2\x82", fin=False), ping, frame(CONT, b"x")]
    cases.append(Case("bad: cut by the end of a message, ping between", split, [Pong(b"x"), Closed(1007)]))
    cases.append(Case("bad: after work", [frame(TEXT, b"\xff")], [Closed(1007)], after_work=True))
    return cases


CASES = [*good(), *bad()]
