"""A production installation starts safe or not at all, with one line that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.production import production_problems

GOOD = {
    "HELPDESK_ENV": "production",
    "HELPDESK_SECRET_KEY": "q8Rf2mZ7vK1xWb4nTj6pYc3sHd9gLa5uEo0iQwMzXrVt-N7hUe2kBs",
    "HELPDESK_ALLOWED_HOSTS": "help.example.com",
    "HELPDESK_BASE_URL": "https://help.example.com",
    "DATABASE_URL": "postgres://helpdesk:helpdesk@db.invalid/helpdesk",
    "REDIS_URL": "redis://redis.invalid/0",
}


def manage(tmp_path: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HELPDESK_DATA": str(tmp_path), **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"HELPDESK_SECRET_KEY": ""}, "HELPDESK_SECRET_KEY"),
        ({"HELPDESK_SECRET_KEY": "django-insecure-" + "x1y2z3w4" * 5}, "HELPDESK_SECRET_KEY"),
        ({"HELPDESK_DEBUG": "1"}, "HELPDESK_DEBUG"),
        ({"HELPDESK_ALLOWED_HOSTS": ""}, "HELPDESK_ALLOWED_HOSTS"),
        ({"HELPDESK_ALLOWED_HOSTS": "*"}, "HELPDESK_ALLOWED_HOSTS"),
        ({"HELPDESK_BASE_URL": "http://help.example.com"}, "HELPDESK_BASE_URL"),
    ],
)
@pytest.mark.parametrize("command", ["runweb"])
def test_unsafe_settings_refuse_to_start_with_one_line(
    tmp_path: Path, changes: dict[str, str], word: str, command: str
) -> None:
    result = manage(tmp_path, command, **changes)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert word in result.stderr


def test_a_good_installation_has_no_problem() -> None:
    key, hosts, url = GOOD["HELPDESK_SECRET_KEY"], ["help.example.com"], GOOD["HELPDESK_BASE_URL"]
    assert production_problems(key, False, hosts, url) == []
    assert len(production_problems("", True, [], "http://x")) == 4
