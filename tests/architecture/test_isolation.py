"""Ring 5 of tenancy: an outsider walks every URL, every REST route, every socket command and every model.

The lists are made from the code, so whatever is new is walked the moment it exists: a URL with an unknown parameter, a
URL of no known kind, a command with a field nobody filled, or a model nobody scoped makes these tests fail.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from chat.actions.conversions import Reached, note_conversion
from chat.actions.invitations import set_manners
from chat.auth import member_peer
from chat.browsing.here import registry
from chat.commands import COMMANDS as AGENT_COMMANDS
from chat.models import AlertWhy, InvitationDecision, LeadAlert, Ring, RoutingDecision, RoutingPolicy, Simulation
from helpdesk import fields
from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models import ApiToken, Invitation
from helpdesk.checks import GLOBAL_MODELS, OURS, every_model_is_scoped
from helpdesk.errors import HelpdeskError
from helpdesk.realtime.peer import Peer
from helpdesk.tenancy.models import ScopedModel
from helpdesk.tenancy.scope import NoWorkspace
from tests.chat.browsing.pages import hello
from tests.chat.inviting.cast import Browser, active
from tests.world import PASSWORD, World
from tickets.models import CannedMessage, Visitor
from widget.auth import visitor_peer
from widget.commands import COMMANDS as VISITOR_COMMANDS

CANARY = "canary-of-the-north"

# URLs outside every workspace, and why an outsider may call them. Prefix by prefix; allauth's pages are about oneself.
PUBLIC = {
    "": "the landing page",
    "healthz": "health",
    "readyz": "health",
    "accounts/": "sign-up, sign-in and one's own account",
    "widget.js": "the loader",
    "widget/": "the visitors' door: what a key or a visitor's token opens is tested below and in tests/widget",
    "^api/": "answers 404",
}


def routes() -> Iterator[str]:
    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern)
            else:
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))

    return walk(get_resolver().url_patterns, "")


ROUTES = sorted(set(routes()))
PAGES = [route for route in ROUTES if route.startswith("w/")]
REST = [route for route in ROUTES if route.startswith("api/v1/")]


class North:
    """The side that must not be seen: one row of everything, each with the canary in its words."""

    def __init__(self, world: World) -> None:
        north = self.side = world.north
        with north.inside():
            department = north.departments["delivery"]
            department.name = f"{CANARY} department"
            department.save()
            north.widget.name = f"{CANARY} widget"
            north.widget.save()
            maya = north.maya.user
            maya.name = f"{CANARY} maya"
            maya.save()
            self.canned = CannedMessage.objects.create(
                shortcut="canary", text=CANARY, scope="workspace", owner=north.maya
            )
            self.invitation = Invitation.objects.create(
                email=f"{CANARY}@example.com", expires_at=timezone.now() + timezone.timedelta(hours=1), token_hash="x"
            )
            self.token = create_api_token(membership=north.maya, name=CANARY)[0]
            RoutingPolicy.objects.create(
                department=department, priority_rules=[{"kind": "page", "value": CANARY, "add": 1}]
            )
        self.ack = north.start(f"{CANARY} message", form={"name": CANARY, "email": "canary@example.com"})
        north.say(self.ack.ticket, f"{CANARY} note", by=north.maya, kind="note")
        with north.inside():
            now = timezone.now()
            self.ring = Ring.objects.create(
                ticket=north.ticket(self.ack.ticket),
                membership=north.maya,
                started_at=now,
                deadline_at=now + timezone.timedelta(hours=1),
            )
            self.alert = LeadAlert.objects.create(
                ticket=north.ticket(self.ack.ticket), membership=north.maya, why=AlertWhy.ALL_TRIED, at=now
            )
            self.decision = RoutingDecision.objects.create(
                ticket=north.ticket(self.ack.ticket),
                department=department,
                membership=north.maya,
                at=timezone.now(),
                kind="wait",
                why="by_hand",
                inputs={},
                outcome=CANARY,
            )
            self.simulation = Simulation.objects.create(
                member=north.maya,
                department=department,
                begins_at=now - timezone.timedelta(days=1),
                ends_at=now,
                changes={"settings": {}, "open_when": "saved", "week": [], "presence": "recorded"},
            )

            self.shown = active(north.olga, name=f"{CANARY} invitation", goal={"event": CANARY})
            visitor = Browser(north)
            visitor.due(self.shown)
            self.inviting_decision = InvitationDecision.objects.first()
            note_conversion(Reached(browser=visitor.id, visitor=None, event=CANARY, key=CANARY))
            set_manners(by=north.olga, per_day=3)

        self.browser = asyncio.run(self._browse())

    async def _browse(self) -> str:
        """A visitor looks at a page of the north's shop."""
        page = hello(path=f"/{CANARY}", profile={"name": CANARY})
        registry().enter(self.side.workspace.pk, page, "192.0.2.7", "")
        registry()._agents.clear()
        await registry().flush()
        return str(page["browser"])

    def id_for(self, route: str) -> str:
        by_part = {
            "routing/log/": self.decision,
            "routing/simulator/": self.simulation,
            "members/": self.side.theo,
            "invitations/log/": self.inviting_decision,
            "/resend/": self.invitation,
            "/revoke/": self.invitation,
            "invitations/": self.shown,
            "departments/": self.side.departments["delivery"],
            "widgets/": self.side.widget,
            "canned/": self.canned,
            "tokens/": self.token,
            "rings/": self.ring,
            "alerts/": self.alert,
        }
        for part, row in by_part.items():
            if part in route:
                return str(row.public_id)
        raise AssertionError(f"{route}: say in this test which row of the north stands for its parameter.")

    def path(self, route: str, slug: str) -> str:
        """The route with the north's rows in it."""
        path = (
            route.replace("<slug:slug>", slug)
            .replace("<int:number>", "1")
            .replace("<str:ticket>", str(self.ack.ticket))
            .replace("<str:browser>", self.browser)
        )
        for parameter in ("<uuid:public_id>", "<str:canned>", "<str:ring>", "<str:alert>"):
            if parameter in path:
                path = path.replace(parameter, self.id_for(route))
        assert "<" not in path, f"{route}: a parameter that this test does not know."
        return "/" + path

    def digest(self) -> str:
        """A fingerprint of every row of the north."""
        with self.side.inside():
            rows = [
                serializers.serialize("json", model.objects.order_by("pk"))
                for model in apps.get_models()
                if issubclass(model, ScopedModel)
            ]
        return hashlib.sha256("".join(rows).encode()).hexdigest()


