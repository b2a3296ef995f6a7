"""The workspace's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.workspace import update_workspace
from helpdesk.accounts.forms import WorkspaceForm
from helpdesk.accounts.models import Workspace
from helpdesk.accounts.views.doors import MemberRequest, admins_only, saves


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def workspace(request: MemberRequest, slug: str) -> HttpResponse:
    # A copy: the form writes what was typed onto its object, and the page around must not show that before it is saved.
    subject = Workspace.objects.get(pk=request.workspace.pk)
    form = WorkspaceForm(request.POST or None, instance=Workspace.objects.get(pk=subject.pk))
    if saves(request, form, lambda: update_workspace(workspace=subject, by=request.member, **form.cleaned_data)):
        messages.success(request, _("The workspace is saved."))
        return redirect("workspace_settings", slug=slug)
    return render(request, "accounts/workspace.html", {"form": form})
