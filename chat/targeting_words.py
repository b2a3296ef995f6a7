"""What the core of invitations says, in words. Records hold the keys, so every one of them is said for ever."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.targeting.choose import Kind, Why
from chat.targeting.kinds import Lack
from chat.targeting.manners import Rule
from chat.targeting.measure import Stage
from chat.targeting.reading import Fault, Problem
from chat.targeting.uplift import Lacking, Verdict

Words = Promise | str

FAULTS: dict[Fault, Words] = {
    Fault.OBJECT_EXPECTED: _("A condition or a group of conditions is missing here."),
    Fault.UNKNOWN_FIELD: _("This field means nothing here. Leave it out."),
    Fault.UNKNOWN_MATCH: _("Say whether all of the conditions must be met or any."),
    Fault.LIST_EXPECTED: _("Give at least one entry."),
    Fault.TOO_DEEP: _("A group within a group cannot hold another group."),
    Fault.EMPTY_GROUP: _("This group is empty. Add a condition or remove the group."),
    Fault.TOO_MANY: _("These are too many conditions. Use at most %(most)d."),
    Fault.UNKNOWN_KIND: _("There is no such condition."),
    Fault.KIND_NOT_ALLOWED: _("This condition cannot be used here."),
    Fault.UNKNOWN_OPERATOR: _("There is no such comparison."),
    Fault.OPERATOR_NOT_ALLOWED: _("This cannot be compared in that way."),
    Fault.NAME_MISSING: _("Say which one is meant."),
    Fault.TEXT_EXPECTED: _("Write a text."),
    Fault.TEXT_TOO_LONG: _("This text is too long. Use at most %(most)d characters."),
    Fault.NUMBER_EXPECTED: _("Write a number."),
    Fault.TOO_MANY_ENTRIES: _("This list is too long. Use at most %(most)d entries."),
    Fault.NOT_A_CHOICE: _("Write whole numbers from %(least)d to %(most)d."),
    Fault.PATTERN_TOO_LONG: _("This pattern is too long. Use at most %(most)d characters."),
    Fault.BAD_PATTERN: _("This pattern cannot be used: %(said)s. Patterns are those of RE2, which has no lookaround."),
    Fault.SPAN_EXPECTED: _("Write a whole number of seconds, at least 1, or leave it out."),
    Fault.ZONE_EXPECTED: _("Say whose time is meant: the visitor’s or the workspace’s."),
}

LACKS: dict[Lack, Words] = {
    Lack.NO_CONSENT: _("not known: the visitor has not consented"),
    Lack.NO_PLACES: _("not known: the address is in no database of places"),
    Lack.NOT_TOLD: _("not known: neither the browser nor the page has said"),
    Lack.NOT_GIVEN: _("not known: the site has set no such value"),
    Lack.NEVER: _("never happened"),
    Lack.NO_DEPARTMENT: _("the department is gone"),
    Lack.WRONG_TYPE: _("is no number, so it cannot be compared"),
}

WHYS: dict[Why, Words] = {
    Why.CHOSEN: _("It is shown"),
    Why.HELD_OUT: _("It is held back from this visitor, to compare"),
    Why.OUTRANKED: _("Another invitation goes first"),
    Why.NOT_ACTIVE: _("It is not active"),
    Why.NOT_STARTED: _("Its time has not begun"),
    Why.ENDED: _("Its time is over"),
    Why.CLOSED: _("It is shown within the opening hours only"),
    Why.UNAVAILABLE: _("It does not fit whether somebody is online"),
    Why.AUDIENCE: _("The visitor is not among those it is for"),
    Why.TRIGGER: _("The moment has not come"),
    Why.MANNERS: _("A rule of good manners forbids it"),
}

KINDS: dict[Kind, Words] = {
    Kind.SHOW: _("An invitation is shown"),
    Kind.HOLD_OUT: _("Nothing is shown, to compare with those who are asked"),
    Kind.NOTHING: _("Nothing is shown"),
}

# What each rule asks for, said when it is kept.
RULES: dict[Rule, Words] = {
    Rule.SWITCHED_OFF: _("Invitations are on"),
    Rule.CONSENT: _("The visitor may be watched"),
    Rule.OPTED_OUT: _("The visitor has not said never to ask"),
    Rule.OCCUPIED: _("Not in a chat, the queue or a survey"),
    Rule.WIDGET_OPEN: _("The chat window is closed"),
    Rule.QUIET: _("Time enough since the last conversation"),
    Rule.BUDGET: _("Within what one visitor is asked at most"),
    Rule.REPEATED: _("This invitation was not shown too often yet"),
    Rule.DISMISSED: _("Closed none lately"),
    Rule.TOO_SOON: _("Time enough since the last one and since the page was opened"),
    Rule.HOLDOUT: _("Not in the group that is held back"),
    Rule.NOBODY_FREE: _("Somebody is free to answer"),
}

BREACHES: dict[tuple[Rule, str], Words] = {
    (Rule.SWITCHED_OFF, "off"): _("Invitations are switched off"),
    (Rule.SWITCHED_OFF, "busy_hour"): _("The server is too busy to ask anybody"),
    (Rule.CONSENT, "signal"): _("The browser asks not to be tracked"),
    (Rule.CONSENT, "consent"): _("The visitor has not consented"),
    (Rule.OPTED_OUT, "person"): _("The visitor said never to ask again"),
    (Rule.OPTED_OUT, "channel"): _("The visitor said never to ask on the page again"),
    (Rule.OCCUPIED, "in_chat"): _("The visitor is in a chat"),
    (Rule.OCCUPIED, "in_queue"): _("The visitor waits in the queue"),
    (Rule.OCCUPIED, "in_survey"): _("The visitor fills in a survey"),
    (Rule.WIDGET_OPEN, ""): _("The chat window is open"),
    (Rule.QUIET, ""): _("Too soon after the last conversation"),
    (Rule.BUDGET, "page"): _("Was asked on this page as often as anybody is"),
    (Rule.BUDGET, "visit"): _("Was asked in this visit as often as anybody is"),
    (Rule.BUDGET, "day"): _("Was asked within a day as often as anybody is"),
    (Rule.BUDGET, "week"): _("Was asked within a week as often as anybody is"),
    (Rule.REPEATED, "visitor"): _("The visitor saw this invitation as often as it may be shown to one"),
    (Rule.REPEATED, "visit"): _("The visitor saw this invitation as often as it may be shown in a visit"),
    (Rule.REPEATED, "total"): _("It was shown as often as it may be in all"),
    (Rule.DISMISSED, "visit"): _("The visitor closed one in this visit"),
    (Rule.DISMISSED, "once"): _("The visitor closed one lately"),
    (Rule.DISMISSED, "often"): _("The visitor closed several"),
    (Rule.TOO_SOON, "gap"): _("Too soon after another one"),
    (Rule.TOO_SOON, "load"): _("Too soon after the page was opened"),
    (Rule.HOLDOUT, ""): _("In the group that is held back, to compare"),
    (Rule.NOBODY_FREE, "free"): _("Nobody is free to answer"),
    (Rule.NOBODY_FREE, "queue"): _("Too many wait already"),
}

LACKINGS: dict[Lacking, Words] = {
    Lacking.NO_HOLDOUT: _("Nobody is held back, so there is nobody to compare with."),
    Lacking.TOO_FEW_VISITORS: _("Not enough data: each group needs 100 visitors whose time for the goal is over."),
    Lacking.TOO_FEW_CONVERSIONS: _("Not enough data: both groups together need 10 visitors who reached the goal."),
    Lacking.TOO_SKEWED: _("Not enough data: a few large orders decide, and chance would be taken for an effect."),
}

VERDICTS: dict[Verdict, Words] = {
    Verdict.BETTER: _("The invitation helps."),
    Verdict.WORSE: _("The invitation harms."),
    Verdict.NO_DIFFERENCE_SEEN: _("No difference can be seen yet; there may be one."),
}

STAGES: dict[Stage, Words] = {
    Stage.ELIGIBLE: _("Chosen for somebody"),
    Stage.SHOWN: _("Shown"),
    Stage.SEEN: _("Seen for a second"),
    Stage.DISMISSED: _("Closed"),
    Stage.ACCEPTED: _("Accepted"),
    Stage.MESSAGED: _("Visitor wrote"),
    Stage.REPLIED: _("Agent answered"),
    Stage.CONVERTED: _("Reached the goal"),
}


def sentence(problem: Problem) -> str:
    """The sentence for a problem, in the active language."""
    return str(FAULTS[problem.code]) % problem.data
