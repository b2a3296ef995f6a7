"""Run by `behind.py` inside the installation: a line of JSON is a workspace, a function below, and what to give it.

Where minutes would have to pass, the moments in the rows are moved and the sweeps, which run every five seconds, do the
rest.
"""

import contextvars
import json
import os
import sys
import traceback
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from chat import tasks  # noqa: E402
from chat.actions import conversations, invitations, messages, queue  # noqa: E402
from chat.actions.desks import resume_desk  # noqa: E402
from chat.actions.routing import route_chats  # noqa: E402
from chat.actions.waking import wake_routing  # noqa: E402
from chat.models import (  # noqa: E402
    Chat,
    DepartmentPause,
    Desk,
    EndedWhy,
    Invitation,
    InvitationExposure,
    InvitationManners,
    Ring,
    RoutingPolicy,
)
from chat.routing.eta import SAMPLES  # noqa: E402
from helpdesk.accounts.models import (  # noqa: E402
    Department,
    DepartmentMember,
    Membership,
    OpeningHours,
    Role,
    Status,
    Workspace,
)
from helpdesk.tenancy import scope  # noqa: E402
from tickets.authors import Author  # noqa: E402
from tickets.models import Ticket, Visitor  # noqa: E402
from widget.actions.sessions import open_session  # noqa: E402
from widget.models import Widget  # noqa: E402

# What people set, and which of it: all of a row's fields where none are named.
SETTINGS: dict[Any, tuple[str, ...]] = {
    Department: ("name",),
    DepartmentMember: (),
    RoutingPolicy: (),
    OpeningHours: (),
    InvitationManners: (),
    Invitation: ("status",),
    Widget: ("department", "forms"),
    Desk: ("chat_limit", "forced_online_at", "forced_online_why"),
    Membership: ("languages", "status", "status_reason"),
}
WORKSPACE_SETTINGS = ("idle_minutes", "return_minutes")
kept: dict[str, Any] = {}


# --- the settings as they were ----------------------------------------------------------------------------------------
def keep() -> None:
    """Remember every setting of the workspace, and which chats are live."""
    kept[_workspace().slug] = {
        "chats": list(Chat.objects.live().values_list("pk", flat=True)),
        "rows": {model: {row.pk: row for row in model.objects.all()} for model in SETTINGS},
        "workspace": {name: getattr(_workspace(), name) for name in WORKSPACE_SETTINGS},
    }


def restore() -> None:
    """The settings are as `keep` found them, chats that began since then are over, and nobody is paused."""
    found = kept[_workspace().slug]
    _end_and_forget(Chat.objects.live().exclude(pk__in=found["chats"]))
    for desk in Desk.objects.exclude(paused_at=None).select_related("membership__user"):
        resume_desk(member=desk.membership)
    for pause in DepartmentPause.objects.select_related("membership__user"):
        resume_desk(member=pause.membership)
    for model in reversed(SETTINGS):  # what hangs on others first
        if model not in (Membership, Desk):
            model.objects.exclude(pk__in=found["rows"][model]).delete()
    for model, names in SETTINGS.items():
        now = {row.pk: row for row in model.objects.all()}
        for pk, row in found["rows"][model].items():
            _put_back(row, now.get(pk), names)
    Workspace.objects.filter(pk=_workspace().pk).update(**found["workspace"])


def _put_back(row: Any, now: Any, names: tuple[str, ...]) -> None:
    fields = [each.attname for each in row._meta.concrete_fields if not names or each.name in names]
    if now is None:
        row.save(force_insert=True)
    elif any(getattr(row, name) != getattr(now, name) for name in fields):
        type(row).objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in fields})


def set_routing(department: str = "", **settings: Any) -> None:
    """Without settings: those that a new workspace has."""
    owner = _department(department) if department else None
    RoutingPolicy.objects.filter(department=owner).delete()
    if settings:
        RoutingPolicy.objects.create(department=owner, **settings)
    wake_routing()


def address_widget_to(department: str) -> None:
    """Whoever writes from the shop writes to this department."""
    Widget.objects.update(department=_department(department))


