"""Making and revoking API tokens."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.models import ApiToken, Membership
from helpdesk.accounts.models.api_token import PREFIX, hash_token
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope

MAX_TOKENS = 20
NOTED_EVERY = timedelta(minutes=1)


def create_api_token(*, membership: Membership, name: str) -> tuple[ApiToken, str]:
    """Make a token that acts as this member. Returns the row and the token, which cannot be read again later.

    Raises `not_allowed` for somebody shut out, `blank` without a name, `invalid` beyond twenty live tokens.
    """
    name = name.strip()[:80]
    if not membership.is_active:
        raise HelpdeskError("not_allowed", _("This person is not part of the workspace any more."))
    if not name:
        raise HelpdeskError("blank", _("Say what the token is for."), field="name")
    token = PREFIX + secrets.token_urlsafe(32)
    with scope.atomic():
        if ApiToken.objects.filter(membership=membership, revoked_at=None).count() >= MAX_TOKENS:
            raise HelpdeskError("invalid", _("You have twenty tokens. Revoke one that is not needed."), field="name")
        row = ApiToken.objects.create(membership=membership, name=name, hint=token[:8], token_hash=hash_token(token))
        record(by=membership, action="api_token.created", target=name)
    return row, token


def revoke_api_token(*, token: ApiToken, by: Membership) -> ApiToken:
    """Make a token useless at once. Raises `not_allowed` unless it is one's own or one is an admin."""
    if token.membership_id != by.pk and not by.is_admin:
        raise HelpdeskError("not_allowed", _("This token belongs to somebody else."))
    with scope.atomic():
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            record(by=by, action="api_token.revoked", target=token)
    return token


def note_use(token: ApiToken) -> None:
    """Note that the token was used, at most once a minute. Must hold: its workspace is active."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
