"""A member as colleagues' screens read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from chat.models import Desk
from helpdesk.accounts.models import Department, Membership


def member_json(member: Membership, departments: Iterable[UUID] | None = None) -> dict[str, Any]:
    """`departments`: the member's, if they are known; else they are read, and the workspace must be active."""
    if departments is None:
        departments = Department.objects.of(member.pk).values_list("public_id", flat=True)
    return _json(member, [str(each) for each in departments])


def members_json() -> list[dict[str, Any]]:
    """Every active member of the active workspace, with how many places of theirs are taken, in three queries.

    Who never rang has no desk yet, and nothing to say of it.
    """
    members = Membership.objects.active().select_related("user").prefetch_related("departments").order_by("id")
    desks = {desk.membership_id: desk for desk in Desk.objects.all()}
    return [
        {
            **_json(member, [str(each.public_id) for each in member.departments.all()]),
            **_desk(desks.get(member.pk)),
        }
        for member in members
    ]


def _desk(desk: Desk | None) -> dict[str, Any]:
    if desk is None:
        return {}
    return {"load": desk.told_load, "limit": desk.told_limit, "paused": desk.paused_at is not None}


def _json(member: Membership, departments: list[str]) -> dict[str, Any]:
    return {
        **member.as_badge(),
        "email": member.user.email,
        "role": member.role,
        "status": member.shown_status,
        "reason": member.status_reason,
        "departments": departments,
    }
