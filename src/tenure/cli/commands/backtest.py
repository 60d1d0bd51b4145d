"""`tenure backtest`: how good was the scorecard?"""

from dataclasses import asdict

import click

from tenure.base.refusals import Invalid
from tenure.cli import output, workspaces
from tenure.health import backtest
from tenure.health.backtest import OUTCOMES, Record
from tenure.health.words import day
from tenure.predictions.evaluation.flags import Flag
from tenure.predictions.evaluation.intervals import Interval


@click.command()
@click.option("--scorecard", metavar="KEY", help="The published scorecard; without it the one in force.")
@click.option("--horizon", default="90d", metavar="DAYS", help="How far ahead it has to see: 30d, 90d …")
@click.option("--outcome", type=click.Choice(OUTCOMES), default="churn", help="What it should have seen coming.")
@workspaces.workspace_option
@workspaces.json_option
def command(
    scorecard: str | None, horizon: str, outcome: backtest.Outcome, workspace_slug: str | None, json_output: bool
) -> None:
    """Test the scorecard on every Monday of the past whose horizon has passed.

    Each day is scored by what was known on it, and compared with what came after. Intervals hold at 95 %, by account.

    Exit codes: 0 done, 1 refused (no scorecard, nothing to test yet), 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        found = backtest.of_workspace(scorecard=scorecard, outcome=outcome, horizon=_days(horizon))
    if json_output:
        output.as_json(asdict(found))
        return
    _show(found)


def _days(text: str) -> int:
    number = text.removesuffix("d")
    if not number.isdecimal() or not 7 <= int(number) <= 730:
        raise Invalid(f"A horizon is a number of days from 7d to 730d, not {text!r}.")
    return int(number)


def _show(found: Record) -> None:
    click.echo(found.verdict)
    click.echo(
        f"scorecard {found.scorecard} version {found.version} · {found.outcome} within {found.horizon} days ·"
        f" {found.dates} Mondays from {day(found.first)} to {day(found.last)} · {found.accounts:,} accounts,"
        f" {found.left_accounts:,} of them met it · {found.rows:,} rows, {found.unknown:,} without a score"
    )
    if found.drawn_from is not None:
        click.echo(f"Only {backtest.ACCOUNTS_MOST:,} of {found.drawn_from:,} accounts were tested, drawn at random.")
    output.as_table([_line(flag) for flag in found.flags], list(COLUMNS))
    if found.lead_days is not None:
        click.echo(
            f"In the lowest band on the last date before: {found.caught} of {found.caught + found.missed},"
            f" for {found.lead_days:.0f} days at the median."
        )
    titled = {"In the best band 30 days before:": found.misses, "Feared for, and stayed:": found.false_alarms}
    for title, listed in titled.items():
        if listed:
            click.echo(title)
        for miss in listed[:5]:
            click.echo(f"  {miss.account}  {miss.name}  {miss.score:.0f} on {day(miss.day)}, {miss.days} days")


COLUMNS = ("band", "rows", "left", "of them left", "of all who left", "of their MRR", "lift")


def _line(flag: Flag) -> dict[str, object]:
    lift = "–" if flag.lift is None else f"{flag.lift:.1f} ×"
    told = (
        flag.band,
        flag.rows,
        flag.left,
        _told(flag.precision),
        _share(flag.recall),
        _share(flag.worth_recall),
        lift,
    )
    return dict(zip(COLUMNS, told, strict=True))


def _told(interval: Interval | None) -> str:
    return "–" if interval is None else f"{interval.value:.0%} ({interval.low:.0%}–{interval.high:.0%})"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
