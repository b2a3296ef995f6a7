"""An agent invites a visitor who is on the site. It takes one of the agent's places for a minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.inviting import hold_budget, hold_visitor
from chat.actions.rings import locked_desk
from chat.browsing.here import boards
from chat.floor import read_floor
from chat.inviting.catalogue import current_manners
from chat.inviting.frames import manual_frame
from chat.inviting.known import BY_HAND, completed
from chat.models import InvitationExposure
from chat.policies import current_policies
from chat.targeting.facts import Consent, Facts, Page, Person, Visit
from chat.targeting.invitations import Availability, Frequency, Invitation
from chat.targeting.manners import BY_HAND as NEVER_SET_ASIDE
from chat.targeting.manners import Breach, Rule, breaches
from helpdesk.accounts.models import Membership
from helpdesk.errors import HelpdeskError, not_found
from helpdesk.realtime import groups, publish
from helpdesk.strict_json import dumps
from helpdesk.tenancy import scope
from tickets.models import CannedMessage

PLACE_SECONDS = 60
MOST_TEXT = 500
# Rules of invitations that show themselves: whoever invites by hand is free, and nobody is held out.
NOT_FOR_PEOPLE = {Rule.HOLDOUT, Rule.NOBODY_FREE, Rule.REPEATED}


@dataclass(frozen=True)
class ByHand:
    """Whom to invite with what. `canned` is the id of a canned message in place of a text."""

    browser: UUID
    client_id: UUID
    text: str = ""
    canned: UUID | None = None
    reason: str = ""


def invite_by_hand(*, by: Membership, invite: ByHand) -> InvitationExposure:
    """Show the visitor what the agent wrote, in the page that they use, and keep a place for the chat that may come.

    Idempotent on `client_id`. True afterwards: for a minute the agent has one place less, and colleagues see the
    visitor as invited. Raises HelpdeskError not_found for somebody who is not on the site or an unknown canned
    message, blank, too_long; desk_full; manners with `rule`, `why` and `may_override` when the visitor is not to be
    asked now: with a `reason` all rules but those about consent, opt-out, a conversation and an open window are set
    aside.
    """
    row, process = _row_of(by.workspace_id, invite.browser)
    text = _text(by, invite)
    with scope.atomic():
        visitor = hold_visitor(UUID(row["visitor"]) if row["visitor"] else None)
        budget = hold_budget(invite.browser)
        known = InvitationExposure.objects.filter(due_id=invite.client_id, by=by).first()
        if known is not None:
            return known
        facts = completed(_facts(row), browser=invite.browser, visitor=visitor, budget=budget)
        _refuse_against_manners(facts, invite.reason)
        _refuse_without_place(by)
        now = timezone.now()
        exposure: InvitationExposure = InvitationExposure.objects.create(
            browser=invite.browser,
            visit=UUID(row["visit"]),
            visitor=visitor,
            person=facts.person.key,
            language=row["language"],
            page=row["url"],
            due_id=invite.client_id,
            is_manual=True,
            by=by,
            text=text,
            override_reason=invite.reason,
            eligible_at=now,
            expires_at=now + timedelta(seconds=PLACE_SECONDS),
        )
        _tell(exposure, process)
    return exposure


def _row_of(workspace_id: int, browser: UUID) -> tuple[dict[str, Any], str]:
    """What is known of the visitor, and the process that holds the page they used last."""
    board = boards().of(workspace_id)
    board.refresh()
    found = board.newest_part(str(browser))
    if found is None:
        raise not_found()
    return found


def _text(by: Membership, invite: ByHand) -> str:
    text = invite.text.strip()
    if invite.canned is not None:
        canned = CannedMessage.objects.usable_by(by).filter(public_id=invite.canned).first()
        if canned is None:
            raise not_found()
        text = canned.text.strip()
    if not text:
        raise HelpdeskError("blank", _("Write a message first."), field="text")
    if len(text) > MOST_TEXT:
        raise HelpdeskError(
            "too_long",
            _("This is too long. Use at most %(limit)d characters.") % {"limit": MOST_TEXT},
            field="text",
            limit=MOST_TEXT,
        )
    return text


# --- whether ----------------------------------------------------------------------------------------------------------
def _facts(row: dict[str, Any]) -> Facts:
    # Who is on the list has agreed to be there, or need not.
    person = Person(key=row["id"], consent=Consent.GRANTED)
    loaded_at = datetime.fromisoformat(row["page_since"]).timestamp()
    return Facts(timezone.now().timestamp(), person, Visit(row["visit"]), Page("", loaded_at))


def _refuse_against_manners(facts: Facts, reason: str) -> None:
    # What was shown so often by itself says nothing about whether a person may speak.
    invitation = Invitation(BY_HAND, availability=Availability.ANY, frequency=Frequency(None, None, None))
    rules = NEVER_SET_ASIDE if reason else frozenset(Rule) - NOT_FOR_PEOPLE
    # Nor does a page that has just loaded: the agent sees it, and chooses the moment.
    manners = replace(current_manners().as_manners(), load_seconds=0)
    broken = breaches(facts, manners, invitation, rules=rules)
    if broken:
        raise _against(broken[0])


def _against(breach: Breach) -> HelpdeskError:
    may_override = breach.rule not in NEVER_SET_ASIDE
    text = (
        _("This visitor was asked or talked to recently. Invite them only if you have a reason, and say it.")
        if may_override
        else _("This visitor cannot be invited now.")
    )
    return HelpdeskError("manners", text, rule=breach.rule.value, why=breach.detail, may_override=may_override)


def _refuse_without_place(by: Membership) -> None:
    locked_desk(by)  # nobody else gives the place away
    policies = current_policies()
    seat = read_floor(policies, timezone.now()).seats[by.pk]
    limit = seat.widest_limit(policies)
    if limit is not None and seat.load >= limit:
        raise HelpdeskError("desk_full", _("You have as many chats as you may have. End one, then invite somebody."))


def _tell(exposure: InvitationExposure, process: str) -> None:
    message = {"type": "live.manual", "process": process, "text": dumps(manual_frame(exposure))}
    publish.after_commit([(groups.browser(exposure.workspace_id, exposure.browser), message)])
