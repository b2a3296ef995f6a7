"""Inviting people, and coming in through an invitation."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.audit import record
from helpdesk.accounts.actions.permission import require_admin
from helpdesk.accounts.mails import own_url, queue_template
from helpdesk.accounts.models import (
    Department,
    DepartmentMember,
    Invitation,
    InvitationDepartment,
    Membership,
    Role,
    User,
)
from helpdesk.accounts.models.api_token import hash_token
from helpdesk.accounts.models.invitation import VALID_HOURS
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope

TOKEN_LENGTH = 43  # secrets.token_urlsafe(32)
MAX_PENDING = 200
RESEND_SECONDS = 60


def invite_member(
    *, email: str, role: str = Role.AGENT, departments: Iterable[Department] = (), by: Membership
) -> Invitation:
    """Send somebody a single-use link into this workspace. An earlier open invitation of the same address ends.

    Raises `not_allowed`, `invalid_email`, `choice`, and `invalid` for somebody who is here already.
    """
    require_admin(by)
    email = _clean_email(email)
    if role not in (Role.ADMIN, Role.AGENT):
        raise HelpdeskError("choice", _("Choose “Admin” or “Agent”."), field="role")
    with scope.atomic():
        _refuse_present(email)
        pending = Invitation.objects.pending()
        pending.filter(email__iexact=email).update(revoked_at=timezone.now(), token_hash=None)
        if pending.count() >= MAX_PENDING:
            raise HelpdeskError("rate_limited", _("Too many open invitations. Take some back first."), field="email")
        invitation = Invitation(email=email, role=role, invited_by=by)
        _send(invitation, by=by)
        InvitationDepartment.objects.bulk_create(
            InvitationDepartment(invitation=invitation, department=department) for department in departments
        )
        record(by=by, action="member.invited", target=email, role=role)
    return invitation


def _clean_email(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise HelpdeskError(
            "invalid_email", _("Write a whole address, for example name@example.com."), field="email"
        ) from error
    return email


def _refuse_present(email: str) -> None:
    member = Membership.objects.filter(user__email__iexact=email).first()
    if member is None:
        return
    message = (
        _("This person is part of the workspace already.")
        if member.is_active
        else _("This person was here before. Give them access again in the list of people.")
    )
    raise HelpdeskError("invalid", message, field="email")


def _send(invitation: Invitation, *, by: Membership) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_token(token)
    invitation.expires_at = timezone.now() + timedelta(hours=VALID_HOURS)
    invitation.save()
    workspace = by.workspace
    queue_template(
        to=invitation.email,
        template="invitation",
        language=workspace.language,
        context={
            "workspace": workspace,
            "inviter": by,
            "role": invitation.get_role_display(),
            "hours": VALID_HOURS,
            "url": own_url(reverse("accept_invitation", args=[token])),
        },
    )


def resend_invitation(*, invitation: Invitation, by: Membership) -> Invitation:
    """Send a new link, valid for 72 hours from now; the earlier one stops working.

    Raises `not_allowed`, `not_found` when it was accepted or taken back, `rate_limited` within a minute.
    """
    require_admin(by)
    with scope.atomic():
        invitation = _locked_pending(invitation)
        sent_at = invitation.expires_at - timedelta(hours=VALID_HOURS)
        if timezone.now() - sent_at < timedelta(seconds=RESEND_SECONDS):
            raise HelpdeskError(
                "rate_limited",
                _("It was sent a moment ago. Wait a minute before you send it again."),
                retry_in_ms=RESEND_SECONDS * 1000,
            )
        _send(invitation, by=by)
        record(by=by, action="member.invited_again", target=invitation)
    return invitation


def revoke_invitation(*, invitation: Invitation, by: Membership) -> Invitation:
    """Take an invitation back: its link stops working. Raises `not_allowed`, `not_found` when it is used already."""
    require_admin(by)
    with scope.atomic():
        invitation = _locked_pending(invitation)
        invitation.revoked_at = timezone.now()
        invitation.token_hash = None
        invitation.save(update_fields=["revoked_at", "token_hash"])
        record(by=by, action="member.invitation_revoked", target=invitation)
    return invitation


def _locked_pending(invitation: Invitation) -> Invitation:
    row = Invitation.objects.pending().select_for_update().filter(pk=invitation.pk).first()
    if row is None:
        raise HelpdeskError("not_found", _("This invitation was used or taken back meanwhile."))
    return row


def find_invitation(token: str) -> Invitation | None:
    """The invitation that a link opens, also an expired one; None for every other text.

    Needs no active workspace: the link is what names it. Only the hash is compared, so the time says nothing.
    """
    if len(token) != TOKEN_LENGTH:  # also the empty text, which must never meet a used invitation's NULL
        return None
    found = Invitation.unscoped.select_related("workspace", "invited_by__user")
    return found.filter(token_hash=hash_token(token), accepted_at=None, revoked_at=None).first()


def belongs_to(user: User, email: str) -> bool:
    """Whether an address is this account's: the one it signs in with, or another one it has verified."""
    if user.email.casefold() == email.casefold():
        return True
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def has_account(email: str) -> bool:
    return (
        User.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def accept_invitation(*, token: str, user: User) -> Membership:
    """Come in with an existing account, which must be the invited address's and be signed in.

    Afterwards the person is an active member with the invited role and departments, the address is verified (the link
    was read in its mailbox), and the link is used up. Raises `not_found` for a link that does not work, `not_allowed`
    for another person's.
    """
    invitation = _require_open(token)
    with scope.workspace(invitation.workspace_id), scope.atomic():
        return _accept(token, user)


def accept_invitation_as_new(*, token: str, password: str, **profile: Any) -> Membership:
    """Make an account for the invited address and come in with it. `profile`: name, language, time_zone.

    Raises `not_found`, `invalid` when the address has an account already (sign in first), ValidationError for a weak
    password.
    """
    invitation = _require_open(token)
    if has_account(invitation.email):
        raise _sign_in_first()
    validate_password(password, User(email=invitation.email, name=profile.get("name", "")))
    with scope.workspace(invitation.workspace_id):
        try:
            with scope.atomic():
                return _accept(token, User.objects.create_user(invitation.email.lower(), password, **profile))
        except IntegrityError as error:  # the same link opened twice at once
            raise _sign_in_first() from error


def _sign_in_first() -> HelpdeskError:
    return HelpdeskError(
        "invalid", _("There is an account with this address already. Sign in to it first."), field="email"
    )


def _require_open(token: str) -> Invitation:
    invitation = find_invitation(token)
    if invitation is None or invitation.is_expired:
        raise _not_valid()
    return invitation


def _not_valid() -> HelpdeskError:
    return HelpdeskError("not_found", _("This invitation does not work any more. Ask for a new one."))


def _accept(token: str, user: User) -> Membership:
    """The part under the lock; the invitation is read again, because it may have been used meanwhile."""
    invitation = Invitation.objects.open().select_for_update().filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise _not_valid()
    if not user.is_active or not belongs_to(user, invitation.email):
        raise HelpdeskError("not_allowed", _("This invitation is for another address."))
    member = _join(user, invitation)
    _verify(user, invitation.email)
    invitation.accepted_at = timezone.now()
    invitation.token_hash = None
    invitation.save(update_fields=["accepted_at", "token_hash"])
    record(by=member, action="member.joined", target=member, role=member.role)
    return member


def _join(user: User, invitation: Invitation) -> Membership:
    member, is_new = Membership.objects.get_or_create(user=user, defaults={"role": invitation.role})
    if not is_new and not member.is_active:
        member.is_active, member.role = True, invitation.role
        member.save(update_fields=["is_active", "role"])
    for department in invitation.departments.all():
        DepartmentMember.objects.get_or_create(department=department, membership=member)
    return member


def _verify(user: User, email: str) -> None:
    address = EmailAddress.objects.filter(user=user, email__iexact=email).first()
    if address is None:
        has_primary = EmailAddress.objects.filter(user=user, primary=True).exists()
        EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=not has_primary)
    elif not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
