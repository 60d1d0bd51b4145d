"""Measures as the pages show them: definition in words, how fresh, how much is known, how it is distributed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from tenure.measures.document import Features, Measure, Measures, Subscription, Surveys, Tickets, Trait, Usage
from tenure.measures.queries import Published
from tenure.screens import charts, formats
from tenure.screens.charts import scale

FEEDS = {
    "usage": "Usage", "tickets": "Tickets", "surveys": "Surveys", "invoices": "Invoices",
    "subscriptions": "Subscriptions", "accounts": "Accounts",
}  # fmt: skip
DIRECTIONS = {
    "higher_is_better": ("More is better", "trending-up"),
    "lower_is_better": ("Less is better", "trending-down"),
    "neutral": ("Neither", "minus"),
}
# What comes before the thing counted; `{}` takes its place.
AGGREGATES = {
    "count": "Number of {}", "people": "Different people behind {}", "days": "Days with {}", "minutes": "Minutes of {}",
    "errors": "Errors met in {}", "sum": "Sum of {}", "average": "Mean of {}", "average_minutes": "Mean minutes of {}",
    "features": "Different kinds of {}", "utilisation": "Weighted share of {} that are used",
    "days_since": "Days since {}",
    "last": "The latest of {}", "share": "Satisfied share of {}", "nps": "Promoters less detractors in {}",
    "open": "{} that are open", "lapsed_days": "Days that {} is overdue", "now": "{} on the day",
    "growth": "Growth of {}", "ratio": "{}",
}  # fmt: skip
CLASSES = 12


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A line of the list."""

    key: str
    label: str
    definition: str
    for_whom: str
    direction: str
    direction_icon: str
    unknown: str
    unknown_bar: Markup
    median: str
    stale: str
    in_score: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one feed, and how fresh it is."""

    label: str
    freshness: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's values over the accounts: how many are known, and the known ones sorted."""

    accounts: int
    values: tuple[float, ...]

    @property
    def known(self) -> int:
        return len(self.values)

    @property
    def unknown_share(self) -> float | None:
        return 1 - self.known / self.accounts if self.accounts else None

    @property
    def median(self) -> float | None:
        return float(np.median(self.values)) if self.values else None


@dataclass(frozen=True, slots=True)
class Summary:
    """A measure's values over the accounts in short: how many are known, and the one in the middle."""

    accounts: int
    known: int
    median: float | None

    @property
    def unknown_share(self) -> float | None:
        return 1 - self.known / self.accounts if self.accounts else None


def summary(table: pa.Table | None, key: str) -> Summary:
    """As `reading`, without all the values."""
    if table is None or key not in table.schema.names:
        return Summary(0, 0, None)
    known = pc.drop_null(table[key]).to_numpy()
    return Summary(table.num_rows, len(known), float(np.median(known)) if len(known) else None)


def reading(table: pa.Table | None, key: str) -> Reading:
    """The measure's values of the accounts in a state; nothing without one."""
    if table is None or key not in table.column_names:
        return Reading(0, ())
    known = pc.drop_null(table[key])
    return Reading(table.num_rows, tuple(float(v) for v in np.sort(known.to_numpy())))


def row(found: Published, read: Reading | Summary, *, stale: date | None, in_score: bool) -> MeasureRow:
    """The line of a measure."""
    measure = found.measure
    direction, icon = DIRECTIONS[measure.direction]
    share = read.unknown_share
    return MeasureRow(
        key=found.key,
        label=measure.label,
        definition=definition(measure),
        for_whom=" and ".join({"account": "accounts", "person": "people"}[e] for e in measure.entities),
        direction=direction,
        direction_icon=icon,
        unknown=formats.percent(share),
        unknown_bar=charts.meter(share or 0.0, label=f"Unknown for {formats.percent(share)}", tone="unknown"),
        median=value(read.median, measure),
        stale=f"Frozen since {formats.day(stale)}" if stale else "",
        in_score=in_score,
    )


def value(number: float | None, measure: Measure) -> str:
    """A value with its unit: shares as percent."""
    if number is None:
        return formats.UNKNOWN
    if measure.unit in ("share", "%") or measure.aggregate in ("share", "utilisation", "growth"):
        return formats.percent(number)
    return formats.number(number)


