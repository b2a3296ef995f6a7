"""Your profile: who you are, and your API tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions.api_token import create_api_token, revoke_api_token
from helpdesk.accounts.actions.profile import update_profile
from helpdesk.accounts.adapter import remember_language
from helpdesk.accounts.forms import ProfileForm, TokenForm
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.views.doors import MemberRequest, attempt, saves


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest, slug: str) -> HttpResponse:
    member = request.member
    form = ProfileForm(request.POST or None, initial=_initial(request))
    if saves(request, form, lambda: update_profile(by=member, **form.cleaned_data)):
        remember_language(request, member.user.language)
        with translation.override(member.user.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("profile", slug=slug)
    return _page(request, form=form)


@never_cache
@require_POST
def create_token(request: MemberRequest, slug: str) -> HttpResponse:
    """Answers the page itself and not a redirect: the token is shown this once and kept nowhere."""
    form = TokenForm(request.POST)
    made: list[tuple[ApiToken, str]] = []
    if saves(request, form, lambda: made.append(create_api_token(membership=request.member, **form.cleaned_data))):
        return _page(request, new_token=made[0][1])
    return _page(request, token_form=form)


@require_POST
def revoke_token(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.filter(membership=request.member), public_id=public_id)
    attempt(request, lambda: revoke_api_token(token=token, by=request.member), _("The token does not work any more."))
    return redirect("profile", slug=slug)


def _page(
    request: MemberRequest,
    form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    new_token: str | None = None,
) -> HttpResponse:
    context = {
        "form": form or ProfileForm(initial=_initial(request)),
        "token_form": token_form or TokenForm(),
        "new_token": new_token,
        "tokens": ApiToken.objects.filter(membership=request.member, revoked_at=None),
    }
    return render(request, "accounts/profile.html", context)


def _initial(request: MemberRequest) -> dict[str, Any]:
    member, user = request.member, request.member.user
    return {
        "name": user.name,
        "alias": member.alias,
        "language": user.language or request.LANGUAGE_CODE,
        "time_zone": user.time_zone,
        "languages": member.languages,
    }
