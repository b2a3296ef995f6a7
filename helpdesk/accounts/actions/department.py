"""Departments and who is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Department, DepartmentMember, Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope


def create_department(
    *,
    name: str,
    by: Membership,
    members: Iterable[Membership] = (),
    priorities: Mapping[int, int] | None = None,
    leads: Iterable[int] = (),
) -> Department:
    """`priorities`: who is rung first, 1 to 100 by the membership's key; whoever is not in it has the usual one.
    `leads`: the keys of the members who are told when a chat finds nobody.

    Raises `not_allowed`, `blank`, and `invalid` when the name is taken (whatever its case) or a priority is none.
    """
    require_admin(by)
    department = Department(name=_clean_name(name))
    _save(department, by=by, action="department.created", members=members, priorities=priorities or {}, leads=leads)
    return department


def change_department(
    *,
    department: Department,
    name: str,
    members: Iterable[Membership],
    by: Membership,
    priorities: Mapping[int, int] | None = None,
    leads: Iterable[int] | None = None,
) -> Department:
    """Give a department its name and exactly these members; who is not in `priorities` keeps what they have.
    `leads`: exactly these of them lead it; None leaves that as it is.

    Raises as `create_department` does.
    """
    require_admin(by)
    department.name = _clean_name(name)
    _save(department, by=by, action="department.changed", members=members, priorities=priorities or {}, leads=leads)
    return department


def delete_department(*, department: Department, by: Membership) -> None:
    """Remove a department. Its tickets live on without one and everybody sees them; its canned messages go with it."""
    require_admin(by)
    with scope.atomic():
        record(by=by, action="department.deleted", target=department)
        department.delete()


def _save(
    department: Department,
    *,
    by: Membership,
    action: str,
    members: Iterable[Membership],
    priorities: Mapping[int, int],
    leads: Iterable[int] | None,
) -> None:
    if any(not 1 <= priority <= 100 for priority in priorities.values()):
        raise HelpdeskError("invalid", _("Give a priority from 1 to 100."), field="members")
    try:
        with scope.atomic():
            department.save()
            _set_members(department, members, priorities)
            if leads is not None:
                _set_leads(department, leads)
            record(by=by, action=action, target=department)
    except IntegrityError as error:
        raise HelpdeskError("invalid", _("There is a department of this name already."), field="name") from error


def _set_members(department: Department, members: Iterable[Membership], priorities: Mapping[int, int]) -> None:
    # Asked anew, so that a row of another workspace cannot be handed in.
    wanted = set(Membership.objects.filter(pk__in=[member.pk for member in members]).values_list("pk", flat=True))
    rows = DepartmentMember.objects.filter(department=department)
    rows.exclude(membership_id__in=wanted).delete()
    present = {row.membership_id: row for row in rows}
    for row in present.values():
        row.priority = priorities.get(row.membership_id, row.priority)
    DepartmentMember.objects.bulk_update(present.values(), ["priority"])
    DepartmentMember.objects.bulk_create(
        DepartmentMember(department=department, membership_id=pk, **_priority(priorities, pk))
        for pk in sorted(wanted - set(present))
    )


def _set_leads(department: Department, leads: Iterable[int]) -> None:
    rows, wanted = DepartmentMember.objects.filter(department=department), set(leads)
    rows.filter(is_lead=True).exclude(membership_id__in=wanted).update(is_lead=False)
    rows.filter(is_lead=False, membership_id__in=wanted).update(is_lead=True)


def _priority(priorities: Mapping[int, int], membership_id: int) -> dict[str, int]:
    return {"priority": priorities[membership_id]} if membership_id in priorities else {}


def _clean_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise HelpdeskError("blank", _("Give the department a name."), field="name")
    if len(name) > 60:
        raise HelpdeskError("too_long", _("Use 60 characters at most."), field="name")
    return name
