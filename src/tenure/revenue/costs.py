"""Costs of winning customers as they are written: one in a form, many in a CSV with month, source, amount, currency."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

from tenure.base.money import Money
from tenure.base.months import first_day
from tenure.base.refusals import Invalid, Problem

COLUMNS = ("month", "source", "amount", "currency")
LONGEST, MOST = 100, 10_000
LARGEST = Decimal(10**12)
FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)
FORMULAS = tuple("=+-@\t\r")


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent in a month (its first day) on a source of customers, "" on all together."""

    month: date
    source: str
    amount: Money


def read_file(text: str) -> list[Cost]:
    """All costs of a CSV; `Invalid` names each line that is none, and then nothing is returned."""
    try:
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise Invalid(f"The file needs the columns month, source, amount, currency; it lacks {', '.join(missing)}.")
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Invalid(f"The file cannot be read as CSV: {error}.") from None
    if not 0 < len(rows) <= MOST:
        raise Invalid(f"The file has {len(rows):,} costs in it; there have to be 1 to {MOST:,}.")
    found: list[Cost] = []
    wrong: list[Problem] = []
    for line, row in rows:
        try:
            found.append(read_one(**{name: (row[name] or "") for name in COLUMNS}))
        except Invalid as refusal:
            wrong += [Problem(refusal.message, f"line {line}")]
    wrong += list(_twice(found))
    if wrong:
        raise Invalid("No cost was taken: correct these lines.", wrong)
    return found


def read_one(*, month: str, source: str, amount: str, currency: str) -> Cost:
    """A cost as it is typed; an amount of 0 takes away what there is."""
    try:
        first = first_day(date.fromisoformat(f"{month.strip()}-01" if len(month.strip()) == 7 else month.strip()))
    except ValueError:
        raise Invalid(f"{month!r} is not a month such as 2026-03.") from None
    if not FIRST <= first < LAST:
        raise Invalid(f"{month!r} is not a month between {FIRST.year} and {LAST.year}.")
    named = source.strip()
    if len(named) > LONGEST or named.startswith(FORMULAS):
        raise Invalid(
            f"A source is a name of at most {LONGEST} letters and begins with none of = + - @, not {named!r}."
        )
    code = currency.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Invalid(f"{currency!r} is not a currency of three letters such as EUR.")
    try:
        value = Decimal(amount.strip())
    except InvalidOperation:
        raise Invalid(f"{amount!r} is not an amount such as 12500.00.") from None
    if not value.is_finite() or not 0 <= value < LARGEST:
        raise Invalid(f"{amount!r} is not an amount from 0 up, below a thousand thousand million.")
    return Cost(first, named, Money.of(value, code))


def _twice(found: Iterable[Cost]) -> Iterator[Problem]:
    seen = set[tuple[date, str]]()
    for each in found:
        key = each.month, each.source.casefold()
        if key in seen:
            yield Problem(f"{each.month:%Y-%m} {each.source or 'without a source'} is there twice.")
        seen.add(key)
