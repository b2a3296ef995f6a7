"""Exposures as `chat.targeting.measure` counts them."""

from __future__ import annotations

from datetime import datetime

from chat.models import InvitationExposure
from chat.targeting.measure import Encounter


def encounter_of(row: InvitationExposure, visitor: str) -> Encounter:
    return Encounter(
        id=str(row.pk),
        visitor=visitor,
        eligible_at=row.eligible_at.timestamp(),
        variant=str(row.variant_id or ""),
        is_holdout=row.is_holdout,
        shown_at=_seconds(row.shown_at),
        seen_at=_seconds(row.seen_at),
        dismissed_at=_seconds(row.dismissed_at),
        accepted_at=_seconds(row.accepted_at),
        messaged_at=_seconds(row.messaged_at),
        replied_at=_seconds(row.replied_at),
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None
