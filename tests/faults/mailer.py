"""Asks for mail again and again through a verb of the product, for I9: each invitation is one row, one mail.

`python -m tests.faults.mailer --every 0.5`, in the environment of an installation; ends when it is killed.
"""

from __future__ import annotations

import argparse
import logging
import time
import uuid
from collections import deque
from typing import Any

import django

log = logging.getLogger("faults.mailer")
OPEN_INVITATIONS = 50  # of one workspace; the product allows 200


def main(every: float) -> None:
    django.setup()
    from django.db import Error, connection

    from helpdesk.errors import HelpdeskError

    opened: dict[int, deque[Any]] = {}
    while True:
        try:
            for owner in owners():
                invite(owner, opened.setdefault(owner.pk, deque()))
        except (Error, HelpdeskError) as error:
            # The outcome may be unknown: the next one goes to a fresh address, and the rows say what happened.
            log.warning("An invitation failed: %s", error)
            connection.close()
        time.sleep(every)


def owners() -> list[Any]:
    from helpdesk.accounts.models import Membership, Role

    return list(Membership.unscoped.select_related("user", "workspace").filter(role=Role.OWNER))


def invite(owner: Any, opened: deque[Any]) -> None:
    """Invite somebody new; take back the one who waits longest when there are many."""
    from helpdesk.accounts.actions.invitation import invite_member, revoke_invitation
    from helpdesk.accounts.models import Invitation
    from helpdesk.tenancy import scope

    with scope.workspace(owner.workspace_id):
        if not opened:  # one that was killed before us left some
            opened.extend(Invitation.objects.pending().order_by("id"))
        opened.append(invite_member(email=f"{uuid.uuid4().hex}@mail.example", by=owner))
        while len(opened) > OPEN_INVITATIONS:
            revoke_invitation(invitation=opened.popleft(), by=owner)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=float, default=0.5)
    main(parser.parse_args().every)
