"""The world that our server is measured in, made by the product's own actions: `python -m bench.world --chats 1000`.

Needs the environment of the server (DATABASE_URL, REDIS_URL …) and a migrated database. Writes JSON to stdout: a list
of chats, each {"ticket", "visitor", "agent", "key"}; `visitor` and `agent` are the tokens to say hello with, `key` is
the widget's.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from chat.actions import conversations  # noqa: E402  (models can be imported only once Django is set up)
from chat.actions.messages import Message, send_message  # noqa: E402
from helpdesk.accounts.actions.api_token import create_api_token  # noqa: E402
from helpdesk.accounts.actions.invitation import TOKEN_LENGTH, accept_invitation, invite_member  # noqa: E402
from helpdesk.accounts.models import Membership, User  # noqa: E402
from helpdesk.deliveries.models import Delivery  # noqa: E402
from helpdesk.signup import open_workspace  # noqa: E402
from helpdesk.tenancy import scope  # noqa: E402
from tickets.authors import Author  # noqa: E402
from widget.actions.sessions import open_session  # noqa: E402
from widget.actions.widgets import change_widget  # noqa: E402
from widget.models import Widget  # noqa: E402

CHATS_PER_AGENT = 20
SITE = "https://shop.example"
ADDRESS = "127.0.0.1"


class Shop:
    """One workspace: its widget, and as many agents as its chats need."""

    def __init__(self, number: int, chats: int) -> None:
        owner = _user(f"owner-{number}")
        self.workspace = open_workspace(name=f"Shop {number}", owner=owner)
        self.started = 0
        with scope.workspace(self.workspace.pk):
            self.owner = Membership.objects.select_related("user", "workspace").get(user=owner)
            widget = Widget.objects.select_related("workspace").get()
            self.widget = change_widget(widget=widget, by=self.owner, allowed_sites=[SITE])
            self.agents = [self._hire(f"agent-{number}-{each}") for each in range(-(-chats // CHATS_PER_AGENT))]

    def _hire(self, name: str) -> tuple[Membership, str]:
        """An agent, who came in through an invitation, with an API token of theirs."""
        user = _user(name)
        invite_member(email=user.email, by=self.owner)
        mail = Delivery.objects.get(to=[user.email])
        link = re.search(rf"/([\w-]{{{TOKEN_LENGTH}}})/", mail.text)
        if link is None:
            raise AssertionError("An invitation holds its link.")
        member = accept_invitation(token=link[1], user=user)
        return member, create_api_token(membership=member, name="Bench")[1]

    def start_chat(self) -> dict[str, str]:
        """A new visitor with a new chat, which an agent has answered: taking it is no part of what is measured."""
        member, agent = self.agents[self.started // CHATS_PER_AGENT]
        self.started += 1
        with scope.workspace(self.workspace.pk):
            visitor, token = open_session(
                widget=self.widget,
                token=None,
                page=f"{SITE}/cup",
                referrer="",
                language="en",
                time_zone="UTC",
                user_agent="Mozilla/5.0",
            )
            chat = conversations.NewChat(client_id=uuid4(), text="Is it food safe?", form={})
            ack = conversations.start_chat(visitor=visitor, widget=self.widget, address=ADDRESS, chat=chat)
            if ack.ticket is None:
                raise AssertionError("A chat that started has a ticket.")
            by = Author.of_member(member)
            send_message(Message(by=by, ticket_id=ack.ticket, client_id=uuid4(), text="It is. How many?"))
        return {"ticket": str(ack.ticket), "visitor": token, "agent": agent, "key": self.widget.key}


def _user(name: str) -> User:
    return User.objects.create_user(f"{name}-{uuid4().hex[:8]}@bench.example", name=name.capitalize())


def make_world(chats: int, workspaces: int) -> list[dict[str, str]]:
    """Each visitor is in a chat of their own. The workspaces take turns: the first n chats are spread over all."""
    shops = [Shop(number, -(-chats // workspaces)) for number in range(workspaces)]
    return [shops[number % workspaces].start_chat() for number in range(chats)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chats", type=int, required=True)
    parser.add_argument("--workspaces", type=int, default=1)
    options = parser.parse_args()
    json.dump(make_world(options.chats, options.workspaces), sys.stdout)


if __name__ == "__main__":
    main()
