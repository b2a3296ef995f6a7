"""What a connection and a sweep ask of the database: numbers that must not grow unseen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from chat.actions import presence
from chat.actions.presence import visitor_arrived
from chat.auth import agent_peer, recheck_agents
from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.realtime import pool
from helpdesk.realtime.hub import hub
from helpdesk.realtime.row_news import read_messages
from tests.realtime.test_sockets import agent, start, visitor
from tests.world import Side, World
from tickets.log import shown_to
from widget.actions.widgets import change_widget
from widget.auth import visitor_peer, visitor_welcome

pytestmark = pytest.mark.timeout(60)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL of this thread, without what begins and ends transactions, and without what a connection says once."""
    said: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith("PREPARE "):
            said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield said


@contextmanager
def pool_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The same for the threads of the pool, but for rows of lists, which are read when they are due."""
    said: list[str] = []
    guarded = pool.guarded

    def counting(function: Any) -> Any:
        if function is read_messages:
            return guarded(function)

        def call(*args: Any, **kwargs: Any) -> Any:
            with statements() as mine:
                try:
                    return function(*args, **kwargs)
                finally:
                    said.extend(mine)

        return guarded(call)

    monkeypatch.setattr(pool, "guarded", counting)
    yield said
    monkeypatch.setattr(pool, "guarded", guarded)


# --- a connection ----------------------------------------------------------------------------------------------------
async def test_a_visitor_comes_back_with_four_statements(live_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    north = live_world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        epoch = (await vera.next("subscribed"))["epoch"]
    await pool.run(lambda: north.say(UUID(ticket), "While you were away", by=north.maya))
    await asyncio.sleep(0.2)  # the lists read the ticket's new row, which is none of the visitor's cost
    with pool_statements(monkeypatch) as said:
        async with visitor(north.token, resume=[{"ticket": ticket, "epoch": epoch, "after": 1}]) as vera:
            await vera.next("event", seq=3)
            in_all = len(said)
    assert in_all <= 4, said


def test_a_second_visitor_finds_the_widget_read(world: World) -> None:
    _vera, token = world.north.new_visitor()
    visitor_welcome(visitor_peer(world.north.token, None, ""))
    with statements() as said:
        peer = visitor_peer(token, None, "")
        visitor_welcome(peer)
    assert len(said) == 1, said
    assert peer.context.visitor.widget is visitor_peer(world.north.token, None, "").context.visitor.widget


def test_what_the_team_saves_shows_at_once(world: World, django_capture_on_commit_callbacks: Any) -> None:
    north = world.north
    before = visitor_welcome(visitor_peer(north.token, None, ""))["widget"]
    with north.inside(), django_capture_on_commit_callbacks(execute=True):
        change_widget(widget=north.widget, by=north.olga, colour="#112233", texts={"en": {"greeting_title": "Hey"}})
    after = visitor_welcome(visitor_peer(north.token, None, ""))["widget"]
    assert before["texts"]["greeting_title"] != after["texts"]["greeting_title"] == "Hey"
    assert before["look"] != after["look"]


def test_who_comes_online_shows_at_once(world: World, django_capture_on_commit_callbacks: Any) -> None:
    north = world.north
    assert not visitor_welcome(visitor_peer(north.token, None, ""))["widget"]["online"]
    with north.inside(), django_capture_on_commit_callbacks(execute=True):
        presence.member_arrived(north.maya)
    assert visitor_welcome(visitor_peer(north.token, None, ""))["widget"]["online"]


def test_a_visitor_who_was_never_missed_costs_one_statement(world: World) -> None:
    north = world.north
    with north.inside():
        visitor_arrived(visitor_peer(north.token, None, "").context.visitor)
        back = visitor_peer(north.token, None, "").context.visitor
        with statements() as said:
            visitor_arrived(back)
    assert len(said) == 1, said


# --- a sweep ---------------------------------------------------------------------------------------------------------
def agents(world: World, names: list[str]) -> list[Any]:
    peers = []
    for name in names:
        member = world.north.members[name]
        with world.north.inside():
            token = create_api_token(membership=member, name=name)[1]
        peers.append(agent_peer({"token": token}, None, "", by_cookie=False))
    return peers


def test_checking_agents_again_costs_the_same_for_one_and_for_many(world: World) -> None:
    one, many = agents(world, ["maya"]), agents(world, ["maya", "theo", "ada", "olga"] * 3)
    with statements() as for_one:
        assert [allowed for _peer, allowed in recheck_agents(one)] == [True]
    with statements() as for_many:
        assert all(allowed for _peer, allowed in recheck_agents(many))
    assert len(for_one) == len(for_many) <= 3, for_many


def test_checking_agents_again_keeps_their_groups(world: World) -> None:
    peers = agents(world, ["maya", "ada"])
    groups = [peer.groups for peer in peers]
    recheck_agents(peers)
    assert all(peer.groups is before for peer, before in zip(peers, groups, strict=True))


def test_who_sees_a_ticket_is_one_statement(world: World) -> None:
    north = world.north
    department = north.departments["delivery"].public_id
    tickets = [
        north.ticket(north.start(visitor=north.new_visitor()[0], department=department).ticket) for _ in range(3)
    ]
    with statements() as said:
        shown = shown_to([ticket.pk for ticket in tickets])
    assert len(said) == 1
    maya, theo, ada = agents(world, ["maya", "theo", "ada"])
    for ticket in tickets:
        assert shown[ticket.pk] & maya.groups
        assert shown[ticket.pk] & ada.groups
        assert not shown[ticket.pk] & theo.groups


async def test_a_sweep_costs_the_same_for_one_socket_and_for_many(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    north = live_world.north
    async with visitor(north.token) as vera:
        ticket = (await start(vera))["ticket"]
        asked = []
        for members in ([north.maya], [north.maya, north.theo, north.ada, north.olga]):
            async with agents_on(north, members, ticket):
                hub()._touched_at = 0.0
                with pool_statements(monkeypatch) as said:
                    await hub().sweep()
                asked.append(said)
    assert len(asked[0]) == len(asked[1]), asked


@asynccontextmanager
async def agents_on(side: Side, members: list[Any], ticket: str) -> AsyncIterator[None]:
    """Sockets of these members, each subscribed to the ticket."""
    async with AsyncExitStack() as sockets:
        for member in members:
            client = await sockets.enter_async_context(agent(side, member))
            await client.command("subscribe", ticket=ticket, after=0)
        yield
