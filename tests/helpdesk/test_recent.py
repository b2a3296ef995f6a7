"""What was read a moment ago."""

from __future__ import annotations

from helpdesk.recent import Recent


def test_a_value_is_read_once_until_it_is_old() -> None:
    recent, made = Recent(60), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [recent.get(1, "a", make) for _ in range(3)] == [1, 1, 1]
    assert recent.get(2, "a", make) == 2
    recent.seconds = 0
    assert recent.get(1, "a", make) == 3


def test_forgetting_concerns_one_workspace() -> None:
    recent = Recent(60)
    for workspace in (1, 2):
        recent.get(workspace, "a", lambda: "old")
    recent.forget(1)
    assert recent.get(1, "a", lambda: "new") == "new"
    assert recent.get(2, "a", lambda: "new") == "old"


def test_what_was_read_before_the_change_is_not_kept() -> None:
    recent = Recent(60)

    def read_while_it_changes() -> str:
        recent.forget(1)
        return "old"

    assert recent.get(1, "a", read_while_it_changes) == "old"
    assert recent.get(1, "a", lambda: "new") == "new"


def test_it_does_not_grow_for_ever() -> None:
    recent = Recent(60, most=10)
    for number in range(100):
        recent.get(1, number, lambda number=number: number)
    assert len(recent._values) <= 10
