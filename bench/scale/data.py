"""A large installation, made inside the database: 50 workspaces, tickets, ten messages each, and what hangs on them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench.scale.dialect import Dialect, without_indexes
from bench.scale.words import texts
from helpdesk.accounts.actions.workspace import create_workspace
from helpdesk.accounts.models import Department, DepartmentMember, Membership, Role, User
from helpdesk.tenancy import scope
from widget.models import Widget

WORKSPACES = 50
AGENTS = 20
DEPARTMENTS = 4
MESSAGES = 10
# Tickets that are written in at the same time: their messages lie mixed in the table, as in life.
TOGETHER = 50
CHUNK = 100_000
BIG_SHARE = 0.42


@dataclass(frozen=True)
class Place:
    """A workspace with the keys that its rows point to, and its part of the tickets, in ten-thousandths."""

    workspace: int
    first_member: int
    first_department: int
    widget: int
    low: int
    high: int


def fill(tickets: int) -> None:
    """Make `tickets` tickets in an empty, migrated database. Leaves its statistics fresh."""
    dialect = Dialect(connection.vendor)
    places = make_places()
    with connection.cursor() as cursor:
        dialect.begin(cursor)
        make_tables(cursor, dialect, places, tickets)
        with without_indexes(cursor):
            make_rows(cursor, dialect, tickets)
        for table in ("bench_text", "bench_place", "bench_ticket"):
            cursor.execute(f"DROP TABLE {table}")
        dialect.finish(cursor)


def shares() -> list[int]:
    """The workspaces' parts of 10,000 tickets: one with BIG_SHARE, the others by Zipf's law."""
    rest = [1 / (rank + 1) for rank in range(WORKSPACES - 1)]
    left = 10_000 * (1 - BIG_SHARE) / sum(rest)
    parts = [int(10_000 * BIG_SHARE), *(max(int(part * left), 1) for part in rest)]
    parts[0] += 10_000 - sum(parts)
    return parts


def make_places() -> list[Place]:
    """The workspaces and their people, by the product's own models."""
    places, low = [], 0
    for number, part in enumerate(shares()):
        owner = User.objects.create(email=f"owner{number}@scale.example", name=f"Owner {number}")
        workspace = create_workspace(name=f"Scale {number}", owner=owner)
        with scope.workspace(workspace.pk):
            departments = [Department.objects.create(name=f"Department {each}") for each in range(DEPARTMENTS)]
            agents = [make_agent(number, each, departments) for each in range(AGENTS)]
            widget = Widget.objects.create(name="Shop", allowed_sites=["https://shop.scale.example"])
        places.append(Place(workspace.pk, agents[0].pk, departments[0].pk, widget.pk, low, low + part))
        low += part
    return places


def make_agent(workspace: int, number: int, departments: list[Department]) -> Membership:
    user = User.objects.create(email=f"agent{workspace}-{number}@scale.example", name=f"Agent {number}")
    agent = Membership.objects.create(user=user, role=Role.AGENT)
    DepartmentMember.objects.create(membership=agent, department=departments[number % DEPARTMENTS])
    return agent


def make_tables(cursor: Any, dialect: Dialect, places: list[Place], tickets: int) -> None:
    """What the statements below choose from: lines, workspaces, and which workspace a ticket is in."""
    cursor.execute("CREATE TABLE bench_text (id integer PRIMARY KEY, line text, words text)")
    cursor.execute(
        "CREATE TABLE bench_place "
        "(workspace bigint, member bigint, department bigint, widget bigint, low integer, high integer)"
    )
    seed = random.Random(7)
    lines = [(number, text, words) for number, (text, words) in enumerate(texts(seed))]
    dialect.insert_many(cursor, "bench_text", lines)
    rows = [(p.workspace, p.first_member, p.first_department, p.widget, p.low, p.high) for p in places]
    dialect.insert_many(cursor, "bench_place", rows)
    cursor.execute(
        f"CREATE TABLE bench_ticket AS WITH drawn AS MATERIALIZED "
        f"(SELECT n, {dialect.random(10_000)} AS place, {dialect.random(100)} AS a, {dialect.random(100)} AS b, "
        f"{dialect.random(20)} AS agent, {dialect.random(200_000)} AS late FROM ({dialect.numbers(tickets)}) numbers) "
        "SELECT n AS id, workspace, member + agent AS member, department + b % 4 AS department, widget, a, b, "
        f"row_number() OVER (PARTITION BY workspace ORDER BY n) AS number, ({tickets} - n) * 30 AS age, "
        # Of the newest tenth most are open; of the others few.
        f"CASE WHEN a < (CASE WHEN n > {tickets} * 0.9 THEN 60 ELSE 2 END) THEN 1 ELSE 0 END AS is_open, "
        f"CASE WHEN ({tickets} - n) * 30 > late THEN ({tickets} - n) * 30 - late ELSE 0 END AS idle "
        "FROM drawn JOIN bench_place ON place >= low AND place < high"
    )
    cursor.execute("CREATE UNIQUE INDEX bench_ticket_id ON bench_ticket (id)")


