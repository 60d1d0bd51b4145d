"""Retention of a workspace, by month and over the year, of all accounts or those a condition selects, by any field.

An account counts under what a field said on the day it paid last: of who left, what was known while they were there.
So each account stands in one group through all months, and groups add up to the whole in each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import money
from tenure.base.refusals import Invalid, NotFound
from tenure.customers.queries import merged
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.health.queries import catalogue
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, parse
from tenure.measures.queries import facts
from tenure.revenue import payers, rules
from tenure.revenue.cohorts import cohorts
from tenure.revenue.contracts import KINDS, Cohorts, Course, Definition, Month, Part, Retention, Sizes, Staying
from tenure.revenue.definitions import DEFINITIONS, differs
from tenure.revenue.made_of import of_cohort, of_movement
from tenure.revenue.sizes import by_size
from tenure.subscriptions import queries as subscriptions
from tenure.subscriptions.queries import kept_ledger
from tenure.tenants.queries import as_of_day, here

GROUPS = 50
"""So many values of a field at most: beyond that it tells accounts apart by name."""
_LEVELS = ("raw", "measure")


def retention(*, as_of: date | None = None, by: str = "", where: str = "") -> Retention:
    """From the log as it is. Refuses with `ExpressionError` a condition that cannot be read, with `NotFound` an unknown
    field, with `Invalid` one that has too many values."""
    view = here()
    day = as_of or as_of_day(view)
    return _retention(subscriptions.ledger(open_lake(view.slug), as_of=day), day, by, where)


def retention_shown(as_of: date, *, by: str = "", where: str = "") -> Retention:
    """`retention` for a page: of the present day as of the last cycle."""
    return _retention(ledger(as_of), as_of, by, where)


def cohorts_shown(as_of: date, *, months: int, by: str = "", value: str | None = None) -> Cohorts:
    """The cohorts of all accounts, or of those with a value of a field (as `retention` groups them)."""
    return cohorts(_of_group(as_of, by, value), as_of=as_of, months=months)


def staying(as_of: date, *, horizon: int, by: str = "", value: str | None = None) -> Staying:
    """How long those accounts stay."""
    return rules.staying(_of_group(as_of, by, value), as_of=as_of, horizon=horizon)


def parts_of_movement(as_of: date, month: date, kind: str) -> list[Part]:
    """The accounts behind a movement of a month. Refuses with `Invalid` what is no movement."""
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is no movement. There are {', '.join(KINDS)}.")
    return of_movement(ledger(as_of), month, kind)


def parts_of_cohort(
    as_of: date, start: date, age: int, *, months: int, by: str = "", value: str | None = None
) -> list[Part]:
    """The accounts of a cohort, at an age."""
    return of_cohort(_of_group(as_of, by, value), start, age, months=months)


def sizes(as_of: date) -> Sizes:
    """Who left in twelve months, by what they paid before."""
    _, paid, now = rules.then_and_now(ledger(as_of), as_of)
    return by_size(paid, now)


def definitions() -> Mapping[str, Definition]:
    """The definitions of monthly rates to choose from, by key; the first is ours."""
    return DEFINITIONS


def difference(month: Month) -> str:
    """Why definitions give other figures for a month; empty where they agree."""
    return differs(month)


def ledger(as_of: date) -> pa.Table:
    """All movements as known at a day: of the present one as of the last cycle, else out of the log."""
    slug = here().slug
    found = kept_ledger(slug)
    if found is not None and found.as_of == as_of:
        return found.ledger
    return _of_past(slug, as_of, open_lake(slug).snapshot("events").version, merged().number)


@lru_cache(maxsize=4)
def _of_past(slug: str, as_of: date, _version: int, _merges: int) -> pa.Table:
    """Made once for each version of the log."""
    return subscriptions.ledger(open_lake(slug), as_of=as_of)


def accounts_by(as_of: date, by: str) -> dict[str | None, list[int]]:
    """The accounts that ever paid, by a field, as `retention` groups them; None: it is not known."""
    field = _field(by, catalogue())
    return _told_apart(_values(rules.paid_last(ledger(as_of), as_of), field, None), field)


def _of_group(as_of: date, by: str, value: str | None) -> pa.Table:
    every = ledger(as_of)
    if not by:
        return every
    field = _field(by, catalogue())
    values = _values(rules.paid_last(every, as_of), field, None)
    theirs = [account for account, of in values.items() if _written(of) == value]
    return every.filter(pc.is_in(every["account"], value_set=pa.array(theirs, pa.int64())))


def _retention(ledger: pa.Table, day: date, by: str, where: str) -> Retention:
    view = here()
    first = pc.min(ledger["month"]).as_py()
    known = catalogue() if by or where else None
    field = _field(by, known) if by and known else None
    condition = parse(where, known, max_level="measure") if where and known else None
    values = _values(rules.paid_last(ledger, day), field, condition) if field or condition else None
    asked = ledger if values is None else ledger.filter(pc.is_in(ledger["account"], value_set=_ids(values)))
    return Retention(
        as_of=day,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        total=rules.course(asked, first=first, as_of=day),
        groups=_groups(asked, values, field, first, day) if field and values is not None else (),
    )


def _field(name: str, known: Catalogue) -> Field:
    field = known.find(name)
    if field is None:
        raise NotFound(f"There is no field {name!r}. See the fields on the page Measures.")
    if field.level not in _LEVELS:
        label = field.label or name
        raise Invalid(f"{label} cannot tell accounts apart here. Take an attribute, a trait or a measure.")
    return field


def _values(paid_last: Mapping[int, date], field: Field | None, condition: Expression | None) -> dict[int, object]:
    """The value of `field` (None without one, or where nothing is known) of each account that fits."""
    columns = {*(condition.columns if condition else ()), *([field.column] if field else ())}
    on: defaultdict[date, list[int]] = defaultdict(list)
    for account, day in paid_last.items():
        on[day].append(account)
    if condition is None and field is not None and (known := _kept(paid_last, field)) is not None:
        return known
    found: dict[int, object] = dict.fromkeys(paid_last) if condition is None else {}
    for day, accounts in on.items():
        rows = facts(entity="account", as_of=day, ids=sorted(accounts), only=[*columns, "status"])
        if condition is not None:
            rows = rows.filter(current.evaluate(rows, [{"fits": condition}])["fits"])
        told = rows[field.column] if field and field.column in rows.column_names else pa.nulls(rows.num_rows)
        found |= dict(zip(rows["id"].to_pylist(), told.to_pylist(), strict=True))
    return found


def _kept(paid_last: Mapping[int, date], field: Field) -> dict[int, object] | None:
    """The value of an attribute or trait of each account, as the last cycle kept it for the same days; else None."""
    found = payers.payers(here().slug)
    if found is None or field.column not in found.columns or found.table.num_rows != len(paid_last):
        return None
    days = dict(zip(found.table["id"].to_pylist(), found.table[payers.PAID_LAST].to_pylist(), strict=True))
    return dict(payers.values(found, field.column)) if days == paid_last else None


def _groups(
    ledger: pa.Table, values: Mapping[int, object], field: Field, first: date | None, as_of: date
) -> Sequence[Course]:
    found = [
        rules.course(
            ledger.filter(pc.is_in(ledger["account"], value_set=pa.array(mine, pa.int64()))),
            first=first, as_of=as_of, value=value,
        )
        for value, mine in _told_apart(values, field).items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.months[-1].mrr if each.months else 0, each.value or ""))


def _told_apart(values: Mapping[int, object], field: Field) -> dict[str | None, list[int]]:
    accounts: defaultdict[str | None, list[int]] = defaultdict(list)
    for account, value in values.items():
        accounts[_written(value)].append(account)
    if len(accounts) > GROUPS:
        raise Invalid(
            f"{field.label or field.key} has {len(accounts):,} values, and at most {GROUPS} can be told apart: take"
            " another field, or narrow the accounts with a condition."
        )
    return dict(accounts)


def _written(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ids(values: Mapping[int, object]) -> pa.Array:
    return pa.array(values, pa.int64())
