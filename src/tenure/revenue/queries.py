"""Retention of a workspace, by month and over the year, of all accounts or those a condition selects, by any field.

An account counts under what a field said on the day it paid last: of who left, what was known while they were there.
So each account stands in one group through all months, and groups add up to the whole in each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import money
from tenure.base.refusals import Invalid, NotFound
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.health.queries import catalogue
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, parse
from tenure.measures.queries import facts
from tenure.revenue import rules
from tenure.revenue.contracts import Course, Retention
from tenure.subscriptions import queries as subscriptions
from tenure.tenants.queries import as_of_day, here

GROUPS = 50
"""So many values of a field at most: beyond that it tells accounts apart by name."""
_LEVELS = ("raw", "measure")


def retention(*, as_of: date | None = None, by: str = "", where: str = "") -> Retention:
    """Refuses with `ExpressionError` a condition that cannot be read, with `NotFound` an unknown field, with `Invalid`
    one that has too many values."""
    view = here()
    day = as_of or as_of_day(view)
    ledger = subscriptions.ledger(open_lake(view.slug), as_of=day)
    first = pc.min(ledger["month"]).as_py()
    known = catalogue() if by or where else None
    field = _field(by, known) if by and known else None
    condition = parse(where, known, max_level="measure") if where and known else None
    values = _values(rules.paid_last(ledger, day), field, condition)
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


def _values(
    paid_last: Mapping[int, date], field: Field | None, condition: Expression | None
) -> dict[int, object] | None:
    """The value of `field` (None without one, or where nothing is known) of each account that fits; None: all accounts,
    whatever they are."""
    if field is None and condition is None:
        return None
    columns = {*(condition.columns if condition else ()), *([field.column] if field else ())}
    on: defaultdict[date, list[int]] = defaultdict(list)
    for account, day in paid_last.items():
        on[day].append(account)
    found: dict[int, object] = dict.fromkeys(paid_last) if condition is None else {}
    for day, accounts in on.items():
        rows = facts(entity="account", as_of=day, ids=sorted(accounts), only=[*columns, "status"])
        if condition is not None:
            rows = rows.filter(current.evaluate(rows, [{"fits": condition}])["fits"])
        told = rows[field.column] if field and field.column in rows.column_names else pa.nulls(rows.num_rows)
        found |= dict(zip(rows["id"].to_pylist(), told.to_pylist(), strict=True))
    return found


def _groups(
    ledger: pa.Table, values: Mapping[int, object], field: Field, first: date | None, as_of: date
) -> Sequence[Course]:
    accounts: defaultdict[str | None, list[int]] = defaultdict(list)
    for account, value in values.items():
        accounts[_written(value)].append(account)
    if len(accounts) > GROUPS:
        raise Invalid(
            f"{field.label or field.key} has {len(accounts):,} values, and at most {GROUPS} can be told apart: take"
            " another field, or narrow the accounts with a condition."
        )
    found = [
        rules.course(
            ledger.filter(pc.is_in(ledger["account"], value_set=pa.array(mine, pa.int64()))),
            first=first, as_of=as_of, value=value,
        )
        for value, mine in accounts.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.months[-1].mrr if each.months else 0, each.value or ""))


def _written(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ids(values: Mapping[int, object]) -> pa.Array:
    return pa.array(values, pa.int64())
