"""What a person says about themselves."""

from __future__ import annotations

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.models import Membership
from helpdesk.tenancy import scope


def update_profile(*, by: Membership, name: str, alias: str, language: str, time_zone: str) -> Membership:
    """Change one's own name, language and time zone (everywhere) and alias (in this workspace).

    Raises ValidationError for values that the fields refuse.
    """
    user = by.user
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    by.alias = alias.strip()
    user.clean_fields(exclude=["password", "email"])
    by.clean_fields(exclude=["user", "workspace"])
    with scope.atomic():
        user.save(update_fields=["name", "language", "time_zone"])
        by.save(update_fields=["alias"])
        record(by=by, action="profile.changed", target=by)
    return by
