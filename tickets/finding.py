"""Which tickets hold every word of a search, newest first, at a cost that does not grow with the common words.

A word may stand in any message of the ticket, another one in another message. The full-text index knows messages, and
of a word that half of the tickets hold it would give us half of the table. So there are two ways, and a sample tells
which is shorter: walk the newest tickets and look into each, or let the index name the tickets of the rarest word.
Common words fill the page after a few steps of the walk, and rare words are few in the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import merge
from itertools import islice
from math import ceil
from typing import Any, NamedTuple

from django.db.models import Case, Func, Max, When

from helpdesk.accounts.models import Workspace
from helpdesk.tenancy.scope import require_workspace_id
from tickets.models import Place, SearchDocument, State
from tickets.models.ticket import TicketQuerySet
from tickets.search import Token, tickets_holding, tokens_of_query

# How many tickets one look takes, at first and at most.
SAMPLE = 200
WINDOW = 2000
# After so many a page is given with what was found, which may be less than was asked for; the next one goes on there.
MOST_CHECKED = 10_000
# What the index costs for each ticket that it names, where looking into one ticket costs 1: measured 0.05 to 0.2.
INDEX_COST = 0.1


class Found(NamedTuple):
    """A page: the keys of tickets, newest first, and where the next page begins, None after the last."""

    ids: list[int]
    more: Place | None


def find(tickets: TicketQuerySet, query: str, *, after: Place | None, limit: int) -> Found:
    """Those of `tickets` in which every word of `query` is found, the last one as the beginning of a word.

    A page may be shorter than `limit` and still have more. Raises HelpdeskError query_too_long. A query without a
    letter or digit finds nothing.
    """
    tokens = tokens_of_query(query)
    return _Finding(tickets, tokens, after, limit).page() if tokens else Found([], None)


class _Finding:
    def __init__(self, tickets: TicketQuerySet, tokens: Sequence[Token], after: Place | None, limit: int) -> None:
        self.tickets = tickets
        self.tokens = tokens
        self.place = after
        self.limit = limit
        self.found: list[Place] = []
        self.checked = 0
        # How many of the checked tickets hold each word.
        self.holders = [0] * len(tokens)
        # The last look: how many tickets, and how many of them hold every word.
        self.last_look = (0, 0)

    def page(self) -> Found:
        source: Callable[[int], list[Place]] = self._newest
        size = SAMPLE
        is_end = False
        while not is_end and len(self.found) <= self.limit and self.checked < MOST_CHECKED:
            places = source(size)
            is_end = len(places) < size
            self._check(places)
            if source == self._newest and not is_end and self._index_is_shorter():
                source, size = self._holders_of_rarest(), SAMPLE
            else:
                size = min(max(ceil(self._expected()), SAMPLE), WINDOW)
        ids = [place.pk for place in self.found[: self.limit]]
        if len(self.found) > self.limit:
            return Found(ids, self.found[self.limit - 1])
        return Found(ids, None if is_end else self.place)

    def _newest(self, size: int) -> list[Place]:
        """The next tickets by time. Each state has its own index, so their rows are merged here."""
        rest = self.tickets.after(self.place) if self.place else self.tickets
        streams = [rest.open(), rest.closed_as(State.RESOLVED), rest.closed_as(State.SPAM)]
        places = [_places(stream, size) for stream in streams]
        return list(islice(merge(*places, reverse=True), size))

    def _check(self, places: list[Place]) -> None:
        """Look into these tickets for every word."""
        if not places:
            return
        rows = list(self._words_in([place.pk for place in places]))
        whole = {ticket for ticket, *holds in rows if all(holds)}
        self.holders = [known + sum(row[i] for row in rows) for i, known in enumerate(self.holders, 1)]
        self.found += [place for place in places if place.pk in whole]
        self.checked += len(places)
        self.last_look = (len(places), len(whole))
        self.place = places[-1]

    def _words_in(self, ids: list[int]) -> Any:
        """(ticket, 1 or 0 for each word) of those that hold any word."""
        between_blanks = Func("tokens", template="' ' || %(expressions)s || ' '")
        holds = {
            f"holds_{i}": Max(Case(When(padded__contains=token.between_blanks, then=1), default=0))
            for i, token in enumerate(self.tokens)
        }
        documents = SearchDocument.objects.filter(ticket__in=ids).alias(padded=between_blanks)
        return documents.values_list("ticket_id").annotate(**holds)

    def _index_is_shorter(self) -> bool:
        """Whether to leave the walk. A word that was not seen yet is taken for rare, not for absent."""
        share = (min(self.holders) + 0.5) / self.checked
        walk = self._expected()
        return share * self._tickets_in_all() * INDEX_COST + walk * share < walk

    def _expected(self) -> float:
        """How many more tickets must be looked into, if it goes on as in the last look."""
        looked, found = self.last_look
        return (self.limit + 1 - len(self.found)) * looked / (found + 0.5)

    def _tickets_in_all(self) -> int:
        return Workspace.objects.values_list("ticket_count", flat=True).get(pk=require_workspace_id())

    def _holders_of_rarest(self) -> Callable[[int], list[Place]]:
        """The tickets still to come of which the index says that they hold the rarest word, or the rarest few."""
        few = 2 * min(self.holders) + 2
        rare = [token for token, holders in zip(self.tokens, self.holders, strict=True) if holders <= few]
        rest = self.tickets.after(self.place) if self.place else self.tickets
        candidates = iter(_places(rest.filter(pk__in=set.intersection(*map(tickets_holding, rare)))))
        return lambda size: list(islice(candidates, size))


def _places(tickets: TicketQuerySet, size: int | None = None) -> list[Place]:
    return [Place(*row) for row in tickets.newest_first().values_list("updated_at", "pk")[:size]]
