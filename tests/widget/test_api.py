"""The visitors' HTTP doors: session, config, commands, catching up, and what they refuse."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import AsyncClient

from chat.models import Visit
from chat.presence import SHOP_WINDOW
from helpdesk.accounts.actions.opening_hours import set_opening_hours
from helpdesk.accounts.calendar import Interval
from helpdesk.realtime import limits, pool
from tests.world import SHOP, World
from tickets.models import Ticket, Visitor


@pytest.fixture
def world(live_world: World) -> World:
    return live_world


class Api:
    """The shop's page, or the frame, calling us."""

    def __init__(self, origin: str | None = SHOP, token: str = "") -> None:
        self.client = AsyncClient()
        self.headers = {"origin": origin} if origin else {}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    async def get(self, path: str, **query: Any) -> Any:
        return await self.client.get(f"/widget/v1/{path}", query, headers=self.headers)

    async def post(
        self, path: str, body: Any = None, raw: str | bytes | None = None, kind: str = "application/json"
    ) -> Any:
        content = raw if raw is not None else json.dumps(body if body is not None else {})
        return await self.client.post(f"/widget/v1/{path}", content, content_type=kind, headers=self.headers)


def session_body(world: World, **changes: Any) -> dict[str, Any]:
    return {"key": world.north.widget.key, "page": f"{SHOP}/bowl", "language": "en", **changes}


async def test_a_session_gives_a_token_and_renews_it(world: World) -> None:
    api = Api()
    first = (await api.post("session", session_body(world))).json()
    assert set(first) == {"token", "visitor", "profile", "widget", "tickets"}
    again = (await api.post("session", session_body(world, token=first["token"]))).json()
    assert (again["token"], again["visitor"]) == (first["token"], first["visitor"])
    stranger = (await api.post("session", session_body(world, token="unknown"))).json()
    assert stranger["visitor"] != first["visitor"]


async def test_a_token_of_another_workspace_is_no_token_here(world: World) -> None:
    answer = (await Api().post("session", session_body(world, token=world.south.token))).json()
    assert answer["visitor"] != str(world.south.visitor.public_id)


async def test_only_the_tokens_hash_is_stored(world: World) -> None:
    token = (await Api().post("session", session_body(world))).json()["token"]

    def stored() -> bool:
        return Visitor.unscoped.filter(token_hash=token).exists()

    assert not await pool.run(stored)


@pytest.mark.parametrize(
    ("origin", "page", "status"),
    [
        (SHOP, f"{SHOP}/bowl", 200),
        ("http://testserver", f"{SHOP}/bowl", 200),
        ("http://testserver", "http://testserver/widget/preview/x", 200),
        (None, f"{SHOP}/bowl", 200),
        ("https://evil.example", f"{SHOP}/bowl", 403),
        ("https://shop.north.example.evil.example", f"{SHOP}/bowl", 403),
        ("http://shop.north.example", f"{SHOP}/bowl", 403),
        ("null", f"{SHOP}/bowl", 403),
        ("http://testserver", "https://evil.example/", 403),
        ("http://testserver", "javascript:alert(1)", 403),
        (None, "", 403),
    ],
)
async def test_only_allowed_sites_get_a_session(world: World, origin: str | None, page: str, status: int) -> None:
    response = await Api(origin).post("session", session_body(world, page=page))
    assert response.status_code == status
    if status == 403:
        assert response.json()["code"] == "site_not_allowed"


async def test_no_cookie_is_read_or_set(world: World) -> None:
    api = Api()
    api.client.cookies["helpdesk_sid"] = "whatever"
    for response in (
        await api.post("session", session_body(world)),
        await api.get("config", key=world.north.widget.key),
        await api.client.get("/widget.js"),
        await api.client.get("/widget/frame", {"key": world.north.widget.key}),
        await api.client.get(f"/widget/preview/{world.north.widget.key}"),
    ):
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")


async def test_the_config_is_public_cached_and_names_nobodys_address(world: World) -> None:
    response = await Api().get("config", key=world.north.widget.key)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "max-age=30" in response["Cache-Control"]
    assert "@" not in response.content.decode()
    preview = Api()
    preview.headers["sec-fetch-site"] = "same-origin"
    assert (await preview.get("config", key=world.north.widget.key))["Cache-Control"] == "no-cache"
    api = Api()
    api.headers["if-none-match"] = response["ETag"]
    assert (await api.get("config", key=world.north.widget.key)).status_code == 304
    assert (await Api().get("config", key="unknown")).json()["code"] == "not_found"


