"""The planted bugs of the server: each spoils one mechanism of the product, in memory, in the processes of a test.

The functions are called by `tests.faults.server` after Django is set up. They know the product's inside on purpose.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any

SLOW = 0.3  # seconds in which a kill or a second try hits the gap that the bug has opened


def spoil(owner: Any, name: str, double: Any) -> None:
    """Put the double in the place of what is there; a name that the product does not know any more is an error."""
    getattr(owner, name)
    setattr(owner, name, double)


def ack_before_commit() -> None:
    """The batch is answered inside its transaction, which commits a little later."""
    from django.db import transaction

    from helpdesk.realtime.writer import Writer

    honest = Writer._write

    async def write(self: Writer, batch: list[Any]) -> None:
        loop, grant = asyncio.get_running_loop(), self._grant

        def early(wishes: Any) -> Any:
            with transaction.atomic():
                answers = grant(wishes)
                asyncio.run_coroutine_threadsafe(self._answer(batch, answers), loop)
                time.sleep(SLOW)
            return answers

        self._grant = early
        try:
            await honest(self, batch)
        finally:
            self._grant = grant

    spoil(Writer, "_write", write)


def no_dedupe() -> None:
    """A client id that was used before is not looked for."""
    from chat.actions import messages, once

    honest = messages._read_for

    def read_none_used(*asked: Any) -> Any:
        batch = honest(*asked)
        batch.used.clear()
        return batch

    spoil(messages, "_read_for", read_none_used)
    spoil(once, "find_duplicate", lambda *_: None)


def no_lock() -> None:
    """Tickets are read without their lock, and the look for duplicates is some time before the write."""
    from chat.actions import messages
    from tickets.actions import plain_messages

    look = messages._read_for

    def look_early(*asked: Any) -> Any:
        found = look(*asked)
        time.sleep(SLOW)
        return found

    spoil(plain_messages, "LOCK", "")
    spoil(messages, "_read_for", look_early)


def global_sequence() -> None:
    """Numbers come from one counter for all tickets, as auto-increment ids do."""
    from chat.actions import messages
    from tickets.actions import messages as words
    from tickets.actions import tickets as verbs

    counter = itertools.count(int(time.time() * 10) % 100_000_000)

    def with_counter(append: Callable[..., Any]) -> Callable[..., Any]:
        def from_counter(ticket: Any, **fields: Any) -> Any:
            ticket.last_seq = max(ticket.last_seq, next(counter))
            return append(ticket, **fields)

        return from_counter

    spoil(messages, "append_plain", with_counter(messages.append_plain))
    for module in (messages, words, verbs):
        spoil(module, "append_event", with_counter(module.append_event))


def trust_hints() -> None:
    """A hint is forwarded whatever its number; the gap before it is not looked for."""
    from helpdesk.realtime.pipe import Pipe

    def hint(self: Pipe, ticket_id: int, frame: Any) -> bool:
        subscription = self.subscriptions.get(ticket_id)
        if subscription is not None and frame.seq > subscription.position:
            self._push(subscription, frame)
        return True

    spoil(Pipe, "hint", hint)


def no_sweep() -> None:
    """Nobody compares what sockets have with the log."""
    from helpdesk.realtime.hub import Hub

    async def nothing(*_: object) -> None:
        return

    spoil(Hub, "_catch_up", nothing)


def no_catching_up() -> None:
    """A hint that shows a gap is noted, and nothing is done about it."""
    from helpdesk.realtime.pipe import Pipe

    async def nothing(*_: object) -> None:
        return

    spoil(Pipe, "catch_up", nothing)


def no_heads() -> None:
    """The heartbeat beats, and says nothing of how far the tickets are."""
    from helpdesk.realtime.pipe import Pipe

    spoil(Pipe, "heads", lambda self: {})


def off_by_one() -> None:
    """A resumed stream begins one event too late."""
    from helpdesk.realtime.pipe import Pipe

    honest = Pipe.subscribe

    async def subscribe(self: Pipe, opening: Any, *, after: int, id: Any = None) -> None:
        await honest(self, opening, after=min(after + 1, opening.head) if after > 0 else after, id=id)

    spoil(Pipe, "subscribe", subscribe)


def epoch_ignored() -> None:
    """A client of another epoch goes on where it was."""
    from helpdesk.fields import Field
    from helpdesk.realtime import door, streams

    for table in (streams.SUBSCRIBE, door.RESUME):
        table["epoch"] = Field(lambda value: None, None)


def mail_after_commit() -> None:
    """The delivery is written when its cause is committed already."""
    from django.db import transaction

    from helpdesk.accounts import mails

    honest = mails.queue_mail

    def later(**fields: Any) -> None:
        def write() -> None:
            time.sleep(SLOW)
            honest(**fields)

        transaction.on_commit(write)

    spoil(mails, "queue_mail", later)


def note_to_visitor() -> None:
    """An internal note goes out on the visitor's stream as well."""
    from helpdesk.realtime import groups
    from tickets.actions import plain_messages
    from tickets.envelopes import for_agents

    honest = plain_messages._news_of

    def news_of(workspace_id: int, ticket: Any) -> Any:
        name, number = str(ticket.public_id), ticket.last_visitor_seq + 1
        notes = [
            {"type": "pipe.event", "ticket": ticket.pk, "seq": number, "text": for_agents(event, name).text()}
            for event in ticket.unsaved
            if event.name == "note.created"
        ]
        group = groups.ticket_visitor(workspace_id, name)
        return [*honest(workspace_id, ticket), *((group, note) for note in notes)]

    spoil(plain_messages, "_news_of", news_of)


DOUBLES: dict[str, Callable[[], None]] = {
    "ack-before-commit": ack_before_commit,
    "no-dedupe": no_dedupe,
    "no-lock": no_lock,
    "global-sequence": global_sequence,
    "trust-hints": trust_hints,
    "no-sweep": no_sweep,
    "no-catching-up": no_catching_up,
    "no-heads": no_heads,
    "off-by-one": off_by_one,
    "epoch-ignored": epoch_ignored,
    "mail-after-commit": mail_after_commit,
    "note-to-visitor": note_to_visitor,
}
