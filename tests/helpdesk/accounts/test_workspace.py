"""A workspace is opened whole, with an address that can be read."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.actions.workspace import create_workspace, update_workspace
from helpdesk.accounts.models import AuditEntry, Membership, Role, Workspace
from helpdesk.accounts.models.workspace import RESERVED_SLUGS, slug_form
from helpdesk.accounts.slugs import slug_from
from helpdesk.errors import HelpdeskError
from helpdesk.tenancy import scope
from tests.helpdesk.accounts.cast import inside, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("North Shop", "north-shop"),
        ("Μελτέμι", "meltemi"),
        ("متجر النور", "mtjr-alnwr"),
        ("한국 상점", "hanguk-sangjeom"),
        ("Łódź & Söhne GmbH", "lodz-sohne-gmbh"),
        ("Цветы", "tsvety"),
        ("Straße", "strasse"),
        ("東京", ""),
        ("🛍️", ""),
    ],
)
def test_the_address_reads_like_the_name(name, slug):
    assert slug_from(name) == slug


@given(st.text(max_size=120))
def test_every_address_made_from_a_name_is_empty_or_valid(name):
    slug = slug_from(name)
    if slug:
        slug_form(slug)
        assert len(slug) <= 44


def test_opening_makes_the_owner_and_an_audit_entry():
    olga = person("Olga")
    workspace = create_workspace(name=" North ", owner=olga, time_zone="Asia/Seoul", language="ko")
    assert (workspace.name, workspace.slug, workspace.time_zone, workspace.language) == (
        "North",
        "north",
        "Asia/Seoul",
        "ko",
    )
    with inside(workspace):
        owner = Membership.objects.get()
        assert (owner.user, owner.role) == (olga, Role.OWNER)
        assert AuditEntry.objects.get().action == "workspace.created"


def test_opening_leaves_no_workspace_active():
    create_workspace(name="North", owner=person("Olga"))
    assert scope.active_workspace_id() is None


def test_the_same_name_twice_gets_another_address():
    olga = person("Olga")
    slugs = [create_workspace(name="North", owner=olga).slug for _ in range(3)]
    assert slugs == ["north", "north-2", "north-3"]


@pytest.mark.parametrize("name", sorted(RESERVED_SLUGS))
def test_a_reserved_word_never_becomes_an_address(name):
    assert create_workspace(name=name, owner=person("Olga")).slug == f"{name}-2"


def test_a_name_that_cannot_be_spelled_gets_a_made_up_address():
    assert re.fullmatch(r"desk-[0-9a-f]{4}", create_workspace(name="東京", owner=person("Olga")).slug)


@pytest.mark.parametrize(("zone", "language"), [("Mars/Olympus", "tlh"), ("", ""), ("../etc/passwd", "x" * 500)])
def test_what_the_browser_says_wrongly_becomes_utc_and_english(zone, language):
    workspace = create_workspace(name="North", owner=person("Olga"), time_zone=zone, language=language)
    assert (workspace.time_zone, workspace.language) == ("UTC", "en")


def test_a_name_of_spaces_opens_nothing():
    with pytest.raises(HelpdeskError) as refusal:
        create_workspace(name="  ", owner=person("Olga"))
    assert refusal.value.code == "blank"
    assert not Workspace.objects.exists()


def test_an_admin_changes_the_workspace_and_it_is_written_down(north):
    update_workspace(
        workspace=north.workspace,
        by=north.admin,
        name="Northern",
        language="el",
        time_zone="Europe/Athens",
        reopen_days=14,
        idle_minutes=30,
        return_minutes=2,
        decision_days=90,
    )
    north.workspace.refresh_from_db()
    assert (north.workspace.name, north.workspace.slug, north.workspace.reopen_days) == ("Northern", "north", 14)
    assert sorted(AuditEntry.objects.first().data["fields"]) == ["language", "name", "reopen_days"]


def test_saving_the_settings_never_turns_the_ticket_counter_back(north):
    Workspace.objects.filter(pk=north.workspace.pk).update(ticket_count=7)  # meanwhile, tickets came in
    update_workspace(
        workspace=north.workspace,
        by=north.owner,
        name="N",
        language="en",
        time_zone="UTC",
        reopen_days=1,
        idle_minutes=1,
        return_minutes=2,
        decision_days=90,
    )
    assert Workspace.objects.get(pk=north.workspace.pk).ticket_count == 7


def test_an_agent_cannot_change_the_workspace(north):
    with pytest.raises(HelpdeskError) as refusal:
        update_workspace(
            workspace=north.workspace,
            by=north.maya,
            name="Mine",
            language="en",
            time_zone="UTC",
            reopen_days=1,
            idle_minutes=1,
            return_minutes=2,
            decision_days=90,
        )
    assert refusal.value.code == "not_allowed"


def test_a_time_zone_that_does_not_exist_is_refused(north):
    with pytest.raises(ValidationError):
        update_workspace(
            workspace=north.workspace,
            by=north.owner,
            name="North",
            language="en",
            time_zone="Mars/Olympus",
            reopen_days=1,
            idle_minutes=1,
            return_minutes=2,
            decision_days=90,
        )
