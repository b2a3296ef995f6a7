"""What an invitation has brought."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chat.invitation_report_page import page_of
from chat.inviting.report import report_of
from chat.models import Invitation
from helpdesk.accounts.views.doors import MemberRequest, admins_only, in_own_time

PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "": _("Since it began")}


@admins_only
@in_own_time
@require_safe
def report(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    """`?days=` 7, 30 or 90: of those for whom it was chosen since then."""
    rows = Invitation.objects.select_related("department").prefetch_related("variants")
    invitation = get_object_or_404(rows, public_id=public_id)
    days = request.GET.get("days", "")
    since = timezone.now() - timedelta(days=int(days)) if days and days in PERIODS else None
    context = {
        "invitation": invitation,
        "days": days if days in PERIODS else "",
        "periods": PERIODS.items(),
        "since": since,
        **page_of(report_of(invitation, since=since)),
    }
    return render(request, "chat/invitation_report.html", context)
