"""`tenure explain`: one account's score, taken apart."""

from dataclasses import asdict
from datetime import datetime

import click

from tenure.base.refusals import Invalid, NotFound
from tenure.cli import output, workspaces
from tenure.customers.queries import account_by_external_id, find_accounts
from tenure.health import queries
from tenure.health.contracts import Explanation, MeasureReading
from tenure.health.words import day, plain, points


@click.command()
@click.argument("account")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@workspaces.workspace_option
@workspaces.json_option
def command(account: str, as_of: datetime | None, workspace_slug: str | None, json_output: bool) -> None:
    """Why ACCOUNT (its id in your systems, or its name) scores what it scores.

    From 100 down to the score, line by line; then each measure with its value, its window, what it counts for, and
    how many rows of the log stand behind it.

    Exit codes: 0 done, 1 refused (no such account, nothing computed yet), 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        found = queries.explain(_account(account), as_of.date() if as_of else None, count_events=True)
    if json_output:
        output.as_json(asdict(found))
        return
    _show(found)


def _account(text: str) -> int:
    """The account of that external id, else the only one of that name."""
    try:
        return account_by_external_id(text).id
    except NotFound:
        named = [row for row in find_accounts(text, limit=5) if row.name.casefold() == text.casefold()]
        if len(named) == 1:
            return named[0].id
        if len(named) > 1:
            ids = ", ".join(row.external_id for row in named)
            raise Invalid(f"Several accounts are called {text!r}: say one of {ids}.") from None
        raise


def _show(found: Explanation) -> None:
    click.echo(f"{found.name} ({found.external_id}), {found.status}, as of {day(found.as_of)}")
    if not found.scorecard:
        click.echo("Not scored: only customers that a scorecard applies to are.")
        return
    click.echo(
        f"{found.shown} {found.band_label} · scorecard {found.scorecard} version {found.version}"
        f" ({found.profile}) · {found.coverage:.0%} of it known, {found.coverage_floor:.0%} needed"
    )
    if found.override:
        click.echo(f"Set by hand by {found.override.author} until {day(found.override.until)}: {found.override.reason}")
    click.echo("\n      100")
    for reason in found.reasons:
        click.echo(f"{points(reason.shown):>9}  {reason.words}")
    click.echo(f"{'=':>5} {found.total_shown:>3}\n")
    rows = [_row(each) for each in found.measures]
    output.as_table(rows, ["measure", "value", "before", "window", "weight", "points", "takes", "rows", "frozen since"])


def _row(each: MeasureReading) -> dict[str, object]:
    return {
        "measure": each.key,
        "value": each.shown,
        "before": None if each.previous is None else plain(each.previous),
        "window": f"{each.days[0]} – {each.days[1]}" if each.days else None,
        "weight": f"{each.weight:.1%} of {each.nominal:.1%}",
        "points": None if each.points is None else round(each.points, 1),
        "takes": round(each.contribution, 2),
        "rows": each.events,
        "frozen since": each.stale_since,
    }
