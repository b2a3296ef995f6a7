"""The cast: two workspaces that must never see each other, and the people in them.

North: Olga owns it, Ada is an admin, Maya and Theo are agents (Maya in Delivery), Vera is a visitor on its shop.
South: Oscar owns it, Sam is an agent, Walt is a visitor. Nobody is in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from chat.actions import conversations
from chat.actions.messages import Message, send_message
from helpdesk.accounts.actions.workspace import create_workspace
from helpdesk.accounts.models import Department, DepartmentMember, Membership, Role, User, Workspace
from helpdesk.realtime.peer import Ack
from helpdesk.tenancy import scope
from tickets.authors import Author
from tickets.models import Ticket, Visitor
from widget.actions.sessions import open_session
from widget.models import Widget

PASSWORD = "correct horse battery"
SHOP = "https://shop.north.example"


@dataclass
class Side:
    """One workspace with its people."""

    workspace: Workspace
    members: dict[str, Membership]
    departments: dict[str, Department]
    widget: Widget
    visitor: Visitor
    token: str
    site: str
    tickets: list[Ticket] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["members"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def slug(self) -> str:
        return self.workspace.slug

    def inside(self) -> Any:
        return scope.workspace(self.workspace.pk)

    def start(self, text: str = "Is the oak bowl food safe?", **options: Any) -> Ack:
        """The visitor starts a chat."""
        with self.inside():
            return conversations.start_chat(
                visitor=options.pop("visitor", self.visitor),
                widget=self.widget,
                address="192.0.2.1",
                chat=conversations.NewChat(
                    client_id=options.pop("client_id", uuid4()), text=text, form=options.pop("form", {}), **options
                ),
            )

    def say(self, ticket: UUID, text: str, *, by: Any = None, kind: Any = "text", client_id: UUID | None = None) -> Ack:
        """A member, or without `by` the visitor, writes."""
        author = Author.of_member(by) if by is not None else Author.of_visitor(self.visitor)
        with self.inside():
            message = Message(by=author, ticket_id=ticket, client_id=client_id or uuid4(), text=text, kind=kind)
            return send_message(message)

    def ticket(self, public_id: UUID) -> Ticket:
        with self.inside():
            return Ticket.objects.for_rows().get(public_id=public_id)

    def new_visitor(self) -> tuple[Visitor, str]:
        with self.inside():
            return open_session(
                widget=self.widget,
                token=None,
                page=f"{self.site}/",
                referrer="",
                language="en",
                time_zone="",
                user_agent="",
            )


@dataclass
class World:
    north: Side
    south: Side
    outsider: User


def person(email: str, name: str) -> User:
    return User.objects.create_user(email, PASSWORD, name=name)


def make_side(name: str, owner: str, people: dict[str, tuple[str, Role]], site: str) -> Side:
    workspace = create_workspace(
        name=name, owner=person(f"{owner.lower()}@{name.lower()}.example", owner), time_zone="UTC", language="en"
    )
    with scope.workspace(workspace.pk):
        members = {owner.lower(): Membership.objects.select_related("user", "workspace").get(role=Role.OWNER)}
        for key, (full_name, role) in people.items():
            user = person(f"{key}@{name.lower()}.example", full_name)
            members[key] = Membership.objects.create(user=user, role=role)
        departments = {key: Department.objects.create(name=key.title()) for key in ("delivery", "sales")}
        widget = Widget.objects.create(name=f"{name} shop", allowed_sites=[site])
        if "maya" in members:
            DepartmentMember.objects.create(department=departments["delivery"], membership=members["maya"])
        visitor, token = open_session(
            widget=widget, token=None, page=f"{site}/", referrer="", language="en", time_zone="UTC", user_agent=""
        )
    return Side(workspace, members, departments, widget, visitor, token, site)


def make_world() -> World:
    north = make_side(
        "North",
        "Olga",
        {"ada": ("Ada Admin", Role.ADMIN), "maya": ("Maya Lindqvist", Role.AGENT), "theo": ("Theo Agent", Role.AGENT)},
        SHOP,
    )
    south = make_side("South", "Oscar", {"sam": ("Sam South", Role.AGENT)}, "https://shop.south.example")
    return World(north, south, person("nobody@nowhere.example", "Nobody"))
