"""The one way out for events: after the commit, one ready frame per audience to its group.

Only `*.actions` modules may import this; socket doors may import `ephemeral` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from helpdesk.realtime import groups
from helpdesk.realtime.events import AgentEvent, Envelope, VisitorEvent
from helpdesk.realtime.layer import Item
from helpdesk.realtime.row_news import RowNews
from helpdesk.strict_json import dumps

__all__ = [
    "Item",
    "RowNews",
    "after_commit",
    "changed",
    "changed_each",
    "ephemeral",
    "hint_to_agents",
    "hint_to_visitor",
    "told_each",
]


def after_commit(items: Sequence[Item]) -> None:
    """Send the items once the running transaction has committed, all together."""
    if not items:
        return

    # A `def`, not a partial: with robust=True Django names the function in its log, and a partial has no name.
    def send() -> None:
        _send(items)

    transaction.on_commit(send, robust=True)


def _send(items: Sequence[Item]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        layer.publish(items)


def hint_to_agents(workspace_id: int, ticket_id: int, envelope: Envelope[AgentEvent]) -> Item:
    """The event for the agents who look at the ticket."""
    return groups.ticket_agents(workspace_id, envelope.ticket), _hint(envelope, ticket_id)


def hint_to_visitor(workspace_id: int, ticket_id: int, envelope: Envelope[VisitorEvent]) -> Item:
    """The event for the ticket's visitor. Takes visitor events only, so what has no such form (a note) cannot leave."""
    if not isinstance(envelope.event, VisitorEvent):
        raise TypeError(f"{type(envelope.event).__name__} is not for visitors.")
    return groups.ticket_visitor(workspace_id, envelope.ticket), _hint(envelope, ticket_id)


def _hint(envelope: Envelope[Any], ticket_id: int) -> dict[str, Any]:
    hint = {"type": "pipe.event", "ticket": ticket_id, "seq": envelope.seq, "text": envelope.text()}
    return hint if envelope.other_seq is None else {**hint, "other_seq": envelope.other_seq}


def changed(targets: Iterable[str], frame: dict[str, Any]) -> None:
    """Send a momentary frame (presence, a withdrawn row …) to groups once the running transaction has committed."""
    message = _ephemeral(frame)
    after_commit([(group, message) for group in targets])


def changed_each(news: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """The same for many groups with a frame for each, all together."""
    after_commit([(group, _ephemeral(frame)) for group, frame in news])


def told_each(news: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """The same for what a person is told whether or not they look at the ticket that the frame is about."""
    after_commit([(group, {"type": "pipe.ephemeral", "text": dumps(frame)}) for group, frame in news])


def ephemeral(targets: Iterable[str], frame: dict[str, Any], *, skip: str = "") -> None:
    """Send a momentary frame now: it belongs to no transaction and nobody misses it if it is lost.

    `skip` is the channel of the socket it came from, which does not hear it again.
    """
    message = _ephemeral(frame)
    if skip:
        message["skip"] = skip
    _send([(group, message) for group in targets])


def _ephemeral(frame: dict[str, Any]) -> dict[str, Any]:
    message = {"type": "pipe.ephemeral", "text": dumps(frame)}
    if "ticket" in frame:
        message["of"] = frame["ticket"]
    # A late version is worse than none: the pipe drops what is older than what it has sent.
    if "version" in frame:
        message["row"] = frame["row"]["id"] if "row" in frame else frame["removed"]
        message["version"] = frame["version"]
    return message
