"""Opening and describing a workspace."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.models import Membership, Role, User, Workspace
from helpdesk.accounts.models.workspace import RESERVED_SLUGS
from helpdesk.accounts.slugs import slug_from
from helpdesk.accounts.time_zones import known_time_zones
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope


def create_workspace(*, name: str, owner: User, time_zone: str = "UTC", language: str = "en") -> Workspace:
    """Open a workspace with `owner` as its owner. Its address is made from the name and is free.

    A time zone or language that we do not know (both come from the browser) becomes UTC or English. Needs no active
    workspace. Raises `blank` for a name without a visible character.
    """
    name = name.strip()[:80]
    if not name:
        raise HelpdeskError("blank", _("Give the workspace a name."), field="name")
    with transaction.atomic():
        workspace = _insert(
            name=name,
            time_zone=time_zone if time_zone in known_time_zones() else "UTC",
            language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        )
        with scope.workspace(workspace.pk):
            member = Membership.objects.create(user=owner, role=Role.OWNER)
            record(by=member, action="workspace.created", target=name)
    return workspace


def _insert(*, name: str, time_zone: str, language: str) -> Workspace:
    for slug in _free_slugs(name):
        try:
            with transaction.atomic():  # two of the same name at once: the second takes the next address
                return Workspace.objects.create(name=name, slug=slug, time_zone=time_zone, language=language)
        except IntegrityError:
            continue
    raise AssertionError("The random addresses never end.")


def _free_slugs(name: str) -> Iterator[str]:
    base = slug_from(name)
    wanted = [base, *(f"{base}-{number}" for number in range(2, 10))] if base else []
    taken = set(Workspace.objects.filter(slug__in=wanted).values_list("slug", flat=True)) | RESERVED_SLUGS
    yield from (slug for slug in wanted if slug not in taken)
    while True:
        yield f"{base or 'desk'}-{secrets.token_hex(2)}"


def update_workspace(
    *,
    workspace: Workspace,
    by: Membership,
    name: str,
    language: str,
    time_zone: str,
    reopen_days: int,
    idle_minutes: int,
    return_minutes: int,
    decision_days: int,
) -> Workspace:
    """Change what the workspace is called and how it behaves; the address stays.

    Raises `not_allowed`, ValidationError.
    """
    require_admin(by)
    wanted = {
        "name": name,
        "language": language,
        "time_zone": time_zone,
        "reopen_days": reopen_days,
        "idle_minutes": idle_minutes,
        "return_minutes": return_minutes,
        "decision_days": decision_days,
    }
    changed = [field for field, value in wanted.items() if getattr(workspace, field) != value]
    with scope.atomic():
        for field in changed:
            setattr(workspace, field, wanted[field])
        workspace.full_clean()
        workspace.save(update_fields=list(wanted))  # never the ticket counter
        if changed:
            record(by=by, action="workspace.changed", target=workspace, fields=changed)
    return workspace
