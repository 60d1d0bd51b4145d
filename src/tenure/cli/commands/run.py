"""`tenure run`: the cycle once, and the history that is missing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import click

from tenure.base import cycle, leases
from tenure.base.refusals import Conflict, Invalid
from tenure.cli import output, workspaces
from tenure.tenants.contracts import WorkspaceView
from tenure.tenants.queries import as_of_day

WAIT_S, LEASE_S = 120.0, 600.0
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--as-of", type=DAY, default=None, metavar="D", help="Score this day, and the history before it.")
@click.option("--from", "first", type=DAY, default=None, metavar="D", help="Score every day from this one on …")
@click.option("--to", "last", type=DAY, default=None, metavar="D", help="… up to and including this one.")
@click.option("--full", is_flag=True, help="Compute all accounts again, not only those touched.")
@workspaces.workspace_option
@workspaces.json_option
def command(
    as_of: datetime | None,
    first: datetime | None,
    last: datetime | None,
    full: bool,
    workspace_slug: str | None,
    json_output: bool,
) -> None:
    """Bring everything up to date: roll-ups, subscriptions, measures and scorecard, scores, the list of accounts.

    Without a scorecard, one is proposed from the data and published. Scores are filled weekly over all the time
    there is and daily for the last 90 days; a day that has been scored is never scored again.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug) as view:
        run = _run_of(view, as_of=_day(as_of), first=_day(first), last=_day(last), full=full)
        with _alone(view.slug):
            results = cycle.run_cycle(run)
    rows = [{"stage": r.stage, "rows": r.rows, "seconds": round(r.seconds, 2), "note": r.note} for r in results]
    if json_output:
        output.as_json({"workspace": view.slug, "as_of": run.as_of, "stages": rows})
        return
    click.echo(f"{view.name} as of {run.as_of.isoformat()}")
    output.as_table(rows, ["stage", "rows", "seconds", "note"])


@contextmanager
def _alone(slug: str) -> Iterator[None]:
    """Keep the worker from running the same cycle beside us; wait while it is in the middle of one."""
    deadline = time.monotonic() + WAIT_S
    while True:
        with leases.alone(f"cycle:{slug}", seconds=LEASE_S) as fencing:
            if fencing is not None:
                yield
                return
        if time.monotonic() > deadline:
            raise Conflict("Another run of the cycle is at work in this workspace. Try again when it is done.")
        click.echo("Waiting for another run of the cycle …", err=True)
        time.sleep(2)


def _run_of(
    view: WorkspaceView, *, as_of: date | None, first: date | None, last: date | None, full: bool
) -> cycle.StageRun:
    """The run asked for; `days` empty asks the scores for all the history there should be behind as-of."""
    today = as_of_day(view)
    if as_of and (first or last):
        raise Invalid("Say either --as-of, or --from and --to.")
    if bool(first) != bool(last):
        raise Invalid("Say both --from and --to.")
    if first and last and first > last:
        raise Invalid("--from comes after --to.")
    late = max(day for day in (as_of, last, today) if day)
    if late > today:
        raise Invalid(f"{late} has not come yet: this workspace believes it is {today}.")
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1)) if first and last else ()
    return cycle.StageRun(
        workspace_id=view.id, slug=view.slug, as_of=as_of or today, days=days, history=True, full=full
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
