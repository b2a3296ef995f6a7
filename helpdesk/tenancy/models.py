"""Rings 2 and 3 of tenancy: reading and writing go through the active workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db import models
from django.db.models.expressions import Expression

from helpdesk.tenancy.scope import active_workspace_id, require_workspace_id

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)


class WorkspaceMismatch(ValueError):
    """A row of one workspace was about to be written while another one was active."""


class ActiveWorkspaceId(Expression):
    """A SQL parameter looked up when the query is compiled, so no query can run without an active workspace."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[int]]:
        return "%s", (require_workspace_id(),)


class ScopedManager(models.Manager[M], Generic[M]):
    """Reads only the active workspace's rows; raises `NoWorkspace` when there is none."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(workspace_id=ActiveWorkspaceId())


class WorkspaceField(models.ForeignKey):
    """The tenant of a row: fills itself from the active workspace and refuses another one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to", "accounts.Workspace")
        kwargs.setdefault("on_delete", models.CASCADE)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)

    def get_default(self) -> Any:
        # A callable `default=` would be asked during migrations, where no workspace can be active.
        return active_workspace_id()

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        active = active_workspace_id()
        if value is None:
            value = require_workspace_id()
            setattr(model_instance, self.attname, value)
        elif active is not None and value != active:
            raise WorkspaceMismatch(
                f"{type(model_instance).__name__} belongs to workspace {value}, but workspace {active} is active."
            )
        elif active is None:
            require_workspace_id()
        return value


class ScopedModel(models.Model):
    """Base of every tenant-owned model.

    `objects` reads the active workspace only. `unscoped` reads everything and is allowed only in the files that
    `tests/architecture/test_tenancy.py` lists. `base_manager_name` makes related access and `refresh_from_db` scoped.
    """

    # No index of its own: each index that a question needs begins with the workspace or with a key that implies it.
    workspace = WorkspaceField(db_index=False)

    objects: ClassVar[models.Manager[Any]] = ScopedManager()
    unscoped: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"
