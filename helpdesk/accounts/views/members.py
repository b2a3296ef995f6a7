"""People and roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions.invitation import invite_member, resend_invitation, revoke_invitation
from helpdesk.accounts.actions.membership import (
    change_role,
    deactivate_member,
    reactivate_member,
    transfer_ownership,
)
from helpdesk.accounts.forms import ROLE_CHOICES, InvitationForm
from helpdesk.accounts.models import Invitation, Membership
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, saves


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: MemberRequest, slug: str) -> HttpResponse:
    """The list; a POST invites somebody."""
    form = InvitationForm(request.POST or None)
    if saves(request, form, lambda: invite_member(by=request.member, **form.cleaned_data)):
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("members", slug=slug)
    people = Membership.objects.select_related("user").prefetch_related("departments").order_by("user__name", "id")
    context = {
        "form": form,
        "people": [person for person in people if person.is_active],
        "former": [person for person in people if not person.is_active],
        "invitations": Invitation.objects.pending().prefetch_related("departments"),
        "roles": ROLE_CHOICES,
    }
    return render(request, "accounts/members.html", context)


def _on_member(request: MemberRequest, slug: str, public_id: UUID, verb: Any, done: str, **fields: Any) -> HttpResponse:
    person = get_object_or_404(Membership.objects.select_related("user"), public_id=public_id)
    attempt(request, lambda: verb(member=person, by=request.member, **fields), done % {"name": person.name})
    return redirect("members", slug=slug)


@admins_only
@require_POST
def role(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    wanted = request.POST.get("role", "")
    return _on_member(request, slug, public_id, change_role, _("%(name)s has another role now."), role=wanted)


@admins_only
@require_POST
def deactivate(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _on_member(request, slug, public_id, deactivate_member, _("%(name)s cannot open this workspace any more."))


@admins_only
@require_POST
def reactivate(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _on_member(request, slug, public_id, reactivate_member, _("%(name)s is part of the workspace again."))


@admins_only
@require_POST
def transfer(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    def verb(member: Membership, by: Membership) -> Membership:
        return transfer_ownership(to=member, by=by)

    return _on_member(request, slug, public_id, verb, _("%(name)s owns the workspace now."))


@admins_only
@require_POST
def resend(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.all(), public_id=public_id)
    attempt(
        request, lambda: resend_invitation(invitation=invitation, by=request.member), _("Sent again, with a new link.")
    )
    return redirect("members", slug=slug)


@admins_only
@require_POST
def revoke(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.all(), public_id=public_id)
    attempt(
        request, lambda: revoke_invitation(invitation=invitation, by=request.member), _("The invitation is taken back.")
    )
    return redirect("members", slug=slug)