def make_rows(cursor: Any, dialect: Dialect, tickets: int) -> None:
    for statement in (CONTACTS, VISITORS, VISITS, TICKETS, CHATS, READS, TICKET_DOCUMENTS):
        cursor.execute(dialect.fill_in(statement).format())
    for low in range(0, tickets, CHUNK):
        for statement in (EVENTS, EVENT_DOCUMENTS):
            cursor.execute(dialect.fill_in(statement).format(low=low, high=low + CHUNK))
    cursor.execute(COUNTS)


COUNTS = (
    "UPDATE accounts_workspace SET ticket_count = "
    "(SELECT count(*) FROM tickets_ticket WHERE workspace_id = accounts_workspace.id)"
)
# {uuid} ordered by time, {any_uuid} random, {ago(x)} the moment x seconds ago; see Dialect.fill_in.
CONTACTS = """
INSERT INTO tickets_contact (id, public_id, name, email, phone, is_verified, created_at, workspace_id)
SELECT id, {uuid}, 'Visitor ' || id, 'v' || id || '@example.com', '', {false}, {ago(age)}, workspace
FROM bench_ticket WHERE b % 3 = 0 ORDER BY id
"""
VISITORS = """
INSERT INTO tickets_visitor (id, public_id, token_hash, token_expires_at, widget_id, contact_id, name, email, phone,
    language, time_zone, first_seen_at, last_seen_at, is_online, lease_until, workspace_id)
SELECT id, {uuid}, {hash}, {ago(-8640000)}, widget, CASE WHEN b % 3 = 0 THEN id END,
    CASE WHEN a % 2 = 0 THEN 'Visitor ' || id ELSE '' END,
    CASE WHEN b % 3 = 0 THEN 'v' || id || '@example.com' ELSE '' END, '', 'en', 'UTC', {ago(age)}, {ago(idle)},
    {false}, NULL, workspace
FROM bench_ticket ORDER BY id
"""
VISITS = """
INSERT INTO chat_visit (public_id, visitor_id, url, title, referrer, browser, os, device, language, trail, started_at,
    page_since, workspace_id)
SELECT {uuid}, id, 'https://shop.scale.example/' || a, 'Page ' || a, '', 'Firefox', 'Linux', 'Desktop', 'en', '[]',
    {ago(age)}, {ago(idle)}, workspace
FROM bench_ticket ORDER BY id
"""
# Two tickets a visitor: the even one is the same person's as the odd one before it, where both are in one workspace.
TICKETS = """
INSERT INTO tickets_ticket (id, public_id, number, subject, channel, state, assignee_id, department_id, visitor_id,
    contact_id, widget_id, language, form, start_client_id, start_request_hash, last_seq, last_visitor_seq, inbound,
    answered_at, waiting_since, resolved_at, last_by, last_member_id, last_kind, last_preview, last_at,
    visitor_read_seq, visitor_read_vseq, team_read_seq, team_read_vseq, is_over, version, created_at, updated_at,
    workspace_id)
SELECT t.id, {uuid}, t.number, '', 'chat',
    CASE WHEN t.is_open = 1 THEN (CASE WHEN t.b < 15 THEN 'new' WHEN t.b < 50 THEN 'open' ELSE 'answered' END)
         WHEN t.a >= 98 THEN 'spam' ELSE 'resolved' END,
    CASE WHEN t.b >= 15 THEN t.member END, CASE WHEN t.b % 5 > 1 THEN t.department END,
    CASE WHEN t.id % 2 = 0 AND p.workspace = t.workspace THEN p.id ELSE t.id END,
    CASE WHEN t.id % 2 = 0 AND p.workspace = t.workspace THEN (CASE WHEN p.b % 3 = 0 THEN p.id END)
         WHEN t.b % 3 = 0 THEN t.id END,
    t.widget, 'en', '[]', {any_uuid}, {hash}, 10, 10, 5, {ago(t.age)},
    CASE WHEN t.is_open = 1 AND t.b < 50 THEN {ago(t.idle)} END, CASE WHEN t.is_open = 0 THEN {ago(t.idle)} END,
    'visitor', NULL, 'text', 'When will my order be here?', {ago(t.idle)}, 10, 10, 10, 10, {false}, 12, {ago(t.age)},
    {ago(t.idle)}, t.workspace
FROM bench_ticket t LEFT JOIN bench_ticket p ON p.id = t.id - 1 ORDER BY t.id
"""
CHATS = """
INSERT INTO chat_chat (ticket_id, started_at, answered_at, ended_at, ended_why, end_due_at, workspace_id)
SELECT id, {ago(age)}, {ago(age)}, CASE WHEN is_open = 0 THEN {ago(idle)} END,
    CASE WHEN is_open = 0 THEN 'agent' ELSE '' END, NULL, workspace
FROM bench_ticket ORDER BY id
"""
READS = """
INSERT INTO tickets_ticketread (ticket_id, membership_id, upto, inbound, workspace_id)
SELECT id, member, 10, 5, workspace FROM bench_ticket ORDER BY id
"""
TICKET_DOCUMENTS = """
INSERT INTO tickets_searchdocument (ticket_id, event_id, tokens, workspace_id)
SELECT id, NULL, {prefix} || number || ' ' || {prefix} || 'visitor', workspace FROM bench_ticket ORDER BY id
"""
EVENTS = """
INSERT INTO tickets_event (id, public_id, ticket_id, seq, visitor_seq, name, by_kind, member_id, visitor_id, sender,
    client_id, request_hash, text, data, created_at, workspace_id)
WITH drawn AS MATERIALIZED (
    SELECT t.id AS ticket, t.workspace, t.member, t.age, s.n AS seq, {text} AS chosen,
        (t.id - 1) / 50 * 500 + (s.n - 1) * 50 + (t.id - 1) % 50 + 1 AS id
    FROM bench_ticket t CROSS JOIN ({ten}) s WHERE t.id > {low} AND t.id <= {high})
SELECT d.id, {uuid}, ticket, seq, seq, 'message.created', CASE WHEN seq % 2 = 1 THEN 'visitor' ELSE 'agent' END,
    CASE WHEN seq % 2 = 0 THEN member END, CASE WHEN seq % 2 = 1 THEN tickets_ticket.visitor_id END,
    CASE WHEN seq % 2 = 1 THEN 'v:' || tickets_ticket.visitor_id ELSE 'm:' || member END, {any_uuid}, {hash}, line,
    '{{}}', {ago(age)}, workspace
FROM drawn d JOIN bench_text ON bench_text.id = chosen JOIN tickets_ticket ON tickets_ticket.id = ticket
ORDER BY d.id
"""
EVENT_DOCUMENTS = """
INSERT INTO tickets_searchdocument (ticket_id, event_id, tokens, workspace_id)
SELECT ticket_id, tickets_event.id, {prefix} || replace(words, ' ', ' ' || {prefix}), workspace
FROM tickets_event JOIN bench_ticket ON bench_ticket.id = ticket_id JOIN bench_text ON line = tickets_event.text
WHERE tickets_event.id > {low} * 10 AND tickets_event.id <= {high} * 10 ORDER BY tickets_event.id
"""
