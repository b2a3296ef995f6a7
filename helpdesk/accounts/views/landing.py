"""The first page: to work, or to what this is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from helpdesk.accounts.workspaces import workspaces_of


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Signed in: the inbox one worked in last, or how to get one. Else: what Helpdesk is."""
    if not request.user.is_authenticated:
        return render(request, "accounts/landing.html")
    workspaces = workspaces_of(request.user)
    if workspaces:
        return redirect("inbox", slug=workspaces[0].slug)
    return render(request, "accounts/no_workspace.html")
