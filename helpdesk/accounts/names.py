"""How a person is drawn when there is no picture: initials and a stable colour."""

import unicodedata
import zlib

HUES = 8


def hue_of(key: str) -> int:
    """A stable colour number, 1 to 8, for an id. CRC-32 is enough: it need only spread evenly."""
    return zlib.crc32(key.encode()) % HUES + 1


def initials_of(name: str) -> str:
    """Up to two characters that stand for a name, in its own script; "?" when it has no letter.

    Names in Hangul, Han and kana are written without spaces, so their first two characters are taken.
    """
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return "?"
    if len(words) == 1:
        first = words[0]
        is_cjk = any(unicodedata.name(first[0], "").startswith(s) for s in ("HANGUL", "CJK", "HIRAGANA", "KATAKANA"))
        return first[: 2 if is_cjk else 1].upper()
    return (words[0][0] + words[-1][0]).upper()
