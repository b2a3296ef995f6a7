"""What a simulation comes to, as its page says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.forms.routing import RoutingForm
from chat.models import RoutingPolicy, Simulation, SimulationStatus
from chat.simulation_chart import chart_of
from chat.trial import OpenWhen, Presence, Trial, read_trial
from helpdesk.accounts.hours_notation import format_hours
from helpdesk.accounts.models import Department, Membership

MINUTE, HOUR = 60, 3600
NOTHING = "–"


def page_of(run: Simulation, zone: ZoneInfo) -> dict[str, Any]:
    """What the template shows beside the row itself. Must hold: the workspace is active."""
    page: dict[str, Any] = {"days": days_of(run, zone), "changes": changes_of(run), "problem": _problem(run)}
    result = run.result
    if result is None:
        return {**page, "progress": progress_of(run)}
    before, after = result["before"], result["after"]
    return {
        **page,
        "is_empty": not before["chats"],
        "figures": figures_of(before, after),
        "chart": chart_of(result, run.begins_at.astimezone(zone), run.ends_at.astimezone(zone)),
        "agents": _agents(before, after),
        "assumptions": _assumptions(result),
    }


def days_of(run: Simulation, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day, on the clock of the workspace."""
    last = run.ends_at - timedelta(microseconds=1)
    return run.begins_at.astimezone(zone).date(), last.astimezone(zone).date()


def progress_of(run: Simulation) -> dict[str, Any]:
    return {
        "is_finished": run.is_finished,
        "progress": run.progress,
        "words": _("%(percent)d percent") % {"percent": run.progress}
        if run.status == SimulationStatus.RUNNING
        else str(run.get_status_display()),
    }


def _problem(run: Simulation) -> str:
    if run.status != SimulationStatus.FAILED:
        return ""
    if run.problem == "too_long":
        return _("This took too long: very many customers would have waited at once. Choose fewer days.")
    return _("This was interrupted several times. Try it again; if it happens once more, look into the worker’s log.")


# --- what was changed -------------------------------------------------------------------------------------------------
def changes_of(run: Simulation) -> list[dict[str, str]]:
    """Each change with its name, and what it was and would be, in words."""
    trial = read_trial(run.changes)
    fields = RoutingForm.base_fields
    found = [
        {"name": _name(name, fields[name]), "before": _value(name, before), "after": _value(name, after)}
        for name, (before, after) in run.changes["settings"].items()
    ]
    return [*found, *_hours(trial), *_presence(trial)]


def _value(name: str, value: Any) -> str:
    if name == "overflow_department":
        target = Department.objects.filter(pk=value).first() if value is not None else None
        return target.name if target else _("Nobody: it waits")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    choices = {"strategy": RoutingPolicy.STRATEGIES, "language_rule": RoutingPolicy.LANGUAGE_RULES}
    if name in choices:
        return str(dict(choices[name])[value])
    return _("no limit") if value is None else _count(value)


def _name(name: str, field: Any) -> str:
    """With the unit of time, so that the values stand alone."""
    if name.endswith(("_seconds", "_minutes", "_days")):
        return _("%(name)s (%(unit)s)") % {"name": field.label, "unit": field.unit}
    return str(field.label)


def _hours(trial: Trial) -> list[dict[str, str]]:
    if trial.open_when == OpenWhen.SAVED:
        return []
    if trial.open_when == OpenWhen.ALWAYS:
        return [{"name": _("Opening hours"), "before": _("as they are set"), "after": _("at all times")}]
    return [
        {
            "name": str(WEEKDAYS[number]),
            "before": _("as it is set"),
            "after": format_hours(intervals) or _("closed"),
        }
        for number, intervals in enumerate(trial.week)
    ]


def _presence(trial: Trial) -> list[dict[str, str]]:
    """Said with the changes although it holds for both sides, because somebody chose it."""
    if trial.presence == Presence.RECORDED:
        return []
    return [{"name": _("Agents are there"), "before": "", "after": _("whenever the chat is open, in both columns")}]


# --- the figures ------------------------------------------------------------------------------------------------------
def figures_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """A row for each figure: what it is, both values, the change, and whether that is good or bad news."""
    rows = (
        ("wait_median", _("Wait, median"), seconds_in_words, -1),
        ("wait_p90", _("9 of 10 waited at most"), seconds_in_words, -1),
        ("wait_max", _("Longest wait"), seconds_in_words, -1),
        ("within_30", _("Answered within 30 seconds"), _share, 1),
        ("within_60", _("Answered within a minute"), _share, 1),
        ("answered", _("Answered"), _count, 1),
        ("abandoned", _("Left unanswered"), _count, -1),
        ("still_waiting", _("Still waiting at the end"), _count, -1),
        ("offered_message", _("Offered to leave a message"), _count, -1),
        ("messages", _("Left a message, nobody was there"), _count, -1),
        ("passed_on", _("Passed to another department"), _count, 0),
        ("rings", _("Rings"), _count, 0),
        ("missed", _("Missed rings"), _count, -1),
        ("spread", _("Chats for each agent, standard deviation"), _decimal, -1),
        ("mean_load", _("Chats at once for each agent, mean"), _decimal, 0),
    )
    return [
        {
            "name": name,
            "before": NOTHING if before[key] is None else words(before[key]),
            "after": NOTHING if after[key] is None else words(after[key]),
            **_change(before[key], after[key], words, better),
        }
        for key, name, words, better in rows
    ]


