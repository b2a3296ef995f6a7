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

    spoil(messages, "find_duplicates", lambda keys: {})
    spoil(once, "find_duplicate", lambda *_: None)


def no_lock() -> None:
    """The ticket is read without its lock, and the look for duplicates is some time before the write."""
    from chat.actions import messages
    from tickets import access
    from tickets.models import Ticket

    def read(public_ids: Any) -> Any:
        wanted = list(Ticket.objects.filter(public_id__in=public_ids))
        access._fetch_rows(wanted)
        return {ticket.public_id: ticket for ticket in wanted}

    look = messages.find_duplicates

    def look_early(keys: Any) -> Any:
        found = look(keys)
        time.sleep(SLOW)
        return found

    spoil(messages, "lock_free", read)
    spoil(messages, "find_duplicates", look_early)


def global_sequence() -> None:
    """Numbers come from one counter for all tickets, as auto-increment ids do."""
    import itertools

    from chat.actions import messages
    from tickets.actions import messages as words
    from tickets.actions import tickets as verbs
    from tickets.actions.events import append_event

    counter = itertools.count(int(time.time() * 10) % 100_000_000)

    def append(ticket: Any, **options: Any) -> Any:
        ticket.last_seq = max(ticket.last_seq, next(counter))
        return append_event(ticket, **options)

    for module in (messages, words, verbs):
        spoil(module, "append_event", append)


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
    from helpdesk.realtime import door

    for table in (door.SUBSCRIBE, door.RESUME):
        table["epoch"] = door.Field(lambda value: None, None)


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
    from tickets.actions import saving
    from tickets.envelopes import for_agents

    honest = saving._news_of

    def news_of(ticket: Any) -> Any:
        group = groups.ticket_visitor(ticket.workspace_id, str(ticket.public_id))
        notes = [
            (group, {"type": "pipe.event", "ticket": ticket.pk, "seq": ticket.last_visitor_seq + 1, "text": text})
            for event in ticket.unsaved
            if event.name == "note.created"
            for text in [for_agents(event, str(ticket.public_id)).text()]
        ]
        return [*honest(ticket), *notes]

    spoil(saving, "_news_of", news_of)


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