@pytest.fixture
def north(world: World) -> North:
    return North(world)


def signed_in(person: Any) -> Client:
    client = Client()
    assert client.login(email=person.email, password=PASSWORD)
    return client


def test_every_url_is_of_a_kind_that_is_walked() -> None:
    strange = [
        route
        for route in ROUTES
        if not route.startswith(("w/<slug:slug>/", "api/v1/"))
        and not any(route == prefix or (prefix and route.startswith(prefix)) for prefix in PUBLIC)
    ]
    assert strange == [], "List it in PUBLIC with the reason, or put it below /w/<slug>/ or /api/v1/."


@pytest.mark.parametrize("route", PAGES)
def test_a_stranger_gets_404_from_every_page(world: World, north: North, route: str) -> None:
    before = north.digest()
    path = north.path(route, world.north.slug)
    for person in (world.south.oscar.user, world.south.sam.user, world.outsider):
        client = signed_in(person)
        for response in (client.get(path), client.post(path, {})):
            assert response.status_code == 404, (person, response.status_code)
            assert CANARY not in response.content.decode()
    anonymous = Client().get(path)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/accounts/login/")
    assert north.digest() == before


@pytest.mark.parametrize("route", [route for route in PAGES if "<uuid:" in route])
def test_a_guessed_id_opens_nothing_in_ones_own_workspace(world: World, north: North, route: str) -> None:
    before = north.digest()
    client = signed_in(world.south.oscar.user)
    path = north.path(route, world.south.slug)
    for response in (client.get(path), client.post(path, {"role": "agent", "name": "taken"})):
        assert response.status_code in (404, 405), response.status_code
        assert CANARY not in response.content.decode()
    assert north.digest() == before


@pytest.mark.parametrize("route", [route for route in PAGES if "<uuid:" not in route])
def test_ones_own_pages_hold_nothing_of_the_neighbours(world: World, north: North, route: str) -> None:
    client = signed_in(world.south.oscar.user)
    response = client.get(north.path(route, world.south.slug), follow=True)
    assert CANARY not in response.content.decode()


@pytest.mark.parametrize("route", REST)
def test_every_rest_route_is_closed_to_the_neighbours(world: World, north: North, route: str) -> None:
    before = north.digest()
    with world.south.inside():
        token = create_api_token(membership=world.south.oscar, name="south")[1]
    path = north.path(route, "")
    client, own = Client(), {"authorization": f"Bearer {token}"}
    for method in ("get", "post", "patch", "put", "delete"):
        call = getattr(client, method)
        options = {} if method == "get" else {"data": _body(north), "content_type": "application/json"}
        response = call(path, headers=own, **options)
        assert CANARY not in response.content.decode()
        if "<" in route:
            assert response.status_code in (400, 404, 405), (method, response.status_code)
        foreign = call(path, headers={**own, "X-Workspace": world.north.slug}, **options)
        assert foreign.status_code == 404
        assert call(path, **options).status_code == 401
    assert north.digest() == before


def _body(north: North) -> dict[str, Any]:
    return {"client_id": str(uuid4())}


