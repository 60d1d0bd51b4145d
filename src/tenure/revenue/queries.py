"""Retention of a workspace, by month and over the year, of all accounts or those a condition selects, by any field.

An account counts under what a field said on the day it paid last: of who left, what was known while they were there.
So each account stands in one group through all months, and groups add up to the whole in each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import money
from tenure.base.months import months_back
from tenure.base.refusals import Invalid, NotFound
from tenure.customers.queries import merged
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.health.queries import catalogue
from tenure.measures.language import parse
from tenure.revenue import grouping as groupings
from tenure.revenue import payers, rules
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
)
from tenure.revenue.definitions import DEFINITIONS, OURS
from tenure.revenue.differing import differs
from tenure.revenue.grouping import Grouping
from tenure.revenue.groups import FieldGroups, Groups
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
    due = subscriptions.renewals_due(lake, as_of=day) if definition_of(definition).by_renewals else None
    return _retention(subscriptions.ledger(lake, as_of=day), due, day, by, where)


def retention_shown(as_of: date, *, by: str = "", where: str = "", definition: str = OURS) -> Retention:
    """`retention` for a page: of the present day as of the last cycle; renewals of the last two years."""
    return _retention(
        ledger(as_of), renewals_due(as_of) if definition_of(definition).by_renewals else None, as_of, by, where
    )


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
        return of_renewals(renewals_due(as_of), months_back(month, months - 1), month, kind)
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


def definition_of(key: str) -> Definition:
    """One of them; refuses with `NotFound`."""
    if key not in DEFINITIONS:
        raise NotFound(f"There is no definition {key!r}. Choose one of {', '.join(DEFINITIONS)}.")
    return DEFINITIONS[key]


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
    found = kept_renewals_due(here().slug, as_of)
    if found is not None:
        return found.rows
    return _out_of_log(subscriptions.renewals_due, as_of)


def ledger(as_of: date) -> pa.Table:
    """All movements as known at a day: as they are kept of it, of the present one by the last cycle; else out of the
    log."""
    found = kept_ledger(here().slug, as_of)
    if found is not None:
        return found.ledger
    return _out_of_log(subscriptions.ledger, as_of)


def _out_of_log(derive: Callable[..., pa.Table], as_of: date) -> pa.Table:
    slug = here().slug
    return _of_past(derive, slug, as_of, open_lake(slug).snapshot("events").version, merged().number)


@lru_cache(maxsize=4)
def _of_past(derive: Callable[..., pa.Table], slug: str, as_of: date, _version: int, _merges: int) -> pa.Table:
    """Made once for each version of the log."""
    return derive(open_lake(slug), as_of=as_of)


def grouping(by: str) -> Grouping:
    """What tells accounts apart (`grouping.py` says how it is written); refuses what says nothing."""
    return groupings.read(by, catalogue())


def groups_by(as_of: date, by: str) -> FieldGroups:
    """The accounts that ever paid, as `retention` groups them."""
    last, chosen = rules.paid_last(ledger(as_of), as_of), grouping(by)
    return _told_apart(last, payers.rows(last, as_of, chosen.columns), by, chosen)


def _told_apart(last: pa.Table, told: pa.Table, by: str, chosen: Grouping) -> FieldGroups:
    """The accounts of `last` by what is `told` of each. Refuses too many groups."""
    found = chosen.of(told)
    if len(found.names) > GROUPS:
        raise Invalid(
            f"{chosen.label} has {len(found.names):,} values, and at most {GROUPS} can be told apart: take another"
            " field, or write a condition."
        )
    return FieldGroups(by, chosen.label, last["id"].to_numpy(), found)


def _of_group(as_of: date, by: str, value: str | None) -> pa.Table:
    every = ledger(as_of)
    if not by:
        return every
    found = groups_by(as_of, by)
    return _among(every, found.accounts[found.groups.has(value)])


def _retention(ledger: pa.Table, due: pa.Table | None, day: date, by: str, where: str) -> Retention:
    view, first = here(), pc.min(ledger["month"]).as_py()
    groups: FieldGroups | None = None
    if by or where:
        ledger, due, groups = _asked_for(ledger, due, day, by, where)
    total, courses = rules.courses(ledger, groups, first=first, as_of=day)
    return Retention(
        as_of=day,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        total=replace(total, renewals=_by_month(due, day)),
        groups=_ranked(_renewing(courses, due, groups), groups.groups) if groups else (),
    )


def _asked_for(
    ledger: pa.Table, due: pa.Table | None, day: date, by: str, where: str
) -> tuple[pa.Table, pa.Table | None, FieldGroups | None]:
    """Both tables with the accounts alone that a condition selects, and the groups of these. What is known of accounts
    is read once for both."""
    chosen = grouping(by) if by else None
    condition = parse(where, catalogue()) if where else None
    last = rules.paid_last(ledger, day)
    told = payers.rows(last, day, [column for each in (condition, chosen) if each for column in each.columns])
    if condition:
        fits = current.evaluate(told, [{"fits": condition}])["fits"]
        last, told = last.filter(fits), told.filter(fits)
        accounts = last["id"].to_numpy()
        ledger, due = _among(ledger, accounts), None if due is None else _among(due, accounts)
    return ledger, due, _told_apart(last, told, by, chosen) if chosen else None


def _renewing(courses: Sequence[Course], due: pa.Table | None, groups: FieldGroups) -> Sequence[Course]:
    """The courses of groups with the renewals of each."""
    if due is None:
        return courses
    return [replace(course, renewals=its) for course, its in zip(courses, by_group(due, groups), strict=True)]


def _ranked(courses: Sequence[Course], groups: Groups) -> Sequence[Course]:
    """In the order of their own, if they have one; others by what they pay, the greatest first."""
    return courses if groups.ordered else sorted(courses, key=lambda each: (-_now(each), each.value or ""))


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


def _among(rows: pa.Table, accounts: Whole) -> pa.Table:
    """Those rows that are of the accounts."""
    return rows.filter(pc.is_in(rows["account"], value_set=pa.array(accounts)))
