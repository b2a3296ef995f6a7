"""Facts, conditions and invitations of every kind, for properties of the core."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from chat.targeting.choose import Occasion
from chat.targeting.conditions import Condition, Group, Match
from chat.targeting.exposures import Channel, Exposure
from chat.targeting.facts import Cart, Consent, Facts, Happening, Page, Person, Screen, Team, Visit
from chat.targeting.invitations import Availability, Frequency, Invitation, Variant
from chat.targeting.kinds import NATURES, About, Kind, Naming, Nature, Zone
from chat.targeting.manners import Manners
from chat.targeting.operators import BARE, LISTS, NUMBER, Operator

NOON = 1_790_000_000.0  # Monday, 21 September 2026, 14:13:20 UTC
DAY = 86_400.0
# Few words, so that conditions do match.
WORDS = st.sampled_from(("", "cart", "Cart", "/shop/cart?a=1", "teapot", "de", "DE", "12", "3.5", "vip", "ß", "ΣΑΣ"))
NAMES = st.sampled_from(("plan", "vip", "#buy", "cart_idle"))
NUMBERS = st.one_of(st.integers(-3, 40), st.sampled_from((0.5, 12.0, 3600.0)))
ATTRIBUTES = st.dictionaries(NAMES, st.one_of(WORDS, NUMBERS, st.booleans()))
AGO = st.integers(0, 1_000_000).map(lambda seconds: NOON - seconds)


def maybe(known: Any) -> Any:
    return st.one_of(st.none(), known)


def tuples(of: Any) -> Any:
    return st.lists(of, max_size=3).map(tuple)


# --- facts ------------------------------------------------------------------------------------------------------------
exposures = st.builds(
    Exposure,
    campaign=NAMES,
    at=AGO,
    channel=st.sampled_from(Channel),
    visit=st.sampled_from(("", "visit", "before")),
    page=st.sampled_from(("", "page", "other")),
    is_holdout=st.booleans(),
    dismissed_at=maybe(AGO),
    accepted_at=maybe(AGO),
)
people = st.builds(
    Person,
    key=st.uuids().map(str),
    consent=st.sampled_from(Consent),
    has_signal=st.booleans(),
    has_opted_out=st.booleans(),
    opted_out_channels=tuples(st.sampled_from(Channel).map(str)),
    language=maybe(WORDS),
    country=maybe(WORDS),
    region=maybe(WORDS),
    city=maybe(WORDS),
    utc_offset=maybe(st.sampled_from((-18_000, 0, 19_800))),
    attributes=maybe(ATTRIBUTES),
    segments=maybe(tuples(WORDS)),
    tags=maybe(tuples(WORDS)),
    last_chat_at=maybe(AGO),
    last_rating=maybe(st.integers(1, 5)),
)
visits = st.builds(
    Visit,
    id=st.just("visit"),
    number=maybe(st.integers(1, 5)),
    pages=maybe(st.integers(1, 40)),
    active_seconds=maybe(NUMBERS),
    entry_url=maybe(WORDS),
    referrer_domain=maybe(WORDS),
    utm=maybe(st.dictionaries(st.sampled_from(("source", "medium", "campaign", "term", "content")), WORDS)),
    last_visit_at=maybe(AGO),
)
pages = st.builds(
    Page,
    id=st.just("page"),
    loaded_at=AGO,
    url=maybe(WORDS),
    title=maybe(WORDS),
    previous_url=maybe(WORDS),
    active_seconds=maybe(NUMBERS),
    idle_seconds=maybe(NUMBERS),
    scroll_percent=maybe(st.integers(0, 100)),
    has_exit_intent=maybe(st.booleans()),
    seen=maybe(tuples(NAMES)),
)
facts = st.builds(
    Facts,
    now=st.just(NOON),
    person=people,
    visit=visits,
    page=pages,
    utc_offset=st.sampled_from((0, 7200)),
    screen=st.builds(Screen, maybe(WORDS), maybe(WORDS), maybe(st.integers(0, 40)), maybe(st.integers(0, 40))),
    cart=st.builds(Cart, maybe(NUMBERS), maybe(st.integers(0, 9)), maybe(ATTRIBUTES)),
    events=maybe(tuples(st.builds(Happening, NAMES, AGO))),
    teams=tuples(st.builds(Team, NAMES, st.booleans(), st.integers(0, 3), st.integers(0, 6))),
    exposures=tuples(exposures),
    is_in_chat=st.booleans(),
    is_queued=st.booleans(),
    is_in_survey=st.booleans(),
    is_widget_open=st.booleans(),
)


def person(**known: Any) -> Person:
    return Person(key="somebody", consent=Consent.GRANTED, **known)


def somebody(**known: Any) -> Facts:
    """Somebody who may be asked, a minute after the page was loaded; everything else is said by the test."""
    plain = Facts(NOON, person(), Visit("visit"), Page("page", NOON - 60))
    return replace(plain, **known)


# --- conditions -------------------------------------------------------------------------------------------------------
PATTERNS = st.sampled_from(("cart", "(?i)CART$", "^/shop/.*a=[0-9]+", "", "(a+)+$"))


def _values(nature: Nature, operator: Operator) -> Any:
    if operator in BARE:
        return st.none()
    if operator in LISTS:
        entries = WORDS if nature.choices is None else st.sampled_from(nature.choices)
        return st.lists(entries, min_size=1, max_size=4).map(tuple)
    if operator in NUMBER:
        return NUMBERS
    return PATTERNS if operator in (Operator.MATCHES, Operator.DOES_NOT_MATCH) else WORDS


def conditions_of(kind: Kind) -> Any:
    nature = NATURES[kind]
    about = st.builds(
        About,
        name=st.just("") if nature.naming == Naming.NONE else NAMES,
        within_seconds=maybe(st.integers(1, 900_000)) if nature.has_span else st.none(),
        zone=st.sampled_from(Zone) if nature.has_zone else st.none(),
    )
    return st.sampled_from(sorted(nature.operators)).flatmap(
        lambda operator: st.builds(Condition, st.just(kind), st.just(operator), _values(nature, operator), about)
    )


conditions = st.sampled_from(Kind).flatmap(conditions_of)
inner_groups = st.builds(Group, st.sampled_from(Match), st.lists(conditions, min_size=1, max_size=3).map(tuple))
trees = st.one_of(
    st.just(Group()),
    st.builds(
        Group, st.sampled_from(Match), st.lists(st.one_of(conditions, inner_groups), min_size=1, max_size=4).map(tuple)
    ),
)


def all_of(*members: Any) -> Group:
    return Group(Match.ALL, members)


def any_of(*members: Any) -> Group:
    return Group(Match.ANY, members)


def about(name: str = "", **more: Any) -> About:
    return About(name, **more)


# --- invitations ------------------------------------------------------------------------------------------------------
limits = maybe(st.integers(0, 4))
spans = st.sampled_from((0, 60, 3600, 86_400, 900_000))
manners = st.builds(
    Manners,
    quiet_seconds=spans,
    per_page=limits,
    per_visit=limits,
    per_day=limits,
    per_week=limits,
    dismissed_seconds=spans,
    dismissed_often=st.integers(1, 3),
    dismissed_often_seconds=spans,
    gap_seconds=spans,
    load_seconds=spans,
    longest_queue=st.integers(0, 5),
    is_switched_off=st.booleans(),
    is_shedding=st.booleans(),
)
invitations = st.builds(
    Invitation,
    id=NAMES,
    priority=st.sampled_from((1, 50, 100)),
    is_active=st.booleans(),
    is_open=st.booleans(),
    starts_at=maybe(AGO),
    ends_at=maybe(st.integers(-10, 10).map(lambda seconds: NOON + seconds)),
    department=st.one_of(st.just(""), NAMES),
    availability=st.sampled_from(Availability),
    audience=trees,
    trigger=trees,
    frequency=st.builds(Frequency, limits, limits, limits),
    variants=st.lists(st.builds(Variant, NAMES, st.integers(0, 3)), max_size=3, unique_by=lambda each: each.id).map(
        tuple
    ),
    holdout_percent=st.sampled_from((0, 10, 50.5, 100)),
    shown_total=st.integers(0, 5),
)
occasions = st.builds(
    Occasion,
    facts,
    manners,
    st.lists(invitations, max_size=4, unique_by=lambda each: each.id).map(tuple),
)
