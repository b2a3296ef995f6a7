"""The checker turns red for planted bugs, and only for them. All twelve: `python -m tests.faults.bugs`."""

import pytest

from tests.faults.bugs import BUGS, go_hunting

CHOSEN = ["ack-before-commit", "no-dedupe", "off-by-one", "note-to-visitor"]
HUNT = "skirmish"


def test_the_hunt_finds_nothing_without_a_bug(postgres, runner):
    catch = runner.run(go_hunting(postgres, HUNT, None))
    assert catch.is_right, catch.text


@pytest.mark.parametrize("name", CHOSEN)
def test_a_planted_bug_is_caught(name, postgres, runner):
    bug = next(bug for bug in BUGS if bug.name == name)
    assert bug.hunt == HUNT
    catch = runner.run(go_hunting(postgres, HUNT, bug))
    assert catch.is_right, f"{bug.caught_by} should be violated.\n{catch.text}"
