"""What happens by the clock. Each task finds due rows in the database and lets a verb claim them one by one."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from chat.actions.conversations import end_abandoned_chat, return_chat
from chat.actions.invitation_sweeps import (
    close_expired,
    count_figures,
    end_invitation,
    forget_exposures,
    forget_invitation_decisions,
    is_figure_due,
    pause_if_it_bothers,
)
from chat.actions.inviting import answer_due
from chat.actions.presence import expire_member, expire_visitor
from chat.actions.queue import tell_positions
from chat.actions.routing import forget_decisions, is_routing_due, route_chats
from chat.actions.simulation import requeue_simulation, run_simulation
from chat.actions.waking import wake_routing
from chat.inviting.asked import Asked
from chat.models import (
    Chat,
    Invitation,
    InvitationConversion,
    InvitationDecision,
    InvitationExposure,
    InvitationStatus,
    RoutingDecision,
    Simulation,
    SimulationStatus,
)
from chat.models.simulation import is_alive, is_silent
from helpdesk.accounts.models import Membership, Workspace
from helpdesk.nudge import nudge
from helpdesk.tenancy import scope
from tickets.models import OPEN_STATES, Visitor

BATCH = 500
DECISIONS_KEPT = timedelta(days=14)
EXPOSURES_KEPT = timedelta(days=400)


@shared_task
def expire_presence() -> int:
    """Show those as gone whose browser has not vouched for them in time."""
    now = timezone.now()
    members = Membership.unscoped.filter(is_present=True, lease_until__lte=now).values_list("workspace_id", "pk")[
        :BATCH
    ]
    visitors = Visitor.unscoped.filter(is_online=True, lease_until__lte=now).values_list("workspace_id", "pk")[:BATCH]
    done = 0
    for rows, expire in ((list(members), expire_member), (list(visitors), expire_visitor)):
        for workspace_id, pk in rows:
            with scope.workspace(workspace_id):
                done += expire(pk)
    return done


@shared_task
def end_abandoned_chats() -> int:
    """End the chats whose visitor has been away for the workspace's idle time."""
    due = Chat.unscoped.filter(ended_at=None, end_due_at__lte=timezone.now()).values_list("workspace_id", "ticket_id")[
        :BATCH
    ]
    done = 0
    for workspace_id, ticket_id in list(due):
        with scope.workspace(workspace_id):
            done += end_abandoned_chat(ticket_pk=ticket_id)
    return done


@shared_task
def route(asked_at: float | None) -> None:
    """Route what is due in the workspace. Called in it; `asked_at` is when somebody asked, None for the sweep."""
    if route_chats(asked_at=asked_at):
        wake_routing()


@shared_task
def route_if_due() -> None:
    """The same when the time that a row names has come. Called in the workspace."""
    if is_routing_due() and route_chats(asked_at=time.time()):
        wake_routing()


@shared_task
def route_everywhere() -> int:
    """The safety net: one task for each workspace in which chats live, whether or not anybody asked."""
    workspaces = list(Chat.unscoped.filter(ended_at=None).order_by().values_list("workspace_id", flat=True).distinct())
    for workspace_id in workspaces:
        with scope.workspace(workspace_id):
            nudge(route, None)
    return len(workspaces)


@shared_task
def forget_old_decisions() -> int:
    """Records of routing steps are kept for as many days as their workspace says."""
    done = 0
    for days in Workspace.objects.values_list("decision_days", flat=True).order_by().distinct():
        cutoff = timezone.now() - timedelta(days=days)
        old = RoutingDecision.unscoped.filter(at__lt=cutoff, workspace__decision_days=days)
        done += forget_decisions(list(old.values_list("pk", flat=True)[: BATCH * 20]))
    return done


@shared_task
def tell_queue(department_id: int | None) -> int:
    """The queue of a department has moved: tell those who wait in it. Called in their workspace."""
    return tell_positions(department_id)


