"""People as of a day: the facts of each, and of which account they are, in which role.

The current state of people is a file like that of the accounts. It has their own facts; what is asked of their account
(`account.band`) is read out of the accounts' state of the same day, whenever it is asked for.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import clock, sql
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.past import Part
from tenure.customers import queries as customers
from tenure.customers.queries import Aliases
from tenure.definitions.queries import published
from tenure.events.queries import engine, open_lake
from tenure.health import current, derived
from tenure.health import queries as health
from tenure.health.belief import PACKAGE
from tenure.health.current.reaching import ACCOUNT, places
from tenure.measures.contracts import THROUGH, Catalogue, Field
from tenure.measures.queries import catalogue as measures_catalogue
from tenure.measures.queries import facts as facts_of
from tenure.tenants.queries import as_of_day, here

ROLE, ACCOUNTS = "role", "accounts"
FIELDS = (
    Field(ROLE, "person", "text", "raw", label="Role", description="In the account they belong to."),
    Field(ACCOUNTS, "person", "number", "raw", label="Accounts", unit="accounts", description="They belong to."),
)
MEASURE = "measure"
EVERY = timedelta(minutes=1)
"""Beside the worker, the file is made anew no more often than this for every 100,000 people."""
_STALE = "__stale_since"


def catalogue(*, values: bool = False) -> Catalogue:
    """Every field a condition on people can name: their facts, their role, and after `account.` those of their account;
    with `values` for completion."""
    slug = here().slug
    own = measures_catalogue("person", values=values, traits=current.traits(slug, "person"))
    fields = (*own, *FIELDS, *derived.fields("person"), *through_account(health.catalogue(values=values)))
    return Catalogue("person", fields, derived.elsewhere("person"))


def through_account(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields of accounts as conditions on people name them: `account.mrr`."""
    return tuple(
        replace(each, entity="person", through="account", label=f"{each.label or each.key} of the account")
        for each in fields
    )


def state() -> current.State:
    """The current state of the people; refuses with `NoScores` before the first run or without anybody."""
    found = current.latest(here().slug, "person")
    if found is None:
        raise health.NoScores("Nothing is known of people yet. Import them or send events, then run: `tenure run`.")
    return _with_accounts(found)


def state_as_of(day: date) -> current.State:
    """The people as of a day: the current state when it is of that day, that of a day that is kept, else computed
    (seconds, remembered)."""
    slug = here().slug
    found = current.of_day(slug, day, "person")
    if found is not None:
        return _with_accounts(found)
    now = current.latest(slug, "person")
    accounts = health.state_as_of(day)
    mark = (open_lake(slug).relation("events"), accounts.made_at, now.made_at if now else None)
    found = replace(_computed(slug, day, mark), accounts=accounts)
    return derived.completed(found)


def _with_accounts(found: current.State) -> current.State:
    return derived.completed(replace(found, accounts=health.state_as_of(found.as_of)))


@lru_cache(maxsize=2)
def _computed(slug: str, day: date, _: object) -> current.State:
    return current.State(_built(day), day, clock.now(), "", 0, entity="person")


def _built(day: date) -> pa.Table:
    """Facts of everybody on a day with `account`, `role` and `accounts`, by id."""
    facts = facts_of(entity="person", as_of=day)
    facts = facts.drop_columns([name for name in facts.column_names if name.endswith(_STALE)])
    return _belonging(facts, [day]).combine_chunks()


def rows_on(days: Sequence[date], columns: Collection[str], accounts: pa.Table | None) -> pa.Table:
    """One row a day (`as_of`) and person (`id`), sorted by both, with `external_id`, `email` and those of `columns`
    that there are. `accounts` are the rows of accounts on the same days (`past.rows_on`), for columns of theirs."""
    rows = facts_of(entity="person", as_of=list(days), only=["external_id", "email", *columns])
    through = [name for name in columns if name.startswith(THROUGH)]
    if through or {ROLE, ACCOUNTS} & set(columns):
        rows = _belonging(rows, days)
    if through and accounts is not None:
        by_day = _by_day(accounts, days)
        rows = pa.concat_tables(
            [current.reached(each, by_day[day], through) for day, each in _by_day(rows, days).items()]
        )
    return rows.combine_chunks()


def _belonging(facts: pa.Table, days: Sequence[date]) -> pa.Table:
    """With the account, the role in it and the number of accounts; unknown where there is none (0 accounts)."""
    merged = customers.merged()
    held = engine().query(
        sql.load(PACKAGE, "belonging"),
        relations={
            "memberships": customers.memberships_table(),
            "days": pa.table({"as_of": pa.array(sorted(set(days)), pa.date32())}),
            "person_holders": _holders(merged.people),
            "account_holders": _holders(merged.accounts),
        },
    )
    by_day = _by_day(held, days)
    return pa.concat_tables([_joined(each, by_day[day]) for day, each in _by_day(facts, days).items()])


