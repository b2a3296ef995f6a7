"""The active workspace: which tenant the running code works for.

This module imports no Django models: Celery loads it before the apps are ready.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_active: ContextVar[int | None] = ContextVar("active_workspace", default=None)


class NoWorkspace(RuntimeError):
    """Tenant rows were reached while no workspace was active."""

    def __init__(self) -> None:
        super().__init__(
            "No workspace is active. Enter through /w/<slug>/, an API token, a widget, a socket or a WorkspaceTask, "
            "or wrap the code in `with scope.workspace(workspace_id):`."
        )


def active_workspace_id() -> int | None:
    return _active.get()


def require_workspace_id() -> int:
    """The id of the active workspace. Raises `NoWorkspace` when there is none: None never means "all"."""
    workspace_id = _active.get()
    if workspace_id is None:
        raise NoWorkspace
    return workspace_id


@contextmanager
def workspace(workspace_id: int) -> Iterator[None]:
    """Make a workspace active for the block, then restore what was active before."""
    if workspace_id is None:
        raise NoWorkspace
    token = _active.set(workspace_id)
    try:
        yield
    finally:
        _active.reset(token)


@contextmanager
def outside() -> Iterator[None]:
    """No workspace is active in the block. Tests and workers start from here, so that nothing ambient leaks in."""
    token = _active.set(None)
    try:
        yield
    finally:
        _active.reset(token)


def atomic(**options: Any) -> Any:
    """A transaction in the active workspace. Every transaction on tenant rows goes through here.

    Must hold: a workspace is active. This is the one place where a database-side tenant setting can be made.
    """
    from django.db import transaction

    require_workspace_id()
    return transaction.atomic(**options)


def atomic_for_many() -> Any:
    """One transaction in which several workspaces write in turn: a group commit.

    Each part inside runs in `with workspace(id), atomic(savepoint=False):`. Nothing tenant-owned may be done outside of
    a part.
    """
    from django.db import transaction

    return transaction.atomic()
