"""What happens to invitations by the clock: they end, pause by themselves, and their figures are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from chat.inviting.catalogue import current_manners
from chat.inviting.figures import figures_of
from chat.models import (
    DismissedWhy,
    Invitation,
    InvitationConversion,
    InvitationDecision,
    InvitationExposure,
    InvitationPause,
    InvitationStatus,
)
from chat.targeting.pausing import Tally, reason_to_pause
from helpdesk.accounts.actions.audit import record
from helpdesk.tenancy import scope

MOST_FORGOTTEN = 10_000  # at once


def end_invitation(pk: int) -> bool:
    """Pause an active invitation whose time is over, or that was shown as often as it may be. Returns whether."""
    with scope.atomic():
        invitation = _locked_active(pk)
        if invitation is None:
            return False
        total = invitation.frequency["total"]
        if invitation.has_ended(timezone.now()):
            why = InvitationPause.ENDED
        elif total is not None and invitation.shown_total >= total and not _has_open_ones(invitation):
            why = InvitationPause.TOTAL
        else:
            return False
        _pause(invitation, why)
        return True


def _has_open_ones(invitation: Invitation) -> bool:
    """Whether some page may still say that it did not show it: then it is not used up."""
    open_ones = InvitationExposure.objects.filter(
        invitation=invitation, shown_at=None, missed_at=None, is_holdout=False
    )
    return bool(open_ones.filter(expires_at__gt=timezone.now()).exists())


def pause_if_it_bothers(pk: int) -> bool:
    """Pause an active invitation that too many visitors close or complain about since it was started by hand."""
    with scope.atomic():
        invitation = _locked_active(pk)
        if invitation is None:
            return False
        pause = reason_to_pause(_tally(invitation), current_manners().as_tolerance())
        if pause is None:
            return False
        _pause(invitation, InvitationPause(pause.why), rate=round(pause.rate, 4), tolerated=pause.tolerated)
        return True


def _tally(invitation: Invitation) -> Tally:
    shown = InvitationExposure.objects.filter(invitation=invitation, shown_at__isnull=False)
    if invitation.started_at is not None:
        shown = shown.filter(eligible_at__gte=invitation.started_at)
    dismissed = shown.filter(dismissed_at__isnull=False)
    complained = dismissed.filter(dismissed_why=DismissedWhy.COMPLAINT)
    return Tally(shown.count(), dismissed.count(), complained.count())


def _locked_active(pk: int) -> Invitation | None:
    found: Invitation | None = Invitation.objects.active().select_for_update(of=("self",)).filter(pk=pk).first()
    return found


def _pause(invitation: Invitation, why: InvitationPause, **data: float) -> None:
    invitation.status, invitation.paused_why = InvitationStatus.PAUSED, why
    invitation.save()
    record(by=None, action="invitation.paused", target=invitation, why=why, **data)


# --- figures ----------------------------------------------------------------------------------------------------------
def count_figures(pk: int) -> None:
    """Count the funnel of an invitation and of its variants anew."""
    invitation = Invitation.objects.filter(pk=pk).first()
    if invitation is None:
        return
    # Before it counts: what changes while it counts is counted again.
    begun = timezone.now()
    whole, by_variant = figures_of(pk)
    Invitation.objects.filter(pk=pk).update(figures=whole, figured_at=begun)
    for variant in invitation.variants.all():
        invitation.variants.filter(pk=variant.pk).update(figures=by_variant.get(variant.pk, {}))


def is_figure_due() -> Q:
    """Invitations of which something was noted since they were counted."""
    return Q(figured_at=None) | Q(exposures__changed_at__gte=F("figured_at"))


# --- the end of what is kept ------------------------------------------------------------------------------------------
def close_expired(ids: Sequence[int], now: datetime) -> int:
    """Exposures that were not shown in time, by keys that a sweep over all workspaces found.

    They stay counted in every cap: a page that was closed may have shown them and could not say so.
    """
    return int(InvitationExposure.unscoped.filter(pk__in=ids, closed_at=None).update(closed_at=now))


def forget_invitation_decisions(ids: Sequence[int]) -> int:
    """Delete records by their keys, which a sweep over all workspaces found to be old."""
    return int(InvitationDecision.unscoped.filter(pk__in=ids).delete()[0])


def forget_exposures(before: datetime) -> int:
    """Delete the workspace's exposures and conversions from before then. A conversion outlives what it was owed to."""
    done = 0
    for rows in (
        InvitationExposure.objects.filter(eligible_at__lt=before),
        InvitationConversion.objects.filter(at__lt=before),
    ):
        some = rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:MOST_FORGOTTEN]))
        done += some.delete()[1].get(rows.model._meta.label, 0)
    return done
