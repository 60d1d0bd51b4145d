"""All accounts together, for who manages the team: money by band and by when it renews, and members compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.money import exponent
from tenure.health import queries as health
from tenure.health.contracts import UNKNOWN
from tenure.health.current import State
from tenure.ownership import comparing
from tenure.ownership.book import rows_of
from tenure.ownership.comparing import Compared
from tenure.segments import queries as segments
from tenure.tenants.queries import here

SPANS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Sum:
    """Accounts, and their MRR in minor units."""

    accounts: int
    mrr: int


@dataclass(frozen=True, slots=True)
class BandSum:
    """The customers and trials of a band (empty: not scored); `renewals` by the end of their span of 30 days."""

    band: str
    all: Sum
    renewals: Mapping[int, Sum]


def portfolio(day: date) -> dict[str, BandSum]:
    """By band. One query over the state; refuses with `NoScores` before the first run."""
    scale = 10 ** exponent(here().currency)

    def read(row: Mapping[str, object], end: str) -> Sum:
        return Sum(int(str(row[f"accounts{end}"])), round(float(str(row[f"mrr{end}"])) * scale))

    rows = rows_of(health.state_as_of(day).table, "portfolio", {"today": day})
    return {
        str(row["band"]): BandSum(str(row["band"]), read(row, ""), {span: read(row, f"_{span}") for span in SPANS})
        for row in rows
    }


def comparison(day: date) -> dict[int, Compared]:
    """How many of each member's customers are at risk, beside what is expected: accounts are of one kind that are in
    the same touch tier and were in the same band 30 days ago (or had no score). One pass over the state, no query."""
    state, card = health.state_as_of(day), health.scorecard()
    table = state.table
    if card is None or not {"owner_id", "score_30d_ago"} <= set(table.column_names):
        return {}
    bands = card[2].bands_ascending()
    owner, band = table["owner_id"], table["band"].cast(pa.string())
    scored = pc.and_(pc.is_valid(owner), pc.and_(pc.is_valid(band), pc.not_equal(band, UNKNOWN)))
    counted = pc.fill_null(pc.and_(scored, pc.equal(table["status"], "customer")), False)
    before = pc.fill_null(table["score_30d_ago"].cast(pa.float64()), float("nan")).to_numpy()
    starts = [each.start for each in bands]
    place = np.where(np.isnan(before), -1, np.searchsorted(starts, before, side="right"))
    mix, names = _tiers(state)
    rows = pa.table(
        {"owner": owner, "mix": mix, "then": place, "red": pc.fill_null(pc.equal(band, bands[0].key), False)}
    ).filter(counted)
    grouped = rows.group_by(["owner", "mix", "then"]).aggregate([("red", "count"), ("red", "sum")]).to_pylist()
    return comparing.compared(
        comparing.Kind(each["owner"], (names[each["mix"]], each["then"]), each["red_count"], each["red_sum"])
        for each in grouped
    )


def _tiers(state: State) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], dict[int, str]]:
    """Which touch tiers each account is in, as bits of a number, and the closest tier of each such number."""
    columns = [each for each in segments.tier_columns() if each in state.table.column_names]
    mix = np.zeros(state.table.num_rows, dtype=np.int64)
    for bit, each in enumerate(columns):
        mix += pc.fill_null(state.table[each], False).to_numpy().astype(np.int64) << bit
    names = {}
    for number in np.unique(mix).tolist():
        tier = segments.tier_of({each: bool(number >> bit & 1) for bit, each in enumerate(columns)})
        names[number] = tier.name if tier else ""
    return mix, names