async def test_the_config_says_when_it_opens_next(world: World) -> None:
    north = world.north
    with time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False):
        assert (await Api().get("config", key=north.widget.key)).json()["opens_at"] is None
        with north.inside():
            week = [(Interval(540, 1020),)] * 5 + [()] * 2
            await pool.run(
                lambda: set_opening_hours(
                    by=north.olga, department=None, time_zone="Europe/Berlin", week=week, special=[]
                )
            )
        SHOP_WINDOW.clear()
        config = (await Api().get("config", key=north.widget.key)).json()
    assert (config["online"], config["opens_at"]) == (False, "2026-11-30T08:00:00.000Z")


async def test_the_config_speaks_the_language_of_the_page(world: World) -> None:
    arabic = (await Api().get("config", key=world.north.widget.key, language="ar-EG")).json()
    assert (arabic["language"], arabic["dir"]) == ("ar", "rtl")
    unknown = (await Api().get("config", key=world.north.widget.key, language="xx")).json()
    assert (unknown["language"], unknown["dir"]) == ("en", "ltr")


async def test_the_page_is_seen_once_and_only_from_an_allowed_site(world: World) -> None:
    assert (await Api().get("config", key=world.north.widget.key)).json()["report"] is True
    assert (await Api("https://evil.example").get("config", key=world.north.widget.key)).json()["report"] is False
    seen = {"key": world.north.widget.key, "page": f"{SHOP}/"}
    assert (await Api("https://evil.example").post("seen", seen)).json()["code"] == "site_not_allowed"
    assert (await Api().post("seen", seen)).status_code == 204
    assert (await Api().get("config", key=world.north.widget.key)).json()["report"] is False


async def test_a_whole_chat_over_http(world: World) -> None:
    north = world.north
    api = Api(token=north.token)
    start = {"client_id": str(uuid4()), "form": {"name": "Vera"}, "body": "Hello"}
    ack = (await api.post("chats", start)).json()
    assert (ack["type"], ack["seq"], ack["duplicate"]) == ("ack", 1, False)
    assert (await api.post("chats", start)).json()["duplicate"] is True
    message = {"ticket": ack["ticket"], "client_id": str(uuid4()), "kind": "text", "body": "Anybody?"}
    assert (await api.post("messages", message)).json()["seq"] == 2
    changed = await api.post("messages", {**message, "body": "Something else"})
    assert (changed.status_code, changed.json()["code"]) == (409, "idempotency_conflict")
    found = (await api.get("events", ticket=ack["ticket"], after=0)).json()
    assert [event["seq"] for event in found["events"]] == [1, 2]
    assert (found["head"], found["from"], found["more"], found["state"]) == (2, 1, False, "open")
    assert (await api.post("read", {"ticket": ack["ticket"], "upto": 2})).status_code == 204
    end = await api.post("end", {"ticket": ack["ticket"], "client_id": str(uuid4())})
    assert end.json()["seq"] == 3
    again = (await api.post("session", session_body(world, token=north.token))).json()
    assert again["tickets"][0]["state"] == "ended"
    assert again["profile"]["name"] == "Vera"


