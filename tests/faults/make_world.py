"""Fills an empty database through the product's own actions, and prints what clients need as JSON.

`python -m tests.faults.make_world --agents 4`, in the environment of an installation.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import django

WORKSPACES = ("north", "south")


def main(agents: int) -> dict[str, Any]:
    django.setup()
    return {"workspaces": [make_workspace(name, agents) for name in WORKSPACES]}


def make_workspace(name: str, agents: int) -> dict[str, Any]:
    """A workspace with an owner, agents who hold API tokens, and a widget allowed on one site."""
    from helpdesk.accounts.actions.workspace import create_workspace
    from helpdesk.accounts.models import Membership, Role, User
    from helpdesk.tenancy import scope
    from widget.actions.widgets import change_widget, create_widget

    def person(title: str) -> User:
        return User.objects.create_user(f"{title}@{name}.example", name=title.title())

    site = f"https://shop.{name}.example"
    workspace = create_workspace(name=name, owner=person("owner"))
    with scope.workspace(workspace.pk):
        owner = Membership.objects.select_related("user", "workspace").get(role=Role.OWNER)
        widget = create_widget(name=f"{name} shop", by=owner, allowed_sites=[site])
        form = {**widget.forms["prechat"], "enabled": False}
        change_widget(widget=widget, by=owner, forms={**widget.forms, "prechat": form})
        members = [
            Membership.objects.create(user=person(f"agent-{number}"), role=Role.AGENT) for number in range(agents)
        ]
        return {
            "slug": workspace.slug,
            "page": f"{site}/",
            "key": widget.key,
            "agents": [_with_token(member) for member in members],
        }


def _with_token(member: Any) -> dict[str, str]:
    from helpdesk.accounts.actions.api_token import create_api_token

    _row, token = create_api_token(membership=member, name="faults")
    return {"member": str(member.public_id), "token": token}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=4)
    json.dump(main(parser.parse_args().agents), sys.stdout)
