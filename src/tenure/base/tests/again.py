"""The world a test begins in, made once a process: later tests get its rows and files back instead of making it."""

import os
import shutil
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Concatenate

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from tenure.base import paths, tenancy
from tenure.base.models import OutboxMessage
from tenure.base.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from tenure.tenants.models import Workspace

_OURS = ("slug", "as_of", "timezone", "currency", "own_domains")


@dataclass(frozen=True)
class _World:
    answer: object
    rows: list[models.Model]
    as_of: date | None
    files: Path


_worlds: dict[object, _World] = {}


def once[**P, R](make: Callable[Concatenate["Workspace", P], R]) -> Callable[Concatenate["Workspace", P], R]:
    """`make(workspace, …)` in the ambient workspace, in earnest the first time it finds the workspace empty; what it
    wrote is put back the next times. Where there is anything already that it would mix with, it is made in earnest."""

    @wraps(make)
    def again(workspace: "Workspace", /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not _is_empty(workspace):
            return make(workspace, *args, **kwargs)
        settings = tuple(str(getattr(workspace, name)) for name in _OURS)
        key = (make.__module__, make.__qualname__, args, tuple(sorted(kwargs.items())), settings)
        world = _worlds.get(key)
        if world is None:
            answer = make(workspace, *args, **kwargs)
            _worlds[key] = _kept(workspace, answer)
            return answer
        if _collides(world.rows):
            return make(workspace, *args, **kwargs)
        _put_back(workspace, world)
        return deepcopy(world.answer)  # type: ignore[return-value]

    return again


def _models() -> list[type[models.Model]]:
    """What belongs to workspaces, but for who works there."""
    return [
        model
        for model in apps.get_models()
        if (issubclass(model, WorkspaceModel) and model.__name__ != "Member") or model is OutboxMessage
    ]


def _rows(model: type[models.Model], workspace: "Workspace") -> "models.QuerySet[models.Model]":
    manager = getattr(model, "every_workspace", model._default_manager)
    found: models.QuerySet[models.Model] = manager.filter(workspace=workspace.pk)
    return found


def _folders(workspace: "Workspace") -> dict[str, Path]:
    return {
        "lake": Path(paths.lake_root()) / workspace.slug,
        "current": paths.home() / "current" / workspace.slug,
    }


def _is_empty(workspace: "Workspace") -> bool:
    files = any(folder.exists() for folder in _folders(workspace).values())
    return not files and not any(_rows(model, workspace).exists() for model in _models())


def _kept(workspace: "Workspace", answer: object) -> _World:
    files = Path(mkdtemp(prefix="world-", dir=os.environ["TENURE_HOME"]))
    for name, folder in _folders(workspace).items():
        if folder.exists():
            shutil.copytree(folder, files / name)
    rows = [row for model in _models() for row in _rows(model, workspace)]
    return _World(answer, rows, workspace.as_of, files)


def _by_model(rows: Iterable[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found


def _collides(rows: Iterable[models.Model]) -> bool:
    return any(
        getattr(model, "every_workspace", model._default_manager).filter(pk__in=[row.pk for row in mine]).exists()
        for model, mine in _by_model(rows).items()
    )


def _put_back(workspace: "Workspace", world: _World) -> None:
    of_model = _by_model(world.rows)
    for model, mine in of_model.items():
        for row in mine:
            if model is OutboxMessage:
                row.workspace = workspace.pk  # type: ignore[attr-defined]
            else:
                row.workspace_id = workspace.pk  # type: ignore[attr-defined]
        getattr(model, "every_workspace", model._default_manager).bulk_create(mine)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(of_model)):
            cursor.execute(statement)
    for name, folder in _folders(workspace).items():
        if (world.files / name).exists():
            shutil.copytree(world.files / name, folder)
    workspace.as_of = world.as_of
    workspace.save()
    tenancy.forget()
