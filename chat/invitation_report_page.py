"""What an invitation has brought, as its page shows it: words, geometry for pictures, the same numbers as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.inviting.figures import Figures
from chat.inviting.report import Report
from chat.targeting.measure import Return, Stage, Through
from chat.targeting.uplift import Arm, Difference, Uplift
from chat.targeting_words import LACKINGS, STAGES, VERDICTS, Words

WIDTH, MARGIN = 640, 40
VERDICT_TONES = {"better": "good", "worse": "bad"}


@dataclass(frozen=True)
class StageRow:
    words: Words
    count: int
    width: float  # of the bar, 0 … WIDTH
    share: str  # of those it was chosen for


@dataclass(frozen=True)
class Effect:
    """One comparison with the held out: either all of its figures, or why there are none."""

    title: Words
    lacking: Words
    verdict: Words
    tone: str
    value: str
    interval: str
    relative: str
    chart: dict[str, Any] | None


def page_of(report: Report) -> dict[str, Any]:
    invited, held_out = report.uplift.invited, report.uplift.held_out
    return {
        "funnel": funnel_of(report.figures),
        "variants": [
            {"name": each.variant.name if each.variant else _("removed ones"), "funnel": funnel_of(each.figures)}
            for each in report.variants
        ],
        "stages": list(STAGES.values()),
        "held_out": report.figures.get("held_out", 0),
        "complained": report.figures.get("complained", 0),
        "arms": [_arm(_("Asked"), invited, report.currency), _arm(_("Held back"), held_out, report.currency)],
        "effects": _effects(report.uplift, report.currency),
        "returns": [_return(through, report.returns[through], report.currency) for through in Through],
        "rule": rule_of(report.window_days),
    }


def funnel_of(figures: Figures) -> list[StageRow]:
    most = figures[Stage.ELIGIBLE.value]
    return [
        StageRow(
            words=words,
            count=figures[stage.value],
            width=round(WIDTH * figures[stage.value] / most, 1) if most else 0,
            share=_percent(figures[stage.value] / most) if most else "–",
        )
        for stage, words in STAGES.items()
    ]


def rule_of(days: int) -> str:
    """How a goal is owed to an invitation, printed beside the number."""
    return ngettext(
        "A goal counts for the last invitation that the visitor saw or accepted within %(days)d day before it, and for"
        " one only. Accepting goes before merely seeing; what was held back gets none.",
        "A goal counts for the last invitation that the visitor saw or accepted within %(days)d days before it, and for"
        " one only. Accepting goes before merely seeing; what was held back gets none.",
        days,
    ) % {"days": days}


# --- the comparison ---------------------------------------------------------------------------------------------------
def _arm(name: str, arm: Arm, currency: str) -> dict[str, Any]:
    revenue = arm.revenue
    return {
        "name": name,
        "visitors": arm.visitors,
        "converted": arm.converted,
        "rate": "–" if arm.rate is None else _percent(arm.rate),
        "revenue": _money(revenue.mean, currency) if arm.visitors else "–",
    }


def _effects(uplift: Uplift, currency: str) -> list[Effect]:
    def points(value: float) -> str:
        return _("%(count)s points") % {"count": _signed(100 * value, 2)}

    return [
        _effect(_("Visitors who reach the goal"), uplift.conversion, points),
        _effect(_("Revenue for each visitor"), uplift.revenue, lambda value: _money(value, currency, signed=True)),
    ]


def _effect(title: str, found: Difference, said: Any) -> Effect:
    if found.value is None or found.low is None or found.high is None:
        return Effect(title, LACKINGS[found.lacking] if found.lacking else "", "", "", "", "", "", None)
    verdict = found.verdict
    return Effect(
        title=title,
        lacking="",
        verdict=VERDICTS[verdict] if verdict else "",
        tone=VERDICT_TONES.get(verdict or "", ""),
        value=said(found.value),
        interval=_("95 %% interval: %(low)s to %(high)s") % {"low": said(found.low), "high": said(found.high)},
        relative="" if found.relative is None else _("%(share)s relative") % {"share": _percent(found.relative, True)},
        chart=_interval_chart(found.value, found.low, found.high),
    )


def _interval_chart(value: float, low: float, high: float) -> dict[str, Any]:
    """Places on a line that holds nothing and the whole interval."""
    least, most = min(low, 0.0), max(high, 0.0)
    span = (most - least) or 1.0

    def place(number: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (number - least) / span, 1)

    return {"low": place(low), "high": place(high), "value": place(value), "zero": place(0.0)}


def _return(through: Through, found: Return, currency: str) -> dict[str, Any]:
    names = {Through.CLICK: _("After accepting"), Through.VIEW: _("After merely seeing")}
    return {
        "name": names[through],
        "conversions": found.conversions,
        "value": _money(found.value, currency),
        "average": "–" if found.average is None else _money(found.average, currency),
    }


# --- numbers ----------------------------------------------------------------------------------------------------------
def _percent(share: float, signed: bool = False) -> str:
    number = _signed(100 * share, 1) if signed else number_format(round(100 * share, 1), 1)
    return _("%(percent)s %%") % {"percent": number}


def _money(value: float, currency: str, *, signed: bool = False) -> str:
    number = _signed(value, 2) if signed else number_format(value, 2, force_grouping=True)
    return f"{number} {currency}".strip()


def _signed(value: float, digits: int) -> str:
    return ("+" if value > 0 else "") + str(number_format(value, digits, force_grouping=True)).replace("-", "−")
