"""Full-text search that finds words of every script the customers write in.

Both databases get the same tokens, made here: text is folded (NFKC, case, Greek accents, Arabic marks and letter
forms), split into words, and runs of Chinese, Japanese and Korean become overlapping pairs of characters, because these
languages put no spaces where we would need them. Every token starts with the workspace, so that the index itself keeps
tenants apart. PostgreSQL keeps them as a tsvector in a GIN index, SQLite in an FTS5 table. How a search goes about it
is in tickets/finding.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from helpdesk.errors import HelpdeskError
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import SearchDocument

MAX_QUERY = 200
MAX_TOKENS_IN_QUERY = 12
MAX_TOKEN = 40

_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text without what people leave out when they search: case, accents, vowel marks, letter variants."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_ARABIC)
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return unicodedata.normalize("NFKC", bare).replace("ς", "σ")


def words_of(text: str) -> list[str]:
    """The words of a text; runs of Chinese, Japanese and Korean as overlapping pairs (a single one stays single)."""
    folded = text.casefold() if text.isascii() else fold(text)  # most text needs no more, and this is done for all
    if folded.isascii():
        return [word[:MAX_TOKEN] for word in _WORD.findall(folded)]
    words: list[str] = []
    for word in _WORD.findall(folded):
        rest = 0
        for run in _CJK.finditer(word):
            words += [word[rest : run.start()]] if run.start() > rest else []
            part = run.group()
            words += [part[i : i + 2] for i in range(len(part) - 1)] or [part]
            rest = run.end()
        words += [word[rest:]] if len(word) > rest else []
    return [word[:MAX_TOKEN] for word in words]


def tokens_of(text: str, workspace_id: int) -> str:
    # `x` and hex digits only: both tokenisers then take prefix and word as one token.
    prefix = f"w{workspace_id:x}x"
    return " ".join([prefix + word for word in dict.fromkeys(words_of(text))])


@dataclass(frozen=True)
class Token:
    """A word to look for, with the workspace before it."""

    text: str
    # The beginning of a word is enough.
    is_start: bool

    @property
    def between_blanks(self) -> str:
        """As it stands in a document's tokens, when these stand between blanks."""
        return f" {self.text}" if self.is_start else f" {self.text} "


def tokens_of_query(query: str) -> list[Token]:
    """The words of a search, the last one as the beginning of a word. Raises HelpdeskError query_too_long."""
    if len(query) > MAX_QUERY:
        raise HelpdeskError("query_too_long", f"Search for at most {MAX_QUERY} characters.", field="q", limit=MAX_QUERY)
    words = words_of(query)[:MAX_TOKENS_IN_QUERY]
    prefix = f"w{require_workspace_id():x}x"
    return [Token(prefix + word, is_start=position == len(words)) for position, word in enumerate(words, 1)]


def tickets_holding(token: Token) -> set[int]:
    """The keys of the tickets that hold the token, from the full-text index. For rare words: they all come."""
    # A token is letters, digits and marks only, so the quotes need no escape.
    if connection.vendor == "postgresql":
        sql = "array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery"
        query = f"'{token.text}':*" if token.is_start else f"'{token.text}'"
        documents = SearchDocument.objects.filter(RawSQL(sql, [query], output_field=BooleanField()))
    else:
        sql = "SELECT rowid FROM tickets_searchindex WHERE tickets_searchindex MATCH %s"
        query = f'"{token.text}"*' if token.is_start else f'"{token.text}"'
        documents = SearchDocument.objects.filter(pk__in=RawSQL(sql, [query]))
    return set(documents.values_list("ticket_id", flat=True))
