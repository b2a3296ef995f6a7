"""Setting up invitations: who may, what is refused, and what is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.actions import invitations as verbs
from chat.models import Invitation, InvitationManners, InvitationStatus
from helpdesk.accounts.models import AuditEntry
from helpdesk.errors import HelpdeskError
from tests.world import World

HELLO = {"": {"title": "Hello", "text": "Can we help?", "button": "Chat"}}
SALE = {"match": "all", "of": [{"kind": "page_url", "operator": "contains", "value": "/sale"}]}
AFTER_A_WHILE = {"match": "all", "of": [{"kind": "seconds_on_page", "operator": "at_least", "value": 20}]}


@pytest.fixture
def olga(world: World) -> Any:
    with world.north.inside():
        yield world.north.olga


def ready(by: Any, **settings: Any) -> Invitation:
    return verbs.create_invitation(by=by, variant={"texts": HELLO}, **{"name": "Hello", **settings})


def refused(code: str, field: str | None = None) -> Any:
    return pytest.raises(HelpdeskError, match=code) if field is None else _Refused(code, field)


class _Refused:
    def __init__(self, code: str, field: str) -> None:
        self.wanted = (code, field)

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: Any, error: Any, _trace: Any) -> bool:
        assert isinstance(error, HelpdeskError), "nothing was refused"
        assert (error.code, error.field) == self.wanted
        return True


def test_a_new_invitation_is_a_draft_with_one_variant(olga: Any) -> None:
    invitation = ready(olga, audience=SALE, trigger=AFTER_A_WHILE, priority=3)
    assert invitation.status == InvitationStatus.DRAFT
    assert [(each.name, each.weight) for each in invitation.variants.all()] == [("A", 1)]
    assert AuditEntry.objects.filter(action="invitation.created", target="Hello").count() == 1


def test_agents_set_up_nothing(world: World) -> None:
    with world.north.inside():
        invitation = ready(world.north.olga)
        by = world.north.maya
        variant = invitation.variants.get()
        for forbidden in (
            lambda: verbs.create_invitation(by=by),
            lambda: verbs.change_invitation(by=by, invitation=invitation, name="x"),
            lambda: verbs.copy_invitation(by=by, invitation=invitation),
            lambda: verbs.activate_invitation(by=by, invitation=invitation),
            lambda: verbs.pause_invitation(by=by, invitation=invitation),
            lambda: verbs.archive_invitation(by=by, invitation=invitation),
            lambda: verbs.add_variant(by=by, invitation=invitation),
            lambda: verbs.change_variant(by=by, variant=variant, weight=3),
            lambda: verbs.remove_variant(by=by, variant=variant),
            lambda: verbs.set_manners(by=by, per_day=1),
        ):
            with pytest.raises(HelpdeskError, match="not_allowed"):
                forbidden()


def test_a_condition_that_cannot_be_judged_is_refused_with_its_place(olga: Any) -> None:
    tree = {"match": "all", "of": [{"kind": "page_url", "operator": "matches", "value": "(?=x)"}]}
    with pytest.raises(HelpdeskError) as caught:
        verbs.create_invitation(by=olga, audience=tree)
    assert (caught.value.code, caught.value.field) == ("invalid_condition", "audience")
    assert [(each["path"], each["code"]) for each in caught.value.data["problems"]] == [("of[0].value", "bad_pattern")]
    assert not Invitation.objects.exists()


def test_what_only_the_page_can_tell_is_no_audience_and_the_other_way_round(olga: Any) -> None:
    for field, tree in (("audience", AFTER_A_WHILE), ("trigger", SALE)):
        with refused("invalid_condition", field):
            verbs.create_invitation(by=olga, **{field: tree})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("texts", {"": {"title": "x" * 81}}, "too_long"),
        ("texts", {"": {"script": "x"}}, "unknown_field"),
        ("texts", {"<b>": {"title": "x"}}, "choice"),
        ("texts", [], "object_expected"),
        ("content", {"image": "http://shop.example/a.png"}, "invalid"),
        ("content", {"image": "javascript:alert(1)"}, "invalid"),
        ("content", {"agent": "nobody"}, "invalid_assignee"),
        ("action", {"kind": "explode"}, "choice"),
        ("action", {"kind": "link", "url": "//shop.example"}, "invalid"),
        ("design", "marquee", "choice"),
        ("weight", 101, "invalid"),
        ("name", "", "blank"),
    ],
)
def test_a_variant_holds_only_what_can_be_shown(olga: Any, field: str, value: Any, code: str) -> None:
    variant = ready(olga).variants.get()
    with pytest.raises(HelpdeskError) as caught:
        verbs.change_variant(by=olga, variant=variant, **{field: value})
    assert caught.value.code == code
    assert caught.value.field is not None


def test_what_says_nothing_or_is_over_is_not_activated(olga: Any) -> None:
    empty = verbs.create_invitation(by=olga)
    with refused("invitation_unready", "texts"):
        verbs.activate_invitation(by=olga, invitation=empty)
    over = ready(olga, ends_at=timezone.now() - timedelta(minutes=1))
    with refused("invitation_unready", "ends_at"):
        verbs.activate_invitation(by=olga, invitation=over)
    weightless = ready(olga)
    verbs.change_variant(by=olga, variant=weightless.variants.get(), weight=0)
    with refused("invitation_unready", "weight"):
        verbs.activate_invitation(by=olga, invitation=weightless)


def test_an_active_one_cannot_be_emptied(olga: Any) -> None:
    invitation = verbs.activate_invitation(by=olga, invitation=ready(olga))
    variant = invitation.variants.get()
    with refused("invitation_unready", "texts"):
        verbs.change_variant(by=olga, variant=variant, texts={"": {"title": ""}})
    with refused("last_variant"):
        verbs.remove_variant(by=olga, variant=variant)
    variant.refresh_from_db()
    assert variant.texts[""]["title"] == "Hello"


def test_it_goes_through_its_states(olga: Any) -> None:
    invitation = ready(olga)
    for verb, status, why in (
        (verbs.activate_invitation, "active", ""),
        (verbs.pause_invitation, "paused", "by_hand"),
        (verbs.activate_invitation, "active", ""),
        (verbs.archive_invitation, "archived", ""),
        (verbs.activate_invitation, "active", ""),
    ):
        invitation = verb(by=olga, invitation=invitation)
        invitation.refresh_from_db()
        assert (invitation.status, invitation.paused_why) == (status, why)
        assert verb(by=olga, invitation=invitation).status == status  # again: nothing happens
    actions = [each.action for each in AuditEntry.objects.order_by("id") if each.target == "Hello"]
    short = [each.removeprefix("invitation.") for each in actions]
    assert short == ["created", "activated", "paused", "activated", "archived", "activated"]


def test_a_copy_is_a_draft_with_all_variants_and_no_figures(olga: Any) -> None:
    invitation = ready(olga, audience=SALE, holdout_percent=10, frequency={"total": 5})
    verbs.add_variant(by=olga, invitation=invitation, design="bar_top", weight=4)
    invitation.shown_total, invitation.figures = 7, {"shown": 7}
    invitation.save()
    copy = verbs.copy_invitation(by=olga, invitation=invitation)
    assert (copy.status, copy.shown_total, copy.figures) == ("draft", 0, {})
    assert (copy.audience, copy.holdout_percent) == (invitation.audience, 10)
    assert copy.frequency == {"per_visitor": 1, "per_visit": 1, "total": 5}
    assert [(each.name, each.weight, each.design) for each in copy.variants.all()] == [
        ("A", 1, "bubble_hello"),
        ("B", 4, "bar_top"),
    ]
    assert copy.public_id != invitation.public_id


def test_a_variant_has_a_name_of_its_own(olga: Any) -> None:
    invitation = ready(olga)
    second = verbs.add_variant(by=olga, invitation=invitation)
    assert (second.name, second.texts) == ("B", invitation.variants.get(name="A").texts)
    with refused("invalid", "name"):
        verbs.change_variant(by=olga, variant=second, name="A")
    verbs.remove_variant(by=olga, variant=second)
    assert [each.name for each in invitation.variants.all()] == ["A"]


def test_the_end_comes_after_the_start(olga: Any) -> None:
    now = timezone.now()
    with refused("invalid", "ends_at"):
        ready(olga, starts_at=now, ends_at=now)


def test_manners_are_the_rules_until_somebody_changes_them(olga: Any) -> None:
    assert not InvitationManners.objects.exists()
    manners = verbs.set_manners(by=olga, per_day=5, per_week=None, is_switched_off=True)
    assert (manners.as_manners().per_day, manners.as_manners().per_week) == (5, None)
    assert manners.as_manners().gap_seconds == 120
    assert manners.as_tolerance().dismissal_rate == pytest.approx(0.6)
    assert verbs.set_manners(by=olga, per_day=5).pk == manners.pk
    assert AuditEntry.objects.filter(action="invitation.manners").count() == 1
    with refused("invalid", "dismissed_often"):
        verbs.set_manners(by=olga, dismissed_often=0)


def test_the_words_are_those_of_the_visitors_language_or_the_default(olga: Any) -> None:
    texts = {**HELLO, "de": {"title": "Hallo"}, "pt-BR": {"title": "Oi"}}
    variant = verbs.create_invitation(by=olga, variant={"texts": texts}).variants.get()
    said = {language: variant.words(language)["title"] for language in ("de", "de-AT", "pt-BR", "pt", "ko", "")}
    assert said == {"de": "Hallo", "de-AT": "Hallo", "pt-BR": "Oi", "pt": "Hello", "ko": "Hello", "": "Hello"}
