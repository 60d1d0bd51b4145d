"""`tenure accounts`: the list of accounts with score, trend and reasons."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import click

from tenure.base.refusals import Invalid
from tenure.cli import output, workspaces
from tenure.health import current, queries
from tenure.health.contracts import Reason
from tenure.measures.contracts import Catalogue
from tenure.measures.language import Expression, ExpressionError, parse

EVERYTHING = 10_000_000
TRENDS = ("trend_7d", "trend_30d", "trend_90d")
FORMATS = click.Choice(["table", "json", "csv"])


@click.command()
@click.option("--where", metavar="EXPR", default=None, help="Only the accounts this expression selects.")
@click.option("--columns", default="", help="More columns, by comma: measures, fields, traits (trait.key).")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@click.option("--sort", default="score", show_default=True, help="A column; -column for descending.")
@click.option("--limit", type=click.IntRange(1), default=None, help="At most so many.")
@click.option("--format", "shape", type=FORMATS, default="table", show_default=True)
@workspaces.workspace_option
@workspaces.json_option
def command(
    where: str | None,
    columns: str,
    as_of: datetime | None,
    sort: str,
    limit: int | None,
    shape: str,
    workspace_slug: str | None,
    json_output: bool,
) -> None:
    """List accounts with score, band, trend and reasons, the lowest score first.

    \b
    tenure accounts --where "score < 40 and mrr >= 1000" --columns owner,mrr
    tenure accounts --where "change(events_28d) < -0.3" --format csv > falling.csv

    JSON is a list of {account, name, status, score, band, trend, reasons}, columns asked for behind them. Who is no
    customer has no score and no band; who is not known well enough has the band unknown and no score.

    Exit codes: 0 done, 1 refused (an expression that cannot be read is shown with the place), 2 wrong use.
    """
    shape = "json" if json_output else shape
    with output.refusing(json_output=shape == "json"), workspaces.chosen(workspace_slug):
        state = queries.state_as_of(as_of.date()) if as_of else queries.state()
        catalogue = queries.catalogue()
        more = _columns(columns, catalogue)
        page = current.list_rows(
            state,
            where=_expression(where, catalogue) if where else None,
            sort=_column(sort.removeprefix("-"), catalogue),
            descending=sort.startswith("-"),
            limit=limit or EVERYTHING,
            columns=[*_BASE, *more.values(), *queries.REASONS_NEED],
        )
        reasons = queries.reasons_of_rows(page.rows, state.as_of)
        write = queries.score_writer(digits=1)
    if shape == "json":
        output.as_json([_json(row, why, more) for row, why in zip(page.rows, reasons, strict=True)])
        return
    rows = [_flat(row, why, more) for row, why in zip(page.rows, reasons, strict=True)]
    names = ["account", "name", "status", "score", "band", "trend", *more]
    if shape == "csv":
        output.as_csv(rows, [*names, "reasons"])
        return
    click.echo(f"{len(rows)} accounts as of {_as_of(state.as_of)}", err=True)
    told = [{**row, "score": None if row["score"] is None else write(float(str(row["score"])))} for row in rows]
    output.as_table(told, [*names, "reason"])


_BASE = ("external_id", "name", "status", *TRENDS)


def _expression(text: str, catalogue: Catalogue) -> Expression:
    try:
        return parse(text, catalogue)
    except ExpressionError as error:
        click.echo(f"  {text}\n  {' ' * error.start}{'^' * max(1, error.end - error.start)}", err=True)
        raise


def _columns(text: str, catalogue: Catalogue) -> dict[str, str]:
    """The columns asked for: as written → of the facts."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return {name: _column(name, catalogue) for name in names}


def _column(name: str, catalogue: Catalogue) -> str:
    found = catalogue.find(name)
    if found is None:
        raise Invalid(f"There is no column {name!r}. See the fields on the page Measures.")
    return found.column


def _json(row: Mapping[str, object], reasons: Sequence[Reason], more: Mapping[str, str]) -> dict[str, object]:
    return {
        "account": row["external_id"],
        "name": row["name"],
        "status": row["status"],
        "score": _rounded(row["score"]),
        "band": row["band"],
        "trend": {name.removeprefix("trend_"): _rounded(row[name]) for name in TRENDS},
        "reasons": [
            {"text": r.text, "points": r.shown, "effect": r.effect, "kind": r.kind, "key": r.key} for r in reasons
        ],
        **{name: row.get(column) for name, column in more.items()},
    }


def _flat(row: Mapping[str, object], reasons: Sequence[Reason], more: Mapping[str, str]) -> dict[str, object]:
    return {
        "account": row["external_id"],
        "name": row["name"],
        "status": row["status"],
        "score": _rounded(row["score"]),
        "band": row["band"],
        "trend": _rounded(row["trend_30d"], 1),
        **{name: row.get(column) for name, column in more.items()},
        "reason": reasons[0].text if reasons and reasons[0].shown < 0 else None,
        "reasons": [reason.text for reason in reasons if reason.shown],
    }


def _rounded(value: object, digits: int = 6) -> float | None:
    return None if value is None else round(float(str(value)), digits)


def _as_of(day: date) -> str:
    return day.isoformat()
