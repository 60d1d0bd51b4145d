"""`tenure apply`: put a folder of definitions in force."""

from pathlib import Path

import click

from tenure.cli import output, workspaces
from tenure.cli.plans import plan_as_json, show_plan
from tenure.definitions import yamlio


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--prune", is_flag=True, help="Archive what is in force and not in DIR, for kinds that have a folder there."
)
@workspaces.workspace_option
@workspaces.json_option
def command(folder: Path, prune: bool, workspace_slug: str | None, json_output: bool) -> None:
    """Publish the definitions in DIR as new versions, all of them or none. Applied twice, the second changes nothing.

    Look first: `tenure plan DIR`. Drafts are left as they are.

    Exit codes: 0 done, 1 refused and nothing was changed (file, line and what is expected there).
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        made = yamlio.apply(folder, by=None, prune=prune)
    if json_output:
        output.as_json(plan_as_json(made))
    else:
        show_plan(made, applied=True)
