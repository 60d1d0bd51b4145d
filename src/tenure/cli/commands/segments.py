"""`tenure segments`: the segments in force, how large each is, and who is in one."""

from datetime import date, datetime
from itertools import batched

import click

from tenure.cli import output, workspaces
from tenure.customers.queries import accounts_by_ids
from tenure.health.queries import state
from tenure.segments import queries
from tenure.segments.contracts import ListedSegment

EVERYTHING = 10_000_000


@click.command()
@click.argument("key", required=False)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="D", help="As of this day.")
@workspaces.workspace_option
@workspaces.json_option
def command(key: str | None, as_of: datetime | None, workspace_slug: str | None, json_output: bool) -> None:
    """List segments with their sizes, or the members of the segment KEY: accounts with the lowest score first, people
    by name.

    \b
    tenure segments --json
    tenure segments renewal_at_risk
    tenure accounts --where "segment.renewal_at_risk and mrr >= 1000" --format csv

    JSON is a list of {key, name, entity, shape, size, change_30d, version, tier, broken}; with KEY of {account, name,
    score, band}, of people of {person, name, email, role, account}. A size that is not known is null.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        day = as_of.date() if as_of else state().as_of
        entity = queries.entity_of(key) if key else ""
        rows = _members(key, day) if key else [_segment(each) for each in queries.listing(day)]
    if json_output:
        output.as_json(rows)
        return
    columns = list(_COLUMNS[entity]) if entity else ["key", "name", "entity", "shape", "size", "change_30d"]
    what = {"account": "accounts", "person": "people", "": "segments"}[entity]
    click.echo(f"{len(rows)} {what} as of {day.isoformat()}", err=True)
    output.as_table(rows, columns)


_COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("account", "name", "score", "band"), "person": ("person", "name", "email", "role", "account"),
}  # fmt: skip


def _segment(each: ListedSegment) -> dict[str, object]:
    return {
        "key": each.key, "name": each.body.name, "entity": each.body.entity, "shape": each.body.shape,
        "size": each.size, "change_30d": each.change_30d, "version": each.version,
        "tier": each.body.tier.model_dump(mode="json") if each.body.tier else None, "broken": each.broken or None,
    }  # fmt: skip


def _members(key: str, day: date) -> list[dict[str, object]]:
    if queries.entity_of(key) == "person":
        return _people(key, day)
    columns = ("external_id", "name", "score", "band")
    page = queries.members(key, day, limit=EVERYTHING, columns=columns)
    return [
        {"account": row["external_id"], "name": row["name"], "score": _rounded(row["score"]), "band": row["band"]}
        for row in page.rows
    ]


def _people(key: str, day: date) -> list[dict[str, object]]:
    page = queries.members(key, day, limit=EVERYTHING, columns=("external_id", "name", "email", "role", "account"))
    accounts = sorted({account for row in page.rows if isinstance(account := row["account"], int)})
    names = {
        account: row.external_id for some in batched(accounts, 5_000) for account, row in accounts_by_ids(some).items()
    }
    return [
        {
            "person": row["external_id"], "name": row["name"], "email": row["email"], "role": row["role"],
            "account": names.get(int(str(row["account"]))) if row["account"] is not None else None,
        }
        for row in page.rows
    ]  # fmt: skip


def _rounded(score: object) -> float | None:
    return round(float(score), 6) if isinstance(score, int | float) else None
