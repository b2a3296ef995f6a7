"""Opening hours: of the workspace, and of the departments that have their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions.opening_hours import clear_opening_hours, set_opening_hours
from helpdesk.accounts.hours import Hours, current_hours
from helpdesk.accounts.hours_forms import OpeningHoursForm, SpecialDays, shown_form, shown_special_days, special_days
from helpdesk.accounts.models import Department, OpeningHours
from helpdesk.accounts.views.doors import MemberRequest, admins_only, saves

OWN = ("own", gettext_lazy("These hours"), gettext_lazy("Outside of them visitors leave a message."))
MODES = {
    "always": (
        "always",
        gettext_lazy("At all times"),
        gettext_lazy("The chat is open whenever somebody is online."),
    ),
    "workspace": (
        "workspace",
        gettext_lazy("Like the workspace"),
        gettext_lazy("Whatever is set for the whole workspace."),
    ),
}


@admins_only
@require_safe
def overview(request: MemberRequest, slug: str) -> HttpResponse:
    hours, now = current_hours(), timezone.now()
    rows = [
        {"department": each, "own": each.pk in hours.calendars, **_now(hours, each.pk, now)}
        for each in Department.objects.all()
    ]
    whole = {"own": None in hours.calendars, **_now(hours, None, now)}
    return render(request, "accounts/hours.html", {"whole": whole, "rows": rows})


def _now(hours: Hours, department_id: int | None, now: datetime) -> dict[str, Any]:
    """Whether it is open, and until when that stays so, in the calendar's own zone."""
    calendar = hours.of(department_id)
    change = calendar.next_change(now) if calendar else None
    return {
        "is_open": hours.is_open(department_id, now),
        "change": change.astimezone(calendar.zone) if calendar and change else None,
        "zone": str(calendar.zone).replace("_", " ") if calendar else "",
    }


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def of_workspace(request: MemberRequest, slug: str) -> HttpResponse:
    return _edit(request, None, "always")


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def of_department(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(Department.objects.all(), public_id=public_id), "workspace")


def _edit(request: MemberRequest, department: Department | None, other: str) -> HttpResponse:
    hours = OpeningHours.objects.filter(department=department).first()
    form = OpeningHoursForm(
        request.POST or None,
        modes=[MODES[other], OWN],
        initial=shown_form(hours, other, request.workspace.time_zone),
    )
    days = SpecialDays(request.POST or None, prefix="special", initial=shown_special_days(hours))

    def save() -> None:
        if not form.wants_own:
            clear_opening_hours(by=request.member, department=department)
            return
        set_opening_hours(
            by=request.member,
            department=department,
            time_zone=form.cleaned_data["time_zone"],
            week=form.week(),
            special=special_days(days),
        )

    wants_days = request.POST.get("mode") == "own"
    # Both are asked, so that everything at fault is shown at once.
    if (not wants_days or days.is_valid()) and saves(request, form, save):
        messages.success(request, _("The hours are saved."))
        return redirect("hours", slug=request.workspace.slug)
    return render(request, "accounts/hours_edit.html", {"form": form, "days": days, "department": department})
