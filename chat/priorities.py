"""Who goes ahead in the queue: the points that a department's rules give a chat."""

from __future__ import annotations

from typing import Any

from chat.models import Visit
from chat.policies import policy_of
from tickets.models import Ticket

MOST_POINTS = 60  # an hour of waiting


def priority_of(ticket: Ticket) -> int:
    """The sum over the rules that fit, at most MOST_POINTS."""
    rules = policy_of(ticket.department_id).priority_rules
    if not rules:
        return 0
    facts = _Facts(ticket)
    return min(sum(rule["add"] for rule in rules if facts.fit(rule)), MOST_POINTS)


class _Facts:
    """What rules ask about a chat that begins; each is read when it is first asked for."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    def fit(self, rule: dict[str, Any]) -> bool:
        kind, value = rule["kind"], rule.get("value", "")
        if kind == "page":
            return bool(value) and value.casefold() in self._page().casefold()
        if kind == "language":
            return primary_language(self.ticket.language) == value
        return kind == "returning" and self._is_returning()

    def _page(self) -> str:
        visit = Visit.objects.filter(visitor=self.ticket.visitor_id).order_by("-id").first()
        return visit.url if visit else ""

    def _is_returning(self) -> bool:
        others = Ticket.objects.filter(visitor=self.ticket.visitor_id).exclude(pk=self.ticket.pk)
        return self.ticket.visitor_id is not None and others.exists()


def primary_language(tag: str) -> str:
    """The language of a BCP 47 tag without its region or script: "pt-BR" is "pt"."""
    return tag.replace("_", "-").split("-")[0].lower()
