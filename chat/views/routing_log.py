"""What routing decided, the newest first, and each decision with all that it was made from."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chat.forms.routing_log import DecisionFilter
from chat.models import RoutingDecision
from chat.routing.decide import Kind, Why
from chat.routing_record import is_replayed_equal, record_of
from chat.routing_words import KINDS, WHYS
from helpdesk.accounts.views.doors import MemberRequest, admins_only, in_own_time
from helpdesk.ids import read_uuid

ON_A_PAGE = 50
WITH = ("ticket", "department", "membership__user")


@admins_only
@in_own_time
@require_safe
def log(request: MemberRequest, slug: str) -> HttpResponse:
    """A page of it. `before` in the address is the last decision of the page before; nothing is counted."""
    form = DecisionFilter(request.GET)
    decisions = form.decisions().select_related(*WITH).defer("inputs", "outcome")
    before = _before(request.GET.get("before", ""))
    if before is not None:
        decisions = decisions.filter(pk__lt=before)
    found = list(decisions[: ON_A_PAGE + 1])
    rows = found[:ON_A_PAGE]
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "rows": [{"decision": each, **_words(each)} for each in rows],
        "older": _with_before(query, rows[-1]) if len(found) > ON_A_PAGE else "",
        "newest": query.urlencode() if before is not None else None,
        "has_any": bool(rows) or RoutingDecision.objects.exists(),
    }
    return render(request, "chat/routing_log.html", context)


@admins_only
@in_own_time
@require_safe
def decision(request: MemberRequest, slug: str, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(RoutingDecision.objects.select_related(*WITH), public_id=public_id)
    context = {
        "decision": found,
        "record": record_of(found),
        "is_replayed_equal": is_replayed_equal(found),
        "raw": json.dumps(found.inputs, indent=2, ensure_ascii=False) + "\n" + found.outcome,
        **_words(found),
    }
    return render(request, "chat/routing_decision.html", context)


def _words(decision: RoutingDecision) -> dict[str, Any]:
    return {"kind": KINDS[Kind(decision.kind)], "why": WHYS[Why(decision.why)]}


def _before(public_id: str) -> int | None:
    wanted = read_uuid(public_id)
    found: int | None = RoutingDecision.objects.filter(public_id=wanted).values_list("pk", flat=True).first()
    return found


def _with_before(query: Any, last: RoutingDecision) -> str:
    following = query.copy()
    following["before"] = str(last.public_id)
    return str(following.urlencode())
