"""Prepares the workspace of `make_world` for `tests.faults.scenarios ringing`; prints the visitors' tokens as JSON."""

from __future__ import annotations

import argparse
import json
import sys

import django


def main(visitors: int) -> list[str]:
    django.setup()
    from chat.models import RoutingPolicy
    from helpdesk.accounts.models import Workspace
    from helpdesk.tenancy import scope
    from widget.actions.sessions import open_session
    from widget.models import Widget

    with scope.workspace(Workspace.objects.get(slug="north").pk):
        RoutingPolicy.objects.create(department=None, chats_at_once=50, ring_seconds=600)
        widget = Widget.objects.get()
        known = {"language": "en", "time_zone": "", "user_agent": "", "referrer": "", "token": None}
        page = f"{widget.allowed_sites[0]}/"
        return [open_session(widget=widget, page=page, **known)[1] for _number in range(visitors)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, required=True)
    json.dump(main(parser.parse_args().visitors), sys.stdout)
