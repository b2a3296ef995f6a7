"""Somebody on the north's shop, and invitations to them, without sockets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from chat.actions import invitations as verbs
from chat.actions import inviting
from chat.browsing.rows import Tab, new_row
from chat.inviting.asked import Asked
from chat.inviting.row_facts import facts_of_row
from chat.inviting.shop import RECENT
from chat.models import Invitation
from helpdesk.accounts.models import Membership
from helpdesk.strict_json import loads_object
from tests.chat.browsing.pages import hello
from tests.world import Side

HELLO = {"": {"title": "Hello", "text": "Can we help?", "button": "Chat"}}


def active(by: Membership, **settings: Any) -> Invitation:
    """An active invitation that anybody may be shown at any time, but for what is said."""
    settings = {"name": "Hello", "availability": "any", **settings}
    invitation = verbs.create_invitation(by=by, variant={"texts": HELLO}, **settings)
    return verbs.activate_invitation(by=by, invitation=invitation)


def is_here(member: Membership) -> None:
    """The member's browser vouches for them, and they are online."""
    later = timezone.now() + timezone.timedelta(minutes=5)
    Membership.objects.filter(pk=member.pk).update(is_present=True, status="online", lease_until=later)


class Browser:
    """One browser; each call is a page of it. The page was loaded a minute ago, so that it may be asked."""

    def __init__(self, side: Side, **facts: Any) -> None:
        self.side = side
        self.id = uuid4()
        self.visit = uuid4()
        self.facts = facts
        self.visitor: UUID | None = None

    def asked(self, invitation: Invitation, due_id: UUID | None = None, path: str = "/", **page: Any) -> Asked:
        visit = {"id": str(self.visit), "number": 1, "started_at": "2026-05-01T10:00:00Z"}
        raw = hello(self.id, path, **{"visit": visit, **self.facts})
        row = new_row(self.side.workspace.pk, raw, ("", ""))
        now = time.time()
        tab = Tab(raw["page"]["url"], "", now - 60, now, False)
        row.tabs.append(tab)
        return Asked(
            browser=self.id,
            due_id=due_id or uuid4(),
            invitation=invitation.public_id,
            visitor=self.visitor,
            language=row.language,
            page=tab.url,
            at=now,
            facts=facts_of_row(row, tab, now, page=page),
        )

    def due(self, invitation: Invitation, due_id: UUID | None = None, **page: Any) -> dict[str, Any]:
        """A trigger fired: what the page is told by a worker that reads everything anew."""
        return self.told(self.asked(invitation, due_id, **page))

    def told(self, asked: Asked, *, is_fresh: bool = True) -> dict[str, Any]:
        if is_fresh:
            RECENT.clear()
        with overheard() as said:
            # Over the broker and back, as it comes to the worker.
            inviting.answer_due(Asked.of(loads_object(_text(asked))))
        ((group, message),) = said
        assert group == f"w{self.side.workspace.pk}.b{self.id}"
        assert message["due"] == str(asked.due_id)
        return loads_object(message["text"])

    def comes_again(self) -> None:
        """Another visit."""
        self.visit = uuid4()


def _text(asked: Asked) -> str:
    from helpdesk.strict_json import dumps

    return dumps(asked.as_json())


@contextmanager
def overheard() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What leaves after commits, without waiting for them: the test's own transaction never ends."""
    said: list[tuple[str, dict[str, Any]]] = []
    kept = inviting.publish.after_commit
    inviting.publish.after_commit = lambda items: said.extend(items)  # type: ignore[assignment]
    try:
        yield said
    finally:
        inviting.publish.after_commit = kept  # type: ignore[assignment]


def long_ago(asked: Asked, seconds: float) -> Asked:
    return replace(asked, at=asked.at - seconds)
