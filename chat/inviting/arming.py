"""Which invitations a page waits for, judged in memory on the event loop: 50 of them for hundreds of pages a second.

Trees are compiled once for each catalogue. A condition that stands in several is judged once for a page, and only if
it can still matter. What only the database knows (what somebody was shown, their last chat) is left open here: such an
invitation is armed, and the worker decides.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from chat.browsing.rows import Row, Tab
from chat.inviting.row_facts import facts_of_row
from chat.inviting.shop import Shop
from chat.targeting.conditions import Condition, Group, Match, written
from chat.targeting.facts import Facts, Team
from chat.targeting.invitations import Availability, Invitation
from chat.targeting.judging import matches, rest_for_page
from chat.targeting.kinds import Kind
from helpdesk.strict_json import dumps

ASKED_LATER = frozenset(
    {
        *(Kind.INVITATION_SHOWN, Kind.INVITATION_DISMISSED, Kind.INVITATION_ACCEPTED),
        *(Kind.SECONDS_SINCE_LAST_CHAT, Kind.LAST_RATING, Kind.SEGMENT, Kind.TAG),
    }
)
MOST_TEXTS = 500
NOTHING = dumps({"type": "invitations.armed", "list": []})

Node = tuple[bool, tuple[Any, ...]]  # whether all must match; indexes of conditions, and nodes


class Arming:
    """One catalogue, compiled. `shop` is as it was when this was made."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._conditions: list[Condition] = []
        self._index: dict[Condition, int] = {}
        teams = {team.id: team for team in shop.teams}
        fitting = [each for each in shop.invitations if _fits(each, teams.get(each.department))]
        self._armable = [] if shop.is_switched_off else [self._compiled(each) for each in fitting]
        self._texts: dict[tuple[str, ...], str] = {}

    @property
    def is_empty(self) -> bool:
        return not self._armable

    def frame_for(self, row: Row, tab: Tab) -> str:
        """The text of `invitations.armed` for a page."""
        if not self._armable:
            return NOTHING
        now = time.time()
        facts = facts_of_row(row, tab, now, teams=self.shop.teams, workspace_offset=self.shop.utc_offset)
        known: list[bool | None] = [None] * len(self._conditions)
        found: list[tuple[str, str]] = []
        for invitation, node, trigger in self._armable:
            if invitation.starts_at is not None and now < invitation.starts_at:
                continue
            if invitation.ends_at is not None and now >= invitation.ends_at:
                continue
            if self._holds(node, known, facts):
                rest = trigger if trigger is not None else _rest(invitation, facts)
                if rest:
                    found.append((invitation.id, rest))
        return self._text(found)

    def _text(self, found: Sequence[tuple[str, str]]) -> str:
        if not found:
            return NOTHING
        key = tuple(part for each in found for part in each)
        text = self._texts.get(key)
        if text is None:
            entries = ",".join(f'{{"invitation":"{id}","trigger":{trigger}}}' for id, trigger in found)
            load_seconds = self.shop.load_seconds
            text = f'{{"type":"invitations.armed","list":[{entries}],"load_seconds":{load_seconds}}}'
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            self._texts[key] = text
        return text

    # --- compiled ---
    def _compiled(self, invitation: Invitation) -> tuple[Invitation, Node, str | None]:
        # What has happened often enough already is not waited for again, so such a trigger differs from page to page.
        varies = any(each.kind == Kind.CUSTOM_EVENT for _path, each in invitation.trigger.conditions())
        return invitation, self._node(invitation.audience), None if varies else dumps(written(invitation.trigger))

    def _node(self, tree: Group) -> Node:
        members: list[Any] = []
        for member in tree.of:
            if isinstance(member, Group):
                members.append(self._node(member))
            elif member.kind not in ASKED_LATER:
                members.append(self._index_of(member))
            elif tree.match == Match.ANY:
                return True, ()  # it may be true
        return tree.match == Match.ALL, tuple(members)

    def _index_of(self, condition: Condition) -> int:
        if condition not in self._index:
            self._index[condition] = len(self._conditions)
            self._conditions.append(condition)
        return self._index[condition]

    def _holds(self, node: Node, known: list[bool | None], facts: Facts) -> bool:
        is_all, members = node
        for member in members:
            if type(member) is int:
                does = known[member]
                if does is None:
                    does = known[member] = matches(self._conditions[member], facts)
            else:
                does = self._holds(member, known, facts)
            if does is not is_all:
                return does
        return is_all


def _fits(invitation: Invitation, team: Team | None) -> bool:
    """What is the same for every visitor."""
    total = invitation.frequency.total
    if not invitation.is_open or (total is not None and invitation.shown_total >= total):
        return False
    is_online = team is not None and team.is_online
    return invitation.availability == Availability.ANY or is_online == (invitation.availability == Availability.ONLINE)


def _rest(invitation: Invitation, facts: Facts) -> str:
    rest = rest_for_page(invitation.trigger, facts)
    return "" if rest is None else dumps(written(rest))
