"""Retention of a workspace, by month and over the year, of all accounts or those a condition selects, by any field.

An account counts under what a field said on the day it paid last: of who left, what was known while they were there.
So each account stands in one group through all months, and groups add up to the whole in each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
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
from tenure.revenue.rules import Days
from tenure.revenue.runs import Whole
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


def _of_group(as_of: date, by: str, value: str | None) -> pa.Table:
    every = ledger(as_of)
    if not by:
        return every
    told = _told(every, as_of, _field(by, catalogue()), None)
    names, group = told.groups()
    theirs = told.accounts[group == names.index(value)] if value in names else told.accounts[:0]
    return every.filter(pc.is_in(every["account"], value_set=pa.array(theirs)))


def _retention(ledger: pa.Table, day: date, by: str, where: str) -> Retention:
    view = here()
    known = catalogue() if by or where else None
    field = _field(by, known) if by and known else None
    condition = parse(where, known, max_level="measure") if where and known else None
    told = _told(ledger, day, field, condition) if field or condition else None
    names, group = told.groups() if told and field else ((None,), None)
    if field and len(names) > GROUPS:
        raise Invalid(
            f"{field.label or field.key} has {len(names):,} values, and at most {GROUPS} can be told apart: take"
            " another field, or narrow the accounts with a condition."
        )
    asked = (
        ledger.filter(pc.is_in(ledger["account"], value_set=pa.array(told.accounts))) if condition and told else ledger
    )
    total, groups = rules.courses(asked, names, group, first=pc.min(ledger["month"]).as_py(), as_of=day)
    return Retention(
        as_of=day,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        total=total,
        groups=sorted(groups, key=_greatest) if field else (),
    )


def _greatest(course: Course) -> tuple[int, str]:
    return -course.months[-1].mrr if course.months else 0, course.value or ""


def _field(name: str, known: Catalogue) -> Field:
    field = known.find(name)
    if field is None:
        raise NotFound(f"There is no field {name!r}. See the fields on the page Measures.")
    if field.level not in _LEVELS:
        label = field.label or name
        raise Invalid(f"{label} cannot tell accounts apart here. Take an attribute, a trait or a measure.")
    return field


@dataclass(frozen=True, slots=True)
class _Told:
    """What a field says of each account of a ledger that was asked for, in the ledger's order."""

    accounts: Whole
    values: pa.Array

    def groups(self) -> tuple[Sequence[str | None], Whole]:
        """The values as they are written, and the place among them of each account's."""
        whole = pa.types.is_nested(self.values.type) or pa.types.is_null(self.values.type)
        plain = pa.array(map(_written, self.values.to_pylist()), pa.string()) if whole else self.values
        coded = pc.dictionary_encode(plain, null_encoding="encode")
        written = [_written(each) for each in coded.dictionary.to_pylist()]
        names = list(dict.fromkeys(written))
        place = np.array([names.index(each) for each in written], np.int64)
        return names, place[coded.indices.to_numpy()]


def _told(ledger: pa.Table, day: date, field: Field | None, condition: Expression | None) -> _Told:
    """What `field` says (nothing without one, or where nothing is known) of each account that fits."""
    accounts, days = rules.last_days(ledger, day)
    if condition is None and field is not None and (known := _kept(accounts, days, field)) is not None:
        return _Told(accounts, known)
    columns = {*(condition.columns if condition else ()), *([field.column] if field else ())}
    found: dict[int, object] = dict.fromkeys(accounts.tolist()) if condition is None else {}
    for on in np.unique(days).tolist():
        rows = facts(
            entity="account", as_of=on, ids=accounts[days == np.datetime64(on)].tolist(), only=[*columns, "status"]
        )
        if condition is not None:
            rows = rows.filter(current.evaluate(rows, [{"fits": condition}])["fits"])
        said = rows[field.column] if field and field.column in rows.column_names else pa.nulls(rows.num_rows)
        found |= dict(zip(rows["id"].to_pylist(), said.to_pylist(), strict=True))
    fit = sorted(found)
    return _Told(np.array(fit, np.int64), pa.array([found[each] for each in fit]))


def _kept(accounts: Whole, days: Days, field: Field) -> pa.Array | None:
    """An attribute or trait of each account, as the last cycle kept it for the same days; else None."""
    found = payers.payers(here().slug)
    if found is None or field.column not in found.columns or found.table.num_rows != len(accounts):
        return None
    ids = found.table["id"].to_numpy()
    order = np.argsort(ids)
    if not np.array_equal(ids[order], accounts):
        return None
    if not np.array_equal(found.table[payers.PAID_LAST].to_numpy()[order], days):
        return None
    return payers.values(found, field.column).take(pa.array(order))


def _written(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
