"""Why somebody is asked or not: a made-up visitor now, and the records of what was decided."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chat.capacity import current_capacity
from chat.condition_names import known_names
from chat.forms.invitation_log import LogForm
from chat.forms.sample_visitor import SampleVisitorForm
from chat.invitation_panel import headline, panels_of
from chat.inviting.catalogue import Catalogue, as_invitation, current_manners
from chat.inviting.explaining import explain
from chat.inviting.shop import teams_of, workspace_offset
from chat.models import Invitation, InvitationDecision
from chat.targeting.choose import Occasion, choose
from helpdesk.accounts.views.doors import MemberRequest, admins_only, in_own_time

MOST_LISTED = 50


@admins_only
@in_own_time
@require_safe
def try_out(request: MemberRequest, slug: str) -> HttpResponse:
    """The active invitations and, as if it were active, the one that is asked about. Nothing is written."""
    wanted = request.GET.get("invitation", "")
    data = request.GET if "url" in request.GET else None
    form = SampleVisitorForm(data, language=request.LANGUAGE_CODE)
    if data is None:
        form = SampleVisitorForm(
            {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()},
            language=request.LANGUAGE_CODE,
        )
    context = {"form": form, "wanted": wanted, "names": known_names()}
    if form.is_valid():
        context |= _tried(request, form, wanted)
    return render(request, "chat/invitation_try.html", context)


def _tried(request: MemberRequest, form: SampleVisitorForm, wanted: str) -> dict[str, object]:
    now, capacity, names = timezone.now(), current_capacity(), known_names()
    rows = Invitation.objects.select_related("department").prefetch_related("variants").kept()
    chosen = [row for row in rows if row.is_active or str(row.public_id) == wanted]
    catalogue = Catalogue(
        tuple(replace(as_invitation(row), is_active=True) for row in chosen),
        {str(row.public_id): row for row in chosen},
        current_manners().as_manners(),
    )
    facts = form.facts(
        invitation=wanted,
        teams=teams_of(capacity),
        utc_offset=workspace_offset(now),
        zone=request.workspace.zone,
    )
    at = Occasion(facts, catalogue.manners, catalogue.at(now, capacity.hours))
    decision = choose(at)
    panels = panels_of(at, decision, names)
    panels.sort(key=lambda panel: panel.invitation != wanted)
    return {"panels": panels, "headline": headline(decision, names), "names": names}


@admins_only
@in_own_time
@require_safe
def log(request: MemberRequest, slug: str) -> HttpResponse:
    """What was decided, the newest first, of whom and of when one looks for."""
    form = LogForm(request.GET or None)
    records = list(form.records()[:MOST_LISTED])
    return render(request, "chat/invitation_log.html", {"form": form, "records": records, "most": MOST_LISTED})


@admins_only
@in_own_time
@require_safe
def decision(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    rows = InvitationDecision.objects.select_related("asked", "visitor", "exposure__invitation", "exposure__variant")
    record = get_object_or_404(rows, public_id=public_id)
    explained, names = explain(record), known_names()
    context: dict[str, object] = {"record": record, "explained": explained}
    if explained.occasion is not None and explained.decision is not None:
        context["panels"] = panels_of(explained.occasion, explained.decision, names)
        context["headline"] = headline(explained.decision, names)
    return render(request, "chat/invitation_decision.html", context)
