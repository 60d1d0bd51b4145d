"""`tenure import`: files of a stranger, as a map says; or a first map to edit."""

from dataclasses import asdict
from pathlib import Path

import click

from tenure.base.refusals import Invalid
from tenure.cli import output, workspaces
from tenure.ingest import actions, guess, maps
from tenure.ingest.contracts import FileReport, ImportReport

WITH_REJECTS = 3


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--map", "map_path", type=click.Path(path_type=Path), metavar="MAP.yaml", help="What the files are.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, write nothing.")
@click.option("--guess", "guessing", is_flag=True, help="Write a first map of the files to standard output.")
@workspaces.workspace_option
@workspaces.json_option
def command(
    path: Path, map_path: Path | None, dry_run: bool, guessing: bool, workspace_slug: str | None, json_output: bool
) -> None:
    """Import CSV, JSON lines and Parquet from PATH (a folder or a file) as MAP.yaml says (docs/importing.md).

    \b
    Rows read = created + updated + unchanged + rejected. A second import of the same files changes nothing.
    A first map to edit:  tenure import PATH --guess > map.yaml

    Exit codes: 0 all rows are in, 1 refused and nothing was imported, 2 wrong use, 3 imported, with rejected rows.
    """
    with output.refusing(json_output=json_output):
        if guessing:
            document = guess.guess_map(path)
            if json_output:
                output.as_json(document.body)
            else:
                click.echo(document.yaml, nl=False)
            return
        if map_path is None:
            raise Invalid("Say --map MAP.yaml, or write a first one: tenure import PATH --guess > map.yaml")
        document_map = maps.read_map(map_path)
        with workspaces.chosen(workspace_slug):
            if dry_run:
                report, _ = actions.dry_run(path, document_map, look=lambda _: None, progress=_tell)
            else:
                report = actions.import_path(path, document_map, progress=_tell)
    if json_output:
        output.as_json(_as_json(report, dry_run=dry_run))
    else:
        _show(report, dry_run=dry_run)
    if report.rejected:
        raise SystemExit(WITH_REJECTS)


def _tell(step: str) -> None:
    click.echo(step, err=True)


def _as_json(report: ImportReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "files": [_file(file) for file in report.files],
        "source": report.source,
        "run": report.run,
        "dry_run": dry_run,
        "missing": report.missing,
        "unmapped": report.unmapped,
        "seconds": round(report.seconds, 3),
    }


def _file(file: FileReport) -> dict[str, object]:
    return {**asdict(file), "samples": [asdict(sample) for sample in file.samples]}


def _show(report: ImportReport, *, dry_run: bool) -> None:
    columns = ("file", "read", "created", "updated", "unchanged", "rejected")
    output.as_table([asdict(file) for file in report.files], columns)
    for file in report.files:
        for warning, rows in file.warnings.items():
            click.echo(f"{file.file}: {rows:,} rows {warning} (kept)")
        for sample in file.samples:
            place = f"{sample.file}:{sample.line}" + (f" {sample.column}" if sample.column else "")
            click.echo(f"{place}: {sample.reason}")
        if file.rejected > len(file.samples):
            rest = file.rejected - len(file.samples)
            click.echo(f"{file.file}: {rest:,} more rejected rows" + ("" if dry_run else "; all on the page Imports"))
    for name in report.missing:
        click.echo(f"Not found: {name}")
    for name in report.unmapped:
        click.echo(f"Not in the map: {name}")
    if dry_run:
        click.echo("A dry run: nothing was written.")
