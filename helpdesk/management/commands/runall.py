"""`manage.py runall`: all of Helpdesk on one machine, in one terminal. `./run` calls it."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.supervisor.installation import Installation, Wishes


class Command(BaseCommand):
    help = "Run web, workers, beat, Valkey and the demo shop on this machine until Ctrl-C."
    # The checks run in `migrate`, a moment later, with the environment that the processes will have.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=port, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--data", type=Path, default=settings.DATA_DIR, help="directory for all data (default var)")
        parser.add_argument("--no-demo", action="store_false", dest="demo", help="no demo workspaces and no demo shop")

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)  # conversations and keys are nobody else's on this machine
        wishes = Wishes(options["host"], options["port"], options["data"].resolve(), options["demo"])
        sys.exit(Installation(wishes, directory=settings.BASE_DIR, environment=os.environ).run())


def port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError
    return number