def headline(read: Reading, measure: Measure, customers: str) -> str:
    """What the distribution says first: "Half of the customers have 14 people or more"."""
    unit = "" if measure.unit in ("", "share", "%") else f" {measure.unit}"
    half = f"{value(read.median, measure)}{unit}"
    if read.median == read.values[0]:
        return f"Half of the {customers} have {half} or less"
    return f"Half of the {customers} have {half} or more"


def definition(measure: Measure) -> str:
    """What it is, in a few words: "Days with product events in the last 28 days"."""
    if measure.description:
        return measure.description.rstrip(".")
    said = formats.capital(AGGREGATES[measure.aggregate].format(counts(measure)))
    if measure.aggregate == "growth":
        return f"{said} in {measure.window} days"
    return said if measure.window is None else f"{said} in the last {measure.window} days"


def counts(measure: Measure) -> str:
    """What it counts, in words."""
    what = measure.counts
    if isinstance(what, Usage):
        if what.names == ("*",):
            return "product events"
        return "events named " + ", ".join(what.names[:3]) + (" …" if len(what.names) > 3 else "")
    if isinstance(what, Features):
        return formats.count(len(what.weights), "core feature")
    if isinstance(what, Tickets):
        return "tickets" if measure.aggregate == "open" else f"tickets {what.event}"
    if isinstance(what, Surveys):
        return f"{what.survey.upper()} answers"
    if isinstance(what, Subscription):
        return {"mrr": "MRR"}.get(what.field, what.field)
    if isinstance(what, Trait):
        return f"the trait {what.trait}"
    if isinstance(what, Measures):
        return f"{what.of} over {what.over}"
    return {"invoices": "the oldest open invoice", "tenure": "time with us"}[what.what]


def classes(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Edges and counts of a histogram: round steps; the highest hundredth shares the last class."""
    found = np.asarray(values, dtype=float)
    low, high = float(found[0]), float(np.quantile(found, 0.99, method="higher"))
    whole = bool(np.all(found == np.round(found)))
    if whole and high - low < CLASSES:
        edges = [float(n) for n in range(int(low), int(high) + 2)]
    else:
        edges = scale.ticks(low, high, CLASSES)
        if edges[-1] <= high:
            edges.append(edges[-1] + edges[1] - edges[0])
    inside = np.clip(np.searchsorted(edges, found, side="right") - 1, 0, len(edges) - 2)
    sizes = np.bincount(inside, minlength=len(edges) - 1)
    return edges, [int(size) for size in sizes]


def distribution(read: Reading, measure: Measure) -> tuple[Markup, tuple[tuple[str, str], ...]]:
    """The chart, and the same as (class, accounts) rows."""
    edges, sizes = classes(read.values)
    single = all(edges[n + 1] - edges[n] == 1 for n in range(len(sizes))) and edges[0] == int(edges[0])
    names = [
        value(edges[n], measure) if single else f"{value(edges[n], measure)}–{value(edges[n + 1], measure)}"
        for n in range(len(sizes))
    ]
    if read.values[-1] >= edges[-1]:
        names[-1] = f"{value(edges[-2], measure)} and more"
    chart = charts.bars(
        [(name, float(size)) for name, size in zip(names, sizes, strict=True)],
        label=f"How {measure.label.lower()} is distributed",
        height=180,
        write=lambda v: formats.count(int(v), "account"),
    )
    return chart, tuple((name, formats.number(size)) for name, size in zip(names, sizes, strict=True))


def _by_window(item: tuple[str, Published]) -> tuple[str, int]:
    """Measures that differ by their window stand together, the shortest first."""
    key, found = item
    return re.sub(r"_\d+d$", "", key), found.measure.window or 0


def groups(
    measures: Mapping[str, Published],
    table: pa.Table | None,
    *,
    fresh: Mapping[str, str],
    stale: Mapping[str, date],
    in_score: frozenset[str],
) -> list[Group]:
    """The measures by feed, in the order of FEEDS; inside by key."""
    return [
        Group(
            label,
            fresh.get(feed, ""),
            tuple(
                row(each, summary(table, key), stale=stale.get(key), in_score=key in in_score)
                for key, each in sorted(measures.items(), key=_by_window)
                if each.measure.feed == feed
            ),
        )
        for feed, label in FEEDS.items()
        if any(each.measure.feed == feed for each in measures.values())
    ]
