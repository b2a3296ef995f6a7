"""A nudge is a hint: it must never cost its caller anything."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk import nudge as nudges
from helpdesk.nudge import nudge
from helpdesk.tenancy import scope

pytestmark = pytest.mark.django_db(transaction=True)


class Task:
    """Stands for a Celery task: notes each call, with the workspace that was active."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls = []
        self.called = threading.Event()
        self.error = error

    def apply_async(self, args, countdown=None):
        self.calls.append((args, countdown, scope.active_workspace_id()))
        self.called.set()
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def messenger(monkeypatch):
    fresh = nudges.Messenger()
    monkeypatch.setattr(nudges, "_messenger", fresh)
    return fresh


def test_the_task_is_called_only_after_the_commit():
    task = Task()
    with transaction.atomic():
        nudge(task, 7)
        time.sleep(0.05)
        assert not task.calls
    assert task.called.wait(2)
    assert task.calls == [((7,), None, None)]


def test_a_rolled_back_transaction_nudges_nobody():
    task = Task()
    with pytest.raises(RuntimeError), transaction.atomic():
        nudge(task)
        raise RuntimeError
    assert not task.called.wait(0.1)


def test_the_workspace_is_the_one_of_the_call_not_of_the_commit():
    task = Task()
    with transaction.atomic(), scope.workspace(41):
        nudge(task)
    assert task.called.wait(2)
    assert task.calls[0][2] == 41


def test_a_broker_outage_never_reaches_the_caller(messenger):
    task = Task(OSError("Nobody listens"))
    nudge(task)
    assert task.called.wait(2)
    messenger._queue.join()
    assert messenger.dropped == 1
    nudge(after := Task())
    assert after.called.wait(2), "the thread lives on"


def test_a_hanging_broker_blocks_nobody_and_the_overflow_is_counted(messenger, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(nudges, "QUEUE_LENGTH", 3)
    messenger._start_over()

    class Hanging:
        def apply_async(self, args, countdown=None):
            release.wait(5)

    started = time.monotonic()
    for _ in range(10):
        nudge(Hanging())
    assert time.monotonic() - started < 0.5
    assert messenger.dropped >= 6
    release.set()


def test_a_time_within_a_minute_becomes_a_countdown_and_a_later_one_is_left_to_the_sweep():
    soon, late = Task(), Task()
    nudge(late, at=timezone.now() + timedelta(seconds=61))
    nudge(soon, at=timezone.now() + timedelta(seconds=30))
    assert soon.called.wait(2)
    assert 25 < soon.calls[0][1] <= 30
    assert not late.calls
