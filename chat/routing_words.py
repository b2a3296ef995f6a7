"""What routing decides, in words. The keys are what decision records hold, so every one of them is said for ever."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.models import ForcedWhy, PausedWhy
from chat.routing.decide import Kind, Why
from chat.routing.eligibility import Reason
from chat.routing.situation import Situation, Strategy
from chat.routing.strategies import TieBreak

Words = Promise | str

STRATEGY_HINTS: dict[Strategy, Words] = {
    Strategy.AVERAGE_UTILIZATION: _("Whoever has the fewest chats. Answers come fastest."),
    Strategy.MAX_UTILIZATION: _("Whoever has the most chats and a free place. Keeps others free for other work."),
    Strategy.ROUND_ROBIN: _("Whoever has been offered none for the longest time."),
    Strategy.RANDOM: _("Everyone who is free has the same chance."),
    Strategy.PRIORITY: _("In the order that you give the people of a department."),
    Strategy.RING_ALL: _("All who are free at once; the first to accept has it."),
    Strategy.MANUAL: _("Nobody rings. Agents take chats from the queue."),
}

KINDS: dict[Kind, Words] = {
    Kind.RING: _("Rings one agent"),
    Kind.RING_ALL: _("Rings everyone who is free"),
    Kind.WAIT: _("Waits"),
    Kind.OVERFLOW: _("Passes to another department"),
    Kind.GIVE_UP: _("Offers to leave a message"),
}

WHYS: dict[Why, Words] = {
    Why.STICKY: _("Spoke with this customer last"),
    Why.STRATEGY: _("Chosen among those who are free"),
    Why.BY_HAND: _("Chats are taken by hand"),
    Why.CLOSED: _("Outside the opening hours"),
    Why.NOBODY_ONLINE: _("Nobody is online"),
    Why.ALL_BUSY: _("Whoever is online is full, rests or is paused"),
    Why.HOLDING: _("Held for the agent whom the customer knows"),
    Why.LANGUAGE: _("Those who are free do not speak the customer’s language"),
    Why.ALL_TRIED: _("It rang at everybody who is free, and nobody accepted"),
    Why.TOO_LONG: _("It has waited for as long as it may"),
}

CHECKS: dict[Reason, Words] = {
    Reason.CLOSED: _("Within opening hours"),
    Reason.NOT_ONLINE: _("Online"),
    Reason.PAUSED: _("Not paused"),
    Reason.FULL: _("Has a free place"),
    Reason.RESTING: _("Rested"),
    Reason.LANGUAGE: _("Language is no obstacle"),
    Reason.TRIED: _("Not tried yet"),
}

REASONS: dict[Reason, Words] = {
    Reason.CLOSED: _("Outside the opening hours"),
    Reason.NOT_ONLINE: _("Not online"),
    Reason.PAUSED: _("Paused"),
    Reason.FULL: _("Full"),
    Reason.RESTING: _("Rests after a chat"),
    Reason.LANGUAGE: _("Does not speak the customer’s language"),
    Reason.TRIED: _("It rang there already"),
}

# What told the first from the second, said of the first.
TIE_BREAKS: dict[TieBreak, Words] = {
    TieBreak.ONLY_ONE: _("The only one who can take it now"),
    TieBreak.PRIORITY: _("First by priority"),
    TieBreak.LOAD: _("The fewest chats"),
    TieBreak.LONGEST_WITHOUT: _("Offered no chat for the longest time"),
    TieBreak.ID: _("Equal in everything else; the older account goes first"),
    TieBreak.LOT: _("Drawn by lot"),
}

# The same, said of the second.
BEHIND: dict[TieBreak, Words] = {
    TieBreak.PRIORITY: _("Later by priority"),
    TieBreak.LOAD: _("Has more chats"),
    TieBreak.LONGEST_WITHOUT: _("Was offered a chat more recently"),
    TieBreak.ID: _("Equal in everything else; a newer account"),
    TieBreak.LOT: _("Drawn later by lot"),
}

PAUSED_WHYS: dict[str, Words] = {
    PausedWhy.SELF: _("by themselves"),
    PausedWhy.ADMIN: _("by an admin"),
    PausedWhy.MISSES: _("missed rings in a row"),
    PausedWhy.IDLE: _("missed a ring, away from the computer"),
}


FORCED_WHYS: dict[str, Words] = {
    ForcedWhy.SELF: _("by themselves"),
    ForcedWhy.ADMIN: _("by an admin"),
}

STAYS_AVAILABLE = _("Stays available outside the opening hours")


def first_by(tie_break: TieBreak, strategy: Strategy) -> Words:
    """Why somebody goes first."""
    if tie_break == TieBreak.LOAD and strategy == Strategy.MAX_UTILIZATION:
        return _("The most chats, and a free place")
    return TIE_BREAKS[tie_break]


def passed_checks(reasons: Iterable[Reason], at: Situation) -> list[Words]:
    """What did not stand in the agent's way."""
    words = CHECKS if at.is_open else {**CHECKS, Reason.CLOSED: STAYS_AVAILABLE}
    return [said for reason, said in words.items() if reason not in reasons]


def behind_by(tie_break: TieBreak | None, strategy: Strategy) -> Words:
    """Why somebody goes after the one before; None: what decided about that one does not order the others."""
    if tie_break is None:
        return _("If nobody before accepts")
    if tie_break == TieBreak.LOAD and strategy == Strategy.MAX_UTILIZATION:
        return _("Has fewer chats")
    return BEHIND.get(tie_break, _("If nobody before accepts"))
