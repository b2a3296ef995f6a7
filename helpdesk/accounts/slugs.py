"""A workspace's address from its name, in whatever script the name is written."""

from __future__ import annotations

import re
import unicodedata

GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)),
}
CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g".split(),
        strict=True,
    )
)
ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءئؤپچژگک",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a _ y w p ch zh g k".split(),
        strict=True,
    )
)
LETTERS = {**GREEK, **CYRILLIC, **ARABIC, "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}

# The Revised Romanization of Korean, syllable by syllable.
HANGUL_FIRST, HANGUL_LAST = 0xAC00, 0xD7A3
INITIALS = "g kk n d tt r m b pp s ss _ j jj ch k t p h".split()
VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
FINALS = "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()

MAX_LENGTH = 44  # of the 50 that are allowed: "-2", "-3"… must still fit


def slug_from(name: str) -> str:
    """Small letters, digits and hyphens that read like `name`; "" when nothing of it can be written so."""
    latin = "".join(_latin(letter) for letter in unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:MAX_LENGTH].strip("-")


def _latin(letter: str) -> str:
    if HANGUL_FIRST <= ord(letter) <= HANGUL_LAST:
        return _romanized(ord(letter) - HANGUL_FIRST)
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return "".join(LETTERS.get(part, part) for part in base).replace("_", "")


def _romanized(index: int) -> str:
    initial, rest = divmod(index, len(VOWELS) * len(FINALS))
    vowel, final = divmod(rest, len(FINALS))
    return (INITIALS[initial] + VOWELS[vowel] + FINALS[final]).replace("_", "")
