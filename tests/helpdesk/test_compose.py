"""The production form cannot be run in every place where the tests run: what can be read wrong is read here."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from helpdesk.supervisor import processes

REPO = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((REPO / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker-live", "worker-bulk", "beat")
SETTINGS = (REPO / "helpdesk/settings.py").read_text()


def test_all_services_are_there():
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_service_is_read_by_the_settings(name):
    for variable in SERVICES[name]["environment"]:
        assert f'"{variable}"' in SETTINGS, f"{variable} is set but nothing reads it"


def test_every_variable_that_is_asked_for_stands_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (REPO / "docker-compose.yml").read_text()))
    offered = set(re.findall(r"^([A-Z_]+)=", (REPO / ".env.example").read_text(), re.M))
    assert asked == offered


def test_the_example_holds_no_secret():
    for line in (REPO / ".env.example").read_text().splitlines():
        if re.match(r"[A-Z_]*(KEY|KEY_FALLBACKS|PASSWORD)=", line):
            assert line.endswith("="), line


def test_nothing_starts_before_what_it_needs_is_healthy():
    for name in OURS:
        needs = SERVICES[name]["depends_on"]
        assert needs["postgres"] == needs["redis"] == {"condition": "service_healthy"}
        if name != "migrate":
            assert needs["migrate"] == {"condition": "service_completed_successfully"}
    for name in ("web", "postgres", "redis"):
        assert SERVICES[name]["healthcheck"]["test"]


def test_only_the_web_is_reachable_and_only_from_this_machine_by_default():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["${HELPDESK_LISTEN:-127.0.0.1:8000}:8000"]


@pytest.mark.parametrize(
    ("name", "spec"), [("worker-live", processes.live_worker()), ("worker-bulk", processes.bulk_worker())]
)
def test_the_workers_are_those_of_the_run_command(name, spec):
    celery = spec.command.index("celery")
    assert SERVICES[name]["command"] == list(spec.command[celery:])


def test_the_management_commands_exist():
    from django.core.management import get_commands

    for name in ("migrate", "web"):
        assert SERVICES[name]["command"][2] in get_commands()


def test_redis_never_evicts_and_asks_for_a_password():
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--appendonly"] == "yes"
    assert options["--requirepass"] == "${REDIS_PASSWORD}"


def test_postgres_keeps_its_promises():
    command = " ".join(SERVICES["postgres"]["command"])
    assert not re.search(r"(fsync|synchronous_commit|full_page_writes)\s*=\s*off", command)


def dockerfile_instructions() -> list[list[str]]:
    text = re.sub(r"\\\n", " ", (REPO / "Dockerfile").read_text())
    return [shlex.split(line, comments=True) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_runs_as_an_ordinary_user_with_static_files_collected():
    lines = dockerfile_instructions()
    user = next(at for at, line in enumerate(lines) if line[0] == "USER")
    assert lines[user] == ["USER", "helpdesk"]
    assert any("collectstatic" in line for line in lines[:user])
    assert lines[-1][0] == "CMD"
    assert "runweb" in " ".join(lines[-1])


def test_secrets_and_local_data_stay_out_of_the_image():
    ignored = (REPO / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv*"} <= set(ignored)