@pytest.mark.parametrize("query", [CANARY, "canary", "1", "north"])
def test_search_finds_nothing_of_the_neighbours(world: World, north: North, query: str) -> None:
    world.south.start("canary of the south")
    with world.south.inside():
        token = create_api_token(membership=world.south.oscar, name="south")[1]
    response = Client().get("/api/v1/tickets", {"q": query}, headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert CANARY not in response.content.decode()
    assert all(row["number"] == 1 for row in response.json()["rows"])


# --- socket commands -------------------------------------------------------------------------------------------------
def foreign_value(north: North, name: str, field: Any) -> Any:
    """A value of the north for each kind of field."""
    by_name = {"ticket": north.ack.ticket, "client_id": uuid4(), "to": north.side.theo.public_id}
    by_name |= {"ring": north.ring.public_id, "alert": north.alert.public_id}
    if name in by_name:
        return by_name[name]
    if name == "department":
        return north.side.departments["delivery"].public_id
    if field.default is not fields.REQUIRED:
        return field.default
    if name == "browser":
        return UUID(north.browser)
    plain: dict[str, Any] = {"body": "hello", "upto": 1, "status": "online", "url": "https://x.example/", "on": True}
    assert name in plain, f"A field that this test does not know: {name}"
    return plain[name]


def south_peers(world: World) -> list[Peer]:
    with world.south.inside():
        RoutingPolicy.objects.get_or_create(allows_forced_online=True)
    return [
        member_peer(world.south.oscar),
        member_peer(world.south.sam),
        visitor_peer(world.south.token, None, "192.0.2.7"),
    ]


@pytest.mark.parametrize(
    ("audience", "name"),
    [("agents", name) for name in AGENT_COMMANDS] + [("visitor", name) for name in VISITOR_COMMANDS],
)
def test_every_socket_command_is_closed_to_the_neighbours(world: World, north: North, audience: str, name: str) -> None:
    before = north.digest()
    peers = [peer for peer in south_peers(world) if peer.audience == audience]
    assert peers
    for peer in peers:
        command = peer.commands[name]
        wanted = {key: foreign_value(north, key, field) for key, field in command.fields.items()}
        names_the_north = any(key in wanted for key in ("ticket", "to", "department", "ring", "alert", "browser"))
        with world.south.inside():
            if names_the_north:
                with pytest.raises(HelpdeskError) as caught:
                    command.run(peer, wanted)
                assert caught.value.code in ("not_found", "invalid_assignee")
            else:
                ack = command.run(peer, wanted)
                assert ack is None or CANARY not in str(ack.frame(peer.audience))
    assert north.digest() == before


@pytest.mark.parametrize("name", [name for name, command in VISITOR_COMMANDS.items() if "ticket" in command.fields])
def test_another_visitor_of_the_same_shop_is_a_stranger_too(world: World, north: North, name: str) -> None:
    before = north.digest()
    _other, token = world.north.new_visitor()
    after_session = north.digest()
    peer = visitor_peer(token, None, "192.0.2.7")
    wanted = {key: foreign_value(north, key, field) for key, field in VISITOR_COMMANDS[name].fields.items()}
    with world.north.inside(), pytest.raises(HelpdeskError) as caught:
        VISITOR_COMMANDS[name].run(peer, wanted)
    assert caught.value.code == "not_found"
    assert before != after_session  # the premise: the digest sees a new visitor
    assert north.digest() == after_session


# --- models ----------------------------------------------------------------------------------------------------------
SCOPED = [model for model in apps.get_models() if issubclass(model, ScopedModel)]


def test_every_model_is_scoped_or_listed_with_a_reason() -> None:
    assert every_model_is_scoped(None) == []
    assert all(GLOBAL_MODELS.values())
    listed = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert set(GLOBAL_MODELS) <= listed


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_no_workspace_no_query(db: Any, model: Any) -> None:
    reads = [
        lambda: list(model.objects.all()),
        lambda: model.objects.count(),
        lambda: model.objects.exists(),
        lambda: model.objects.first(),
        lambda: model.objects.update(id=1),
        lambda: model.objects.all().delete(),
        lambda: list(model.objects.iterator()),
        lambda: model.objects.in_bulk([1]),
        lambda: model._base_manager.first(),
    ]
    for read in reads:
        with pytest.raises(NoWorkspace):
            read()


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_ones_own_rows_and_no_others_are_read(world: World, north: North, model: Any) -> None:
    with world.south.inside():
        theirs = {row.workspace_id for row in model.objects.all()}
    assert theirs <= {world.south.workspace.pk}


def test_a_credential_of_one_side_is_worth_nothing_on_the_other(world: World) -> None:
    with world.south.inside():
        assert not ApiToken.objects.filter(membership__workspace=world.north.workspace).exists()
        assert not Visitor.objects.filter(pk=world.north.visitor.pk).exists()