def _joined(people: pa.Table, held: pa.Table) -> pa.Table:
    """The facts of one day with what each person belongs to. Rows keep their place: joining would copy all columns."""
    at = places(people["id"].to_numpy(), held["person"].to_numpy())
    chosen = held.take(pa.array(at, mask=at < 0))
    roles = pc.if_else(pc.equal(chosen["role"], ""), pa.scalar(None, pa.string()), chosen["role"])
    return (
        people.append_column(ACCOUNT, chosen["account"])
        .append_column(ROLE, roles)
        .append_column(ACCOUNTS, chosen["accounts"].cast(pa.float64()).fill_null(0.0))
    )


def _by_day(rows: pa.Table, days: Sequence[date]) -> dict[date, pa.Table]:
    """The rows of each day; they stand together, the days ascending."""
    stamps = rows["as_of"].cast(pa.int32()).to_numpy()
    numbers = {day: (day - date(1970, 1, 1)).days for day in sorted(set(days))}
    edges = {day: np.searchsorted(stamps, [number, number + 1]).tolist() for day, number in numbers.items()}
    return {day: rows.slice(first, last - first) for day, (first, last) in edges.items()}


def _holders(aliases: Aliases) -> pa.Table:
    """Who was held by another, and on which days."""
    found = [each for course in aliases.courses for each in course if each.holder != each.id]
    return pa.table(
        {
            "id": pa.array([each.id for each in found], pa.int64()),
            "holder": pa.array([each.holder for each in found], pa.int64()),
            "since": pa.array([each.since for each in found], pa.date32()),
            "until": pa.array([each.until for each in found], pa.date32()),
        }
    )


def refresh(slug: str, as_of: date, *, now: bool) -> StageReport:
    """Bring the people's state up to `as_of`: at once where the day, the measures or the segments are others, or with
    `now`; what else is new waits until it is due."""
    seen, before = _seen(slug), current.latest(slug, "person")
    if not seen["people"]:
        return StageReport(0, "nobody yet")
    accounts = health.state_as_of(as_of)
    seen["accounts"] = int(accounts.made_at.timestamp() * 1_000_000)
    may = now or before is None or _due(before)
    if before is None or before.as_of != as_of or _new(before, seen, ["configuration"] if not may else [*_FACTS]):
        return _write(slug, _built(as_of), as_of, seen, accounts)
    if before.marks == derived.marks("person") and not (may and _new(before, seen, ["accounts"])):
        return StageReport(0, "nothing changed" if may else "")
    kept = {**before.seen, "accounts": seen["accounts"]}
    return _write(slug, derived.bare(before).table, as_of, kept, accounts)


def _write(slug: str, table: pa.Table, as_of: date, seen: Mapping[str, int], accounts: current.State) -> StageReport:
    bare = current.State(table, as_of, clock.now(), "", 0, seen, entity="person", accounts=accounts)
    current.write(slug, derived.complete(bare))
    return StageReport(table.num_rows)


def _due(before: current.State) -> bool:
    """Whether enough time has passed since it was made: for every 100,000 people one minute, for fewer one as well."""
    people: int = before.table.num_rows
    return clock.now() - before.made_at >= EVERY * max(1.0, people / 100_000)


_FACTS = ("configuration", "events", "people", "memberships", "merges")


def _new(before: current.State, seen: Mapping[str, int], keys: Sequence[str]) -> bool:
    return any(key not in before.seen or before.seen[key] != seen[key] for key in keys)


def _seen(slug: str) -> dict[str, int]:
    """What the state is made from: versions of the log, of the people and of the measures. Two queries."""
    changed, memberships = customers.people_mark()
    versions = {each.key: each.version for each in published(MEASURE)}
    return {
        "events": open_lake(slug).snapshot("events").version,
        "people": int(changed.timestamp() * 1_000_000) if changed else 0,
        "memberships": memberships,
        "merges": customers.merged().number,
        "configuration": zlib.crc32(repr(sorted(versions.items())).encode()),
    }


def stage(run: StageRun) -> StageReport:
    """Bring the people's state up to the workspace's own as-of day."""
    return refresh(run.slug, as_of_day(here()), now=run.history or run.full)


def keep_day(slug: str, day: date) -> None:
    """The people of a day that is over, where anything is asked of them by day: which segments they were in."""
    if derived.marks("person"):
        accounts = health.state_as_of(day)
        bare = current.State(_built(day), day, clock.now(), "", 0, entity="person", accounts=accounts)
        current.write(slug, derived.complete(bare), is_over=True)


PAST = Part("people", keep_day)
STAGE = Stage("people", stage)
