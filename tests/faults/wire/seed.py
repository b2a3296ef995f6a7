"""Makes the database of the web process that the raw tests attack, and prints who is in it: `python -m …seed`."""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from helpdesk.accounts.actions.api_token import create_api_token
    from tests.world import make_world

    call_command("migrate", verbosity=0)
    north = make_world().north
    with north.inside():
        api_token = create_api_token(membership=north.maya, name="wire")[1]
    json.dump({"visitor": north.token, "agent": api_token, "workspace": north.slug, "site": north.site}, sys.stdout)


if __name__ == "__main__":
    main()
