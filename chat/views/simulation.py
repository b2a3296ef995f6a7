"""Trying other settings of routing on a past period."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.simulation import cancel_simulation, start_simulation
from chat.forms.simulation import SimulationForm, shown_trial
from chat.models import Simulation
from chat.policies import policy_of
from chat.simulation_page import days_of, page_of, progress_of
from chat.trial import read_trial
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.models import Department
from helpdesk.accounts.views.doors import MemberRequest, admins_only, in_own_time, saves

MOST_SHOWN = 50


@admins_only
@in_own_time
@require_safe
def simulator(request: MemberRequest, slug: str) -> HttpResponse:
    """The earlier runs, the newest first."""
    runs = Simulation.objects.select_related("department", "member__user").defer("result")[:MOST_SHOWN]
    rows = [{"run": run, "days": days_of(run, request.workspace.zone)} for run in runs]
    return render(request, "chat/simulator.html", {"rows": rows})


@admins_only
@in_own_time
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, slug: str) -> HttpResponse:
    like = _earlier(request.GET.get("like", ""))
    department = like.department if like else _department(request.GET.get("department", ""))
    form = _form(request, department, like)
    started: list[Simulation] = []

    def start() -> None:
        period = form.chosen_period(request.workspace.zone)
        started.append(start_simulation(by=request.member, period=period, department=department, trial=form.trial()))

    if saves(request, form, start):
        return redirect("simulation", slug=slug, public_id=started[0].public_id)
    context = {"form": form, "department": department, "departments": Department.objects.all()}
    return render(request, "chat/simulation_new.html", context)


@admins_only
@in_own_time
@require_safe
def simulation(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    """How far it is or, when it is done, what came out."""
    found = get_object_or_404(Simulation.objects.select_related("department", "member__user"), public_id=public_id)
    return render(request, "chat/simulation.html", {"run": found, **page_of(found, request.workspace.zone)})


@admins_only
@require_safe
def progress(request: MemberRequest, slug: str, public_id: UUID) -> JsonResponse:
    return JsonResponse(progress_of(_simulation(public_id)))


@admins_only
@require_POST
def cancel(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    if cancel_simulation(by=request.member, simulation=_simulation(public_id)):
        messages.success(request, _("The simulation is cancelled."))
    return redirect("simulation", slug=slug, public_id=public_id)


def _simulation(public_id: UUID) -> Simulation:
    found: Simulation = get_object_or_404(Simulation.objects.defer("result"), public_id=public_id)
    return found


def _earlier(public_id: str) -> Simulation | None:
    found: Simulation | None = None
    if wanted := _uuid(public_id):
        found = Simulation.objects.defer("result").select_related("department").filter(public_id=wanted).first()
    return found


def _department(public_id: str) -> Department | None:
    wanted = _uuid(public_id)
    return get_object_or_404(Department.objects.all(), public_id=wanted) if wanted else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(request: MemberRequest, department: Department | None, like: Simulation | None) -> SimulationForm:
    """Filled with the settings as they are saved; `like`: with those of an earlier run, on the same days."""
    initial: dict[str, Any] = {}
    if like is not None:
        zone = request.workspace.zone
        first, last = days_of(like, zone)
        initial = {"period": "own", "starts_on": first, "ends_on": last, **shown_trial(read_trial(like.changes))}
    key = department.pk if department else None
    return SimulationForm(
        request.POST or None,
        # A copy: a form writes what it was sent into its row, and nothing of it is to be taken for saved.
        instance=copy(policy_of(key)),
        department=department,
        calendar=current_hours().of(key),
        zone=request.workspace.zone,
        initial=initial,
    )
