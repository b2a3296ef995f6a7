"""Why a ticket rang where it did, and why not elsewhere, as its readers may know it."""

from __future__ import annotations

import json
from typing import Any

from chat.models import Ring, RoutingDecision
from helpdesk.accounts.models import Membership
from helpdesk.times import wire_time
from tickets.models import Ticket

MOST = 50


def explain(ticket: Ticket, reader: Membership) -> dict[str, Any]:
    """The newest decisions and rings of the ticket. Of the candidates an agent reads only themselves."""
    decisions = list(RoutingDecision.objects.filter(ticket=ticket).select_related("department").order_by("-id")[:MOST])
    rings = Ring.objects.filter(ticket=ticket).select_related("membership__user").order_by("-id")[:MOST]
    names = _names_of(decisions)
    return {
        "decisions": [_decision(each, reader, names) for each in decisions],
        "rings": [_ring(each) for each in rings],
    }


def _names_of(decisions: list[RoutingDecision]) -> dict[int, dict[str, Any]]:
    """Everybody whom the decisions name, in one query; who has left is still named."""
    ids = {agent["id"] for each in decisions for agent in each.inputs["agents"]}
    return {member.pk: member.as_party() for member in Membership.objects.select_related("user").filter(pk__in=ids)}


def _decision(record: RoutingDecision, reader: Membership, names: dict[int, dict[str, Any]]) -> dict[str, Any]:
    outcome = json.loads(record.outcome)
    agents = {agent["id"]: agent for agent in record.inputs["agents"]}
    is_open = record.inputs["is_open"]
    candidates = {
        each["agent"]: {"reasons": each["reasons"], **_facts(agents[each["agent"]], is_open=is_open)}
        for each in outcome["candidates"]
    }
    return {
        "id": str(record.public_id),
        "at": wire_time(record.at),
        "kind": record.kind,
        "why": record.why,
        "strategy": record.inputs["policy"]["strategy"],
        "cycle": outcome["cycle"],
        "tie_break": outcome["tie_break"],
        "department": record.department.as_badge() if record.department else None,
        "agents": [names[agent] for agent in outcome["agents"] if agent in names],
        "candidates": [
            {"member": names[agent], **facts}
            for agent, facts in candidates.items()
            if reader.is_admin and agent in names
        ],
        "me": candidates.get(reader.pk),
    }


def _facts(agent: dict[str, Any], *, is_open: bool) -> dict[str, Any]:
    # Records of earlier versions say nothing of it: nobody could stay available then.
    outside_hours = not is_open and agent.get("is_forced_online", False)
    return {"load": agent["load"], "limit": agent["limit"], "outside_hours": outside_hours}


def _ring(ring: Ring) -> dict[str, Any]:
    return {
        "member": ring.membership.as_party(),
        "mode": ring.mode,
        "outcome": ring.outcome,
        "started_at": wire_time(ring.started_at),
        "closed_at": wire_time(ring.closed_at),
    }
