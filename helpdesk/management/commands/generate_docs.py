"""`manage.py generate_docs`: write the documents that are made from the code; `--check` only compares."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from helpdesk.reference.errors import errors_md
from helpdesk.reference.event_types import events_d_ts
from helpdesk.reference.events import events_md
from helpdesk.reference.openapi import openapi_yaml

DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/events.md": events_md,
    "docs/errors.md": errors_md,
    "docs/openapi.yaml": openapi_yaml,
    "static/js/lib/events.d.ts": events_d_ts,
}


class Command(BaseCommand):
    help = "Write the documents and types that are made from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something would change")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            stale = {name: text for name, make in DOCUMENTS.items() if current(name) != (text := make())}
        if options["check"] and stale:
            self.stderr.write(f"Run manage.py generate_docs and commit what it writes: {', '.join(stale)}.")
            sys.exit(1)
        for name, text in stale.items():
            document(name).write_text(text)
            self.stdout.write(f"{name} was written.")


def document(name: str) -> Path:
    return Path(settings.BASE_DIR, name)


def current(name: str) -> str:
    path = document(name)
    return path.read_text() if path.exists() else ""
