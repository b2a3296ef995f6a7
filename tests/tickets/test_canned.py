"""Canned messages: mine, my department's, everyone's, and nobody else's."""

import json
import re

import pytest
from django.test import Client

from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models import Department
from helpdesk.errors import HelpdeskError
from tests.pages import client_of, page
from tickets.actions.canned import change_canned, create_canned, delete_canned
from tickets.models import CannedMessage, Scope


@pytest.fixture
def north(world):
    with world.north.inside():
        yield world.north


def hello(by, **fields):
    return create_canned(by=by, **{"shortcut": "hello", "text": "Hello {{visitor.name|there}}", **fields})


def refused(call, **fields) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as refusal:
        call(**fields)
    return refusal.value


def usable(member) -> list[str]:
    return [canned.shortcut for canned in CannedMessage.objects.usable_by(member)]


def test_my_own_message_is_mine_alone(north):
    hello(north.maya)
    assert usable(north.maya) == ["hello"]
    assert usable(north.theo) == []
    assert usable(north.olga) == [], "not even the owner's"


def test_a_departments_message_is_its_peoples(north):
    hello(north.maya, scope=Scope.DEPARTMENT, department=north.departments["delivery"])
    assert usable(north.maya) == ["hello"]
    assert usable(north.theo) == []
    assert usable(north.ada) == ["hello"], "admins manage them"


def test_everyones_message_is_made_by_admins(north):
    assert refused(hello, by=north.maya, scope=Scope.WORKSPACE).field == "scope"
    hello(north.ada, scope=Scope.WORKSPACE)
    assert usable(north.maya) == usable(north.theo) == ["hello"]


def test_an_agent_shares_with_their_own_departments_only(north):
    assert (
        refused(hello, by=north.maya, scope=Scope.DEPARTMENT, department=north.departments["sales"]).code
        == "not_allowed"
    )
    assert refused(hello, by=north.maya, scope=Scope.DEPARTMENT).code == "required"


def test_only_the_author_and_admins_change_a_shared_message(north):
    canned = hello(north.maya, scope=Scope.DEPARTMENT, department=north.departments["delivery"])
    assert refused(change_canned, canned=canned, by=north.theo, text="Mine").code == "not_allowed"
    change_canned(canned=canned, by=north.ada, text="Better")
    canned.refresh_from_db()
    assert (canned.text, canned.owner) == ("Better", north.maya)
    assert refused(delete_canned, canned=canned, by=north.theo).code == "not_allowed"
    delete_canned(canned=canned, by=north.maya)
    assert not CannedMessage.objects.exists()


def test_an_admin_does_not_change_somebodys_personal_message(north):
    canned = hello(north.maya)
    assert refused(change_canned, canned=canned, by=north.olga, text="x").code == "not_allowed"


def test_an_author_does_not_widen_a_message_beyond_their_rights(north):
    canned = hello(north.maya)
    assert refused(change_canned, canned=canned, by=north.maya, scope=Scope.WORKSPACE).code == "not_allowed"


def test_a_shortcut_is_taken_once_per_scope_whatever_its_case(north):
    hello(north.maya)
    assert refused(hello, by=north.maya, shortcut="/HELLO").field == "shortcut"
    hello(north.theo)
    hello(north.ada, scope=Scope.WORKSPACE)
    assert refused(hello, by=north.olga, scope=Scope.WORKSPACE).field == "shortcut"


@pytest.mark.parametrize("shortcut", ["شكرا", "고마워", "ευχαριστώ", "return-address", "a1_b", "/slash"])
def test_shortcuts_of_every_script_are_taken(north, shortcut):
    assert hello(north.maya, shortcut=shortcut).shortcut == shortcut.removeprefix("/")


@pytest.mark.parametrize("shortcut", ["", "/", "two words", "a" * 41, "a/b", "<b>", "a\nb"])
def test_crooked_shortcuts_are_refused(north, shortcut):
    assert refused(hello, by=north.maya, shortcut=shortcut).field == "shortcut"


@pytest.mark.parametrize(
    ("text", "code"), [("", "blank"), ("\u200b ", "blank"), ("x" * 8001, "too_long"), ("a\x00b", "invalid_text")]
)
def test_texts_that_cannot_be_sent_are_refused(north, text, code):
    refusal = refused(hello, by=north.maya, text=text)
    assert (refusal.code, refusal.field) == (code, "text")


def test_a_message_that_is_no_departments_any_more_forgets_it(north):
    canned = hello(north.ada, scope=Scope.DEPARTMENT, department=north.departments["sales"])
    change_canned(canned=canned, by=north.ada, scope=Scope.PERSONAL)
    canned.refresh_from_db()
    assert canned.department is None


# ---- over REST


class Rest:
    def __init__(self, member) -> None:
        self.client = Client()
        _row, token = create_api_token(membership=member, name="test")
        self.headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body: object = None):
        data = json.dumps(body) if body is not None else ""
        return self.client.generic(method, f"/api/v1/{path}", data, "application/json", headers=self.headers)


