"""`manage.py prepare`: bring the database up to date and the demo with it. `runall` calls it before anything starts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Migrate the database; with --shop-url also seed the demo. One process, because each costs a second to start."
    )
    requires_system_checks: list[str] = []  # migrate has its own

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url")
        parser.add_argument("--shop-url", help="address of the demo shop; without it no demo is seeded")
        parser.add_argument("--data")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if options["shop_url"]:
            demo = {name: options[name] for name in ("base_url", "shop_url", "data")}
            call_command("seed_demo", **demo)
