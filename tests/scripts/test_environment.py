"""The environment is made once, and made again when that was interrupted or the lock has changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """A stand-in for the slow part: notes each build and makes what the stamp is checked against."""
    (tmp_path / "lock").write_text("django==1")
    made: list[Path] = []

    def build(venv: Path, lock: Path) -> None:
        made.append(venv)
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin/python").touch()

    monkeypatch.setattr(environment, "build", build)
    return made


def prepare(tmp_path: Path) -> None:
    environment.main(tmp_path / "venv", tmp_path / "lock")


def test_it_is_made_once(tmp_path, builds):
    prepare(tmp_path)
    prepare(tmp_path)
    assert len(builds) == 1


def test_a_changed_lock_makes_it_again(tmp_path, builds):
    prepare(tmp_path)
    (tmp_path / "lock").write_text("django==2")
    prepare(tmp_path)
    assert len(builds) == 2


def test_an_interrupted_set_up_is_repeated(tmp_path, builds, monkeypatch):
    whole = environment.build
    monkeypatch.setattr(environment, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path)
    monkeypatch.setattr(environment, "build", whole)
    prepare(tmp_path)
    assert len(builds) == 1


def test_an_interrupted_renewal_does_not_pass_for_the_old_one(tmp_path, builds, monkeypatch):
    prepare(tmp_path)
    (tmp_path / "lock").write_text("django==2")
    monkeypatch.setattr(environment, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path)
    (tmp_path / "lock").write_text("django==1")
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path)


def interrupted(venv: Path, lock: Path) -> None:
    raise KeyboardInterrupt


def test_a_missing_venv_module_is_installed_by_root_and_told_to_others(tmp_path, monkeypatch):
    commands: list[tuple[str, ...]] = []
    failure = subprocess.CompletedProcess([], 1, "ensurepip is not available", "")
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: failure)
    monkeypatch.setattr(environment, "run", lambda *command: commands.append(command))
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"

    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    with pytest.raises(environment.SetupError, match=f"sudo apt-get install {package}"):
        environment.make_venv(tmp_path / "venv")
    assert commands == []

    monkeypatch.setattr(environment.os, "geteuid", lambda: 0)
    environment.make_venv(tmp_path / "venv")
    assert [command[:2] for command in commands] == [
        ("apt-get", "update"),
        ("apt-get", "install"),
        (sys.executable, "-m"),
    ]
    assert commands[1][-1] == package
