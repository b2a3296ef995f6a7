"""What a page is told of an invitation that it is to show. Must hold: the workspace is active."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from chat.invitation_forms import WHOEVER
from chat.models import InvitationExposure
from chat.presence import as_agent, available_members
from helpdesk.accounts.models import Department, Membership, Status


def invitation_frame(exposure: InvitationExposure) -> dict[str, Any]:
    """Must hold: the exposure has a variant."""
    invitation, variant = exposure.invitation, exposure.variant
    assert invitation is not None
    assert variant is not None
    return {
        **_head(exposure),
        "invitation": str(invitation.public_id),
        "variant": str(variant.public_id),
        "design": variant.design,
        "position": invitation.position,
        "texts": variant.words(exposure.language),
        "content": {**variant.content, "agent": _face(variant.content.get("agent", ""), invitation.department)},
        "action": variant.action,
        "department": str(invitation.department.public_id) if invitation.department else None,
    }


def manual_frame(exposure: InvitationExposure) -> dict[str, Any]:
    """By hand: the agent's face and words."""
    assert exposure.by is not None
    return {
        **_head(exposure),
        "invitation": None,
        "variant": None,
        "design": "bubble_hello",
        "position": "",
        "texts": {"title": "", "text": exposure.text},
        "content": {"image": "", "product": None, "agent": as_agent(exposure.by, online=True)},
        "action": {"kind": "chat", "url": ""},
        "department": None,
    }


def no_frame(due_id: UUID) -> dict[str, Any]:
    return {"type": "invitation.no", "due_id": str(due_id)}


def _head(exposure: InvitationExposure) -> dict[str, Any]:
    left = (exposure.expires_at - timezone.now()).total_seconds()
    return {
        "type": "invitation",
        "exposure": str(exposure.public_id),
        "due_id": str(exposure.due_id),
        "expires_in_ms": max(0, int(left * 1000)),
    }


def _face(agent: str, department: Department | None) -> dict[str, Any] | None:
    if not agent:
        return None
    members = available_members() if agent == WHOEVER else Membership.objects.active().select_related("user")
    if agent != WHOEVER:
        members = members.filter(public_id=agent)
    elif department is not None:
        members = members.filter(departments=department)
    member = members.order_by("id").first()
    return as_agent(member, online=member.shown_status == Status.ONLINE) if member is not None else None
