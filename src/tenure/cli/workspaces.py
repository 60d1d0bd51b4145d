"""Which workspace a command works in: `--workspace SLUG`, or the only one there is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tenure.base import tenancy
from tenure.base.refusals import Invalid, NotFound
from tenure.tenants import queries
from tenure.tenants.contracts import WorkspaceView


def workspace_option[F: Callable[..., object]](command: F) -> F:
    """Adds `--workspace` as `workspace_slug`."""
    return click.option("--workspace", "workspace_slug", metavar="SLUG", help="Not needed when there is only one.")(
        command
    )


def json_option[F: Callable[..., object]](command: F) -> F:
    """Adds `--json` as `json_output`."""
    return click.option("--json", "json_output", is_flag=True, help="Answer as JSON on standard output.")(command)


@contextmanager
def chosen(slug: str | None) -> Iterator[WorkspaceView]:
    """Enter the workspace with this slug, or the only one."""
    if slug is None:
        found = queries.workspaces()
        if not found:
            raise NotFound("There is no workspace yet. Make one with `tenure init`, or load the demo: `tenure demo`.")
        if len(found) > 1:
            names = ", ".join(view.slug for view in found)
            raise Invalid(f"There are several workspaces: say --workspace SLUG with one of {names}.")
        view = found[0]
    else:
        view = queries.workspace(slug)
    with tenancy.workspace(view.id):
        yield view
