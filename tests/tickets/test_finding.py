"""Searching: every word of every ticket, both ways, page by page."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.accounts.models import Workspace
from tests.world import Side, World
from tickets import finding
from tickets.finding import find
from tickets.models import Place, SearchDocument, State, Ticket
from tickets.search import tokens_of, words_of

WORDS = ("oak", "bowl", "order", "ordered", "Größe", "παραγγελία", "배송", "배송언제", "مرحبا")


@pytest.fixture(params=["walk", "index"])
def small_steps(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tickets a look, and only one of the two ways where there is a choice."""
    monkeypatch.setattr(finding, "SAMPLE", 3)
    monkeypatch.setattr(finding, "WINDOW", 5)
    monkeypatch.setattr(finding._Finding, "_index_is_shorter", lambda self: request.param == "index")


def make_ticket(side: Side, number: int, *texts: str, state: State = State.RESOLVED, **fields: Any) -> Ticket:
    """A ticket as old as its number is low, with a document for each text."""
    with side.inside():
        moment = timezone.now() - timedelta(minutes=1000 - number // 2)
        ticket = Ticket(number=number, state=state, visitor=side.visitor, **fields)
        ticket.save(force_insert=True)
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=moment)
        for event, text in enumerate(texts):
            document = SearchDocument(ticket=ticket, tokens=tokens_of(text, side.workspace.pk))
            document.event = None if event == 0 else make_event(ticket, event)
            document.save()
        Workspace.objects.filter(pk=side.workspace.pk).update(ticket_count=number)
    return ticket


def make_event(ticket: Ticket, seq: int) -> Any:
    return ticket.events.create(seq=seq, name="message.created", by_kind="visitor", created_at=timezone.now())


def pages(side: Side, query: str, limit: int) -> Iterator[list[int]]:
    """The numbers on each page."""
    after: Place | None = None
    with side.inside():
        while True:
            found = find(Ticket.objects.all(), query, after=after, limit=limit)
            numbers = dict(Ticket.objects.filter(pk__in=found.ids).values_list("pk", "number"))
            yield [numbers[pk] for pk in found.ids]
            after = found.more
            if after is None:
                return


def expected(side: Side, texts: dict[int, tuple[str, ...]], query: str) -> list[int]:
    """By the plainest way: every word in any text of the ticket, the last one as a beginning."""
    *whole, last = words_of(query)
    with side.inside():
        order = {ticket.number: ticket.place for ticket in Ticket.objects.all()}
    found = []
    for number, lines in texts.items():
        words = {word for line in lines for word in words_of(line)}
        if all(word in words for word in whole) and any(word.startswith(last) for word in words):
            found.append(number)
    return sorted(found, key=lambda number: order[number], reverse=True)


def test_both_ways_find_what_a_plain_look_finds(world: World, small_steps: None) -> None:
    seed = random.Random(5)
    texts = {}
    for number in range(1, 40):
        texts[number] = tuple(" ".join(seed.choices(WORDS, k=2)) for _ in range(seed.randint(1, 3)))
        make_ticket(world.north, number, *texts[number], state=seed.choice(list(State)))
    make_ticket(world.south, 1, " ".join(WORDS))
    for query in ("oak", "oak bowl", "order", "größe ORD", "배송 oak", "مرحبا παραγγελια b", "oak nowhere", "nowh"):
        for limit in (1, 4, 50):
            shown = list(pages(world.north, query, limit))
            assert [number for page in shown for number in page] == expected(world.north, texts, query), query
            assert all(len(page) <= limit for page in shown)


def test_words_may_stand_in_different_messages(world: World) -> None:
    make_ticket(world.north, 1, "the oak", "a bowl")
    make_ticket(world.north, 2, "the oak")
    assert list(pages(world.north, "bowl oak", 10)) == [[1]]


def test_a_query_without_a_word_finds_nothing(world: World) -> None:
    make_ticket(world.north, 1, "oak")
    assert list(pages(world.north, "… !", 10)) == [[]]


def test_only_visible_tickets_are_found(world: World, small_steps: None) -> None:
    sales = world.north.departments["sales"]
    for number in range(1, 12):
        make_ticket(world.north, number, "oak", department=sales if number % 2 else None)
    with world.north.inside():
        visible = Ticket.objects.visible_to(world.north.maya)
        assert len(find(visible, "oak", after=None, limit=50).ids) == 5


def test_a_long_search_goes_on_with_the_next_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After MOST_CHECKED tickets a page ends, also an empty one; the pages together find all."""
    monkeypatch.setattr(finding, "SAMPLE", 2)
    monkeypatch.setattr(finding, "WINDOW", 2)
    monkeypatch.setattr(finding, "MOST_CHECKED", 4)
    monkeypatch.setattr(finding._Finding, "_index_is_shorter", lambda self: False)
    for number in range(1, 12):
        make_ticket(world.north, number, "oak" if number in (1, 9) else "bowl")
    assert list(pages(world.north, "oak", 5)) == [[9], [], [1]]


@pytest.mark.parametrize(("word", "is_rare"), [("oak", False), ("nowhere", True)])
def test_the_shorter_way_is_taken(world: World, monkeypatch: pytest.MonkeyPatch, word: str, is_rare: bool) -> None:
    """In a large workspace a common word is looked for in the newest tickets, a rare one in the index."""
    monkeypatch.setattr(finding, "SAMPLE", 10)
    asked: list[Any] = []

    def ask(token: Any) -> set[int]:
        asked.append(token)
        return set()

    monkeypatch.setattr(finding, "tickets_holding", ask)
    for number in range(1, 31):
        make_ticket(world.north, number, "oak" if number % 2 else "bowl")
    Workspace.objects.filter(pk=world.north.workspace.pk).update(ticket_count=1000)
    next(pages(world.north, word, 9))
    assert bool(asked) == is_rare
