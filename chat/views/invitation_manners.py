"""How much visitors are asked at most, whoever asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.actions.invitations import set_manners
from chat.forms.manners import MannersForm, shown_manners
from chat.inviting.catalogue import current_manners
from helpdesk.accounts.views.doors import MemberRequest, admins_only, saves


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def manners(request: MemberRequest, slug: str) -> HttpResponse:
    form = MannersForm(request.POST if request.method == "POST" else None, initial=shown_manners(current_manners()))
    if saves(request, form, lambda: set_manners(by=request.member, **form.cleaned_data)):
        messages.success(request, _("The rules are saved. Open pages follow within seconds."))
        return redirect("invitation_manners", slug=slug)
    return render(request, "chat/invitation_manners.html", {"form": form})
