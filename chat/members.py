"""A member as colleagues' screens read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpdesk.accounts.models import Department, Membership


def member_json(member: Membership, department_pks: Iterable[int] | None = None) -> dict[str, Any]:
    """Must hold: the member's workspace is active."""
    departments = (
        Department.objects.of(member.pk) if department_pks is None else Department.objects.filter(pk__in=department_pks)
    )
    return _json(member, [str(each) for each in departments.values_list("public_id", flat=True)])


def members_json() -> list[dict[str, Any]]:
    """Every active member of the active workspace, in two queries."""
    members = Membership.objects.active().select_related("user").prefetch_related("departments").order_by("id")
    return [_json(member, [str(each.public_id) for each in member.departments.all()]) for member in members]


def _json(member: Membership, departments: list[str]) -> dict[str, Any]:
    return {
        **member.as_badge(),
        "email": member.user.email,
        "role": member.role,
        "status": member.shown_status,
        "reason": member.status_reason,
        "departments": departments,
    }
