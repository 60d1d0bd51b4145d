"""`tenure retention`: how recurring revenue and customers moved, and what share of them stayed."""

from dataclasses import asdict
from datetime import date, datetime

import click

from tenure.cli import output, workspaces
from tenure.measures.language import ExpressionError
from tenure.revenue import queries
from tenure.revenue.contracts import MOVEMENTS, SPLIT, Course, Month, Retention, Year

RATES = ("logo_churn", "revenue_churn", "grr", "nrr")
DIGITS = 6


@click.command()
@click.option("--monthly", is_flag=True, help="Every month, not the last twelve together.")
@click.option("--by", metavar="FIELD", default="", help="Apart by this field: plan, trait.industry …")
@click.option("--where", metavar="EXPR", default="", help="Only the accounts this expression selects.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@workspaces.workspace_option
@workspaces.json_option
def command(
    monthly: bool, by: str, where: str, as_of: datetime | None, workspace_slug: str | None, json_output: bool
) -> None:
    """Retention of revenue and customers over twelve months, or month by month.

    \b
    tenure retention --monthly
    tenure retention --by plan --json
    tenure retention --where "trait.industry = 'health'"

    JSON is {as_of, currency, by, where, year, months: [{month, mrr, new, expansion, contraction, churn, reactivation,
    fx, logo_churn, revenue_churn, grr, nrr, split: {price, seats, plan, product}}], groups: [{value, year, months}]}:
    amounts in the workspace's currency, what was lost below zero, rates as shares of 1, null where there was nothing at
    the start. The split adds up to expansion + contraction. An account counts under what the field said on the day it
    paid last.

    Exit codes: 0 done, 1 refused (an expression that cannot be read is shown with the place), 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        try:
            found = queries.retention(as_of=as_of.date() if as_of else None, by=by, where=where)
        except ExpressionError as error:
            click.echo(f"  {where}\n  {' ' * error.start}{'^' * max(1, error.end - error.start)}", err=True)
            raise
    if json_output:
        output.as_json(_json(found, by, where))
    elif monthly:
        _show_months(found)
    else:
        _show_year(found)


def _json(found: Retention, by: str, where: str) -> dict[str, object]:
    return {
        "as_of": found.as_of, "currency": found.currency, "by": by or None, "where": where or None,
        **_course(found, found.total),
        "groups": [{"value": each.value, **_course(found, each)} for each in found.groups],
    }  # fmt: skip


def _course(found: Retention, of: Course) -> dict[str, object]:
    return {"year": _year(found, of.year), "months": [_month(found, each) for each in of.months]}


def _month(found: Retention, each: Month) -> dict[str, object]:
    return {
        "month": _named(each.month), "mrr": _money(found, each.mrr),
        **{name: _money(found, getattr(each, name)) for name in MOVEMENTS}, **_rates(each),
        "split": {name.removeprefix("by_"): _money(found, getattr(each, name)) for name in SPLIT},
    }  # fmt: skip


def _year(found: Retention, each: Year) -> dict[str, object]:
    amounts = {name: _money(found, value) for name, value in asdict(each).items() if name in ("opening", "kept", "now")}
    return {
        "from": _named(each.first), "to": _named(each.last), **amounts, "customers": each.customers,
        "lost": each.lost, **_rates(each),
    }  # fmt: skip


def _rates(of: Month | Year) -> dict[str, float | None]:
    rates = {name: getattr(of, name) for name in RATES}
    return {name: None if rate is None else round(rate, DIGITS) for name, rate in rates.items()}


def _money(found: Retention, minor: int) -> float:
    return minor / found.minor_units


def _named(month: date) -> str:
    return month.isoformat()[:7]


def _show_months(found: Retention) -> None:
    click.echo(f"{found.currency}, as of {found.as_of.isoformat()}", err=True)
    for course in (found.total, *found.groups):
        if found.groups:
            click.echo("All" if course is found.total else course.value or "Unknown")
        rows = [{**_month(found, each), **_percent(each)} for each in course.months]
        output.as_table(rows, ["month", "mrr", *MOVEMENTS, *RATES])


def _show_year(found: Retention) -> None:
    year = found.total.year
    click.echo(f"{found.currency}, {_named(year.first)} to {found.as_of.isoformat()}", err=True)
    told = [
        {"": course.value or ("Unknown" if at else "All"), **_year(found, course.year), **_percent(course.year)}
        for at, course in enumerate((found.total, *found.groups))
    ]
    output.as_table(told, ["", "customers", "lost", "opening", "now", *RATES])


def _percent(of: Month | Year) -> dict[str, str | None]:
    return {name: None if rate is None else f"{100 * rate:.1f} %" for name, rate in _rates(of).items()}
