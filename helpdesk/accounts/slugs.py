"""A workspace's address from its name, in whatever script the name is written."""

from __future__ import annotations

import re
import unicodedata


def _words(spelling: str) -> tuple[str, ...]:
    """The words of `spelling`, where "_" stands for nothing."""
    return tuple(word.replace("_", "") for word in spelling.split())


def _spelled(letters: str, spelling: str) -> dict[str, str]:
    return dict(zip(letters, _words(spelling), strict=True))


LETTERS = {
    **_spelled("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
    **_spelled(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g",
    ),
    **_spelled(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءئؤپچژگک",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a _ y w p ch zh g k",
    ),
    **_spelled("ßæøœłđıþ", "ss ae o oe l d i th"),
}

# The Revised Romanization of Korean, syllable by syllable.
HANGUL_FIRST, HANGUL_LAST = 0xAC00, 0xD7A3
INITIALS = _words("g kk n d tt r m b pp s ss _ j jj ch k t p h")
VOWELS = _words("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
FINALS = _words("_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t")

MAX_LENGTH = 44  # of the 50 that are allowed: "-2", "-3"… must still fit


def slug_from(name: str) -> str:
    """Small letters, digits and hyphens that read like `name`; "" when nothing of it can be written so."""
    latin = "".join(_latin(letter) for letter in unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:MAX_LENGTH].strip("-")


def _latin(letter: str) -> str:
    if HANGUL_FIRST <= ord(letter) <= HANGUL_LAST:
        return _romanized(ord(letter) - HANGUL_FIRST)
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return "".join(LETTERS.get(part, part) for part in base)


def _romanized(index: int) -> str:
    initial, rest = divmod(index, len(VOWELS) * len(FINALS))
    vowel, final = divmod(rest, len(FINALS))
    return INITIALS[initial] + VOWELS[vowel] + FINALS[final]