@shared_task
def return_left_chats() -> int:
    """Put the chats back to everybody whose visitor waits for an agent who has been gone for the workspace's time."""
    done = 0
    for minutes in Workspace.objects.filter(return_minutes__gt=0).values_list("return_minutes", flat=True).distinct():
        cutoff = timezone.now() - timedelta(minutes=minutes)
        left = Chat.unscoped.filter(
            ended_at=None,
            workspace__return_minutes=minutes,
            ticket__state__in=OPEN_STATES,
            ticket__waiting_since__lte=cutoff,
            ticket__assignee__is_present=False,
            ticket__assignee__lease_until__lte=cutoff,
        )
        for workspace_id, ticket_id in list(left.values_list("workspace_id", "ticket_id")[:BATCH]):
            with scope.workspace(workspace_id):
                done += return_chat(ticket_pk=ticket_id)
    return done


@shared_task(soft_time_limit=200, time_limit=220)  # below the broker's visibility timeout: it would be handed out twice
def run_simulations() -> None:
    """Work out the simulation that waits longest, then ask for the next.

    One at a time in the whole installation: the worker has two processes, and mail must always find one.
    """
    if Simulation.unscoped.filter(is_alive()).exists():
        return
    queued = Simulation.unscoped.filter(status=SimulationStatus.QUEUED).order_by("id")
    found = queued.values_list("workspace_id", "pk").first()
    if found is not None:
        with scope.workspace(found[0]):
            run_simulation(found[1])
        nudge(run_simulations)


@shared_task
def resume_simulations() -> int:
    """Put back what a killed process has left, and ask for what waits: a nudge may have been lost."""
    done = 0
    for workspace_id, pk in list(Simulation.unscoped.filter(is_silent()).values_list("workspace_id", "pk")[:BATCH]):
        with scope.workspace(workspace_id):
            done += requeue_simulation(pk)
    if Simulation.unscoped.filter(status=SimulationStatus.QUEUED).exists():
        nudge(run_simulations)
    return done


# --- invitations ------------------------------------------------------------------------------------------------------
@shared_task
def invite(asked: dict[str, Any]) -> None:
    """A trigger fired in a page: decide. Called in the workspace; the page asks again until it is answered."""
    answer_due(Asked.of(asked))


@shared_task
def end_invitations() -> int:
    """Pause what is over, by its end or its total, and what bothers people; close what was not shown in time."""
    done, now = 0, timezone.now()
    active = Invitation.unscoped.filter(status=InvitationStatus.ACTIVE)
    for workspace_id, pk in list(active.values_list("workspace_id", "pk")):
        with scope.workspace(workspace_id):
            done += end_invitation(pk) or pause_if_it_bothers(pk)
    expired = InvitationExposure.unscoped.filter(
        closed_at=None, shown_at=None, missed_at=None, is_holdout=False, expires_at__lte=now
    )
    close_expired(list(expired.values_list("pk", flat=True)[: BATCH * 20]), now)
    return done


@shared_task
def count_invitations() -> int:
    """Count the funnels of which something was noted since they were counted."""
    due = Invitation.unscoped.filter(is_figure_due()).order_by().values_list("workspace_id", "pk").distinct()[:BATCH]
    found = list(due)
    for workspace_id, pk in found:
        with scope.workspace(workspace_id):
            count_figures(pk)
    return len(found)


@shared_task
def forget_old_invitations() -> int:
    """Why somebody was invited is kept for a fortnight, that they were and what came of it for thirteen months."""
    now = timezone.now()
    old = InvitationDecision.unscoped.filter(at__lt=now - DECISIONS_KEPT)
    done = forget_invitation_decisions(list(old.values_list("pk", flat=True)[: BATCH * 20]))
    last = now - EXPOSURES_KEPT
    whose = InvitationExposure.unscoped.filter(eligible_at__lt=last).order_by().values_list("workspace_id", flat=True)
    reached = InvitationConversion.unscoped.filter(at__lt=last).order_by().values_list("workspace_id", flat=True)
    for workspace_id in {*whose.distinct(), *reached.distinct()}:
        with scope.workspace(workspace_id):
            done += forget_exposures(last)
    return done
