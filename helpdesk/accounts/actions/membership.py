"""Changing what a person may do in the workspace."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin, require_owner
from helpdesk.accounts.languages import known_languages
from helpdesk.accounts.models import ApiToken, Membership, Role, Status
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope


def change_role(*, member: Membership, role: str, by: Membership) -> Membership:
    """Make somebody an admin or an agent. The owner's role changes only by `transfer_ownership`.

    Raises `not_allowed`, `choice`.
    """
    require_admin(by)
    if role not in (Role.ADMIN, Role.AGENT):
        raise HelpdeskError("choice", _("Choose “Admin” or “Agent”."), field="role")
    with scope.atomic():
        member = _locked(member)
        _refuse_owner(member)
        before = member.role
        if before != role:
            member.role = role
            member.save(update_fields=["role"])
            record(by=by, action="member.role_changed", target=member, before=before, after=role)
    return member


def set_languages(*, member: Membership, languages: Iterable[str], by: Membership) -> Membership:
    """Say what a person answers in: primary subtags, unknown ones are left out. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        member = _locked(member)
        before, member.languages = member.languages, known_languages(languages)
        if member.languages != before:
            member.save(update_fields=["languages"])
            record(by=by, action="member.languages_changed", target=member, before=before, after=member.languages)
    return member


def deactivate_member(*, member: Membership, by: Membership) -> Membership:
    """Shut a person out of the workspace: no page, socket or token of theirs opens it from now on.

    Their tickets, notes and department places stay, so that `reactivate_member` restores everything but the tokens.
    Raises `not_allowed` for the owner and for oneself.
    """
    require_admin(by)
    with scope.atomic():
        member = _locked(member)
        _refuse_owner(member)
        if member.pk == by.pk:
            raise HelpdeskError("not_allowed", _("You cannot remove your own access. Another admin can."))
        if member.is_active:
            _shut_out(member)
            record(by=by, action="member.deactivated", target=member)
    return member


def _shut_out(member: Membership) -> None:
    member.is_active = False
    member.status = Status.OFFLINE
    member.is_present = False
    member.lease_until = None
    member.save(update_fields=["is_active", "status", "is_present", "lease_until"])
    ApiToken.objects.filter(membership=member, revoked_at=None).update(revoked_at=timezone.now())


def reactivate_member(*, member: Membership, by: Membership) -> Membership:
    """Let a person in again, as what they were. Raises `not_allowed`."""
    require_admin(by)
    with scope.atomic():
        member = _locked(member)
        if not member.is_active:
            member.is_active = True
            member.save(update_fields=["is_active"])
            record(by=by, action="member.reactivated", target=member)
    return member


def transfer_ownership(*, to: Membership, by: Membership) -> Membership:
    """Hand the workspace to another active member; the one who did becomes an admin. Raises `not_allowed`."""
    require_owner(by)
    with scope.atomic():
        before, after = _locked(by), _locked(to)
        require_owner(before)  # once more under the lock: two transfers at once must not make two owners
        if not after.is_active or after.pk == before.pk:
            raise HelpdeskError("not_allowed", _("Choose another active person of this workspace."), field="member")
        before.role, after.role = Role.ADMIN, Role.OWNER
        before.save(update_fields=["role"])
        after.save(update_fields=["role"])
        record(by=by, action="workspace.ownership_transferred", target=after)
    return after


def _locked(member: Membership) -> Membership:
    return Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=member.pk)


def _refuse_owner(member: Membership) -> None:
    if member.role == Role.OWNER:
        raise HelpdeskError(
            "not_allowed", _("The owner stays the owner. They can hand the workspace over to somebody else first.")
        )
