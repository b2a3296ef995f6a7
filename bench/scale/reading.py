"""What people wait for, asked of the product itself: its REST API and the statements of its sockets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Count
from django.test import Client

from bench.scale.words import COMMON, RARE, vocabulary
from chat.actions.messages import Message, send_messages
from helpdesk.accounts.actions.api_token import create_api_token
from helpdesk.accounts.models import Membership, Role, Workspace
from helpdesk.tenancy import scope
from tickets.authors import Author
from tickets.log import heads
from tickets.models import Ticket

VIEWS = ("all", "mine", "unassigned", "resolved", "spam")
SWEEP = 500
BATCH = 50
# Of a few thousand words the three hundredth: some tickets of a hundred hold it.
MIDDLE = 300


@dataclass
class Caller:
    """A member with an API token, who asks as a program does."""

    member: Membership
    token: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> Any:
        host = settings.BASE_URL.split("://")[1]
        answer = self.client.get(f"/api/v1/{path}", query, HTTP_AUTHORIZATION=f"Bearer {self.token}", HTTP_HOST=host)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} {query}: {answer.status_code} {answer.content[:300]!r}")
        return answer.json()


def caller(workspace: Workspace, role: Role) -> Caller:
    with scope.workspace(workspace.pk):
        member = Membership.objects.select_related("user", "workspace").filter(role=role).order_by("id").first()
        return Caller(member, create_api_token(membership=member, name="scale")[1])


def questions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """(name, what to call) of everything that is measured, in the order of the table."""
    sizes = Ticket.unscoped.values_list("workspace").annotate(tickets=Count("id")).order_by("-tickets")
    big, small = Workspace.objects.get(pk=sizes[0][0]), Workspace.objects.get(pk=sizes[30][0])
    admin, agent = caller(big, Role.OWNER), caller(big, Role.AGENT)
    yield from inbox(admin, agent)
    yield from tickets_of(big, admin)
    yield from searches(admin, agent, caller(small, Role.OWNER))
    yield from sockets(big, agent)


def inbox(admin: Caller, agent: Caller) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, who in (("admin", admin), ("agent", agent)):
        for view in VIEWS:
            yield f"inbox, {view}, {name}", lambda who=who, view=view: who.get("tickets", view=view)
    for view in ("all", "resolved"):
        cursor = admin.get("tickets", view=view, limit=200)["next"]
        if cursor:
            yield f"inbox, {view}, next page", lambda view=view, at=cursor: admin.get("tickets", view=view, cursor=at)
    yield "counts, admin", lambda: admin.get("counts")
    yield "counts, agent", lambda: agent.get("counts")


def tickets_of(big: Workspace, admin: Caller) -> Iterator[tuple[str, Callable[[], Any]]]:
    with scope.workspace(big.pk):
        numbers = list(Ticket.objects.values_list("number", flat=True))
    seed = random.Random(3)
    yield "ticket page", lambda: admin.get(f"tickets/{seed.choice(numbers)}")
    yield "last 50 events", lambda: admin.get(f"tickets/{seed.choice(numbers)}/events", after=-1)


def searches(admin: Caller, agent: Caller, elsewhere: Caller) -> Iterator[tuple[str, Callable[[], Any]]]:
    words = vocabulary(random.Random(7))
    first, second = COMMON
    queries = {
        "common + common": f"{first} {second}",
        "rare + common": f"{RARE} {first}",
        "common + rare": f"{first} {RARE}",
        "beginning of a word": f"{second} {first[:2]}",
        "rare alone": RARE,
        "middling + middling": f"{words[MIDDLE]} {words[MIDDLE + 1]}",
        "common + nothing": f"{first} qqqqq",
        "a ticket's number": "1234",
    }
    for name, query in queries.items():
        yield f"search, {name}", lambda query=query: admin.get("tickets", q=query)
    yield "search, common + common, agent", lambda: agent.get("tickets", q=f"{first} {second}")
    yield "search, common + common, small workspace", lambda: elsewhere.get("tickets", q=f"{first} {second}")
    yield "search, rare + common, small workspace", lambda: elsewhere.get("tickets", q=f"{RARE} {first}")


def sockets(big: Workspace, agent: Caller) -> Iterator[tuple[str, Callable[[], Any]]]:
    with scope.workspace(big.pk):
        opened = list(Ticket.objects.open().newest_first().values_list("pk", "public_id")[:2000])
    seed = random.Random(4)
    swept = [pk for pk, _public_id in opened[:SWEEP]]
    yield f"sweep of {SWEEP} tickets", lambda: heads(swept)
    by = Author.of_member(agent.member)

    def write(count: int) -> None:
        with scope.workspace(big.pk):
            chosen = seed.sample(opened, min(count, len(opened)))
            texts = [Message(by, public_id, uuid4(), "Your order is on its way.") for _pk, public_id in chosen]
        send_messages(texts)

    yield "one message", lambda: write(1)
    yield f"{BATCH} messages together", lambda: write(BATCH)
