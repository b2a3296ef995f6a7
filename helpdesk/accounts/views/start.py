"""Where the word "Settings" leads."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpdesk.accounts.views.doors import MemberRequest


@require_safe
def start(request: MemberRequest, slug: str) -> HttpResponse:
    return redirect("members" if request.member.is_admin else "profile", slug=slug)
