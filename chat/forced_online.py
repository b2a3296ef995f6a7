"""Who stays available outside the opening hours. Must hold for all of it: the workspace is active."""

from __future__ import annotations

from chat.models import Desk, ForcedWhy, RoutingPolicy
from chat.policies import current_policies
from helpdesk.accounts.models import DepartmentMember, Membership


def is_forced_online(desk: Desk, member: Membership, policy: RoutingPolicy) -> bool:
    """Whether the member stays available outside the hours of a department with this policy.

    What an admin said holds everywhere, what an agent said of themselves where the department lets them.
    """
    if desk.forced_online_at is None:
        return False
    return desk.forced_online_why == ForcedWhy.ADMIN or may_force_in(member, policy)


def may_force_in(member: Membership, policy: RoutingPolicy) -> bool:
    return member.is_admin or policy.allows_forced_online


def may_force_online(member: Membership) -> bool:
    """Whether any of their departments lets them say so of themselves; chats without a department are everybody's."""
    if member.is_admin:
        return True
    policies = current_policies()
    if not any(policy.allows_forced_online for policy in policies.rows.values()):
        return False  # as nearly everywhere: asked by every console that connects
    departments = DepartmentMember.objects.filter(membership=member).values_list("department_id", flat=True)
    return any(policies.of(each).allows_forced_online for each in [None, *departments])
