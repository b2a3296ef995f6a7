"""The planted bugs of the server: each spoils one mechanism of the product, in memory, in the processes of a test.

The functions are called by `tests.faults.server` after Django is set up. They know the product's inside on purpose.
"""

from __future__ import annotations

import asyncio
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

    spoil(messages, "used_keys", lambda keys: set())
    spoil(once, "find_duplicate", lambda *_: None)


def no_lock() -> None:
    """The ticket is read without its lock, and the look for duplicates is some time before the write."""
    from types import SimpleNamespace

    from chat.actions import messages
    from tickets.actions import plain_messages

    look = messages.used_keys

    def look_early(keys: Any) -> Any:
        found = look(keys)
        time.sleep(SLOW)
        return found

    # Only PostgreSQL is asked for locks.
    spoil(plain_messages, "connection", SimpleNamespace(vendor="another"))
    spoil(messages, "used_keys", look_early)


def global_sequence() -> None:
    """Numbers come from one counter for all tickets, as auto-increment ids do."""
    import itertools

    from chat.actions import messages
    from tickets.actions import messages as words
    from tickets.actions import plain_messages
    from tickets.actions import tickets as verbs
    from tickets.actions.events import append_event

    counter = itertools.count(int(time.time() * 10) % 100_000_000)

    def append(ticket: Any, **options: Any) -> Any:
        ticket.last_seq = max(ticket.last_seq, next(counter))
        return append_event(ticket, **options)

    def append_plain(ticket: Any, **options: Any) -> Any:
        ticket.last_seq = max(ticket.last_seq, next(counter))
        return plain_messages.append_plain(ticket, **options)

    for module in (messages, words, verbs):
        spoil(module, "append_event", append)
    spoil(messages, "append_plain", append_plain)


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
    from tickets.actions import plain_messages, saving
    from tickets.envelopes import for_agents

    def leaks(workspace_id: int, ticket: Any, events: Any) -> Any:
        name = str(ticket.public_id)
        group = groups.ticket_visitor(workspace_id, name)
        return [
            (group, {"type": "pipe.event", "ticket": ticket.pk, "seq": ticket.last_visitor_seq + 1, "text": text})
            for event in events
            if event.name == "note.created"
            for text in [for_agents(event, name).text()]
        ]

    honest, honest_plain = saving._news_of, plain_messages._news_of

    def news_of(ticket: Any, event: Any) -> Any:
        return [*honest(ticket, event), *leaks(ticket.workspace_id, ticket, [event])]

    def news_of_plain(workspace_id: int, ticket: Any) -> Any:
        return [*honest_plain(workspace_id, ticket), *leaks(workspace_id, ticket, ticket.unsaved)]

    spoil(saving, "_news_of", news_of)
    spoil(plain_messages, "_news_of", news_of_plain)


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
