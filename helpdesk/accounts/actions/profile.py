"""What a person says about themselves."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.languages import known_languages
from helpdesk.accounts.models import Membership
from helpdesk.tenancy import scope


def update_profile(
    *,
    by: Membership,
    name: str,
    alias: str,
    language: str,
    time_zone: str,
    languages: Iterable[str] | None = None,
) -> Membership:
    """Change one's own name, language and time zone (everywhere), alias and languages to answer in (in this workspace).

    `languages`: primary subtags, unknown ones are left out; None keeps what they are.
    Raises ValidationError for values that the fields refuse.
    """
    user = by.user
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    by.alias = alias.strip()
    if languages is not None:
        by.languages = known_languages(languages)
    user.clean_fields(exclude=["password", "email"])
    by.clean_fields(exclude=["user", "workspace"])
    with scope.atomic():
        user.save(update_fields=["name", "language", "time_zone"])
        by.save(update_fields=["alias", "languages"])
        record(by=by, action="profile.changed", target=by)
    return by
