"""What the page and the conversation say of an invitation that was shown. Each is noted once, the first time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from chat.actions.inviting import hold_budget
from chat.actions.waking import wake_routing
from chat.models import DismissedWhy, Invitation, InvitationExposure, SpeechBudget
from helpdesk.errors import not_found
from helpdesk.tenancy import scope
from tickets.actions.events import append_event
from tickets.authors import Author
from tickets.models import Ticket, Visitor

REPORTS = ("shown", "seen", "dismissed", "accepted", "missed")


# --- the page ---------------------------------------------------------------------------------------------------------
def report_exposure(*, browser: UUID, exposure_id: UUID, what: str, why: str = "") -> None:
    """Note what became of it: one of REPORTS; repeated, or after what excludes it, it changes nothing.

    A later stage says the earlier ones. "missed" is the page's word that it did not show it and will not: its place in
    every cap is given back. "dismissed" with why "complaint" also is the wish never to be asked again.
    Raises `not_found` for an exposure of another browser, and for who was held out.
    """
    with scope.atomic():
        if what == "dismissed" and why == DismissedWhy.COMPLAINT:
            _opt_out(browser, has_complained=True)
        exposure = _locked(browser, exposure_id)
        now = timezone.now()
        if what == "missed":
            _miss(exposure, now)
        elif exposure.missed_at is None:
            _note(exposure, what, why, now)
        exposure.save()
        if exposure.is_manual and (exposure.dismissed_at or exposure.missed_at):
            wake_routing()  # the agent's place is free again


def _locked(browser: UUID, exposure_id: UUID) -> InvitationExposure:
    found: InvitationExposure | None = (
        InvitationExposure.objects.select_for_update(of=("self",), no_key=True)
        .filter(public_id=exposure_id, browser=browser, is_holdout=False)
        .first()
    )
    if found is None:
        raise not_found()
    return found


def _note(exposure: InvitationExposure, what: str, why: str, now: datetime) -> None:
    exposure.shown_at = exposure.shown_at or now
    if what != "shown":
        exposure.seen_at = exposure.seen_at or now
    if what == "dismissed" and exposure.dismissed_at is None:
        exposure.dismissed_at = now
        exposure.dismissed_why = why if why in DismissedWhy.values else DismissedWhy.CLOSED
    if what == "accepted":
        exposure.accepted_at = exposure.accepted_at or now


def _miss(exposure: InvitationExposure, now: datetime) -> None:
    if exposure.shown_at is not None or exposure.missed_at is not None:
        return
    exposure.missed_at = now
    if exposure.invitation_id is not None:
        Invitation.objects.filter(pk=exposure.invitation_id, shown_total__gt=0).update(shown_total=F("shown_total") - 1)


def opt_out(*, browser: UUID) -> None:
    """Never invite this browser again."""
    with scope.atomic():
        _opt_out(browser, has_complained=False)


def _opt_out(browser: UUID, *, has_complained: bool) -> None:
    budget: SpeechBudget = hold_budget(browser)
    now = timezone.now()
    budget.opted_out_at = budget.opted_out_at or now
    if has_complained:
        budget.complained_at = budget.complained_at or now
    budget.save()


# --- the conversation -------------------------------------------------------------------------------------------------
def find_accepted(exposure_id: UUID | None) -> InvitationExposure | None:
    """The exposure that a chat begins with; None for one that is not known, was held out, or led to a chat before.

    A chat is never refused for want of it.
    """
    if exposure_id is None:
        return None
    found = InvitationExposure.objects.filter(public_id=exposure_id, is_holdout=False, ticket=None)
    first: InvitationExposure | None = found.select_related("invitation__department", "variant", "by__user").first()
    return first


def say_invitation(ticket: Ticket, exposure: InvitationExposure) -> None:
    """Put what the visitor was invited with at the head of the conversation, marked as what it is.

    Must hold: the ticket is locked and has no event yet; the caller saves it.
    """
    by = Author.of_member(exposure.by) if exposure.by is not None else Author.system()
    append_event(
        ticket, name="invitation.accepted", by=by, public=True, text=words_of(exposure), data=_source(exposure)
    )


def words_of(exposure: InvitationExposure) -> str:
    """What it said, as a message."""
    if exposure.variant is None:
        return exposure.text
    words = exposure.variant.words(exposure.language)
    return "\n".join(each for each in (words.get("title", ""), words.get("text", "")) if each)


def _source(exposure: InvitationExposure) -> dict[str, object]:
    invitation, variant = exposure.invitation, exposure.variant
    return {
        "invitation": {"id": str(invitation.public_id), "name": invitation.name} if invitation else None,
        "variant": variant.name if variant else None,
    }


def note_messaged(exposure: InvitationExposure, ticket: Ticket, visitor: Visitor) -> None:
    """The visitor has begun the conversation. Must hold: the ticket is saved, and the visitor is locked."""
    now = timezone.now()
    current = InvitationExposure.objects.select_for_update(of=("self",), no_key=True).get(pk=exposure.pk)
    if current.ticket_id is not None:
        return
    for name in ("shown_at", "seen_at", "accepted_at", "messaged_at"):
        setattr(current, name, getattr(current, name) or now)
    current.ticket, current.visitor = ticket, current.visitor or visitor
    current.save()


def note_replied(ticket: Ticket) -> None:
    """An agent has answered in the ticket for the first time."""
    now = timezone.now()
    InvitationExposure.objects.filter(ticket=ticket, replied_at=None).update(replied_at=now, changed_at=now)
