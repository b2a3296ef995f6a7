"""The funnel of each invitation and of each of its variants, as lists and reports show it. The workspace is active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from chat.models import InvitationExposure
from chat.targeting.measure import Stage

# What somebody must have come through is counted with them: reports of pages get lost, a later one says the earlier.
# The same as `chat.targeting.measure.funnel`, which a test compares it with.
SEEN = Q(seen_at__isnull=False) | Q(dismissed_at__isnull=False)
ACCEPTED = Q(accepted_at__isnull=False) | Q(messaged_at__isnull=False) | Q(replied_at__isnull=False)
MESSAGED = Q(messaged_at__isnull=False) | Q(replied_at__isnull=False)
STAGES: dict[Stage, Q] = {
    Stage.ELIGIBLE: Q(),
    Stage.SHOWN: Q(shown_at__isnull=False) | SEEN | ACCEPTED,
    Stage.SEEN: SEEN | ACCEPTED,
    Stage.DISMISSED: Q(dismissed_at__isnull=False),
    Stage.ACCEPTED: ACCEPTED,
    Stage.MESSAGED: MESSAGED,
    Stage.REPLIED: Q(replied_at__isnull=False),
    Stage.CONVERTED: Q(converted_at__isnull=False),
}

Figures = dict[str, Any]  # a count for each stage, held_out, complained, and value by currency


def figures_of(
    invitation_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Figures, Mapping[int | None, Figures]]:
    """Of the invitation, and of each variant by its key (None: those that are gone). By when they were decided."""
    rows = InvitationExposure.objects.filter(invitation=invitation_id)
    if since is not None:
        rows = rows.filter(eligible_at__gte=since)
    if until is not None:
        rows = rows.filter(eligible_at__lt=until)
    by_variant = {variant: _with_value({}, {}) for variant in rows.order_by().values_list("variant", flat=True)}
    shown = rows.filter(is_holdout=False).order_by()
    values = _values(shown)
    for row in shown.values("variant").annotate(**_counts()):
        by_variant[row.pop("variant")] = row
    by_variant = {pk: _with_value(counts, values.get(pk, {})) for pk, counts in by_variant.items()}
    whole = _with_value(shown.aggregate(**_counts()), _summed(values.values()))
    whole["held_out"] = rows.filter(is_holdout=True).count()
    return whole, by_variant


def _counts() -> dict[str, Count]:
    counts = {stage.value: Count("pk", filter=condition) for stage, condition in STAGES.items()}
    return counts | {"complained": Count("pk", filter=Q(dismissed_why="complaint"))}


def _values(shown: QuerySet[InvitationExposure]) -> dict[int | None, dict[str, float]]:
    found: dict[int | None, dict[str, float]] = {}
    converted = shown.filter(value__isnull=False).values_list("variant", "currency").annotate(Sum("value"))
    for variant, currency, value in converted:
        found.setdefault(variant, {})[currency] = float(value)
    return found


def _summed(values: Any) -> dict[str, float]:
    summed: dict[str, float] = {}
    for each in values:
        for currency, value in each.items():
            summed[currency] = summed.get(currency, 0.0) + value
    return summed


def _with_value(counts: Figures, value: dict[str, float]) -> Figures:
    empty = dict.fromkeys([stage.value for stage in Stage] + ["complained"], 0)
    return {**empty, **counts, "value": value}
