"""From a credential to a member: the look-ups that must cross workspaces, because they decide which one it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.api_token import note_use
from helpdesk.accounts.models import ApiToken, Department, Membership, User
from helpdesk.accounts.models.api_token import PREFIX, hash_token
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope


def member_by_slug(user_id: int, slug: str) -> Membership | None:
    """The person's active membership of the workspace, with user and workspace at hand."""
    return (
        Membership.unscoped.select_related("user", "workspace")
        .filter(user_id=user_id, workspace__slug=slug, is_active=True, user__is_active=True)
        .first()
    )


def member_by_token(token: str) -> Membership:
    """The member an API token acts as. Raises HelpdeskError token_invalid or token_revoked."""
    found = (
        ApiToken.unscoped.select_related("membership__user", "membership__workspace")
        .filter(token_hash=hash_token(token))
        .first()
        if token.startswith(PREFIX)
        else None
    )
    if found is None:
        raise HelpdeskError("token_invalid", _("This API token is not valid. Make a new one on your profile page."))
    member = found.membership
    if found.revoked_at is not None or not member.is_active or not member.user.is_active:
        raise HelpdeskError("token_revoked", _("This API token was revoked. Make a new one on your profile page."))
    with scope.workspace(member.workspace_id):
        note_use(found)
    return member


def session_user_id(session_key: str) -> int | None:
    """Whose session this is, if it is alive and its password is still the one it was made with."""
    session = Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).first()
    if session is None:
        return None
    data: dict[str, Any] = session.get_decoded()
    if BACKEND_SESSION_KEY not in data or not str(data.get(SESSION_KEY, "")).isdigit():
        return None
    user = User.objects.filter(pk=int(data[SESSION_KEY]), is_active=True).first()
    if user is None or not _made_with_this_password(user, data.get(HASH_SESSION_KEY, "")):
        return None
    return user.pk


def _made_with_this_password(user: User, session_hash: str) -> bool:
    if constant_time_compare(session_hash, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(session_hash, old) for old in user.get_session_auth_fallback_hash())


def is_token_alive(token_hash: str) -> bool:
    return ApiToken.unscoped.filter(token_hash=token_hash, revoked_at=None).exists()


def fresh_member(membership_id: int) -> Membership | None:
    """The membership as it is now, or None when it, or its person, was switched off."""
    return (
        Membership.unscoped.select_related("user", "workspace")
        .filter(pk=membership_id, is_active=True, user__is_active=True)
        .first()
    )


def department_ids(member: Membership) -> list[int]:
    with scope.workspace(member.workspace_id):
        return list(Department.objects.of(member.pk).values_list("id", flat=True))
