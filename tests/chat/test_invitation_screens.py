"""The admin's screens of invitations: list, gallery, editor, rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.actions.invitations import activate_invitation, add_variant
from chat.invitation_gallery import STARTS
from chat.models import Design, Invitation, InvitationManners, InvitationVariant
from chat.targeting.reading import read_tree
from helpdesk.accounts.models import AuditEntry
from tests.chat.invitation_cast import sent, start
from tests.chat.routing_cast import text_of
from tests.pages import client_of, page
from tests.world import Side


@pytest.fixture
def north(world: Any) -> Side:
    side: Side = world.north
    return side


# --- who may ----------------------------------------------------------------------------------------------------------
PAGES = ("invitations", "invitation_gallery", "invitation_manners", "try_invitations", "invitation_log")
OF_ONE = ("invitation", "invitation_report")
VERBS = ("activate_invitation", "pause_invitation", "copy_invitation", "archive_invitation")


def test_agents_are_told_who_can_help_them(north: Side) -> None:
    made = start(north)
    client = client_of(north.maya)
    for name in PAGES:
        assert client.get(page(name, north)).status_code == 403, name
    for name in OF_ONE:
        assert client.get(page(name, north, public_id=made.public_id)).status_code == 403, name
    for name in VERBS:
        assert client.post(page(name, north, public_id=made.public_id)).status_code == 403, name
    for name in ("order_invitations", "explain_conditions"):
        assert client.post(page(name, north)).status_code == 403, name


# --- the list ---------------------------------------------------------------------------------------------------------
def test_nothing_yet_leads_to_the_gallery(north: Side) -> None:
    response = client_of(north.ada).get(page("invitations", north))
    assert "Your site says nothing first yet" in text_of(response)
    assert page("invitation_gallery", north) in response.content.decode()


def test_the_list_says_whom_when_and_what_came_of_it(north: Side) -> None:
    made = start(north, name="Help at the till")
    with north.inside():
        Invitation.objects.update(figures={"shown": 120, "accepted": 17, "messaged": 9, "converted": 4})
    text = text_of(client_of(north.ada).get(page("invitations", north)))
    assert "Help at the till" in text
    assert "Draft" in text
    assert "On pages that contain /checkout" in text
    assert "After 1 min without a movement" in text
    assert "Shown 120 Accepted 17 Visitor wrote 9 Reached the goal 4" in text
    assert page("invitation", north, public_id=made.public_id)


def test_status_is_changed_at_a_click_and_written_down(north: Side) -> None:
    made, client = start(north), client_of(north.ada)

    def status() -> str:
        with north.inside():
            return str(Invitation.objects.get(pk=made.pk).status)

    for verb, expected in (
        ("activate", "active"),
        ("pause", "paused"),
        ("activate", "active"),
        ("archive", "archived"),
    ):
        assert client.post(page(f"{verb}_invitation", north, public_id=made.public_id)).status_code == 302
        assert status() == expected
    client.get(page("invitations", north))  # reads the messages about it
    assert made.name not in text_of(client.get(page("invitations", north)))
    assert made.name in text_of(client.get(page("invitations", north) + "?put_away"))
    with north.inside():
        assert AuditEntry.objects.filter(action="invitation.archived").exists()


def test_a_copy_is_a_draft_with_all_its_variants(north: Side) -> None:
    made = start(north)
    with north.inside():
        add_variant(by=north.ada, invitation=made)
    client_of(north.ada).post(page("copy_invitation", north, public_id=made.public_id))
    with north.inside():
        copy = Invitation.objects.exclude(pk=made.pk).get()
        assert copy.status == "draft"
        assert copy.audience == made.audience
        assert copy.variants.count() == 2


def in_order(side: Side) -> list[str]:
    with side.inside():
        return list(Invitation.objects.order_by("priority", "id").values_list("name", flat=True))


def test_dragging_and_arrows_order_them(north: Side) -> None:
    rows = {name: start(north, name=name) for name in ("one", "two", "three")}
    client = client_of(north.ada)
    ids = [str(rows[name].public_id) for name in ("three", "one", "two")]
    client.post(page("order_invitations", north), {"order": ids})
    assert in_order(north) == ["three", "one", "two"]
    client.post(page("order_invitations", north), {"move": f"{rows['two'].public_id}:up"})
    assert in_order(north) == ["three", "two", "one"]
    client.post(page("order_invitations", north), {"move": f"{rows['three'].public_id}:up"})
    assert in_order(north) == ["three", "two", "one"]
    client.post(page("order_invitations", north), {"order": ["nonsense"], "move": "nobody:down"})
    assert in_order(north) == ["three", "two", "one"]


# --- the gallery ------------------------------------------------------------------------------------------------------
def test_every_design_can_be_started_from() -> None:
    assert set(STARTS) == set(Design.values)


@pytest.mark.parametrize("design", Design.values)
def test_choosing_a_design_makes_a_draft_that_could_be_activated(north: Side, design: str) -> None:
    response = client_of(north.ada).post(page("invitation_gallery", north), {"design": design})
    with north.inside():
        made = Invitation.objects.get()
        assert response["Location"] == page("invitation", north, public_id=made.public_id)
        assert made.status == "draft"
        variant = InvitationVariant.objects.get()
        assert variant.design == design
        assert set(variant.texts) >= {"", "el", "ar", "ko"}
        assert variant.texts[""]["title"] or variant.texts[""]["text"]
        activate_invitation(by=north.ada, invitation=made)


def test_the_gallery_shows_all_twelve(north: Side) -> None:
    response = client_of(north.ada).get(page("invitation_gallery", north))
    text = text_of(response)
    assert response.content.decode().count('name="design"') == 12
    assert "60 seconds still on the payment page" in text
    assert "10 minutes idle with a basket" in text


# --- the editor -------------------------------------------------------------------------------------------------------
def test_saving_without_a_change_changes_nothing(north: Side) -> None:
    for design in Design.values:
        start(north, design)
    with north.inside():
        before = {row.pk: (row.audience, row.trigger, row.frequency, row.goal) for row in Invitation.objects.all()}
        shown = {row.pk: (row.texts, row.content, row.action) for row in InvitationVariant.objects.all()}
        every = list(Invitation.objects.all())
        AuditEntry.objects.all().delete()
    for made in every:
        address = page("invitation", north, public_id=made.public_id)
        response = client_of(north.ada).post(address, sent(north, made))
        assert response.status_code == 302
    with north.inside():
        assert before == {r.pk: (r.audience, r.trigger, r.frequency, r.goal) for r in Invitation.objects.all()}
        assert shown == {row.pk: (row.texts, row.content, row.action) for row in InvitationVariant.objects.all()}
        assert not AuditEntry.objects.filter(action__startswith="invitation.").exists()


def test_everything_that_is_typed_is_saved(north: Side) -> None:
    made = start(north)
    tomorrow = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    changes = {
        "name": "Pay help",
        "priority": "7",
        "department": str(north.departments["sales"].public_id),
        "availability": "any",
        "in_hours_only": "on",
        "starts_at": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "per_visitor": "3",
        "per_visit": "",
        "total": "500",
        "holdout_percent": "10",
        "goal_event": "purchase",
        "goal_window_days": "14",
        "goal_counts_value": None,
        "audience-1-kind": "country",
        "audience-1-operator": "in_list",
        "audience-1-entries": ["DE", "AT"],
        "v0-text-el-title": "Γεια",
        "v0-text-default-title": "Hi",
        "v0-agent": str(north.maya.public_id),
        "v0-design": "card_person",
    }
    response = client_of(north.ada).post(
        page("invitation", north, public_id=made.public_id), sent(north, made, **changes)
    )
    assert response.status_code == 302
    with north.inside():
        row = Invitation.objects.get()
        assert (row.name, row.priority, row.department) == ("Pay help", 7, north.departments["sales"])
        assert (row.availability, row.in_hours_only, row.starts_at) == ("any", True, tomorrow)
        assert row.frequency == {"per_visitor": 3, "per_visit": None, "total": 500}
        assert row.goal == {"event": "purchase", "window_days": 14, "counts_value": False}
        assert row.holdout_percent == 10
        assert [each.kind for _path, each in read_tree(row.audience).conditions()] == ["page_url", "country"]
        variant = row.variants.get()
        assert (variant.design, variant.content["agent"]) == ("card_person", str(north.maya.public_id))
        assert (variant.texts[""]["title"], variant.texts["el"]["title"]) == ("Hi", "Γεια")


@pytest.mark.parametrize(
    ("changes", "said", "field"),
    [
        ({"name": ""}, "This field is required.", "id_name"),
        ({"holdout_percent": "51"}, "Write a whole number from 0 to 50.", "id_holdout_percent"),
        ({"per_visitor": "0"}, "or leave it empty.", "id_per_visitor"),
        ({"v0-image": "http://x.example/a.png"}, "begins with https://", "id_v0-image"),
        ({"starts_at": "2031-01-02T10:00", "ends_at": "2031-01-01T10:00"}, "The end must come after", "id_ends_at"),
        ({"trigger-0-number": "soon"}, "Write a number.", "id_trigger-0-number"),
        (
            {"audience-0-operator": "matches", "audience-0-text": "(oops"},
            "This pattern cannot be used",
            "id_audience-0-text",
        ),
    ],
)
def test_what_is_refused_is_said_at_its_place_and_nothing_typed_is_lost(
    north: Side, changes: dict[str, str], said: str, field: str
) -> None:
    made = start(north)
    typed = sent(north, made, **{"v0-text-ko-text": "안녕하세요", "goal_event": "typed_event", **changes})
    response = client_of(north.ada).post(page("invitation", north, public_id=made.public_id), typed)
    assert response.status_code == 200
    assert said in text_of(response)
    html = response.content.decode()
    assert f'id="{field}_error"' in html
    assert "안녕하세요" in html
    assert 'value="typed_event"' in html
    with north.inside():
        row = Invitation.objects.get()
        assert row.goal["event"] == ""
        assert row.name == made.name


def test_a_variant_is_added_in_the_page_and_saved_with_the_rest(north: Side) -> None:
    made, client = start(north), client_of(north.ada)
    address = page("invitation", north, public_id=made.public_id)
    asked = client.post(address, sent(north, made, again="variant", name="typed before"))
    html = asked.content.decode()
    assert 'name="v1-design"' in html
    assert 'value="typed before"' in html
    assert 'data-watch="typed"' in html
    with north.inside():
        assert InvitationVariant.objects.count() == 1
    second = {
        "v1-design": "bubble_hello",
        "v1-weight": "3",
        "v1-action": "chat",
        "v1-text-default-text": "Hello from B",
    }
    assert client.post(address, sent(north, made, **second)).status_code == 302
    with north.inside():
        variants = {each.name: each for each in InvitationVariant.objects.all()}
        assert set(variants) == {"A", "B"}
        assert (variants["B"].weight, variants["B"].texts[""]["text"]) == (3, "Hello from B")
    assert client.post(address, sent(north, made, **{"v0-remove": "on"})).status_code == 302
    with north.inside():
        assert [each.name for each in InvitationVariant.objects.all()] == ["B"]


def test_the_weight_of_an_active_one_can_move_from_one_variant_to_the_other(north: Side) -> None:
    made = start(north)
    with north.inside():
        add_variant(by=north.ada, invitation=made, weight=0)
        activate_invitation(by=north.ada, invitation=made)
    response = client_of(north.ada).post(
        page("invitation", north, public_id=made.public_id),
        sent(north, made, **{"v0-weight": "0", "v1-weight": "1"}),
    )
    assert response.status_code == 302


def test_what_would_make_an_active_one_unfit_is_refused_as_a_whole(north: Side) -> None:
    made = start(north)
    with north.inside():
        activate_invitation(by=north.ada, invitation=made)
    empty = {f"v0-text-default-{part}": "" for part in ("title", "text")}
    response = client_of(north.ada).post(
        page("invitation", north, public_id=made.public_id), sent(north, made, name="Never", **empty)
    )
    assert response.status_code == 200
    assert "this would be shown empty" in text_of(response)
    with north.inside():
        assert Invitation.objects.get().name == made.name


def test_another_language_can_be_written(north: Side) -> None:
    made, client = start(north), client_of(north.ada)
    address = page("invitation", north, public_id=made.public_id)
    assert (
        'name="v0-text-fr-title"'
        in client.post(address, sent(north, made, again="language", **{"v0-language": "fr"})).content.decode()
    )
    assert client.post(address, sent(north, made, **{"v0-text-fr-title": "Bonjour"})).status_code == 302
    with north.inside():
        assert InvitationVariant.objects.get().texts["fr"]["title"] == "Bonjour"
    assert "Bonjour" in client.get(address).content.decode()


def test_conditions_are_said_while_they_are_typed(north: Side) -> None:
    asked = {
        "prefix": "audience",
        "audience-match": "all",
        "audience-0-kind": "page_url",
        "audience-0-operator": "matches",
        "audience-0-text": "/sale$",
        "audience-0-samples": "/shop/sale\n/about",
    }
    answer = client_of(north.ada).post(page("explain_conditions", north), asked).json()
    assert "On pages that match" in answer["sentence"]
    assert "Matches:" in answer["tried"]["audience-0"]
    assert "Does not match:" in answer["tried"]["audience-0"]
    unfinished = client_of(north.ada).post(page("explain_conditions", north), {**asked, "audience-0-text": "("}).json()
    assert unfinished["sentence"] == "Not complete yet: fill in what is missing."


# --- the rules --------------------------------------------------------------------------------------------------------
def test_the_rules_are_shown_in_the_units_of_people_and_saved_in_seconds(north: Side) -> None:
    client, address = client_of(north.ada), page("invitation_manners", north)
    html = client.get(address).content.decode()
    assert 'name="quiet_seconds" value="24"' in html
    typed = {
        "per_page": "1",
        "per_visit": "",
        "per_day": "3",
        "per_week": "5",
        "quiet_seconds": "48",
        "dismissed_seconds": "10",
        "dismissed_often": "2",
        "dismissed_often_seconds": "30",
        "gap_seconds": "60",
        "load_seconds": "5",
        "longest_queue": "2",
        "complaint_percent": "2.5",
        "dismissal_percent": "50",
        "is_switched_off": "on",
    }
    assert client.post(address, typed).status_code == 302
    with north.inside():
        saved = InvitationManners.objects.get()
        assert (saved.quiet_seconds, saved.dismissed_seconds, saved.per_visit) == (48 * 3600, 10 * 86_400, None)
        assert (saved.complaint_percent, saved.is_switched_off) == (2.5, True)
    assert "All invitations are switched off" in text_of(client.get(page("invitations", north)))
    refused = client.post(address, {**typed, "load_seconds": "-1", "gap_seconds": "77"})
    assert "Write a whole number from 0 to 3600." in text_of(refused)
    assert 'value="77"' in refused.content.decode()
