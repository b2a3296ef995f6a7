"""The page behind an invitation's link."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.invitation import (
    accept_invitation,
    accept_invitation_as_new,
    belongs_to,
    find_invitation,
    has_account,
)
from helpdesk.accounts.forms import JoinForm
from helpdesk.accounts.models import Invitation, Membership
from helpdesk.accounts.views.doors import MemberRequest, attempt, saves


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept as who is signed in, as a new person, or be told which account to sign in to."""
    invitation = find_invitation(token)
    if invitation is None or invitation.is_expired:
        return render(request, "accounts/invitation_over.html", {"invitation": invitation}, status=410)
    if request.user.is_authenticated:
        return _accept_signed_in(cast(MemberRequest, request), invitation, token)
    if has_account(invitation.email):
        return render(request, "accounts/invitation_sign_in.html", {"invitation": invitation})
    return _accept_as_new(request, invitation, token)


def _accept_signed_in(request: MemberRequest, invitation: Invitation, token: str) -> HttpResponse:
    if not belongs_to(request.user, invitation.email):
        return render(request, "accounts/invitation_other_account.html", {"invitation": invitation})
    done = _("Welcome to %(workspace)s.") % {"workspace": invitation.workspace.name}
    if request.method == "POST" and attempt(request, lambda: accept_invitation(token=token, user=request.user), done):
        return redirect("inbox", slug=invitation.workspace.slug)
    return render(request, "accounts/invitation_accept.html", {"invitation": invitation})


def _accept_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None)
    joined: list[Membership] = []
    if saves(request, form, lambda: joined.append(accept_invitation_as_new(token=token, **form.cleaned_data))):
        get_adapter().login(request, joined[0].user)
        messages.success(request, _("Welcome to %(workspace)s.") % {"workspace": invitation.workspace.name})
        return redirect("inbox", slug=invitation.workspace.slug)
    return render(request, "accounts/invitation_join.html", {"invitation": invitation, "form": form})
