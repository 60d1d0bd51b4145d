"""`tenure board-pack`: the board pack of a month as a PDF file."""

from datetime import date, datetime
from pathlib import Path

import click

from tenure.base.months import months_back
from tenure.cli import output, workspaces


@click.command()
@click.option("--month", type=click.DateTime(["%Y-%m"]), default=None, metavar="YYYY-MM", help="By default the last.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, metavar="FILE")
@workspaces.workspace_option
@workspaces.json_option
def command(month: datetime | None, out: Path, workspace_slug: str | None, json_output: bool) -> None:
    """Write the board pack of a month that is over to a PDF file.

    \b
    tenure board-pack --out pack.pdf
    tenure board-pack --month 2026-10 --out october.pdf --json

    It is not kept with the packs of the workspace, and nobody is mailed. JSON is {month, as_of, file, pages, bytes,
    sha256, lacks}; `lacks` are letters that no font of this machine has.

    Exit codes: 0 done, 1 refused (a month that is not over), 2 wrong use.
    """
    from tenure.packs import making
    from tenure.tenants.queries import as_of_day

    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug) as view:
        as_of = as_of_day(view)
        wanted = month.date() if month else months_back(as_of, 1)
        made, sha256 = making.made(month=wanted, as_of=as_of)
        out.write_bytes(made.pdf)
    if json_output:
        output.as_json({
            "month": f"{wanted:%Y-%m}", "as_of": as_of, "file": str(out), "pages": len(made.pages),
            "bytes": len(made.pdf), "sha256": sha256, "lacks": made.lacks,
        })  # fmt: skip
        return
    click.echo(f"{out}: {_named(wanted)}, {len(made.pages)} pages")
    if made.lacks:
        click.echo(f"No font of this machine has {made.lacks!r}; such letters are printed as boxes.", err=True)


def _named(month: date) -> str:
    return f"{month:%B %Y}"