def _change(before: float | None, after: float | None, words: Any, better: int) -> dict[str, str]:
    """`better`: 1 where more is better, -1 where less is, 0 where neither is."""
    if before is None or after is None:
        return {"change": "", "tone": ""}
    if words(before) == words(after):
        return {"change": _("no change"), "tone": ""}
    difference = after - before
    size = _points(abs(difference)) if words is _share else words(abs(difference))
    tone = {1: "good", -1: "bad"}.get((1 if difference > 0 else -1) * better, "")
    return {"change": ("+" if difference > 0 else "−") + size, "tone": tone}


def seconds_in_words(seconds: float) -> str:
    """As precise as one reads it: 8.4 s, 34 s, 1:52 min, 2:05 h."""
    whole = round(seconds)
    if whole < MINUTE:
        return _("%(seconds)s s") % {"seconds": _decimal(seconds) if seconds < 10 else whole}
    if whole < HOUR:
        return _("%(time)s min") % {"time": f"{whole // MINUTE}:{whole % MINUTE:02d}"}
    return _("%(time)s h") % {"time": f"{whole // HOUR}:{whole % HOUR // MINUTE:02d}"}


def _count(value: float) -> str:
    return str(number_format(value, force_grouping=True))


def _share(share: float) -> str:
    return _("%(percent)s %%") % {"percent": _decimal(share * 100)}


def _points(difference: float) -> str:
    return _("%(count)s points") % {"count": _decimal(difference * 100)}


def _decimal(value: float) -> str:
    """With one digit after the point, unless that is a 0."""
    rounded = round(value, 1)
    return str(number_format(rounded, 0 if rounded == int(rounded) else 1))


# --- agents -----------------------------------------------------------------------------------------------------------
def _agents(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who had how many chats, without those who never were there; the bars are shares of the most that anybody had."""
    pairs = [
        pair for pair in zip(before["agents"], after["agents"], strict=True) if any(each["online"] for each in pair)
    ]
    most = max((each["chats"] for pair in pairs for each in pair), default=0) or 1
    people = Membership.objects.select_related("user").in_bulk([one["id"] for one, _other in pairs])
    rows = [
        {"member": people.get(one["id"]), "before": _agent(one, most), "after": _agent(other, most)}
        for one, other in pairs
    ]
    return sorted(rows, key=lambda row: -row["before"]["chats"])


def _agent(figures: Mapping[str, Any], most: int) -> dict[str, Any]:
    return {
        "chats": figures["chats"],
        "bar": round(figures["chats"] * 100 / most),
        "load": _decimal(figures["mean_load"]),
    }


# --- what it rests on -------------------------------------------------------------------------------------------------
def _assumptions(result: Mapping[str, Any]) -> list[str]:
    assumed, really = result["assumed"], result["measured"]
    said = [
        _(
            "Customers come when they came and talk for as long as they did. Who left unanswered leaves after the same "
            "time; who was answered leaves after an hour."
        ),
        _presence_in_words(assumed),
        _("Messages that were left because nobody was there become chats where somebody would have been."),
        _("Nobody takes chats out of turn, hands one over, is paused for missed rings or loses one for not replying."),
    ]
    if assumed["answers_after"] is not None:
        said.insert(1, _answers_in_words(assumed))
    if really["answered"]:
        count = really["answered"]
        said.append(
            ngettext(
                "What really happened: %(count)d chat was answered, after %(wait)s.",
                "What really happened: %(count)d chats were answered, after %(wait)s in the median.",
                count,
            )
            % {"count": count, "wait": seconds_in_words(really["wait_median"])}
        )
    return said


def _answers_in_words(assumed: Mapping[str, Any]) -> str:
    return _(
        "Each agent answers a ring as fast as they did, and misses as many: in the median after %(wait)s, and "
        "%(share)s are missed."
    ) % {"wait": seconds_in_words(assumed["answers_after"]), "share": _share(assumed["misses"])}


def _presence_in_words(assumed: Mapping[str, Any]) -> str:
    since = parse_datetime(assumed["recorded_since"]) if assumed["recorded_since"] else None
    if assumed["presence"] == Presence.ALWAYS_WHEN_OPEN:
        return _("Every agent is there whenever the chat is open.")
    if since is None:
        return _("Who was online in these days was not recorded: every agent is there whenever the chat is open.")
    if assumed["is_partly_recorded"]:
        return _(
            "Who was online is recorded from %(moment)s on; before that every agent is there whenever the chat is open."
        ) % {"moment": _moment(since)}
    return _("Agents are there when they were.")


def _moment(moment: datetime) -> str:
    return str(date_format(timezone.localtime(moment), "j M, H:i"))
