"""Settings of canned messages: everybody's own, and the shared ones for those who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.views.doors import MemberRequest, attempt, saves
from tickets.actions.canned import EDITABLE, change_canned, create_canned, delete_canned
from tickets.forms.canned import CannedForm
from tickets.models import CannedMessage, Scope


@require_safe
def canned_messages(request: MemberRequest, slug: str) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    usable = CannedMessage.objects.usable_by(request.member).select_related("department", "owner__user")
    found = list(usable.matching(query)[:500] if query else usable[:500])
    for each in found:
        each.is_editable = each.is_editable_by(request.member)  # type: ignore[attr-defined]
    groups = [(choice.label, [each for each in found if each.scope == choice]) for choice in Scope]
    context = {
        "groups": [group for group in groups if group[1]],
        "query": query,
        "has_any": bool(found) or usable.exists(),
    }
    return render(request, "tickets/canned_messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, slug: str) -> HttpResponse:
    form = CannedForm(request.POST or None, member=request.member)
    if saves(request, form, lambda: create_canned(by=request.member, **form.cleaned_data)):
        return _saved(request, slug)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    canned = _editable(request, public_id)
    initial = {name: getattr(canned, name) for name in EDITABLE}
    initial["department"] = canned.department.public_id if canned.department else None
    form = CannedForm(request.POST or None, member=request.member, initial=initial)
    if saves(request, form, lambda: change_canned(canned=canned, by=request.member, **form.cleaned_data)):
        return _saved(request, slug)
    return _page(request, form, public_id)


@require_POST
def delete(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    canned = _editable(request, public_id)
    attempt(request, lambda: delete_canned(canned=canned, by=request.member), _("The message is deleted."))
    return redirect("canned", slug=slug)


def _editable(request: MemberRequest, public_id: UUID) -> CannedMessage:
    """404 for what one may not even use, 403 for what one may use and not change."""
    canned = get_object_or_404(CannedMessage.objects.usable_by(request.member), public_id=public_id)
    if not canned.is_editable_by(request.member):
        raise PermissionDenied(_("Shared messages are changed by whoever wrote them and by admins."))
    return canned


def _saved(request: MemberRequest, slug: str) -> HttpResponse:
    messages.success(request, _("The message is saved."))
    return redirect("canned", slug=slug)


def _page(request: MemberRequest, form: CannedForm, public_id: Any) -> HttpResponse:
    """The sample values stand in the page for the preview; they are nobody's."""
    sample = {
        "visitor.name": "Clara Lind",
        "visitor.email": "clara@example.com",
        "agent.name": request.member.public_name,
        "ticket.number": "1042",
        "workspace.name": request.workspace.name,
    }
    return render(request, "tickets/canned_message.html", {"form": form, "public_id": public_id, "sample": sample})
