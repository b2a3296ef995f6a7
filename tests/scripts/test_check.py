"""The table at the end of ./test tells the truth, in its lines and in its exit code."""

import subprocess

import pytest

from scripts import check
from scripts.node import major


def fail() -> str:
    raise subprocess.CalledProcessError(3, "linter")


def skip() -> str:
    raise check.Skip("no browser here")


@pytest.fixture
def parts(monkeypatch):
    """Only these checks exist: `parts(good=..., bad=...)`."""

    def set_parts(**runs):
        made = {name: lambda _, name=name, run=run: [check.Check(name, run)] for name, run in runs.items()}
        monkeypatch.setattr(check, "PARTS", made)
        monkeypatch.setattr(check, "REQUIRE_ALL", False)

    return set_parts


def test_all_good_is_zero(parts, capsys):
    parts(one=lambda: "7 passed", two=lambda: "")
    assert not check.main([])
    assert capsys.readouterr().out.endswith("\n2 passed, 0 failed, 0 skipped\n")


def test_one_failure_fails_the_whole_and_the_others_still_run(parts, capsys):
    parts(bad=fail, good=lambda: "7 passed")
    assert check.main([])
    said = capsys.readouterr().out
    assert "exit code 3" in said
    assert "7 passed" in said
    assert said.endswith("\n1 passed, 1 failed, 0 skipped\n")


def test_a_skip_is_said_loudly_and_counts_as_failure_where_everything_is_required(parts, monkeypatch, capsys):
    parts(browser=skip)
    assert not check.main([])
    assert "\nBROWSER SKIPPED: no browser here\n" in capsys.readouterr().out
    monkeypatch.setattr(check, "REQUIRE_ALL", True)
    assert check.main([])


def test_one_part_runs_alone_and_an_unknown_one_is_refused(parts, capsys):
    parts(good=lambda: "", bad=fail)
    assert not check.main(["good"])
    assert check.main(["nonsense"]) == 2
    assert "good, bad" in capsys.readouterr().err


def test_the_number_of_tests_is_read_from_the_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>')
    assert check.count_tests(report) == "5 passed, 2 failed, 2 skipped"
    report.write_text("")
    assert check.count_tests(report) == ""


def test_an_old_node_is_told_from_a_new_one(tmp_path):
    program = tmp_path / "node"
    program.write_text("#!/bin/sh\necho v18.19.0\n")
    program.chmod(0o755)
    assert major(str(program)) == 18
