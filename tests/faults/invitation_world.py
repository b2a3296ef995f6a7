"""Prepares the workspace of `make_world` for `tests.faults.scenarios invitations`; prints the widget's key as JSON.

Two active invitations that anybody may be shown at once: a scarce one that goes first, with a total, and one for all.
"""

from __future__ import annotations

import argparse
import json
import sys

import django

WORDS = {"": {"title": "Hello", "text": "Can we help?", "button": "Chat"}}


def main(total: int, holdout: int) -> dict[str, str]:
    django.setup()
    from chat.actions import invitations as verbs
    from helpdesk.accounts.models import Membership, Role, Workspace
    from helpdesk.tenancy import scope
    from widget.models import LiveVisitors, Widget

    with scope.workspace(Workspace.objects.get(slug="north").pk):
        owner = Membership.objects.select_related("user", "workspace").get(role=Role.OWNER)
        Widget.objects.update(live_visitors=LiveVisitors.ALWAYS)
        verbs.set_manners(by=owner, load_seconds=0)
        scarce = {"name": "Scarce", "priority": 1, "frequency": {"total": total}}
        for settings in (scarce, {"name": "For all", "holdout_percent": holdout}):
            invitation = verbs.create_invitation(by=owner, availability="any", variant={"texts": WORDS}, **settings)
            verbs.add_variant(by=owner, invitation=invitation)
            verbs.activate_invitation(by=owner, invitation=invitation)
        widget = Widget.objects.get()
        return {"key": widget.key, "site": widget.allowed_sites[0]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, required=True)
    parser.add_argument("--holdout", type=int, default=10)
    given = parser.parse_args()
    json.dump(main(given.total, given.holdout), sys.stdout)
