"""Makes many visitors with a chat each, through the product's own verbs; one line of JSON for each.

`python -m tests.faults.make_visitors --count 5000`, in the environment of an installation made by `make_world`.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid

import django


def main(count: int) -> None:
    django.setup()
    from chat.actions.conversations import NewChat, start_chat
    from helpdesk.tenancy import scope
    from widget.actions.sessions import open_session
    from widget.models import Widget

    widgets = list(Widget.unscoped.order_by("id"))
    known = {"language": "en", "time_zone": "", "user_agent": "", "referrer": "", "token": None}
    for number in range(count):
        widget = widgets[number % len(widgets)]
        with scope.workspace(widget.workspace_id):
            visitor, token = open_session(widget=widget, page=f"{widget.allowed_sites[0]}/", **known)
            chat = NewChat(client_id=uuid.uuid4(), text="Is anybody there?", form={})
            ack = start_chat(visitor=visitor, widget=widget, address="127.0.0.1", chat=chat)
        sys.stdout.write(json.dumps({"token": token, "ticket": str(ack.ticket)}) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    main(parser.parse_args().count)
