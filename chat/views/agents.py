"""A person's page for admins: what they answer in, how many chats they may have, and whether they rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions.agents import (
    change_agent,
    force_agent_online,
    let_agent_keep_hours,
    pause_agent,
    resume_agent,
)
from chat.floor import loads_of
from chat.forms.agent import AgentForm
from chat.models import DepartmentPause, Desk
from chat.routing_words import FORCED_WHYS, PAUSED_WHYS
from helpdesk.accounts.models import DepartmentMember, Membership
from helpdesk.accounts.views.doors import MemberRequest, admins_only, attempt, in_own_time, saves


@admins_only
@in_own_time
@require_http_methods(["GET", "HEAD", "POST"])
def agent(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    person = _person(public_id)
    desk = Desk.objects.filter(membership=person).first() or Desk(membership=person)
    form = AgentForm(request.POST or None, initial={"chat_limit": desk.chat_limit, "languages": person.languages})
    if saves(request, form, lambda: change_agent(member=person, by=request.member, **form.cleaned_data)):
        messages.success(request, _("%(name)s is saved.") % {"name": person.name})
        return redirect("member", slug=slug, public_id=public_id)
    return render(request, "chat/agent.html", {"form": form, **_shown(person, desk)})


@admins_only
@require_POST
def pause(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _do(request, slug, public_id, pause_agent, _("%(name)s is offered no chats until somebody resumes."))


@admins_only
@require_POST
def resume(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _do(request, slug, public_id, resume_agent, _("%(name)s is offered chats again."))


@admins_only
@require_POST
def force_online(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    done = _("%(name)s can be rung outside the opening hours too.")
    return _do(request, slug, public_id, force_agent_online, done)


@admins_only
@require_POST
def keep_hours(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    return _do(request, slug, public_id, let_agent_keep_hours, _("%(name)s is available within the opening hours."))


def _do(request: MemberRequest, slug: str, public_id: UUID, verb: Callable[..., None], done: str) -> HttpResponse:
    """One verb about the person, then their page."""
    person = _person(public_id)
    attempt(request, lambda: verb(member=person, by=request.member), done % {"name": person.name})
    return redirect("member", slug=slug, public_id=public_id)


def _person(public_id: UUID) -> Membership:
    found: Membership = get_object_or_404(Membership.objects.select_related("user"), public_id=public_id)
    return found


def _shown(person: Membership, desk: Desk) -> dict[str, Any]:
    places = DepartmentMember.objects.filter(membership=person).select_related("department")
    paused = DepartmentPause.objects.filter(membership=person).select_related("department")
    return {
        "person": person,
        "status": person.get_status_display() if person.is_present else _("Offline"),
        "load": loads_of([person.pk]).get(person.pk, 0),
        "desk": desk,
        "forced_why": FORCED_WHYS.get(desk.forced_online_why, ""),
        "paused_why": PAUSED_WHYS.get(desk.paused_why, ""),
        "paused_departments": [each.department for each in paused],
        "places": places.order_by("department__name", "id"),
    }
