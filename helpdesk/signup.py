"""Signing up: an account, its workspace and the workspace's first widget, all or nothing.

This stands above accounts and widget because it joins them: accounts may not know widgets.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.views import SignupView as AllauthSignupView
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.workspace import create_workspace
from helpdesk.accounts.forms import SignupForm, WorkspaceNameForm
from helpdesk.accounts.models import Membership, User, Workspace
from helpdesk.accounts.views.doors import MemberRequest, saves
from helpdesk.tenancy import scope
from widget.actions.widgets import create_widget


def open_workspace(*, name: str, owner: User, time_zone: str = "", language: str = "en") -> Workspace:
    """Open a workspace with its first widget, which waits for its site. Raises what `create_workspace` does."""
    with transaction.atomic():
        workspace = create_workspace(name=name, owner=owner, time_zone=time_zone, language=language)
        with scope.workspace(workspace.pk):
            create_widget(name=workspace.name, by=Membership.objects.get(user=owner))
    return workspace


def _open_from(form: Any, owner: User) -> Workspace:
    data = form.cleaned_data
    return open_workspace(name=data["workspace"], owner=owner, time_zone=data["time_zone"], language=data["language"])


class SignupView(AllauthSignupView):
    form_class = SignupForm

    def form_valid(self, form: Any) -> HttpResponse:
        if form.account_already_exists:
            return self._already_here(form)
        try:
            with transaction.atomic():
                user = form.save(self.request)
                workspace = _open_from(form, user)
        except IntegrityError:  # the same address, twice at once
            return self._already_here(form)
        return complete_signup(self.request, user=user, redirect_url=reverse("setup", args=[workspace.slug]))

    def _already_here(self, form: Any) -> HttpResponse:
        """Only the mailbox's owner learns that there is an account. Hashing takes the time that making one takes."""
        make_password(form.cleaned_data["password1"])
        get_adapter().send_account_already_exists_mail(form.cleaned_data["email"])
        return redirect("account_email_verification_sent")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_workspace(request: MemberRequest) -> HttpResponse:
    form = WorkspaceNameForm(request.POST or None)
    made: list[Workspace] = []
    if saves(request, form, lambda: made.append(_open_from(form, request.user))):
        return redirect("setup", slug=made[0].slug)
    return render(request, "accounts/new_workspace.html", {"form": form})


# Included under /accounts/ before allauth's own, whose sign-up makes no workspace.
urlpatterns = [
    path("signup/", SignupView.as_view(), name="account_signup"),
    path("workspaces/new/", new_workspace, name="new_workspace"),
]
