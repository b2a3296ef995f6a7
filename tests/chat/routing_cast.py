"""What the tests of routing's pages share: a filled form, who is at work, a situation."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat.actions.routing_policy import SETTINGS
from chat.models import RoutingPolicy
from chat.routing.situation import Agent, Policy, Situation, Waiting
from helpdesk.accounts.models import Department, DepartmentMember, Membership, Status

EMPTY_RULES = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}


def filled(**changes: Any) -> dict[str, str]:
    """Everything the form sends when nothing was changed, with changes."""
    policy = RoutingPolicy()
    said: dict[str, str] = {}
    for name in SETTINGS:
        value = getattr(policy, name)
        if isinstance(value, bool):
            said |= {name: "on"} if value else {}
        elif name not in ("priority_rules", "overflow_department"):
            said[name] = "" if value is None else str(value)
    return {**said, "overflow_department": "", **EMPTY_RULES, **{name: str(value) for name, value in changes.items()}}


def text_of(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def present(side: Any, *people: Membership, **fields: Any) -> None:
    """These people are at work, and nobody else."""
    with side.inside():
        Membership.objects.update(is_present=False)
        Membership.objects.filter(pk__in=[person.pk for person in people]).update(
            is_present=True, status=Status.ONLINE, lease_until=timezone.now() + timedelta(minutes=5), **fields
        )


def delivery_of(side: Any, **members: int) -> Department:
    """The department Delivery with these people and their priorities."""
    with side.inside():
        for name, priority in members.items():
            DepartmentMember.objects.update_or_create(
                department=side.departments["delivery"],
                membership=side.members[name],
                defaults={"priority": priority},
            )
    return side.departments["delivery"]


def situation(*agents: Agent, chat: dict[str, Any] | None = None, is_open: bool = True, **policy: Any) -> Situation:
    waiting = Waiting(id="x", since=1000.0, **(chat or {}))
    return Situation(now=1000.0, is_open=is_open, policy=Policy(**policy), chat=waiting, agents=agents)
