"""A trigger that fired in a page, on its way from the web process to the worker that decides."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chat.records import as_json
from chat.targeting.facts import Facts, facts_of
from helpdesk.tenancy import scope

# An older one is left alone: whoever still waits has asked again meanwhile.
STALE_SECONDS = 15.0


@dataclass(frozen=True)
class Asked:
    """What the page knows. Nothing in it is believed but as the page's own claim."""

    browser: UUID
    due_id: UUID
    invitation: UUID
    visitor: UUID | None
    language: str
    page: str
    at: float
    facts: Facts

    def as_json(self) -> dict[str, Any]:
        return {
            "browser": str(self.browser),
            "due_id": str(self.due_id),
            "invitation": str(self.invitation),
            "visitor": str(self.visitor) if self.visitor else None,
            "language": self.language,
            "page": self.page,
            "at": self.at,
            "facts": as_json(self.facts),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Asked:
        return cls(
            browser=UUID(stored["browser"]),
            due_id=UUID(stored["due_id"]),
            invitation=UUID(stored["invitation"]),
            visitor=UUID(stored["visitor"]) if stored["visitor"] else None,
            language=stored["language"],
            page=stored["page"],
            at=stored["at"],
            facts=facts_of(stored["facts"]),
        )

    @property
    def is_stale(self) -> bool:
        return time.time() - self.at > STALE_SECONDS


def ask(workspace_id: int, asked: Asked) -> None:
    """Have a worker decide. On the event loop; a hint that may be lost, since the page asks again."""
    from chat.tasks import invite
    from helpdesk.nudge import nudge_now

    with scope.workspace(workspace_id):
        nudge_now(invite, asked.as_json())