# --- invitations ------------------------------------------------------------------------------------------------------
def invite(**settings: Any) -> str:
    """From now on visitors are invited with this, however short they have been here. Returns its id."""
    InvitationManners.objects.update_or_create(defaults={"load_seconds": 0})
    owner = Membership.objects.select_related("user", "workspace").get(role=Role.OWNER)
    invitation = invitations.create_invitation(by=owner, name="Hello", **{"availability": "any", **settings})
    invitations.activate_invitation(by=owner, invitation=invitation)
    return str(invitation.public_id)


def withdraw(invitation: str) -> None:
    Invitation.objects.filter(public_id=invitation).update(status="paused")


def came_of(invitation: str) -> list[dict[str, Any]]:
    """What happened to whom it was shown to, the newest first."""
    names = ("shown_at", "seen_at", "dismissed_at", "accepted_at", "missed_at", "messaged_at", "converted_at")
    return [
        {
            **{name.removesuffix("_at"): getattr(each, name) is not None for name in names},
            "why": each.dismissed_why,
            "value": float(each.value or 0),
        }
        for each in InvitationExposure.objects.filter(invitation__public_id=invitation).order_by("-id")
    ]


# --- other people -----------------------------------------------------------------------------------------------------
def start(name: str, *, language: str = "en", page: str = "/", department: str = "", by: str = "") -> str:
    """Another customer begins a chat; `by` takes it. Returns the ticket's id."""
    widget = Widget.objects.select_related("workspace", "department").first()
    visitor, _token = open_session(
        widget=widget, token=None, page=page, referrer="", language=language, time_zone="UTC", user_agent=""
    )
    where = _department(department).public_id if department else None
    asked = conversations.NewChat(client_id=uuid4(), text="Hello", form={"name": name}, department=where)
    ticket = conversations.start_chat(visitor=visitor, widget=widget, address="127.0.0.1", chat=asked).ticket
    if by:
        conversations.take_ticket(by=Author.of_member(_member(by)), ticket_id=ticket, client_id=uuid4())
    return str(ticket)


def talked_before(name: str, by: str, days: int) -> None:
    """This customer had an answer of the agent so many days ago."""
    ticket = start(name, by=by)
    say(ticket, by=by)
    end(ticket, by=by)
    talked(name, days * 86_400)


def start_again(name: str) -> None:
    """The customer of `talked_before` begins another chat."""
    visitor = Visitor.objects.filter(name=name).latest("id")
    widget = Widget.objects.select_related("workspace", "department").first()
    asked = conversations.NewChat(client_id=uuid4(), text="Hello again", form={})
    conversations.start_chat(visitor=visitor, widget=widget, address="127.0.0.1", chat=asked)


def give(by: str, count: int) -> None:
    """The agent has this many more chats."""
    for number in range(count):
        ticket = start(f"{by.title()}’s {number + 1}", by=by)
        say(ticket, by=by)


def say(ticket: str, by: str = "") -> None:
    """The agent, or without one the customer, writes into a chat."""
    found = _ticket(ticket)
    author = Author.of_member(_member(by)) if by else Author.of_visitor(found.visitor)
    messages.send_message(messages.Message(by=author, ticket_id=found.public_id, client_id=uuid4(), text="Yes"))


def end(ticket: str, by: str) -> None:
    conversations.end_chat(by=Author.of_member(_member(by)), ticket_id=_ticket(ticket).public_id, client_id=uuid4())


def end_all() -> None:
    """No chat is live any more, those of the demo neither."""
    _end_and_forget(Chat.objects.live())


def _end_and_forget(chats: Any) -> None:
    """Nobody rests after these chats, was asked lately or has missed a ring."""
    owner = Author.of_member(Membership.objects.select_related("user", "workspace").get(role=Role.OWNER))
    for chat in chats.select_related("ticket"):
        conversations.end_chat(by=owner, ticket_id=chat.ticket.public_id, client_id=uuid4())
    Desk.objects.update(last_ended_at=None, last_offered_at=None, misses=0)


def nobody_else(names: list[str]) -> None:
    """Only these people are at work."""
    here = [_member(name).pk for name in names]
    Membership.objects.exclude(pk__in=here).update(is_present=False, lease_until=timezone.now())