async def test_a_long_poll_wakes_when_somebody_answers(world: World) -> None:
    north = world.north
    ack = await pool.run(north.start)
    api = Api(token=north.token)
    waiting = asyncio.ensure_future(api.get("events", ticket=str(ack.ticket), after=1, wait=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await pool.run(lambda: north.say(ack.ticket, "Here I am", by=north.maya))
    async with asyncio.timeout(5):
        found = (await waiting).json()
    assert [event["name"] for event in found["events"]] == ["ticket.assigned", "message.created"]


async def test_a_long_poll_finds_what_no_hint_announced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = world.north
    ack = await pool.run(north.start)
    monkeypatch.setattr("helpdesk.realtime.publish._send", lambda items: None)
    monkeypatch.setattr("widget.api.SWEEP_SECONDS", 0.2)
    waiting = asyncio.ensure_future(Api(token=north.token).get("events", ticket=str(ack.ticket), after=1, wait=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await pool.run(lambda: north.say(ack.ticket, "Here I am", by=north.maya))
    async with asyncio.timeout(5):
        assert [event["seq"] for event in (await waiting).json()["events"]] == [2, 3]


async def test_unread_counts_the_teams_messages_only(world: World) -> None:
    north = world.north
    ack = await pool.run(north.start)
    await pool.run(lambda: north.say(ack.ticket, "One", by=north.maya))
    await pool.run(lambda: north.say(ack.ticket, "Secret", by=north.maya, kind="note"))
    await pool.run(lambda: north.say(ack.ticket, "Two", by=north.maya))
    await pool.run(lambda: north.say(ack.ticket, "Thanks"))
    listed = (await Api().post("session", session_body(world, token=north.token))).json()["tickets"]
    assert listed[0]["unread"] == 2


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "invalid_json"),
        ('{"a":1,}', "application/json", 400, "invalid_json"),
        ("[]", "application/json", 400, "object_expected"),
        ("3", "application/json", 400, "object_expected"),
        ("null", "application/json", 400, "object_expected"),
        ('{"body":NaN}', "application/json", 400, "number_out_of_range"),
        ('{"body":1e999}', "application/json", 400, "number_out_of_range"),
        ('{"body":9223372036854775808}', "application/json", 400, "number_out_of_range"),
        ('{"body":"a","body":"b"}', "application/json", 400, "duplicate_key"),
        ('{"a":[[[[[[[[1]]]]]]]]}', "application/json", 400, "too_deep"),
        ("{" + ",".join(f'"k{n}":1' for n in range(65)) + "}", "application/json", 400, "too_deep"),
        (b"\xff\xfe{\x00", "application/json", 400, "invalid_json"),
        ('"' + "x" * 70_000 + '"', "application/json", 413, "too_large"),
        ('"' + "x" * 400_000 + '"', "application/json", 413, "too_large"),
        ("{}", "application/xml", 415, "unsupported_media_type"),
        ("{}", "application/json; charset=utf-7", 415, "unsupported_media_type"),
        ('{"nobody":"knows"}', "application/json", 400, "unknown_field"),
        ('{"workspace":1}', "application/json", 400, "unknown_field"),
    ],
)
async def test_a_bad_body_is_refused_with_its_code(world: World, raw: Any, kind: str, status: int, code: str) -> None:
    response = await Api(token=world.north.token).post("messages", raw=raw, kind=kind)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"after": "-2"}, "invalid", "after"),
        ({"after": "abc"}, "invalid", "after"),
        ({"after": "9" * 20}, "invalid", "after"),
        ({"wait": "-1"}, "invalid", "wait"),
        ({"ticket": "nope"}, "not_found", None),
        ({"ticket": str(uuid4())}, "not_found", None),
    ],
)
async def test_a_bad_query_is_refused_with_its_field(world: World, query: Any, code: str, field: str | None) -> None:
    ticket = str((await pool.run(world.north.start)).ticket)
    response = await Api(token=world.north.token).get("events", **{"ticket": ticket, **query})
    assert (response.json()["code"], response.json().get("field")) == (code, field)


@pytest.mark.parametrize(
    ("token", "code"), [("", "token_missing"), ("nope", "token_invalid"), ("hd_x", "token_invalid")]
)
async def test_commands_need_a_living_token(world: World, token: str, code: str) -> None:
    for path in ("chats", "messages", "end", "read", "page", "profile"):
        response = await Api(token=token).post(path, {})
        assert (response.status_code, response.json()["code"]) == (401, code), path


async def test_an_expired_token_says_so(world: World) -> None:
    def expire() -> None:
        from django.utils import timezone

        Visitor.unscoped.filter(pk=world.north.visitor.pk).update(token_expires_at=timezone.now())

    await pool.run(expire)
    assert (await Api(token=world.north.token).post("messages", {})).json()["code"] == "token_expired"


async def test_wrong_methods_and_unknown_paths_answer_problems(world: World) -> None:
    response = await Api(token=world.north.token).get("messages")
    assert (response.status_code, response.json()["code"], response["Allow"]) == (405, "method_not_allowed", "POST")
    assert (await Api().get("nothing")).json()["code"] == "not_found"


