"""Departments and who is in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Department, DepartmentMember, Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope


def create_department(*, name: str, by: Membership, members: Iterable[Membership] = ()) -> Department:
    """Raises `not_allowed`, `blank`, and `invalid` when the name is taken (whatever its case)."""
    require_admin(by)
    department = Department(name=_clean_name(name))
    _save(department, by=by, action="department.created", members=members)
    return department


def change_department(
    *, department: Department, name: str, members: Iterable[Membership], by: Membership
) -> Department:
    """Give a department its name and exactly these members. Raises as `create_department` does."""
    require_admin(by)
    department.name = _clean_name(name)
    _save(department, by=by, action="department.changed", members=members)
    return department


def delete_department(*, department: Department, by: Membership) -> None:
    """Remove a department. Its tickets live on without one and everybody sees them; its canned messages go with it."""
    require_admin(by)
    with scope.atomic():
        record(by=by, action="department.deleted", target=department)
        department.delete()


def _save(department: Department, *, by: Membership, action: str, members: Iterable[Membership]) -> None:
    try:
        with scope.atomic():
            department.save()
            _set_members(department, members)
            record(by=by, action=action, target=department)
    except IntegrityError as error:
        raise HelpdeskError("invalid", _("There is a department of this name already."), field="name") from error


def _set_members(department: Department, members: Iterable[Membership]) -> None:
    # Asked anew, so that a row of another workspace cannot be handed in.
    wanted = set(Membership.objects.filter(pk__in=[member.pk for member in members]).values_list("pk", flat=True))
    rows = DepartmentMember.objects.filter(department=department)
    present = set(rows.values_list("membership_id", flat=True))
    rows.exclude(membership_id__in=wanted).delete()
    DepartmentMember.objects.bulk_create(
        DepartmentMember(department=department, membership_id=pk) for pk in sorted(wanted - present)
    )


def _clean_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise HelpdeskError("blank", _("Give the department a name."), field="name")
    if len(name) > 60:
        raise HelpdeskError("too_long", _("Use 60 characters at most."), field="name")
    return name
