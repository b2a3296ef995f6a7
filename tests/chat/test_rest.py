"""The agents' REST API."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models import Membership
from tests.world import PASSWORD, Side, World


class Api:
    def __init__(self, side: Side, member: Membership) -> None:
        with side.inside():
            self.token = create_api_token(membership=member, name="test")[1]
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers={"authorization": f"Bearer {self.token}"})

    def post(self, path: str, **body: Any) -> Any:
        body.setdefault("client_id", str(uuid4()))
        headers = {"authorization": f"Bearer {self.token}"}
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def maya(world: World) -> Api:
    return Api(world.north, world.north.maya)


def test_the_inbox_shows_what_the_views_say(world: World, maya: Api) -> None:
    ack = world.north.start("Is the oak bowl food safe?")
    listed = maya.get("tickets", view="unassigned").json()
    assert [row["id"] for row in listed["rows"]] == [str(ack.ticket)]
    assert listed["counts"] == {"all": 1, "mine": 0, "unassigned": 1, "waiting": 1}
    assert listed["rows"][0]["mine"] == {"read": 0, "unread": 1}
    assert listed["rows"][0]["last"]["preview"] == "Is the oak bowl food safe?"
    assert maya.post(f"tickets/{ack.ticket}/take").json()["type"] == "ack"
    assert maya.get("counts").json() == {"all": 1, "mine": 1, "unassigned": 0, "waiting": 1}
    maya.post(f"tickets/{ack.ticket}/close")
    assert maya.get("tickets", view="mine").json()["rows"] == []
    assert len(maya.get("tickets", view="resolved").json()["rows"]) == 1


def test_pages_of_the_inbox_never_repeat_or_skip(world: World, maya: Api) -> None:
    expected = set()
    for number in range(7):
        visitor, _ = world.north.new_visitor()
        expected.add(str(world.north.start(f"{number}", visitor=visitor).ticket))
    seen, cursor = [], ""
    while cursor is not None:
        page = maya.get("tickets", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next"]
    assert len(seen) == 7
    assert set(seen) == expected


def test_reading_clears_the_unread_count(world: World, maya: Api) -> None:
    ack = world.north.start()
    world.north.say(ack.ticket, "Hello?")
    assert maya.get(f"tickets/{ack.ticket}").json()["row"]["mine"]["unread"] == 2
    assert maya.post(f"tickets/{ack.ticket}/read", upto=1, client_id=None).status_code == 400
    headers = {"authorization": f"Bearer {maya.token}"}
    url = f"/api/v1/tickets/{ack.ticket}/read"
    for upto, unread in ((1, 1), (99, 0), (1, 0)):
        assert (
            maya.client.post(url, {"upto": upto}, content_type="application/json", headers=headers).status_code == 204
        )
        assert maya.get(f"tickets/{ack.ticket}").json()["row"]["mine"]["unread"] == unread


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Where is my ORDER M-20418?", "order"),
        ("Where is my order M-20418?", "m-20418"),
        ("Where is my order M-20418?", "2041"),
        ("Η παραγγελία μου χάλασε", "παραγγελια"),
        ("أريد إرجاع القطعة المكسورة", "ارجاع"),
        ("머그잔 세트를 배송할 수 있나요?", "배송"),
        ("머그잔 세트를 배송할 수 있나요?", "머그"),
        ("Crème brûlée dish", "creme brulee"),
    ],
)
def test_search_finds_words_of_every_script(world: World, maya: Api, text: str, query: str) -> None:
    ack = world.north.start(text)
    other, _ = world.north.new_visitor()
    world.north.start("Something else entirely", visitor=other)
    assert [row["id"] for row in maya.get("tickets", q=query).json()["rows"]] == [str(ack.ticket)]


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "&|!", "a:*", "NEAR(", '" OR 1', "no such word"])
def test_a_strange_search_finds_nothing_and_breaks_nothing(world: World, maya: Api, query: str) -> None:
    world.north.start("hello world")
    response = maya.get("tickets", q=query)
    assert response.status_code == 200
    assert response.json()["rows"] == []


def test_search_reads_notes_numbers_names_and_only_ones_own_workspace(world: World, maya: Api) -> None:
    ack = world.north.start("Hello", form={"name": "Vera Wallace", "email": "vera@example.com"})
    world.north.say(ack.ticket, "kiln batch seven", by=world.north.maya, kind="note")
    world.south.start("kiln vera hello")
    for query in ("kiln", "vera", "example", "1"):
        assert [row["id"] for row in maya.get("tickets", q=query).json()["rows"]] == [str(ack.ticket)], query
    assert maya.get("tickets", q="x" * 201).json()["code"] == "query_too_long"


def test_the_ticket_page_says_who_the_customer_is(world: World, maya: Api) -> None:
    ack = world.north.start(form={"name": "Vera", "email": "vera@example.com"})
    other, _ = world.north.new_visitor()
    second = world.north.start(visitor=other, form={"email": "vera@example.com"})
    page = maya.get(f"tickets/{second.ticket}").json()
    assert page["visitor"]["email"] == "vera@example.com"
    assert page["visitor"]["verified"] is False
    assert page["possible_contact"]["name"] == "Vera"
    assert page["form"] == [{"label": "E-mail", "value": "vera@example.com"}]
    assert page["visit"]["url"] == f"{world.north.site}/"
    assert maya.get("tickets/1").json()["row"]["id"] == str(ack.ticket)


def test_the_log_over_rest_is_in_the_agents_numbers(world: World, maya: Api) -> None:
    ack = world.north.start()
    maya.post(f"tickets/{ack.ticket}/messages", kind="note", body="psst")
    maya.post(f"tickets/{ack.ticket}/messages", body="Hello")
    found = maya.get(f"tickets/{ack.ticket}/events", after=0).json()
    assert [event["seq"] for event in found["events"]] == [1, 2, 3, 4]
    assert found["head"] == 4
    assert maya.get(f"tickets/{ack.ticket}/events", after=2, limit=1).json()["more"] is True


def test_two_agents_take_at_once_and_one_reads_who_was_faster(world: World, maya: Api) -> None:
    ack = world.north.start()
    maya.post(f"tickets/{ack.ticket}/take")
    refused = Api(world.north, world.north.theo).post(f"tickets/{ack.ticket}/take")
    assert refused.status_code == 409
    assert refused.json()["code"] == "already_taken"
    assert refused.json()["by"]["name"] == "Maya Lindqvist"


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("messages", {"body": ""}, "blank"),
        ("messages", {"body": "x", "surprise": 1}, "unknown_field"),
        ("messages", {"body": "x", "ticket": "y"}, "unknown_field"),
        ("messages", {"body": "x", "workspace": 1}, "unknown_field"),
        ("assign", {"to": "nobody"}, "invalid_assignee"),
        ("assign", {}, "required"),
        ("close", {"if_seq": 99}, "stale"),
        ("update", {"subject": " "}, "blank"),
        ("update", {"department": str(uuid4())}, "not_found"),
        ("update", {"status": "lost"}, "choice"),
    ],
)
def test_a_bad_verb_is_refused_with_its_code(world: World, maya: Api, verb: str, body: Any, code: str) -> None:
    ack = world.north.start()
    assert maya.post(f"tickets/{ack.ticket}/{verb}", **body).json()["code"] == code


def test_changing_the_department_moves_the_ticket_out_of_others_sight(world: World, maya: Api) -> None:
    ack = world.north.start()
    theo = Api(world.north, world.north.theo)
    assert theo.get(f"tickets/{ack.ticket}").status_code == 200
    delivery = str(world.north.departments["delivery"].public_id)
    assert maya.post(f"tickets/{ack.ticket}/update", department=delivery).json()["type"] == "ack"
    assert theo.get(f"tickets/{ack.ticket}").status_code == 404
    assert maya.post(f"tickets/{ack.ticket}/update", department=None).json()["type"] == "ack"
    assert theo.get(f"tickets/{ack.ticket}").status_code == 200


# --- credentials -----------------------------------------------------------------------------------------------------
def test_a_session_needs_the_workspace_and_for_writing_the_csrf_token(world: World) -> None:
    ack = world.north.start()
    client = Client(enforce_csrf_checks=True)
    assert client.login(email=world.north.maya.user.email, password=PASSWORD)
    assert client.get("/api/v1/me").status_code == 404
    headers = {"X-Workspace": world.north.slug}
    assert client.get("/api/v1/me", headers=headers).json()["member"]["name"] == "Maya Lindqvist"
    assert client.get("/api/v1/me", headers={"X-Workspace": world.south.slug}).status_code == 404
    refused = client.post(f"/api/v1/tickets/{ack.ticket}/take", "{}", content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    ("header", "code"), [({}, "token_missing"), ({"authorization": "Bearer hd_no"}, "token_invalid")]
)
def test_nobody_gets_in_without_a_credential(world: World, header: dict[str, str], code: str) -> None:
    response = Client().get("/api/v1/tickets", headers=header)
    assert (response.status_code, response.json()["code"]) == (401, code)


def test_unknown_paths_and_methods_answer_problems(world: World, maya: Api) -> None:
    assert maya.get("nothing").json()["code"] == "not_found"
    refused = maya.post("counts")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("size", [70_000, 3_000_000])
def test_a_body_that_is_too_large_is_refused_and_not_read_whole(world: World, maya: Api, size: int) -> None:
    headers = {"authorization": f"Bearer {maya.token}"}
    body = '{"status":"' + "x" * size + '"}'
    refused = maya.client.post("/api/v1/presence", body, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("cursor", ["?", "2026-11-22|1", "0001-01-01T00:00:00+14:00|1", "9999-12-31T23:59:59-14:00|1"])
def test_a_made_up_cursor_is_refused_or_read_and_never_fails(maya: Api, cursor: str) -> None:
    made = base64.urlsafe_b64encode(cursor.encode()).decode()
    assert maya.get("tickets", cursor=made).status_code in (200, 400)


def test_a_wrong_host_is_refused_as_json_by_the_api_and_as_a_page_elsewhere(world: World, maya: Api) -> None:
    refused = maya.client.get("/api/v1/me", headers={"host": "evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_host")
    page = maya.client.get("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert page["Content-Type"].startswith("text/html")
