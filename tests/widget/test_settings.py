"""The widget's settings: what is refused stays typed, what is saved is what the widget shows."""

import html
import re

import pytest
from django.utils import timezone

from helpdesk.accounts.actions.invitation import invite_member
from helpdesk.accounts.models import AuditEntry
from helpdesk.errors import HelpdeskError
from tests.pages import client_of, page
from tickets.models import Ticket
from widget.actions.widgets import allow_site, change_widget, create_widget, delete_widget
from widget.config import widget_config
from widget.models import Widget, default_forms


def edit_page(side) -> str:
    return page("widget", side, public_id=side.widget.public_id)


def filled(side, **changes) -> dict[str, str]:
    """Everything the form of a new widget sends, with changes."""
    data = {
        "name": "North shop",
        "is_active": "on",
        "department": "",
        "allowed_sites": "https://shop.north.example",
        "colour": "#0b6e69",
        "position": "end",
        "dark": "auto",
        "consent": "ask",
        "live_visitors": "with_consent",
        "language": "",
    }
    for kind, form in default_forms().items():
        data.update({f"{kind}-{name}": asked for name, asked in form["fields"].items()})
    return {**data, **changes}


def stored(side) -> Widget:
    with side.inside():
        return Widget.objects.select_related("department").get(pk=side.widget.pk)


def config(side, language: str):
    with side.inside():
        return widget_config(Widget.objects.select_related("workspace").get(pk=side.widget.pk), language)


def test_saving_without_a_change_changes_nothing(world):
    before = stored(world.north)
    client_of(world.north.olga).post(edit_page(world.north), filled(world.north))
    after = stored(world.north)
    fields = (
        "name",
        "is_active",
        "allowed_sites",
        "colour",
        "position",
        "dark",
        "consent",
        "language",
        "texts",
        "forms",
    )
    assert {name: getattr(after, name) for name in fields} == {name: getattr(before, name) for name in fields}
    with world.north.inside():
        assert not AuditEntry.objects.filter(action="widget.changed").exists()