def set_status(name: str, status: str) -> None:
    Membership.objects.filter(pk=_member(name).pk).update(status=Status(status))
    wake_routing()


# --- time passes ------------------------------------------------------------------------------------------------------
def waited(name: str, seconds: int) -> None:
    """The chat of this customer has been waiting for so much longer."""
    _move(Chat.objects.live().filter(ticket__visitor__name=name), seconds, "queued_at", "rank_at", "route_at")
    wake_routing()


def talked(name: str, seconds: int) -> None:
    """All that was said in the tickets of this customer, and the wait for an answer, was so much earlier."""
    tickets = Ticket.objects.filter(visitor__name=name)
    _move(tickets, seconds, "last_at", "waiting_since")
    _move(Chat.objects.filter(ticket__in=tickets), seconds, "accepted_at")


def offered(name: str, seconds: int) -> None:
    """The agent was offered a chat so long ago."""
    Desk.objects.filter(membership=_member(name)).update(last_offered_at=timezone.now() - timedelta(seconds=seconds))


def stopped_typing(name: str) -> None:
    Chat.objects.live().filter(ticket__visitor__name=name).update(reply_put_off_until=None)


def sweep() -> None:
    """What the next sweeps would do, they have done: whatever has not happened then will not."""
    route_chats()
    for sweep in (tasks.return_left_chats, tasks.end_abandoned_chats):
        _outside(sweep)


def _outside(task: Any) -> None:
    """As the clock calls it: no workspace is active."""
    contextvars.Context().run(task)


def idle(name: str, seconds: int) -> None:
    """Nobody has touched the agent's keyboard for so long."""
    Desk.objects.filter(membership=_member(name)).update(last_active_at=timezone.now() - timedelta(seconds=seconds))


def ring_out(name: str) -> None:
    """What rings of this customer's has rung for its whole time."""
    Ring.objects.open().filter(ticket__visitor__name=name).update(deadline_at=timezone.now())
    sweep()


def gone(name: str, seconds: int) -> None:
    """The agent, whose browser is closed, has been gone for so long."""
    then = timezone.now() - timedelta(seconds=seconds)
    Membership.objects.filter(pk=_member(name).pk).update(lease_until=then)
    _outside(tasks.expire_presence)


def left(name: str, seconds: int) -> None:
    """The customer, whose page is closed, has been gone for so much longer."""
    Visitor.objects.filter(name=name).update(lease_until=timezone.now())
    _outside(tasks.expire_presence)
    _move(Chat.objects.live().filter(ticket__visitor__name=name), seconds, "end_due_at")


def two_minutes_each() -> None:
    """The last chats took two minutes each, whatever came before: now one can say how long people wait."""
    now = timezone.now()
    ticket = Ticket.objects.filter(department=None, chats__isnull=False).first()
    for _number in range(SAMPLES):
        over = now + timedelta(minutes=2)  # begun now, so that none is newer
        Chat.objects.create(ticket=ticket, accepted_at=now, ended_at=over, ended_why=EndedWhy.AGENT)


def nobody_could_be_found() -> None:
    Chat.objects.live().update(given_up_at=timezone.now())
    queue.tell_positions(None)


def _move(rows: Any, seconds: int, *names: str) -> int:
    return int(rows.update(**{name: F(name) - timedelta(seconds=seconds) for name in names}))


# --- who and what -----------------------------------------------------------------------------------------------------
def _workspace() -> Workspace:
    return Workspace.objects.get(pk=scope.require_workspace_id())


def _member(name: str) -> Membership:
    return Membership.objects.select_related("user", "workspace").get(user__email__startswith=f"{name}@")


def _department(name: str) -> Department:
    return Department.objects.get(name=name)


def _ticket(public_id: str) -> Ticket:
    return Ticket.objects.select_related("visitor").get(public_id=public_id)


def serve() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        slug, name, options = json.loads(line)
        try:
            with scope.workspace(Workspace.objects.get(slug=slug).pk):
                answer = {"value": globals()[name](**options)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
