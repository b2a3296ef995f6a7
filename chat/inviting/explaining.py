"""Why somebody was shown something, or nothing, at a moment: read from the records of decisions.

Must hold for all of it: the workspace is active.

A record holds all that was known and must lead to the same decision again, to the byte; one that does not was written
by a version that decided otherwise, and says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from chat.models import Invitation, InvitationDecision
from chat.targeting.choose import Decision, Looked, Occasion, choose, occasion_of, outcome_text

NOT_READABLE = (KeyError, TypeError, ValueError)
MOST = 50
AROUND = timedelta(minutes=5)


@dataclass(frozen=True)
class Explained:
    """A decision that was made. What it was made from says `occasion`; `decision` is what follows from that today."""

    record: InvitationDecision
    occasion: Occasion | None  # None: written by a version that recorded something else
    decision: Decision | None
    is_same: bool  # whether today the same follows, to the byte

    def about(self, invitation: Invitation) -> Looked | None:
        """What was seen of this invitation; None: it was not active then."""
        looked = self.decision.looked if self.decision else ()
        return next((each for each in looked if each.invitation == str(invitation.public_id)), None)

    @property
    def said(self) -> str:
        """The kind of decision as it was recorded."""
        return str(json.loads(self.record.outcome)["kind"])


def explain(record: InvitationDecision) -> Explained:
    try:
        occasion = occasion_of(record.inputs)
        decision = choose(occasion)
    except NOT_READABLE:
        return Explained(record, None, None, is_same=False)
    return Explained(record, occasion, decision, is_same=outcome_text(decision) == record.outcome)


def decisions_about(
    *,
    browser: UUID | None = None,
    visitor: UUID | None = None,
    around: datetime | None = None,
    invitation: Invitation | None = None,
) -> list[InvitationDecision]:
    """The newest records of a browser, of a visitor, or of a moment (five minutes before and after), at most MOST.

    With `invitation` only those in which it was asked for or shown.
    """
    found = InvitationDecision.objects.select_related("asked", "exposure__invitation", "visitor")
    if browser is not None:
        found = found.filter(browser=browser)
    if visitor is not None:
        found = found.filter(visitor__public_id=visitor)
    if around is not None:
        found = found.filter(at__gte=around - AROUND, at__lte=around + AROUND)
    if invitation is not None:
        found = found.filter(Q(asked=invitation) | Q(exposure__invitation=invitation))
    return list(found.order_by("-id")[:MOST])
