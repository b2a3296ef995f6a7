"""Who goes ahead in the queue: the points that a department's rules give a chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.functional import cached_property

from chat.models import Visit
from chat.policies import policy_of
from tickets.models import Ticket

MOST_POINTS = 60  # an hour of waiting


class Facts(Protocol):
    """What rules ask about a chat that begins."""

    @property
    def page(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def is_returning(self) -> bool: ...


def points(rules: Iterable[Mapping[str, Any]], facts: Facts) -> int:
    """The sum over the rules that fit, at most MOST_POINTS."""
    return min(sum(rule["add"] for rule in rules if _fits(rule, facts)), MOST_POINTS)


def priority_of(ticket: Ticket) -> int:
    return points(policy_of(ticket.department_id).priority_rules, _TicketFacts(ticket))


def _fits(rule: Mapping[str, Any], facts: Facts) -> bool:
    kind, value = rule["kind"], rule.get("value", "")
    if kind == "page":
        return bool(value) and value.casefold() in facts.page.casefold()
    if kind == "language":
        return bool(facts.language == value)
    return kind == "returning" and facts.is_returning


class _TicketFacts:
    """Each is read when it is first asked for."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    @cached_property
    def page(self) -> str:
        visit = Visit.objects.filter(visitor=self.ticket.visitor_id).order_by("-id").first()
        return visit.url if visit else ""

    @cached_property
    def language(self) -> str:
        return primary_language(self.ticket.language)

    @cached_property
    def is_returning(self) -> bool:
        others = Ticket.objects.filter(visitor=self.ticket.visitor_id).exclude(pk=self.ticket.pk)
        return self.ticket.visitor_id is not None and others.exists()


def primary_language(tag: str) -> str:
    """The language of a BCP 47 tag without its region or script: "pt-BR" is "pt"."""
    return tag.replace("_", "-").split("-")[0].lower()
