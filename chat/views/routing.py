"""How chats find an agent: the settings of the workspace and of each department, and what they would do now."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions.routing_policy import clear_routing_policy, set_routing_policy
from chat.eta_words import told_waits
from chat.floor import Floor, read_floor
from chat.forms.priority_rules import PriorityRules, rules_of, shown_rules
from chat.forms.routing import RoutingForm
from chat.forms.routing_sample import SampleForm
from chat.models import RoutingPolicy
from chat.policies import Policies, current_policies
from chat.priorities import points
from chat.routing_panel import Panel, difference, panel_of, situation_now
from helpdesk.accounts.hours import current_hours
from helpdesk.accounts.models import Department
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, in_own_time, saves

MOST_COUNTED = 60  # changes that the save bar says one by one


@admins_only
@in_own_time
@require_http_methods(["GET", "HEAD", "POST"])
def of_workspace(request: MemberRequest, slug: str) -> HttpResponse:
    return _edit(request, None)


@admins_only
@in_own_time
@require_http_methods(["GET", "HEAD", "POST"])
def of_department(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _edit(request, _department(public_id))


@admins_only
@require_POST
def own(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    """From now on the department has settings of its own, at first the same."""
    department = _department(public_id)
    attempt(
        request,
        lambda: set_routing_policy(by=request.member, department=department),
        _("%(name)s has settings of its own now.") % {"name": department.name},
    )
    return redirect("department_routing", slug=slug, public_id=public_id)


@admins_only
@require_POST
def follow(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    department = _department(public_id)
    attempt(
        request,
        lambda: clear_routing_policy(by=request.member, department=department),
        _("%(name)s follows the workspace again.") % {"name": department.name},
    )
    return redirect("department_routing", slug=slug, public_id=public_id)


@admins_only
@in_own_time
@require_POST
def workspace_preview(request: MemberRequest, slug: str) -> HttpResponse:
    return _fragment(request, None)


@admins_only
@in_own_time
@require_POST
def department_preview(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _fragment(request, _department(public_id))


def _department(public_id: UUID) -> Department:
    found: Department = get_object_or_404(Department.objects.all(), public_id=public_id)
    return found


# --- the form ---------------------------------------------------------------------------------------------------------
def _edit(request: MemberRequest, department: Department | None) -> HttpResponse:
    policies = current_policies()
    saved = policies.of(_key(department))
    form, rules = _forms(request.POST or None, saved, department)

    def save() -> None:
        set_routing_policy(
            by=request.member, department=department, priority_rules=rules_of(rules), **form.cleaned_data
        )

    # Both are asked, so that everything at fault is shown at once.
    if (request.method != "POST" or rules.is_valid()) and saves(request, form, save):
        messages.success(request, _("The routing is saved."))
        if department is None:
            return redirect("routing", slug=request.workspace.slug)
        return redirect("department_routing", slug=request.workspace.slug, public_id=department.public_id)
    departments = list(Department.objects.all())
    context = {
        "form": form,
        "rules": rules,
        "department": department,
        "departments": [(each, each.pk in policies.rows) for each in departments],
        "told_waits": told_waits([department] if department else [*departments, None]),
        "follows": department is not None and department.pk not in policies.rows and request.method != "POST",
        "unsaved": [_unsaved(count) for count in range(1, MOST_COUNTED + 1)],
        **_tried(department, request.GET),
    }
    return render(request, "chat/routing.html", context)


def _key(department: Department | None) -> int | None:
    return department.pk if department else None


def _forms(data: QueryDict | None, saved: RoutingPolicy, department: Department | None) -> tuple[RoutingForm, Any]:
    # A copy: a form writes what it was sent into its row, and the page around must not show that as saved.
    form = RoutingForm(data, instance=copy(saved), department=department)
    return form, PriorityRules(data, prefix="rules", initial=shown_rules(saved.priority_rules))


def _unsaved(count: int) -> str:
    return ngettext("%(count)d change not saved.", "%(count)d changes not saved.", count) % {"count": count}


# --- the panel --------------------------------------------------------------------------------------------------------
def _fragment(request: MemberRequest, department: Department | None) -> HttpResponse:
    """What the settings as typed would do now. Without settings in the request: what the saved ones would."""
    return render(request, "chat/routing_preview.html", _tried(department, request.POST))


def _tried(department: Department | None, data: QueryDict) -> dict[str, Any]:
    """`panel` and `sample` for the chat that `data` describes, by the settings in `data` if there are any."""
    now, key, policies = timezone.now(), _key(department), current_policies()
    saved, floor = policies.of(key), read_floor(policies, now)
    form = SampleForm(data, people=[seat.member for seat in floor.seats_of(key)])
    sample, is_open = form.sample(), current_hours().is_open(key, now)

    def panel(floor: Floor, policy: RoutingPolicy) -> Panel:
        return panel_of(floor, key, policy, situation_now(floor, key, policy, sample, is_open=is_open))

    shown = panel(floor, saved)
    typed, is_refused = _typed(data, saved, department)
    if typed is not None:
        changed = panel(Floor(now, Policies({**policies.rows, key: typed}), floor.seats), typed)
        changed.as_saved = difference(shown, changed)
        shown = changed
    shown.points = points((typed or saved).priority_rules, sample)
    return {"panel": shown, "sample": form, "is_refused": is_refused}


def _typed(data: QueryDict, saved: RoutingPolicy, department: Department | None) -> tuple[RoutingPolicy | None, bool]:
    """The settings in `data`, not saved; and whether they cannot be saved as they are."""
    if "strategy" not in data:
        return None, False
    form, rules = _forms(data, saved, department)
    if not (rules.is_valid() and form.is_valid()):
        return None, True
    form.instance.priority_rules = rules_of(rules)
    return form.instance, False
