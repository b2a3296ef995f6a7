"""Making, changing and deleting canned messages."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from helpdesk import fields
from helpdesk.accounts.models import Department, Membership
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from tickets.models import CannedMessage, Scope

SHORTCUT = re.compile(r"[\w-]{1,40}")
EDITABLE = ("shortcut", "title", "text", "scope", "department")


def create_canned(
    *,
    by: Membership,
    shortcut: str,
    text: str,
    title: str = "",
    scope: str = Scope.PERSONAL,
    department: Department | None = None,
) -> CannedMessage:
    """Keep a canned message for oneself, one's department or everyone.

    Everyone's are made by admins; a department's by its people and by admins. Raises `not_allowed`, `blank`,
    `too_long`, `choice`, `required` without the department, and `invalid` for a shortcut that is crooked or taken.
    """
    canned = CannedMessage(owner=by)
    wanted = {"shortcut": shortcut, "title": title, "text": text, "scope": scope, "department": department}
    return _save(canned, wanted, by=by)


def change_canned(*, canned: CannedMessage, by: Membership, **changes: Any) -> CannedMessage:
    """Change what is given of EDITABLE. Raises as `create_canned` does."""
    _require_editor(canned, by)
    wanted = {name: changes.get(name, getattr(canned, name)) for name in EDITABLE}
    return _save(canned, wanted, by=by)


def delete_canned(*, canned: CannedMessage, by: Membership) -> None:
    """Raises `not_allowed`."""
    _require_editor(canned, by)
    with scope.atomic():
        canned.delete()


def _require_editor(canned: CannedMessage, by: Membership) -> None:
    if not canned.is_editable_by(by):
        raise HelpdeskError("not_allowed", _("Only whoever wrote it and admins can change this message."))


def _save(canned: CannedMessage, wanted: dict[str, Any], *, by: Membership) -> CannedMessage:
    clean = _clean(wanted)
    if clean["scope"] != canned.scope or canned.pk is None or clean["department"] != canned.department:
        _require_may_share(clean["scope"], clean["department"], by)
    for name, value in clean.items():
        setattr(canned, name, value)
    try:
        with scope.atomic():
            canned.save()
    except IntegrityError as error:
        raise HelpdeskError(
            "invalid", _("There is a message with this shortcut already. Choose another one."), field="shortcut"
        ) from error
    return canned


def _clean(wanted: dict[str, Any]) -> dict[str, Any]:
    if wanted["scope"] not in Scope.values:
        raise HelpdeskError("choice", _("Choose who can use it."), field="scope")
    is_departments = wanted["scope"] == Scope.DEPARTMENT
    if is_departments and wanted["department"] is None:
        raise HelpdeskError("required", _("Choose the department."), field="department")
    return {
        "shortcut": _clean_shortcut(wanted["shortcut"]),
        "title": _at("title", fields.text(80), wanted["title"]),
        "text": _at("text", fields.body, wanted["text"]),
        "scope": wanted["scope"],
        "department": wanted["department"] if is_departments else None,
    }


def _clean_shortcut(value: str) -> str:
    """Without the slash with which it is called; letters of every script, digits, hyphens."""
    shortcut = value.strip().removeprefix("/")
    if not SHORTCUT.fullmatch(shortcut):
        raise HelpdeskError(
            "invalid", _("Use letters, digits and hyphens, at most 40, for example “return-address”."), field="shortcut"
        )
    return shortcut


def _at(name: str, clean: fields.Clean, value: Any) -> Any:
    try:
        return clean(value)
    except HelpdeskError as error:
        error.field = name
        raise


def _require_may_share(wanted: str, department: Department | None, by: Membership) -> None:
    if wanted == Scope.PERSONAL or by.is_admin:
        return
    if wanted == Scope.WORKSPACE:
        raise HelpdeskError("not_allowed", _("Only admins share a message with everyone."), field="scope")
    if department is None or not by.departments.filter(pk=department.pk).exists():
        raise HelpdeskError("not_allowed", _("You can share with your own departments."), field="department")
