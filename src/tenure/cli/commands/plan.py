"""`tenure plan`: what a folder of definitions would change."""

from pathlib import Path

import click

from tenure.cli import output, workspaces
from tenure.cli.plans import plan_as_json, show_plan
from tenure.definitions import yamlio

CHANGES = 2


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--prune", is_flag=True, help="Archive what is in force and not in DIR, for kinds that have a folder there."
)
@workspaces.workspace_option
@workspaces.json_option
def command(folder: Path, prune: bool, workspace_slug: str | None, json_output: bool) -> None:
    """Tell what `tenure apply DIR` would change, field by field; change nothing.

    DIR holds <kind>/<key>.yaml, as `tenure export DIR` writes them (docs/definitions.md).

    Exit codes: 0 nothing would change, 1 refused (file, line and what is expected there), 2 something would change.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        found = yamlio.plan(folder, prune=prune)
    if json_output:
        output.as_json(plan_as_json(found))
    else:
        show_plan(found, applied=False)
    if found.changes_anything:
        raise SystemExit(CHANGES)
