"""`tenure fit`: which kinds of customers stay and pay."""

from collections.abc import Mapping
from datetime import date, datetime

import click

from tenure.base import money
from tenure.cli import output, workspaces
from tenure.revenue.fit import queries
from tenure.revenue.fit.contracts import Best, Group, Interval, Kinds, Source, Sources
from tenure.tenants.queries import as_of_day, here

DIGITS = 6


@click.command()
@click.option("--source", metavar="FIELD", default="", help="The field that says where customers came from.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@workspaces.workspace_option
@workspaces.json_option
def command(source: str, as_of: datetime | None, workspace_slug: str | None, json_output: bool) -> None:
    """Which kinds of customers stay and pay, as far as it is more than chance.

    \b
    tenure fit
    tenure fit --source plan --json

    JSON is {as_of, currency, stays_at, horizon, looked_at, whole, fields: [{field, label, groups}], standing, best,
    sources}. A group is {value, customers, paying, mrr_now, stays, lifetime, mrr, median, alv, more_stay, more_alv,
    longer, p, q}: shares of 1, months, amounts in the workspace's currency; figures with a range are {value, low,
    high}, null where too little was seen.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        view = here()
        day = as_of.date() if as_of else as_of_day(view)
        unit = 10 ** money.exponent(view.currency)
        kinds, (since, standing) = queries.kinds(day), queries.kinds_since(day)
        names = queries.names()
        column = next((column for column, name in names.items() if name == source), source)
        best, sources = queries.best(day), queries.churn_by_source(day, column)
    if json_output:
        found = {
            "as_of": day, "currency": view.currency, **_kinds(kinds, unit, names),
            "standing": {"day": since, **_kinds(standing, unit, names)} if standing.stays_at else None,
            "best": _best(best, unit, names) if best else None,
            "sources": _sources(sources, unit, names) if sources else None,
        }  # fmt: skip
        output.as_json(found)
    else:
        _show(kinds, since, standing)


def _kinds(found: Kinds, unit: int, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "stays_at": found.stays_at, "horizon": found.horizon, "looked_at": found.looked_at,
        "whole": _group(found.whole, unit),
        "fields": [
            {
                "field": names.get(each.column, each.column), "label": each.label,
                "groups": [_group(group, unit) for group in each.groups],
            }
            for each in found.fields
        ],
    }  # fmt: skip


def _group(each: Group, unit: int) -> dict[str, object]:
    return {
        "value": each.value, "customers": each.customers, "paying": each.paying, "mrr_now": each.mrr_now / unit,
        "stays": _range(each.stays), "lifetime": _range(each.lifetime), "mrr": _range(each.mrr, unit),
        "median": None if each.median is None else each.median / unit, "alv": _range(each.worth, unit),
        "more_stay": _range(each.more_stay), "more_alv": _range(each.more_worth, unit),
        "longer": None if each.p is None else each.longer, "p": each.p, "q": each.q,
    }  # fmt: skip


def _best(found: Best, unit: int, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "customers": found.customers, "others": found.others, "paid": found.paid / unit,
        "paid_by_others": found.paid_by_others / unit, "least": found.least / unit,
        "values": [
            {
                "field": names.get(each.column, each.column), "label": each.label, "value": each.value,
                "best": each.best, "others": each.others, "of_best": _range(each.of_best),
                "of_others": _range(each.of_others), "more": _range(each.more), "lift": each.lift, "p": each.p,
                "q": each.q,
            }
            for each in found.traits
        ],
    }  # fmt: skip


def _sources(found: Sources, unit: int, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "field": names.get(found.column, found.column), "label": found.label, "whole": _source(found.whole, unit),
        "values": [_source(each, unit) for each in found.sources],
    }  # fmt: skip


def _source(each: Source, unit: int) -> dict[str, object]:
    return {
        "value": each.value, "customers": each.customers, "lost": each.lost, "opening": each.opening / unit,
        "gone": each.gone / unit, "logo_churn": _range(each.logo_churn), "revenue_churn": _range(each.revenue_churn),
        "excess": None if each.excess is None else each.excess / unit, "q": each.q,
    }  # fmt: skip


def _range(found: Interval | None, unit: int = 1) -> dict[str, float] | None:
    if found is None:
        return None
    ends = (("value", found.value), ("low", found.low), ("high", found.high))
    return {name: round(each / unit, DIGITS) for name, each in ends}


def _show(kinds: Kinds, since: date, standing: Kinds) -> None:
    for found, said in ((kinds, "since they first paid"), (standing, f"since {since.isoformat()}")):
        if not found.stays_at:
            continue
        click.echo(f"Who still pays after {found.stays_at} months {said}; * is more than chance", err=True)
        rows = [
            {
                "": f"{field.label}: {'Unknown' if group.value is None else group.value}",
                "customers": group.customers,
                "stay": _percent(group.stays.value if group.stays else None),
                "from": _percent(group.stays.low if group.stays else None),
                "to": _percent(group.stays.high if group.stays else None),
                "more": "*" if group.stands_out else "",
            }
            for field in found.fields
            for group in field.groups
        ]
        output.as_table(rows, ["", "customers", "stay", "from", "to", "more"])


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.0f} %"