def test_what_is_saved_is_what_the_widget_shows(world):
    changes = {
        "colour": "#B3261E",
        "position": "start",
        "dark": "dark",
        "allowed_sites": "shop.north.example\n\nhttps://*.north.example",
        "el-greeting_title": "Γεια σας!",
        "en-launcher_label": "Ask us",
        "el-prechat-intro": "Δύο στοιχεία μόνο.",
        "prechat-email": "required",
        "department": str(world.north.departments["delivery"].public_id),
    }
    response = client_of(world.north.ada).post(edit_page(world.north), filled(world.north, **changes))
    assert response.status_code == 302
    widget = stored(world.north)
    assert widget.allowed_sites == ["https://shop.north.example", "https://*.north.example"]
    assert widget.department == world.north.departments["delivery"]
    greek = config(world.north, "el")
    assert greek["look"]["position"] == "start"
    assert greek["look"]["brand"]["light"]["fill"] == "#b3261e"
    assert greek["texts"]["greeting_title"] == "Γεια σας!"
    assert greek["forms"]["prechat"]["intro"] == "Δύο στοιχεία μόνο."
    assert {"email": True, "name": False}.items() <= {
        field["name"]: field["required"] for field in greek["forms"]["prechat"]["fields"]
    }.items()
    assert config(world.north, "en")["look"]["launcher_label"] == "Ask us"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("allowed_sites", "*", "too wide"),
        ("allowed_sites", "https://shop.example\nhttps://*.com", "too wide"),
        ("allowed_sites", "https://shop.example/contact", "more than a site"),
        ("colour", "red", "six digits"),
        ("colour", "#12345", "six digits"),
        ("name", "", "required"),
        ("position", "middle", "valid choice"),
        ("ar-greeting_title", "ا" * 81, "80"),
        ("prechat-name", "maybe", "valid choice"),
        ("department", "not-an-id", "not a valid"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_kept(world, field, value, sentence):
    data = filled(world.north, **{field: value, "en-greeting_text": "Typed before"})
    response = client_of(world.north.ada).post(edit_page(world.north), data)
    text = html.unescape(response.content.decode())
    assert response.status_code == 200
    problem = re.search(rf'id="id_{field}_error">(.*?)</p>', text, re.S)
    assert problem, f"no problem shown at {field}"
    assert sentence in problem[1]
    assert "Typed before" in text
    assert stored(world.north).texts == {}


def test_an_offline_form_without_a_way_to_answer_is_refused(world):
    data = filled(world.north, **{"offline-email": "optional", "offline-phone": "optional"})
    text = client_of(world.north.ada).post(edit_page(world.north), data).content.decode()
    assert 'id="id_offline-email_error"' in text
    phone = {**data, "offline-phone": "required"}
    assert client_of(world.north.ada).post(edit_page(world.north), phone).status_code == 302


def test_the_verb_refuses_such_a_form_too(world):
    forms = default_forms()
    forms["offline"]["fields"]["email"] = "off"
    with world.north.inside(), pytest.raises(HelpdeskError) as refusal:
        change_widget(widget=stored(world.north), by=world.north.ada, forms=forms)
    assert refusal.value.code == "required"


def test_the_page_shows_both_snippets_with_our_own_address(world, settings):
    text = html.unescape(client_of(world.north.ada).get(edit_page(world.north)).content.decode())
    key = world.north.widget.key
    assert f'<script async src="{settings.BASE_URL}/widget.js" data-key="{key}"></script>' in text
    assert f"Helpdesk('boot',{{key:'{key}'}});" in text
    assert f'<iframe src="/widget/preview/{key}?language=en"' in text


def test_the_page_notices_when_the_site_carries_the_widget(world):
    client = client_of(world.north.ada)
    url = page("widget_seen", world.north, public_id=world.north.widget.public_id)
    assert client.get(url).json()["seen"] is False
    with world.north.inside():
        Widget.objects.update(seen_at=timezone.now(), seen_origin="https://shop.north.example")
    seen = client.get(url).json()
    assert seen["seen"] is True
    assert "https://shop.north.example" in seen["words"]
    assert client_of(world.south.oscar).get(url).status_code == 404
    assert client_of(world.north.maya).get(url).status_code == 403


def test_colours_are_reckoned_by_the_server(world):
    client = client_of(world.north.ada)
    url = page("widget_look", world.north)
    assert set(client.get(url, {"colour": "#ffd21f"}).json()) == {"light", "dark"}
    for wrong in ("", "red", "#12345", "#1234567", "#12345g", "url(x)"):
        assert client.get(url, {"colour": wrong}).status_code == 400, wrong


def test_a_widget_is_made_and_deleted_and_its_conversations_stay(world):
    ticket = world.north.start()
    client = client_of(world.north.ada)
    client.post(page("new_widget", world.north), {"name": "Second", "allowed_sites": "second.example"})
    with world.north.inside():
        assert Widget.objects.get(name="Second").allowed_sites == ["https://second.example"]
    client.post(page("delete_widget", world.north, public_id=world.north.widget.public_id))
    with world.north.inside():
        assert not Widget.objects.filter(pk=world.north.widget.pk).exists()
        assert Ticket.objects.get(public_id=ticket.ticket).widget is None


def test_another_workspaces_widget_is_not_found(world):
    client = client_of(world.south.oscar)
    for name in ("widget", "delete_widget"):
        url = page(name, world.south, public_id=world.north.widget.public_id)
        assert client.post(url, filled(world.north)).status_code == 404
    assert stored(world.north)


def test_an_agent_calls_no_verb(world):
    north = world.north
    with north.inside():
        calls = [
            lambda: create_widget(name="x", by=north.maya),
            lambda: change_widget(widget=north.widget, by=north.maya, name="x"),
            lambda: allow_site(widget=north.widget, site="a.example", by=north.maya),
            lambda: delete_widget(widget=north.widget, by=north.maya),
        ]
        for call in calls:
            with pytest.raises(HelpdeskError) as refusal:
                call()
            assert refusal.value.code == "not_allowed"


def test_the_first_steps_follow_what_is_done(world):
    south = world.south
    client = client_of(south.oscar)
    with south.inside():
        Widget.objects.update(allowed_sites=[])
    url, progress = page("setup", south), page("setup_progress", south)
    assert 'name="site"' in client.get(url).content.decode()
    refused = client.post(url, {"site": "shop.south.example/contact"})
    assert 'id="id_site_error"' in refused.content.decode()
    assert client.post(url, {"site": "shop.south.example"}).status_code == 302
    assert stored(south).allowed_sites == ["https://shop.south.example"]
    steps = client.get(progress).json()["steps"]
    assert steps == {"account": True, "name": True, "widget": False, "chat": False, "team": True}
    south.start()
    with south.inside():
        Widget.objects.update(seen_at=timezone.now(), seen_origin="https://shop.south.example")
        invite_member(email="a@else.example", by=south.oscar)
    assert client.get(progress).json()["done"] == 5


def test_reading_a_settings_page_writes_nothing(world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(world.north.olga)
    urls = [
        edit_page(world.north),
        page("widgets", world.north),
        page("setup", world.north),
        page("members", world.north),
    ]
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        writes = [q["sql"] for q in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"], re.I)]
        assert writes == [], url
