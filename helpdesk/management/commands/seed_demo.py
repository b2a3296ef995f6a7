"""`manage.py seed_demo`: fill an empty database with the demo; later only follow the addresses. `./run` calls it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from helpdesk.accounts.models import Workspace
from helpdesk.demo.dar_alfakhar import DAR_ALFAKHAR
from helpdesk.demo.facts import demo_workspace, follow_shop, read_known, workspace_facts, write_facts
from helpdesk.demo.saltholm import SALTHOLM
from helpdesk.demo.telling import tell

PLOTS = (SALTHOLM, DAR_ALFAKHAR)


class Command(BaseCommand):
    help = "Fill an empty database with two demo workspaces, and keep demo.json in step with the shop's address."
    requires_system_checks: list[str] = []  # `migrate` has just made them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, help="where Helpdesk answers")
        parser.add_argument("--shop-url", required=True, help="origin of the demo shop")
        parser.add_argument("--data", type=Path, default=settings.DATA_DIR, help="directory of demo.json")

    def handle(self, *args: Any, **options: Any) -> None:
        data = Path(options["data"])
        base_url, shop_url = options["base_url"].rstrip("/"), options["shop_url"].rstrip("/")
        with transaction.atomic():
            known = read_known(data)
            if not Workspace.objects.exists():
                known = {
                    email: {"password": password} for plot in PLOTS for email, password in tell(plot, shop_url).items()
                }
            found = [(workspace, plot) for plot in PLOTS if (workspace := demo_workspace(plot))]
            if not found:
                return
            for workspace, _plot in found:
                follow_shop(workspace, shop_url)
            workspaces = [workspace_facts(workspace, plot, known) for workspace, plot in found]
            # Before the commit: a stop in between leaves an empty database, which is filled anew, and a file that is
            # written anew. The other way round it would leave people whose passwords nobody knows.
            write_facts(data, {"base_url": base_url, "shop_url": shop_url, "workspaces": workspaces})
