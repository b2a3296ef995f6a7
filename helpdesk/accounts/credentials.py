"""From a credential to a member: the look-ups that must cross workspaces, because they decide which one it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.api_token import note_use
from helpdesk.accounts.models import ApiToken, Department, DepartmentMember, Membership, User
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
    data = session.get_decoded()
    user = User.objects.filter(pk=_claimed_user_id(data) or 0, is_active=True).first()
    return user.pk if user is not None and _made_with_this_password(user, data.get(HASH_SESSION_KEY, "")) else None


def _claimed_user_id(data: Mapping[str, Any]) -> int | None:
    if BACKEND_SESSION_KEY not in data or not str(data.get(SESSION_KEY, "")).isdigit():
        return None
    return int(data[SESSION_KEY])


def _made_with_this_password(user: User, session_hash: str) -> bool:
    if constant_time_compare(session_hash, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(session_hash, old) for old in user.get_session_auth_fallback_hash())


def own_departments(member: Membership) -> dict[int, UUID]:
    """The member's departments: key and public id."""
    with scope.workspace(member.workspace_id):
        return dict(Department.objects.of(member.pk).values_list("id", "public_id"))


# --- the same for many at once: each is one query, whatever the number ------------------------------------------------
def fresh_members(membership_ids: Iterable[int]) -> dict[int, Membership]:
    """The memberships as they are now, by key, without those that, or whose person, were switched off."""
    found = Membership.unscoped.select_related("user", "workspace")
    return found.filter(is_active=True, user__is_active=True).in_bulk(list(membership_ids))


def live_sessions(session_keys: Collection[str], members: Iterable[Membership]) -> dict[str, int]:
    """Whose session each of these is, as `session_user_id`, for persons that are among the members."""
    if not session_keys:
        return {}
    users = {member.user_id: member.user for member in members}
    alive = {}
    for session in Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now()):
        data = session.get_decoded()
        user = users.get(_claimed_user_id(data) or 0)
        if user is not None and _made_with_this_password(user, data.get(HASH_SESSION_KEY, "")):
            alive[session.session_key] = user.pk
    return alive


def live_tokens(token_hashes: Collection[str]) -> set[str]:
    """Which of these API tokens were not revoked."""
    if not token_hashes:
        return set()
    tokens = ApiToken.unscoped.filter(token_hash__in=token_hashes, revoked_at=None)
    return set(tokens.values_list("token_hash", flat=True))


def departments_of(membership_ids: Iterable[int]) -> dict[int, set[int]]:
    """The departments of each of these members."""
    found: dict[int, set[int]] = {pk: set() for pk in membership_ids}
    links = DepartmentMember.unscoped.filter(membership_id__in=found)
    for membership_id, department_id in links.values_list("membership_id", "department_id"):
        found[membership_id].add(department_id)
    return found
