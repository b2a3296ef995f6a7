"""Who is told that a chat finds nobody, and how that looks on their screen. Must hold: the workspace is active."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from chat.models import Alerted, LeadAlert, RoutingPolicy
from helpdesk.accounts.models import DepartmentMember, Membership
from helpdesk.accounts.names import initials_of
from helpdesk.times import wire_time
from tickets.models import ByKind, Ticket
from tickets.rows import customer_name

MOST_SHOWN = 20  # in a rush the newest: what waits is in the inbox anyway


class Leads:
    """Everybody who can be told, read once."""

    def __init__(self) -> None:
        self.members = {each.pk: each for each in Membership.objects.active().select_related("user").order_by("id")}
        self.of_departments: dict[int, list[Membership]] = {}
        rows = DepartmentMember.objects.filter(is_lead=True, membership__in=self.members).order_by("membership_id")
        for department_id, membership_id in rows.values_list("department_id", "membership_id"):
            self.of_departments.setdefault(department_id, []).append(self.members[membership_id])

    def of(self, department_id: int | None, policy: RoutingPolicy) -> list[Membership]:
        """Whom the policy names. Where there is no lead, owner and admins: an alert that nobody gets is none."""
        if policy.alerts_whom == Alerted.NOBODY:
            return []
        leads = self.of_departments.get(department_id or 0, []) if policy.alerts_whom == Alerted.LEADS else []
        return leads or [each for each in self.members.values() if each.is_admin]


def raised_frame(alert: LeadAlert, ticket: Ticket) -> dict[str, Any]:
    """Must hold: the ticket was read with `for_rows()`."""
    name = customer_name(ticket)
    return {
        "type": "alert.raised",
        "alert": str(alert.public_id),
        "ticket": str(ticket.public_id),
        "why": alert.why,
        "at": wire_time(alert.at),
        "summary": {
            "visitor": name,
            "hue": ticket.visitor.hue if ticket.visitor else 1,
            "initials": initials_of(name) if name else "",
            "number": ticket.number,
            "body": ticket.last_preview if ticket.last_by == ByKind.VISITOR else ticket.subject,
            "department": ticket.department.name if ticket.department else None,
            "agent": ticket.assignee.as_party() if ticket.assignee else None,
        },
    }


def closed_frame(alert: LeadAlert, ticket: str) -> dict[str, Any]:
    return {"type": "alert.closed", "alert": str(alert.public_id), "ticket": ticket}


def open_alerts(member: Membership) -> list[dict[str, Any]]:
    """The frames of what the member has not seen yet, oldest first, as far as they may see the tickets."""
    alerts = LeadAlert.objects.filter(membership=member, ticket__in=Ticket.objects.visible_to(member))
    newest = alerts.prefetch_related(Prefetch("ticket", Ticket.objects.for_rows())).order_by("-id")[:MOST_SHOWN]
    return [raised_frame(each, each.ticket) for each in reversed(newest)]