async def test_the_frame_may_be_embedded_by_the_allowed_sites_only(world: World) -> None:
    response = await AsyncClient().get("/widget/frame", {"key": world.north.widget.key})
    policy = response["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {SHOP}" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in response


async def test_the_visitors_page_is_kept_with_a_trail(world: World) -> None:
    from chat.models import Visit

    api = Api(token=world.north.token)
    for path in ("a", "b", "b", "c"):
        assert (await api.post("page", {"url": f"{SHOP}/{path}", "title": path})).status_code == 204

    def visit() -> Visit:
        with world.north.inside():
            return Visit.objects.get()

    found = await pool.run(visit)
    assert found.url == f"{SHOP}/c"
    assert [page["url"] for page in found.trail] == [f"{SHOP}/b", f"{SHOP}/a", f"{SHOP}/"]


async def test_sessions_of_one_address_are_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Ten a second: on a busy machine thirty calls take longer than that, so the second stands still.
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_000_000.0))
    codes = [(await Api().post("session", session_body(world))).status_code for _ in range(30)]
    assert codes == [200] * 10 + [429] * 20


async def test_trusted_addresses_are_not_limited(world: World, settings: Any) -> None:
    settings.TRUSTED_CIDRS = ["127.0.0.0/8"]
    codes = [(await Api().post("session", session_body(world))).status_code for _ in range(30)]
    assert set(codes) == {200}
    assert await pool.run(lambda: Ticket.unscoped.count()) == 0


async def test_a_session_refuses_what_it_does_not_know_and_leaves_an_identity_unread(world: World) -> None:
    refused = await Api().post("session", session_body(world, workspace="south"))
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "unknown_field", "workspace")
    assert (await Api().post("session", session_body(world, identity="eyJ"))).status_code == 200


@pytest.mark.parametrize("path", ["v1/config?key=%00", "frame?key=%00", "preview/%00"])
async def test_a_key_that_no_database_can_hold_is_not_found(world: World, path: str) -> None:
    assert (await AsyncClient().get(f"/widget/{path}")).status_code == 404


# --- a visit becomes the ticket's ------------------------------------------------------------------------------------
async def test_a_session_takes_over_what_the_browser_remembers_of_the_visit(world: World) -> None:
    past = {"ago": 90, "referrer": "https://t.co/", "trail": trail("/bowl", "/lamps", "/")}
    visit = await visit_of(world, visit=past)
    assert [page["title"] for page in visit.trail] == ["/lamps", "/"], "this page stands in its own place"
    assert visit.referrer == "https://t.co/"
    assert 89 <= (visit.page_since - visit.started_at).total_seconds() <= 91


async def test_a_visit_that_is_known_keeps_its_own_trail(world: World) -> None:
    first = (await Api().post("session", session_body(world, visit={"ago": 5, "trail": trail("/bowl", "/a")}))).json()
    visit = await visit_of(world, token=first["token"], visit={"ago": 5, "trail": trail("/bowl", "/other")})
    assert [page["title"] for page in visit.trail] == ["/a"]


@pytest.mark.parametrize("visit", [[], {"ago": -1}, {"ago": 1, "trail": [{}]}, {"ago": 1, "trail": [1]}])
async def test_a_visit_that_cannot_be_read_is_refused(world: World, visit: Any) -> None:
    assert (await Api().post("session", session_body(world, visit=visit))).status_code == 400


async def test_a_visit_knows_the_country_and_keeps_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widget.api.place_of", lambda address: ("GR", "Athens"))
    first = (await Api().post("session", session_body(world))).json()
    monkeypatch.setattr("widget.api.place_of", lambda address: ("", ""))
    assert (await visit_of(world, token=first["token"])).as_json()["country"] == "GR"


def trail(*paths: str) -> list[dict[str, Any]]:
    return [{"url": SHOP + path, "title": path, "ago": at * 30, "seconds": 5} for at, path in enumerate(paths)]


async def visit_of(world: World, **body: Any) -> Visit:
    answer = (await Api().post("session", session_body(world, **body))).json()

    def newest() -> Visit:
        with world.north.inside():
            return Visit.objects.select_related("visitor").filter(visitor__public_id=answer["visitor"]).latest("id")

    return await pool.run(newest)
