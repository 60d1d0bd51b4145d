"""Exchange rates from a file: CSV with the columns currency, day and rate."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tenure.base.refusals import Invalid, Problem
from tenure.subscriptions.contracts import Rate

COLUMNS = ("currency", "day", "rate")


def read_rates(path: Path) -> list[Rate]:
    """All rates of the file, in its order; `Invalid` names each line that is none, and then nothing is returned."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise Invalid(f"{path.name} needs the columns currency, day, rate; it lacks {', '.join(missing)}.")
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path} cannot be read as CSV in UTF-8: {error}") from None
    found = [_rate(row, f"{path.name}:{line}") for line, row in rows]
    wrong = [each for each in found if isinstance(each, Problem)]
    if wrong:
        raise Invalid("No rate was set: correct these lines.", wrong)
    return [each for each in found if isinstance(each, Rate)]


def _rate(row: dict[str, str | None], where: str) -> Rate | Problem:
    currency, day, rate = ((row[name] or "").strip() for name in COLUMNS)
    try:
        return Rate(currency.upper(), date.fromisoformat(day), Decimal(rate))
    except ValueError:
        return Problem(f"{day!r} is not a day such as 2026-01-31", where)
    except InvalidOperation:
        return Problem(f"{rate!r} is not a number such as 1.0834", where)


def problems(rates: Sequence[Rate]) -> Iterator[Problem]:
    """What keeps rates from being set: no three letters, not above 0, more digits than are kept."""
    for each in rates:
        where = f"{each.currency} {each.day}"
        if len(each.currency) != 3 or not each.currency.isascii() or not each.currency.isalpha():
            yield Problem(f"{each.currency!r} is not a currency of three letters such as EUR", where)
        elif not each.rate.is_finite() or not Decimal("1e-9") <= each.rate < Decimal("1e9"):
            yield Problem(f"{each.rate} is not a rate above 0 and below a thousand million", where)
