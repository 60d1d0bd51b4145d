"""What a person did: her events by name over the last weeks, and on which days she was seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pyarrow as pa
from markupsafe import Markup

from tenure.base.soon import soon
from tenure.customers.contracts import PersonFile
from tenure.events import queries as events
from tenure.events.contracts import PersonDays
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.charts.sparkline import sparkline

WEEKS = 12
SHOWN = 12
"""So many names of events at most stand in the table; the others are counted together."""
DAYS = 28


@dataclass(frozen=True, slots=True)
class Used:
    """A name with how often it happened, in all weeks and in the last, and its course."""

    name: str
    total: str
    last: str
    spark: Markup


def asked(request: TeamRequest, file: PersonFile) -> Callable[[], tuple[list[Used], int, PersonDays]]:
    """Her events by name, the most frequent first; how many names more there are; her days. The lake is asked at
    once."""
    lake = events.open_lake(request.workspace.slug)
    accounts = file.account_records
    first = request.as_of - timedelta(days=7 * WEEKS - 1)
    rows = soon(partial(events.events_of_person, lake, file.records, accounts, first=first, as_of=request.as_of))
    days = soon(partial(events.days_of_person, lake, file.records, accounts, as_of=request.as_of, days=DAYS))

    def answer() -> tuple[list[Used], int, PersonDays]:
        weekly = by_week(rows(), first)
        ordered = sorted(weekly.items(), key=lambda pair: (-sum(pair[1]), pair[0]))
        return [_used(name, weeks) for name, weeks in ordered[:SHOWN]], max(len(ordered) - SHOWN, 0), days()

    return answer


def by_week(rows: pa.Table, first: date) -> dict[str, list[float]]:
    """The events of each name in each of `WEEKS` weeks, oldest first; the last ends on the page's day."""
    found: dict[str, list[float]] = {}
    for row in rows.to_pylist():
        weeks = found.setdefault(row["name"], [0.0] * WEEKS)
        weeks[(row["day"] - first).days // 7] += row["events"]
    return found


def _used(name: str, weeks: Sequence[float]) -> Used:
    said = f"{name} by week, oldest first: " + ", ".join(formats.number(week) for week in weeks)
    return Used(
        name=name,
        total=formats.number(sum(weeks)),
        last=formats.number(weeks[-1]),
        spark=sparkline(list(weeks), high=None, band="accent", label=said),
    )
