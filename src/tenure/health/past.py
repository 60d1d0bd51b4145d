"""What conditions read of days that are over: facts as of each day, and the scores that were written on it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import sql
from tenure.events.queries import engine
from tenure.health import belief
from tenure.health.contracts import FIELDS
from tenure.measures.queries import facts as facts_of

_SCORED = tuple(field.key for field in FIELDS)
FROZEN = "frozen_measures"
LONGEST = 90


def rows_on(slug: str, days: Sequence[date], columns: Collection[str]) -> Iterator[tuple[date, pa.Table]]:
    """Of each day, one row an account (by `id`) with `external_id` and those of `columns` that there are, as the
    current state had them on that day. Two queries for all days together, one a day more for `frozen_measures`."""
    facts = facts_of(entity="account", as_of=list(days), only=["external_id", *columns])
    wanted = [name for name in _SCORED if name in columns]
    scores = _scores(slug, days) if wanted else None
    for day in sorted(set(days)):
        rows = facts.filter(pc.equal(facts["as_of"], pa.scalar(day, pa.date32()))).combine_chunks()
        if scores is not None:
            rows = _joined(rows, scores.filter(pc.equal(scores["day"], pa.scalar(day, pa.date32()))), wanted)
        if FROZEN in columns:
            rows = _with_frozen(rows, belief.stored_scores(belief.setting(slug).lake, day))
        yield day, rows


def _scores(slug: str, days: Sequence[date]) -> pa.Table:
    lake = belief.setting(slug).lake
    first = min(days) - timedelta(days=LONGEST)
    return engine().query(
        sql.load(belief.PACKAGE, "scores_with_trends"),
        relations={
            "scores": lake.relation("scores", days=(first, max(days))),
            "wanted": pa.table({"day": pa.array(sorted(set(days)), pa.date32())}),
        },
    )


def _joined(rows: pa.Table, scores: pa.Table, wanted: Sequence[str]) -> pa.Table:
    place = pc.index_in(rows["id"], value_set=scores["account"].combine_chunks())
    for name in wanted:
        source = "profile" if name == "scorecard_profile" else name
        if source in scores.column_names:
            rows = rows.append_column(name, scores[source].take(place))
    return rows


def _with_frozen(rows: pa.Table, scores: pa.Table) -> pa.Table:
    lists = scores["inputs"].combine_chunks()
    flat = pc.list_flatten(lists)
    late = np.asarray(pc.is_valid(pc.struct_field(flat, "stale_since"))).astype(bool)
    parents = np.asarray(pc.list_parent_indices(lists))
    counts = np.bincount(parents[late], minlength=scores.num_rows)
    place = pc.index_in(rows["id"], value_set=scores["account"].combine_chunks())
    return rows.append_column(FROZEN, pa.array(counts, pa.int64()).take(place))
