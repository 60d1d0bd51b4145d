"""`tenure export`: write the definitions in force to files."""

from pathlib import Path

import click

from tenure.cli import output, workspaces
from tenure.definitions import yamlio


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@workspaces.workspace_option
@workspaces.json_option
def command(folder: Path, workspace_slug: str | None, json_output: bool) -> None:
    """Write every definition in force to DIR as <kind>/<key>.yaml.

    Files that say the same already are left alone, comments and all; in others the comments of what stays are kept.

    Exit codes: 0 done, 1 refused.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        made = yamlio.export(folder)
    if json_output:
        files = [
            {"kind": each.kind, "key": each.key, "file": str(each.path.relative_to(folder)), "written": each.written}
            for each in made
        ]
        output.as_json({"files": files})
        return
    for each in made:
        if each.written:
            click.echo(f"wrote {each.path}")
    written = sum(each.written for each in made)
    click.echo(f"{written} written, {len(made) - written} unchanged.")
