"""How commands answer: JSON for scripts, aligned tables for people, CSV for spreadsheets."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import click

from tenure.base import spreadsheets
from tenure.base.refusals import Refusal


def as_json(value: object) -> None:
    """One JSON document on standard output: dates as ISO 8601, keys in the order given."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")


def as_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Aligned columns; numbers to the right, unknown as a dash."""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    right = [all(_is_number(row.get(c)) for row in rows) for c in columns]
    for line in [list(columns), *cells]:
        padded = (text.rjust(w) if r else text.ljust(w) for text, w, r in zip(line, widths, right, strict=True))
        click.echo("  ".join(padded).rstrip())


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.10g}" if value != int(value) else str(int(value))
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return str(value)


def as_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """RFC 4180, with text that a spreadsheet would run as a formula made harmless."""
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(column)) for column in columns] for row in rows)


def safe_cell(value: object) -> object:
    """A CSV cell: text that begins like a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    return spreadsheets.harmless(value)


@contextmanager
def refusing(*, json_output: bool = False) -> Iterator[None]:
    """Print a refusal (as JSON on standard output when asked) and leave with exit code 1."""
    try:
        yield
    except Refusal as refusal:
        if json_output:
            as_json({"error": refusal.as_problem()})
        click.echo(f"tenure: {refusal.message}", err=True)
        for problem in refusal.problems:
            click.echo(f"  {problem}", err=True)
        raise SystemExit(1) from None
