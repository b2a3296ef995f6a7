"""The one question every settings verb asks first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Membership, Role
from helpdesk.errors import HelpdeskError


def require_admin(by: Membership) -> None:
    """Raises `not_allowed` unless the actor is the owner or an admin who is still part of the workspace."""
    if not (by.is_active and by.is_admin):
        raise HelpdeskError("not_allowed", _("Only the owner and admins can do this. Ask one of them."))


def require_owner(by: Membership) -> None:
    if not (by.is_active and by.role == Role.OWNER):
        raise HelpdeskError("not_allowed", _("Only the owner can do this."))
