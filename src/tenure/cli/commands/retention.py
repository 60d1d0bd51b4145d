"""`tenure retention`: how recurring revenue and customers moved, and what share of them stayed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime

import click

from tenure.cli import output, workspaces
from tenure.measures.language import ExpressionError
from tenure.revenue import queries
from tenure.revenue.contracts import Course, Definition, Month, Retention, Span, Year
from tenure.subscriptions.contracts import MOVEMENTS, SPLIT

RATES = ("logo_churn", "revenue_churn", "grr", "nrr")
DIGITS = 6


@click.command()
@click.option("--monthly", is_flag=True, help="Every month, not the last twelve together.")
@click.option("--by", metavar="FIELD", default="", help="Apart by a field, segment:KEY, touch_tier or a condition.")
@click.option("--where", metavar="EXPR", default="", help="Only the accounts this expression selects.")
@click.option("--definition", metavar="KEY", default="", help="By somebody else's definition: gainsight, stripe …")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@workspaces.workspace_option
@workspaces.json_option
def command(
    monthly: bool,
    by: str,
    where: str,
    definition: str,
    as_of: datetime | None,
    workspace_slug: str | None,
    json_output: bool,
) -> None:
    """Retention of revenue and customers over twelve months, or month by month.

    \b
    tenure retention --monthly
    tenure retention --by plan --json
    tenure retention --by owner | band | touch_tier | segment:payment_late
    tenure retention --by logins_28d | logins_28d:5,20 | "mrr >= 1000"
    tenure retention --where "trait.industry = 'health'"
    tenure retention --definition gainsight

    Definitions: tenure, chartmogul, stripe, baremetrics, and by what came up for renewal gainsight, totango, planhat,
    clientsuccess. With one of them `definition` and, for the year and each month, `figures` are added to the JSON.

    JSON is {as_of, currency, by, where, year, months: [{month, mrr, new, expansion, contraction, churn, reactivation,
    fx, logo_churn, revenue_churn, grr, nrr, split: {price, seats, plan, product}}], groups: [{value, year, months}]}:
    amounts in the workspace's currency, what was lost below zero, rates as shares of 1, null where there was nothing at
    the start. The split adds up to expansion + contraction. An account counts under what the field said on the day it
    paid last.

    Exit codes: 0 done, 1 refused (an expression that cannot be read is shown with the place), 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        chosen = queries.definition_of(definition or "tenure")
        day = as_of.date() if as_of else None
        with _pointing(by):
            _ = queries.grouping(by) if by else None
        with _pointing(where):
            found = queries.retention(as_of=day, by=by, where=where, definition=definition or "tenure")
    if json_output:
        told = _json(found, by, where, chosen if definition else None)
        output.as_json({**told, "definition": definition} if definition else told)
    elif definition:
        _show_figures(found, chosen, monthly=monthly)
    elif monthly:
        _show_months(found)
    else:
        _show_year(found)


@contextmanager
def _pointing(text: str) -> Iterator[None]:
    """Shows the place at which a condition cannot be read."""
    try:
        yield
    except ExpressionError as error:
        click.echo(f"  {text}\n  {' ' * error.start}{'^' * max(1, error.end - error.start)}", err=True)
        raise


def _json(found: Retention, by: str, where: str, asked: Definition | None) -> dict[str, object]:
    return {
        "as_of": found.as_of, "currency": found.currency, "by": by or None, "where": where or None,
        **_course(found, found.total, asked),
        "groups": [{"value": each.value, **_course(found, each, asked)} for each in found.groups],
    }  # fmt: skip


def _course(found: Retention, of: Course, asked: Definition | None) -> dict[str, object]:
    year, whole = _year(found, of.year), queries.year_span(of)
    months = [_month(found, each) for each in of.months]
    if asked is None:
        return {"year": year, "months": months}
    return {
        "year": {**year, "figures": _figures(found, whole, asked) if whole else None},
        "months": [
            {**told, "figures": _figures(found, queries.span(of, each), asked)}
            for told, each in zip(months, of.months, strict=True)
        ],
    }


def _figures(found: Retention, span: Span, asked: Definition) -> dict[str, float | None]:
    """By key: rates as shares of 1, amounts in the workspace's currency."""
    told: dict[str, float | None] = {}
    for figure in asked.figures:
        value = figure.of(span)
        amount = _money(found, round(value or 0)) if figure.made_of else None
        told[figure.key] = amount if figure.made_of else None if value is None else round(value, DIGITS)
    return told


def _show_figures(found: Retention, asked: Definition, *, monthly: bool) -> None:
    """By months, or over twelve with the groups one below the other."""
    click.echo(f"{asked.label}; {found.currency}, as of {found.as_of.isoformat()}", err=True)
    rows: list[dict[str, object]] = []
    for at, course in enumerate((found.total, *found.groups)):
        name = course.value or ("Unknown" if at else "All")
        whole = queries.year_span(course)
        spans = [queries.span(course, each) for each in course.months] if monthly else [whole] if whole else []
        rows += [
            {"": name, "month": _named(span.moved.month), **_written(_figures(found, span, asked), asked)}
            for span in spans
        ]
    output.as_table(rows, ["", *(["month"] if monthly else []), *(figure.key for figure in asked.figures)])


def _written(told: dict[str, float | None], asked: Definition) -> dict[str, object]:
    amounts = {figure.key for figure in asked.figures if figure.made_of}
    return {key: value if key in amounts or value is None else f"{100 * value:.1f} %" for key, value in told.items()}


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
