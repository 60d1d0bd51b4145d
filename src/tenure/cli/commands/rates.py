"""`tenure rates`: what money in other currencies is worth."""

from dataclasses import asdict
from pathlib import Path

import click

from tenure.cli import output, workspaces
from tenure.subscriptions import actions, queries
from tenure.subscriptions.contracts import CurrencyRow


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@workspaces.workspace_option
@workspaces.json_option
def command(file: Path | None, workspace_slug: str | None, json_output: bool) -> None:
    """Set exchange rates from FILE, or list the currencies of subscriptions and the latest rate of each.

    \b
    FILE is CSV with the columns currency, day, rate: one unit of the currency is worth `rate` units of the
    workspace's, from `day` until its next rate. Money without a rate is unknown, not zero.

    Exit codes: 0 done, 1 refused and no rate was set, 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug) as view:
        number = actions.import_rates(file, by=None) if file else None
        rows = queries.currencies(view.currency)
    if json_output:
        listed = [asdict(row) for row in rows]
        output.as_json({"workspace": view.slug, "own": view.currency, "set": number, "currencies": listed})
        return
    if number is not None:
        click.echo(f"{number:,} {'rate' if number == 1 else 'rates'} set. The next `tenure run` counts with them.")
    if not rows:
        click.echo(f"All money is in {view.currency}, and no rate was ever set.")
        return
    output.as_table([_row(row) for row in rows], ["currency", "subscriptions", "rates", "latest", "since"])


def _row(row: CurrencyRow) -> dict[str, object]:
    return {
        "currency": row.currency,
        "subscriptions": row.subscriptions,
        "rates": row.rates,
        "latest": str(row.latest.rate.normalize()) if row.latest else "needed",
        "since": row.latest.day if row.latest else None,
    }
