"""Loaded into the prefork worker (`celery worker --include`): its pool processes end when the worker itself is killed.

Celery's own pool processes outlive a worker that was killed with -9, and would keep its tasks and connections.
"""

import os
from typing import Any

from celery.signals import worker_init, worker_process_init

from helpdesk.supervisor.parent import die_with_parent

_worker_pid: list[int] = []


@worker_init.connect(weak=False)
def _remember_worker(**_: Any) -> None:
    _worker_pid[:] = [os.getpid()]


@worker_process_init.connect(weak=False)
def _follow_worker(**_: Any) -> None:
    die_with_parent(_worker_pid[0] if _worker_pid else os.getppid())
