"""The Celery app and the task class that carries the workspace to the worker."""

import os
import sys
from typing import Any

from celery import Celery, Task
from celery.signals import task_postrun, task_prerun, worker_init

from helpdesk.tenancy import scope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

WORKSPACE_HEADER = "helpdesk_workspace"
CONNECTION_SECONDS = 300


class WorkspaceTask(Task):
    """A task that runs in the workspace that was active when it was called.

    Celery's own `delay_on_commit` would look at the context when the transaction commits, which is too late: the
    workspace is taken here, at call time. A task called outside every workspace (beat's sweeps) runs outside.
    """

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        headers = dict(options.pop("headers", None) or {})
        headers.setdefault(WORKSPACE_HEADER, scope.active_workspace_id())
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        workspace_id = getattr(self.request, WORKSPACE_HEADER, None)
        with scope.outside() if workspace_id is None else scope.workspace(workspace_id):
            return self.run(*args, **kwargs)


app = Celery("helpdesk", task_cls=WorkspaceTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize  # how often Celery uses a connection: see keep_connections
app.autodiscover_tasks()


@worker_init.connect
def keep_connections(**_options: Any) -> None:
    """A worker's threads and processes are few, and keep their database connections from task to task.

    Celery closes them around each task, so a task of some milliseconds would begin with a new one, which also knows no
    prepared statement. Now one is closed when it is old, and one that was lost is found out before the next task.
    """
    from django.db import DEFAULT_DB_ALIAS, connections

    connections.settings[DEFAULT_DB_ALIAS] |= {"CONN_MAX_AGE": CONNECTION_SECONDS, "CONN_HEALTH_CHECKS": True}
    for signal in (task_prerun, task_postrun):
        signal.connect(_close_old_connections)


def _close_old_connections(**_options: Any) -> None:
    from django.db import close_old_connections

    close_old_connections()
