"""The Celery app and the task class that carries the workspace to the worker."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_init

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
app.autodiscover_tasks()


@worker_init.connect
def keep_connections(**_options: Any) -> None:
    """A worker's threads and processes are few, and keep their database connections from task to task.

    A task of some milliseconds would otherwise begin with a new one, which also knows no prepared statement. One that
    was lost is found out before the next task, and made again.
    """
    from django.db import DEFAULT_DB_ALIAS, connections

    connections.settings[DEFAULT_DB_ALIAS] |= {"CONN_MAX_AGE": CONNECTION_SECONDS, "CONN_HEALTH_CHECKS": True}
