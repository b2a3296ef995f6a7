"""Which invitation somebody is shown, with the reasons for all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.targeting.choose import Decision, Kind, Occasion, Why, choose, exposure_from
from chat.targeting.conditions import Condition
from chat.targeting.exposures import Channel, Exposure
from chat.targeting.facts import Facts, Page, Team, Visit
from chat.targeting.invitations import Availability, Frequency, Invitation, Variant
from chat.targeting.judging import Seen
from chat.targeting.kinds import Kind as About
from chat.targeting.kinds import Lack
from chat.targeting.manners import Manners, Rule, over_budget
from chat.targeting.operators import Operator
from tests.chat.targeting.people import DAY, NOON, all_of, occasions, person, somebody

ON_CART = Condition(About.PAGE_URL, Operator.CONTAINS, "/cart")
PATIENT = Condition(About.SECONDS_ON_PAGE, Operator.AT_LEAST, 20)
HERE = somebody(
    teams=(Team("", True, 2), Team("sales", True, 1)), page=Page("page", NOON - 60, url="/cart", active_seconds=30)
)


def chosen(*invitations: Invitation, known: Facts = HERE, **numbers: Any) -> Decision:
    return choose(Occasion(known, Manners(**numbers), invitations))


def whys(decision: Decision) -> dict[str, str]:
    return {each.invitation: each.why.value for each in decision.looked}


# --- order ------------------------------------------------------------------------------------------------------------
def test_the_first_goes_by_priority_then_by_how_much_it_says_then_by_age() -> None:
    plain, picky = Invitation("b"), Invitation("c", audience=all_of(ON_CART), trigger=all_of(PATIENT))
    urgent, older = Invitation("d", priority=10), Invitation("a")
    decision = chosen(plain, picky, urgent, older)
    assert (decision.kind, decision.invitation) == (Kind.SHOW, "d")
    assert [each.invitation for each in decision.looked] == ["d", "c", "a", "b"]
    assert whys(decision) == {"d": "chosen", "c": "outranked", "a": "outranked", "b": "outranked"}


@given(occasions)
def test_the_order_in_which_they_are_told_does_not_matter(at: Occasion) -> None:
    assert choose(replace(at, invitations=at.invitations[::-1])) == choose(at)


@given(occasions)
def test_one_at_most_is_chosen_and_nothing_stands_in_its_way(at: Occasion) -> None:
    decision = choose(at)
    assert len(decision.looked) == len(at.invitations)
    first = [each for each in decision.looked if each.why in (Why.CHOSEN, Why.HELD_OUT)]
    assert [each.invitation for each in first] == ([decision.invitation] if decision.invitation else [])
    assert (decision.kind == Kind.NOTHING) == (not first)
    for each in first:
        assert each.audience.matches
        assert each.trigger.matches
        assert [breach.rule for breach in each.breaches] == [Rule.HOLDOUT] * (decision.kind == Kind.HOLD_OUT)


# --- what stands in the way -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"is_active": False}, Why.NOT_ACTIVE),
        ({"starts_at": NOON + 1}, Why.NOT_STARTED),
        ({"starts_at": NOON}, Why.CHOSEN),
        ({"ends_at": NOON}, Why.ENDED),
        ({"ends_at": NOON + 1}, Why.CHOSEN),
        ({"is_open": False}, Why.CLOSED),
        ({"availability": Availability.OFFLINE}, Why.UNAVAILABLE),
        ({"department": "gone"}, Why.UNAVAILABLE),
        ({"department": "gone", "availability": Availability.OFFLINE}, Why.CHOSEN),
        ({"audience": all_of(replace(ON_CART, value="/checkout"))}, Why.AUDIENCE),
        ({"trigger": all_of(replace(PATIENT, value=31))}, Why.TRIGGER),
        ({"frequency": Frequency(per_visitor=0)}, Why.MANNERS),
    ],
)
def test_the_first_thing_in_the_way_is_the_reason(changes: dict[str, Any], why: Why) -> None:
    assert whys(chosen(Invitation("hello", **changes))) == {"hello": why.value}


def test_the_next_one_is_shown_where_the_first_may_not_be() -> None:
    seen_before = replace(HERE, exposures=(Exposure("hello", NOON - 90 * DAY),))
    decision = chosen(Invitation("hello", priority=1), Invitation("offer"), known=seen_before)
    assert decision.invitation == "offer"
    assert [(each.rule, each.detail) for each in decision.looked[0].breaches] == [(Rule.REPEATED, "visitor")]


def test_every_condition_is_told_with_its_value_also_of_what_was_not_chosen() -> None:
    abroad = Condition(About.COUNTRY, Operator.IS_NOT, "DE")
    decision = chosen(
        Invitation("hello", priority=1, audience=all_of(ON_CART, abroad), trigger=all_of(PATIENT)),
        Invitation("offer", is_active=False, trigger=all_of(PATIENT)),
    )
    hello, offer = decision.looked
    assert hello.audience.seen == (
        Seen("of[0]", True, "/cart", None),
        Seen("of[1]", False, None, Lack.NO_PLACES),
    )
    assert hello.trigger.seen == offer.trigger.seen == (Seen("of[0]", True, 30, None),)
    assert (hello.why, offer.why) == (Why.AUDIENCE, Why.NOT_ACTIVE)


# --- variants and holdouts --------------------------------------------------------------------------------------------
TESTED = Invitation("hello", variants=(Variant("a"), Variant("b")), holdout_percent=50)


def people(count: int = 400) -> list[Facts]:
    return [replace(HERE, person=replace(HERE.person, key=f"visitor-{number}")) for number in range(count)]


def test_half_are_held_out_and_the_others_share_the_variants() -> None:
    counts = Counter((decision.kind, decision.variant) for decision in (chosen(TESTED, known=who) for who in people()))
    assert set(counts) == {(Kind.HOLD_OUT, ""), (Kind.SHOW, "a"), (Kind.SHOW, "b")}
    assert counts[(Kind.HOLD_OUT, "")] == pytest.approx(200, abs=40)
    assert counts[(Kind.SHOW, "a")] == pytest.approx(100, abs=35)


def test_the_lot_is_the_contacts_and_the_same_on_all_their_devices() -> None:
    for who in people(40):
        on_phone = replace(who, visit=Visit("other"), page=Page("other", NOON - 300, url="/"), now=NOON + 5000)
        assert (chosen(TESTED, known=who).kind, chosen(TESTED, known=who).variant) == (
            chosen(TESTED, known=on_phone).kind,
            chosen(TESTED, known=on_phone).variant,
        )


def test_who_is_held_out_is_shown_nothing_in_its_place_and_it_is_remembered() -> None:
    held = Invitation("hello", priority=1, holdout_percent=100)
    decision = chosen(held, Invitation("offer"))
    assert (decision.kind, decision.invitation, decision.variant) == (Kind.HOLD_OUT, "hello", "")
    assert whys(decision) == {"hello": "held_out", "offer": "outranked"}
    exposure = exposure_from(decision, HERE)
    assert exposure == Exposure("hello", NOON, Channel.INVITATION, "visit", "page", is_holdout=True)
    again = chosen(held, Invitation("offer"), known=replace(HERE, exposures=(exposure,)))
    assert again.kind == Kind.NOTHING


def test_nobody_is_a_holdout_who_would_not_have_been_shown_it() -> None:
    """Or the two groups would differ: the invited are not counted while nobody is free."""
    held = Invitation("hello", priority=1, holdout_percent=100)
    crowded = replace(HERE, teams=(Team("", True, 0), Team("sales", True, 1)))
    decision = chosen(held, Invitation("offer", department="sales"), known=crowded)
    assert (decision.kind, decision.invitation) == (Kind.SHOW, "offer")
    assert [each.rule for each in decision.looked[0].breaches] == [Rule.HOLDOUT, Rule.NOBODY_FREE]
    assert decision.looked[0].why == Why.MANNERS


def test_nothing_leaves_nothing_to_remember() -> None:
    assert exposure_from(chosen(), HERE) is None


# --- whatever happens, nobody is bothered more than the rules say -----------------------------------------------------
@dataclass
class Life:
    """A visitor who comes, goes and is asked; the server remembers as it would."""

    now: float = NOON
    visits: int = 1
    pages: int = 1
    loaded_at: float = NOON
    last_chat_at: float | None = None
    exposures: list[Exposure] = field(default_factory=list)
    manners: Manners = field(default=Manners())

    def facts(self) -> Facts:
        return replace(
            HERE,
            now=self.now,
            person=person(last_chat_at=self.last_chat_at),
            visit=Visit(f"visit-{self.visits}"),
            page=Page(f"page-{self.pages}", self.loaded_at),
            exposures=tuple(self.exposures),
        )

    def live(self, what: str, seconds: float) -> None:
        self.now += seconds
        if what == "visit":
            self.visits += 1
        if what in ("visit", "page"):
            self.pages, self.loaded_at = self.pages + 1, self.now
        elif what == "chat":
            self.last_chat_at = self.now
        elif what == "mail" and not list(over_budget(self.manners, self.exposures, now=self.now, visit="", page="")):
            self.exposures.append(Exposure("news", self.now, Channel.EMAIL))
        elif what == "dismiss" and self.exposures and self.exposures[-1].dismissed_at is None:
            self.exposures[-1] = replace(self.exposures[-1], dismissed_at=self.now)


CAMPAIGNS = tuple(
    Invitation(f"i{number}", frequency=Frequency(per_visitor, per_visit), holdout_percent=percent)
    for number, (per_visitor, per_visit, percent) in enumerate([(1, 1, 0), (3, 2, 0), (None, None, 0), (2, 1, 50)])
)
STEPS = st.tuples(
    st.sampled_from(("wait", "page", "visit", "chat", "dismiss", "mail")),
    st.sampled_from((0, 1, 9, 11, 60, 119, 121, 3_600, 40_000, 86_399, 86_401, 300_000)),
)


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=5, max_size=60), st.sampled_from(((1, 1, 2, 4), (2, 3, 3, 5), (None, None, 2, 3))))
def test_no_cap_is_ever_exceeded(steps: list[tuple[str, float]], caps: tuple[Any, Any, int, int]) -> None:
    numbers = Manners(per_page=caps[0], per_visit=caps[1], per_day=caps[2], per_week=caps[3])
    life, chosen_ones = Life(manners=numbers), []
    for what, seconds in steps:
        life.live(what, seconds)
        facts = life.facts()
        exposure = exposure_from(choose(Occasion(facts, numbers, CAMPAIGNS)), facts)
        if exposure is not None:
            assert_was_allowed(exposure, life, numbers)
            life.exposures.append(exposure)
            chosen_ones.append(exposure)
    pages, visits = Counter(e.page for e in chosen_ones), Counter(e.visit for e in chosen_ones)
    assert caps[0] is None or max(pages.values(), default=0) <= caps[0]
    assert caps[1] is None or max(visits.values(), default=0) <= caps[1]
    moments = [each.at for each in life.exposures]
    for end in moments:
        assert sum(end - DAY < at <= end for at in moments) <= caps[2]
        assert sum(end - 7 * DAY < at <= end for at in moments) <= caps[3]
    of_campaign = Counter(each.campaign for each in chosen_ones)
    assert of_campaign["i0"] <= 1
    assert of_campaign["i1"] <= 3
    assert of_campaign["i3"] <= 2
    assert max(Counter((e.campaign, e.visit) for e in chosen_ones if e.campaign == "i1").values(), default=0) <= 2


def assert_was_allowed(exposure: Exposure, life: Life, numbers: Manners) -> None:
    """The rules once more, in the plainest words."""
    now, before = exposure.at, life.exposures
    assert now - life.loaded_at >= 10
    assert life.last_chat_at is None or now - life.last_chat_at >= DAY
    closed = [each for each in before if each.dismissed_at is not None and each.channel == Channel.INVITATION]
    assert exposure.visit not in {each.visit for each in closed}
    span = 7 * DAY if len(closed) < 2 else 30 * DAY
    assert all(now - (each.dismissed_at or 0) >= span for each in closed)
    others = [e.at for e in before if e.campaign != exposure.campaign and e.channel == Channel.INVITATION]
    assert all(now - at >= 120 for at in others)
    assert sum(now - at < DAY for at in (each.at for each in before)) < (numbers.per_day or 0)
    assert sum(now - at < 7 * DAY for at in (each.at for each in before)) < (numbers.per_week or 0)


def test_five_tabs_show_one() -> None:
    life, shown = Life(loaded_at=NOON - 60), 0
    for _tab in range(5):
        life.pages += 1
        exposure = exposure_from(choose(Occasion(life.facts(), Manners(), CAMPAIGNS)), life.facts())
        if exposure is not None:
            shown += 1
            life.exposures.append(exposure)
    assert shown == 1


def test_the_premise_an_invitation_comes_again_and_again_when_the_rules_let_it() -> None:
    life, shown = Life(), 0
    for _day in range(20):
        life.live("visit", DAY * 1.8)
        life.live("wait", 30)
        exposure = exposure_from(choose(Occasion(life.facts(), Manners(), CAMPAIGNS)), life.facts())
        if exposure is not None:
            shown += 1
            life.exposures.append(exposure)
    assert shown > 10
