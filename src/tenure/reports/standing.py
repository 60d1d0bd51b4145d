"""Metrics read from the scores and facts of a day: average health, shares of the bands, adoption."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.health import queries as health
from tenure.reports.contracts import Figure
from tenure.reports.matrix import quotient

ADOPTION = "product_utilisation_84d"
COLUMNS = ("score", "band", "status", ADOPTION)


def of_day(as_of: date) -> dict[str, Figure]:
    """Of the present day as of the last cycle; nothing before the first."""
    try:
        table = health.state_as_of(as_of).table
    except health.NoScores:
        return {}
    return of_table(table, bands())


def bands() -> tuple[str, ...]:
    """The keys of the bands of the scorecard in force, the worst first."""
    found = health.scorecard()
    return tuple(band.key for band in found[2].bands_ascending()) if found else ()


def of_table(table: pa.Table, worst_first: tuple[str, ...]) -> dict[str, Figure]:
    """From a row an account (`COLUMNS`, those that there are); only customers have a score."""
    found: dict[str, Figure] = {}
    if "score" in table.column_names and worst_first:
        scored = table.filter(pc.is_valid(table["score"]))
        total = pc.sum(scored["score"]).as_py() or 0.0
        found["health"] = quotient(total, scored.num_rows)
        counts = _counts(scored["band"])
        found["healthy"] = quotient(counts.get(worst_first[-1], 0), scored.num_rows)
        found["at_risk"] = quotient(counts.get(worst_first[0], 0), scored.num_rows)
    if ADOPTION in table.column_names:
        customers = table.filter(pc.equal(table["status"].cast(pa.string()), "customer"))
        used = pc.cast(pc.drop_null(customers[ADOPTION]), pa.float64())
        found["adoption"] = quotient(pc.sum(used).as_py() or 0.0, len(used))
    return found


def changed(now: Figure | None, then: Figure | None) -> Figure:
    """By what share average health moved: from 80 to 82 are 2.5 %."""
    if now is None or then is None or now.value is None or not then.value:
        return Figure(None)
    return Figure((now.value - then.value) / then.value, now.value - then.value, then.value)


def _counts(column: pa.ChunkedArray) -> Mapping[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(column.cast(pa.string())).to_pylist()}