def test_a_message_is_made_listed_changed_and_deleted_over_rest(north):
    api = Rest(north.maya)
    made = api("POST", "canned", {"shortcut": "/hello", "title": "First", "text": "Hello"})
    assert made.status_code == 201
    row = made.json()
    assert row == {
        "id": row["id"],
        "shortcut": "hello",
        "title": "First",
        "text": "Hello",
        "scope": "personal",
        "department": None,
        "mine": True,
        "editable": True,
    }
    assert api("GET", "canned?q=firs").json() == {"rows": [row], "next": None}
    assert api("GET", "canned?q=nothing").json()["rows"] == []
    changed = api("PATCH", f"canned/{row['id']}", {"text": "Good morning"})
    assert changed.json() == {**row, "text": "Good morning"}
    assert api("DELETE", f"canned/{row['id']}").status_code == 204
    assert api("GET", "canned").json()["rows"] == []


def test_a_departments_message_over_rest_names_it_by_id(north):
    delivery = north.departments["delivery"]
    body = {"shortcut": "track", "text": "Here", "scope": "department", "department": str(delivery.public_id)}
    assert Rest(north.maya)("POST", "canned", body).json()["department"] == delivery.as_badge()


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"shortcut": "a", "text": " "}, 400, "blank", "text"),
        ({"text": "Hello"}, 400, "required", "shortcut"),
        ({"shortcut": "a", "text": "b", "scope": "planet"}, 400, "choice", "scope"),
        ({"shortcut": "a", "text": "b", "scope": "workspace"}, 403, "not_allowed", "scope"),
        ({"shortcut": "a", "text": "b", "owner": "me"}, 400, "unknown_field", "owner"),
        ({"shortcut": {"$ne": 1}, "text": "b"}, 400, "invalid", "shortcut"),
        ({"shortcut": "a", "text": "b", "scope": "department", "department": "x"}, 404, "not_found", None),
    ],
)
def test_rest_refuses_with_a_code_and_the_field(north, body, status, code, field):
    response = Rest(north.maya)("POST", "canned", body)
    problem = response.json()
    assert (response.status_code, problem["code"], problem.get("field")) == (status, code, field)
    assert problem["detail"]


def test_another_workspaces_department_and_message_are_not_found_over_rest(world):
    with world.south.inside():
        foreign = hello(world.south.oscar, scope=Scope.WORKSPACE)
        department = Department.objects.first()
    with world.north.inside():
        api = Rest(world.north.olga)
    body = {"shortcut": "a", "text": "b", "scope": "department", "department": str(department.public_id)}
    assert api("POST", "canned", body).status_code == 404
    assert api("PATCH", f"canned/{foreign.public_id}", {"text": "Mine"}).status_code == 404
    assert api("DELETE", f"canned/{foreign.public_id}").status_code == 404
    assert api("PATCH", "canned/nonsense", {"text": "Mine"}).status_code == 404
    with world.south.inside():
        foreign.refresh_from_db()
        assert foreign.text.startswith("Hello")


def test_a_colleagues_personal_message_is_not_found_over_rest(north):
    theirs = hello(north.theo)
    assert Rest(north.maya)("PATCH", f"canned/{theirs.public_id}", {"text": "x"}).status_code == 404


# ---- on the pages


def test_an_agent_writes_finds_changes_and_deletes_a_message_on_the_pages(world):
    client = client_of(world.north.maya)
    sent = client.post(page("new_canned_message", world.north), {"shortcut": "/hi", "text": "Hi", "scope": "personal"})
    assert sent.url == page("canned", world.north)
    assert "/hi" in client.get(page("canned", world.north) + "?q=HI").content.decode()
    assert "Nothing found" in client.get(page("canned", world.north) + "?q=zzz").content.decode()
    with world.north.inside():
        canned = CannedMessage.objects.get()
    url = page("canned_message", world.north, public_id=canned.public_id)
    client.post(url, {"shortcut": "hi", "text": "Hello", "scope": "personal"})
    with world.north.inside():
        canned.refresh_from_db()
        assert canned.text == "Hello"
    client.post(page("delete_canned_message", world.north, public_id=canned.public_id))
    with world.north.inside():
        assert not CannedMessage.objects.exists()


def test_a_refused_message_stays_in_its_form(world):
    client = client_of(world.north.maya)
    response = client.post(
        page("new_canned_message", world.north), {"shortcut": "two words", "text": "Kept", "scope": "personal"}
    )
    html = response.content.decode()
    assert 'id="id_shortcut_error"' in html
    assert re.search(r"<textarea[^>]*>\s*Kept", html)


def test_a_shared_message_of_others_is_read_and_not_opened(world):
    with world.north.inside():
        shared = hello(world.north.ada, scope=Scope.WORKSPACE)
        private = hello(world.north.theo)
    client = client_of(world.north.maya)
    assert "Hello {{visitor.name|there}}" in client.get(page("canned", world.north)).content.decode()
    assert client.get(page("canned_message", world.north, public_id=shared.public_id)).status_code == 403
    assert client.get(page("canned_message", world.north, public_id=private.public_id)).status_code == 404
    assert client_of(world.south.oscar).get(page("canned", world.north)).status_code == 404
