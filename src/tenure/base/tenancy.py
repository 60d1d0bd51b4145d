"""Workspaces keep apart: no workspace, no rows.

The default manager of every `WorkspaceModel` filters by the ambient workspace and refuses to work
without one. The way around it has a name that can be searched for: `Model.every_workspace`.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from django.conf import settings
from django.db import models

_workspace: ContextVar[int | None] = ContextVar("workspace", default=None)
_memory: ContextVar[dict[Hashable, object] | None] = ContextVar("workspace_memory", default=None)


class NoWorkspace(RuntimeError):
    """A scoped query ran outside of a workspace. A bug, never a user's fault."""


class WrongWorkspace(RuntimeError):
    """A row of one workspace was about to be written inside another. A bug."""


@contextmanager
def workspace(workspace_id: int) -> Iterator[None]:
    """Work inside this workspace: scoped managers see its rows and no others. Entering it again is no new stay."""
    stay = _memory.get() if _workspace.get() == workspace_id else None
    token, memory = _workspace.set(workspace_id), _memory.set({} if stay is None else stay)
    try:
        yield
    finally:
        _workspace.reset(token)
        _memory.reset(memory)


@contextmanager
def no_workspace() -> Iterator[None]:
    """Work outside of any workspace, as a background job does before it enters one."""
    token, memory = _workspace.set(None), _memory.set(None)
    try:
        yield
    finally:
        _workspace.reset(token)
        _memory.reset(memory)


def current_workspace_id() -> int:
    """The ambient workspace's id; raises `NoWorkspace` when there is none."""
    found = _workspace.get()
    if found is None:
        raise NoWorkspace("Enter a workspace first: `with tenancy.workspace(id): …`.")
    return found


def remembered[T](key: Hashable, read: Callable[[], T]) -> T:
    """What `read` answered the first time in this stay inside the workspace (a request, a command, a cycle).

    For small things that every layer asks for. Whoever changes what one of them is made from calls `forget`.
    """
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return cast("T", memory[key])


def forget() -> None:
    """Something that is remembered, or that it was made from, has changed: read all of it again."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


class WorkspaceQuerySet[M: "WorkspaceModel"](models.QuerySet[M]):
    """Fills in the workspace on bulk writes, which bypass `save`."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            row.enter_workspace()
        return super().bulk_create(rows, *args, **kwargs)


class WorkspaceManager[M: "WorkspaceModel"](models.Manager[M]):
    """The fail-closed default."""

    def get_queryset(self) -> WorkspaceQuerySet[M]:
        rows: WorkspaceQuerySet[M] = WorkspaceQuerySet(self.model, using=self._db)
        return rows.filter(workspace_id=current_workspace_id())


class WorkspaceModel(models.Model):
    """A row that belongs to one workspace."""

    workspace = models.ForeignKey(settings.TENURE_WORKSPACE_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = WorkspaceManager()
    every_workspace = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "every_workspace"

    def enter_workspace(self) -> None:
        """Take the ambient workspace, or check that the row is already in it."""
        current = current_workspace_id()
        given: int | None = self.workspace_id
        if given is None:
            self.workspace_id = current
        elif given != current:
            raise WrongWorkspace(f"{type(self).__name__} belongs to workspace {given}, not {current}.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.enter_workspace()
        super().save(*args, **kwargs)
