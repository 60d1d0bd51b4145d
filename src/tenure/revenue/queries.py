"""Retention of a workspace, by month and over the year, of all accounts or those a condition selects, by any field.

An account counts under what a field said on the day it paid last: of who left, what was known while they were there.
So each account stands in one group through all months, and groups add up to the whole in each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from tenure.measures.language import parse
from tenure.revenue import groups, payers, rules
from tenure.revenue.cohorts import cohorts
from tenure.revenue.contracts import (
    KINDS,
    RENEWALS,
    Cohorts,
    Course,
    Definition,
    Month,
    Part,
    Renewals,
    Retention,
    Sizes,
    Span,
    Staying,
    date_of,
    number_of,
)
from tenure.revenue.definitions import DEFINITIONS, OURS
from tenure.revenue.differing import differs
from tenure.revenue.groups import Grouping, Groups
from tenure.revenue.made_of import of_cohort, of_movement
from tenure.revenue.renewals import by_group, by_month, of_renewals
from tenure.revenue.runs import Whole
from tenure.revenue.sizes import by_size
from tenure.subscriptions import queries as subscriptions
from tenure.subscriptions.contracts import KeptRenewals
from tenure.subscriptions.queries import kept_ledger, kept_renewals_due
from tenure.tenants.queries import as_of_day, here

GROUPS = 50
"""So many values of a field at most: beyond that it tells accounts apart by name."""


def retention(*, as_of: date | None = None, by: str = "", where: str = "", definition: str = OURS) -> Retention:
    """From the log as it is, with what the definition needs. Refuses with `ExpressionError` a condition that cannot be
    read, with `NotFound` an unknown field or definition, with `Invalid` a field that has too many values."""
    view = here()
    day = as_of or as_of_day(view)
    lake = open_lake(view.slug)
    due = subscriptions.renewals_due(lake, as_of=day) if of(definition).by_renewals else None
    return _retention(subscriptions.ledger(lake, as_of=day), due, day, by, where)


def retention_shown(as_of: date, *, by: str = "", where: str = "", definition: str = OURS) -> Retention:
    """`retention` for a page: of the present day as of the last cycle; renewals of the last two years."""
    return _retention(ledger(as_of), renewals_due(as_of) if of(definition).by_renewals else None, as_of, by, where)


def cohorts_shown(as_of: date, *, months: int, by: str = "", value: str | None = None) -> Cohorts:
    """The cohorts of all accounts, or of those with a value of a field (as `retention` groups them)."""
    return cohorts(_of_group(as_of, by, value), as_of=as_of, months=months)


def staying(as_of: date, *, horizon: int, by: str = "", value: str | None = None) -> Staying:
    """How long those accounts stay."""
    return rules.staying(_of_group(as_of, by, value), as_of=as_of, horizon=horizon)


def parts_of(as_of: date, month: date, kind: str, *, months: int = 1) -> list[Part]:
    """The accounts behind a movement, or an amount of renewals, of a month or of so many that end with it. Refuses with
    `Invalid` what is neither."""
    if kind in RENEWALS:
        return of_renewals(renewals_due(as_of), date_of(number_of(month) - months + 1), month, kind)
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is no movement. There are {', '.join((*KINDS, *RENEWALS))}.")
    return of_movement(ledger(as_of), month, kind, months=months)


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
    """The definitions of retention to choose from, by key; the first is ours."""
    return DEFINITIONS


def of(definition: str) -> Definition:
    """One of them; refuses with `NotFound`."""
    if definition not in DEFINITIONS:
        raise NotFound(f"There is no definition {definition!r}. Choose one of {', '.join(DEFINITIONS)}.")
    return DEFINITIONS[definition]


def difference(definition: str, span: Span) -> list[str]:
    """Why it gives other figures than ours for a month, in sentences (see `differing.py`); none where they agree."""
    return differs(definition, span)


def span(found: Course, month: Month) -> Span:
    """A month of a course, as definitions are asked about it."""
    return rules.span(found, month)


def year_span(found: Course) -> Span | None:
    """Its twelve months taken as one; None where nothing is known of any."""
    return rules.year_span(found)


def renewals_due(as_of: date) -> pa.Table:
    """The renewals that came due: those of two years as they are kept of the day, else out of the log."""
    slug = here().slug
    found = kept_renewals_due(slug, as_of)
    if found is not None:
        return found.rows
    return _due_of_past(slug, as_of, open_lake(slug).snapshot("events").version, merged().number)


@lru_cache(maxsize=4)
def _due_of_past(slug: str, as_of: date, _version: int, _merges: int) -> pa.Table:
    """Made once for each version of the log."""
    return subscriptions.renewals_due(open_lake(slug), as_of=as_of)


def ledger(as_of: date) -> pa.Table:
    """All movements as known at a day: as they are kept of it, of the present one by the last cycle; else out of the
    log."""
    slug = here().slug
    found = kept_ledger(slug, as_of)
    if found is not None:
        return found.ledger
    return _of_past(slug, as_of, open_lake(slug).snapshot("events").version, merged().number)


@lru_cache(maxsize=4)
def _of_past(slug: str, as_of: date, _version: int, _merges: int) -> pa.Table:
    """Made once for each version of the log."""
    return subscriptions.ledger(open_lake(slug), as_of=as_of)


def grouping(by: str) -> Grouping:
    """What tells accounts apart (`groups.py` says how it is written); refuses what says nothing."""
    return groups.read(by, catalogue())


def accounts_by(as_of: date, by: str) -> dict[str | None, pa.Array]:
    """The accounts that ever paid, as `retention` groups them; None: it is not known."""
    last = rules.paid_last(ledger(as_of), as_of)
    chosen = grouping(by)
    names, codes = _coded(chosen, chosen.of(payers.rows(last, as_of, chosen.columns)))
    accounts = last["id"].to_numpy()
    return {name: pa.array(accounts[codes == at]) for at, name in enumerate(names)}


def _of_group(as_of: date, by: str, value: str | None) -> pa.Table:
    every = ledger(as_of)
    if not by:
        return every
    last = rules.paid_last(every, as_of)
    chosen = grouping(by)
    found = chosen.of(payers.rows(last, as_of, chosen.columns)).values
    theirs = pc.is_null(found) if value is None else pc.fill_null(pc.equal(found, pa.scalar(value)), False)
    return _among(every, last["id"].filter(theirs))


def _retention(ledger: pa.Table, due: pa.Table | None, day: date, by: str, where: str) -> Retention:
    view = here()
    first = pc.min(ledger["month"]).as_py()
    chosen = grouping(by) if by else None
    condition = parse(where, catalogue()) if where else None
    names: Sequence[str | None] = (None,)
    codes: Whole | None = None
    order: Sequence[str] = ()
    if chosen or condition:
        last = rules.paid_last(ledger, day)
        columns = (*(condition.columns if condition else ()), *(chosen.columns if chosen else ()))
        told = payers.rows(last, day, columns)
        if condition:
            fits = current.evaluate(told, [{"fits": condition}])["fits"]
            last, told = last.filter(fits), told.filter(fits)
            ledger, due = _among(ledger, last["id"]), _among(due, last["id"])
        if chosen:
            found = chosen.of(told)
            (names, codes), order = _coded(chosen, found), found.order
    total, courses = rules.courses(ledger, names, codes, first=first, as_of=day)
    return Retention(
        as_of=day,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        total=replace(total, renewals=_by_month(due, day)),
        groups=_ranked(_renewing(courses, due, last["id"].to_numpy(), codes), order) if codes is not None else (),
    )


def _coded(chosen: Grouping, found: Groups) -> tuple[list[str | None], Whole]:
    """The groups that have accounts (None: not known), and the place among them of each account's. Refuses too many."""
    coded = found.values.dictionary_encode(null_encoding="encode")
    names: list[str | None] = coded.dictionary.to_pylist()
    if len(names) > GROUPS:
        raise Invalid(
            f"{chosen.label} has {len(names):,} values, and at most {GROUPS} can be told apart: take another field, or"
            " write a condition."
        )
    return names, coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _renewing(courses: Sequence[Course], due: pa.Table | None, accounts: Whole, codes: Whole) -> Sequence[Course]:
    """The courses of groups with the renewals of each."""
    if due is None:
        return courses
    theirs = by_group(due, [accounts[codes == at].tolist() for at in range(len(courses))])
    return [replace(course, renewals=renewals) for course, renewals in zip(courses, theirs, strict=True)]


def _ranked(courses: Sequence[Course], order: Sequence[str]) -> Sequence[Course]:
    """In the order that groups have, those without one by what they pay."""
    rank = {name: at for at, name in enumerate(order)}
    return sorted(courses, key=lambda each: (rank.get(each.value or "", len(rank)), -_now(each), each.value or ""))


def _now(course: Course) -> int:
    return course.months[-1].mrr if course.months else 0


def _by_month(due: pa.Table | None, day: date) -> tuple[Renewals, ...]:
    """Of a file that is kept once for as long as it stands: two million rows are a third of a second."""
    if due is None:
        return ()
    found = kept_renewals_due(here().slug, day)
    return _of_kept(found) if found is not None and found.rows is due else by_month(due)


@lru_cache(maxsize=16)
def _of_kept(found: KeptRenewals) -> tuple[Renewals, ...]:
    return by_month(found.rows)


def _among(rows: pa.Table | None, accounts: pa.ChunkedArray) -> pa.Table | None:
    """Those rows that are of the accounts."""
    if rows is None:
        return None
    return rows.filter(pc.is_in(rows["account"], value_set=accounts.combine_chunks()))
