"""Why somebody was asked, or not: every invitation that was looked at, each condition with its value, each rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from chat.condition_words import Names, clause_of, entry_in_words, sentence_of
from chat.targeting.choose import Decision, Looked, Occasion, Why
from chat.targeting.conditions import Condition, Group
from chat.targeting.invitations import Invitation
from chat.targeting.judging import Judgement, Seen
from chat.targeting.manners import Breach, Rule
from chat.targeting_words import BREACHES, KINDS, LACKS, RULES, WHYS, Words

TONES = {Why.CHOSEN: "good", Why.HELD_OUT: "act", Why.OUTRANKED: ""}


@dataclass(frozen=True)
class Judged:
    """One condition, as the debugger shows it."""

    clause: SafeString
    value: SafeString  # what it was then
    matches: bool


@dataclass(frozen=True)
class Kept:
    """One rule."""

    words: Words
    is_kept: bool
    until: datetime | None = None  # when time alone heals it


@dataclass(frozen=True)
class Panel:
    invitation: str  # its id
    name: str
    why: Words
    tone: str
    reason: Words  # the first rule that is broken; "" where that is not the reason
    audience: list[Judged] = field(default_factory=list)
    trigger: list[Judged] = field(default_factory=list)
    audience_sentence: str = ""
    trigger_sentence: str = ""
    rules: list[Kept] = field(default_factory=list)


def panels_of(at: Occasion, decision: Decision, names: Names) -> list[Panel]:
    """Of each invitation that was looked at, the one that goes first first."""
    by_id = {each.id: each for each in at.invitations}
    return [_panel(by_id[looked.invitation], looked, names) for looked in decision.looked if looked.invitation in by_id]


def headline(decision: Decision, names: Names) -> SafeString:
    """What was decided, with the name of the invitation."""
    said = KINDS[decision.kind]
    if not decision.invitation:
        return format_html("{}", said)
    return format_html("{}: <bdi>{}</bdi>", said, names.invitations.get(decision.invitation, decision.invitation))


def _panel(invitation: Invitation, looked: Looked, names: Names) -> Panel:
    is_by_rule = looked.why == Why.MANNERS and looked.breaches
    return Panel(
        invitation=invitation.id,
        name=names.invitations.get(invitation.id, gettext("An invitation that is gone")),
        why=WHYS[looked.why],
        tone=TONES.get(looked.why, "bad"),
        reason=_breach_words(looked.breaches[0]) if is_by_rule else "",
        audience=_judged(invitation.audience, looked.audience, names),
        trigger=_judged(invitation.trigger, looked.trigger, names),
        audience_sentence=sentence_of(invitation.audience, names),
        trigger_sentence=sentence_of(invitation.trigger, names),
        rules=_rules(looked.breaches),
    )


def _judged(tree: Group, judgement: Judgement, names: Names) -> list[Judged]:
    conditions = dict(tree.conditions())
    return [
        Judged(clause_of(conditions[seen.path], names), _value(conditions[seen.path], seen, names), seen.matches)
        for seen in judgement.seen
        if seen.path in conditions
    ]


def _value(condition: Condition, seen: Seen, names: Names) -> SafeString:
    """What was compared; where it is not known, why."""
    if seen.value is None:
        return format_html("{}", LACKS[seen.lack] if seen.lack else "–")
    if isinstance(seen.value, bool):
        shown = format_html("{}", gettext("yes") if seen.value else gettext("no"))
    elif isinstance(seen.value, tuple):
        entries = ", ".join(names.segments.get(each, each) for each in seen.value)
        shown = format_html('<bdi class="said">{}</bdi>', entries or gettext("none"))
    else:
        shown = entry_in_words(condition.kind, seen.value) if seen.value != "" else format_html("{}", gettext("none"))
    return format_html("{} ({})", shown, LACKS[seen.lack]) if seen.lack else shown


def _rules(breaches: tuple[Breach, ...]) -> list[Kept]:
    broken: Mapping[Rule, Breach] = {each.rule: each for each in breaches}
    return [
        Kept(_breach_words(broken[rule]), is_kept=False, until=_moment(broken[rule].until))
        if rule in broken
        else Kept(RULES[rule], is_kept=True)
        for rule in Rule
    ]


def _breach_words(breach: Breach) -> Words:
    return BREACHES.get((breach.rule, breach.detail), breach.rule.value)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
