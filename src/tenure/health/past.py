"""What conditions read of days that are over: facts as of each day, and the scores that were written on it."""

from collections.abc import Collection, Sequence
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
LONGEST, WEEK = 90, 7
_LAST = pa.schema(
    [
        ("id", pa.int64()), ("score", pa.float64()), ("band", pa.string()), ("coverage", pa.float64()),
        ("scorecard_profile", pa.string()),
    ]
)  # fmt: skip


def rows_on(slug: str, days: Sequence[date], columns: Collection[str]) -> pa.Table:
    """One row a day (`as_of`) and account (`id`), sorted by both, with `external_id` and those of `columns` that there
    are, as the current state had them on that day. Two queries, and one a day more for `frozen_measures`."""
    facts = facts_of(entity="account", as_of=list(days), only=["external_id", *columns]).combine_chunks()
    wanted = [name for name in _SCORED if name in columns and name != FROZEN]
    if wanted:
        facts = _joined(facts, _scores(slug, days), wanted)
    return _with_frozen(slug, facts, days) if FROZEN in columns else facts


def last_scores(slug: str, wanted: pa.Table) -> pa.Table:
    """The score, band, coverage and profile with which each account (`id`) stood on a day of its own (`day`): those
    written last in the week that ends with it. Accounts without have no row. One query."""
    if not wanted.num_rows:
        return _LAST.empty_table()
    days = wanted["day"]
    first, last = pc.min(days).as_py() - timedelta(days=WEEK - 1), pc.max(days).as_py()
    found = engine().query(
        sql.load(belief.PACKAGE, "last_scores"),
        relations={
            "scores": belief.setting(slug).lake.relation("scores", days=(first, last)),
            "wanted": wanted.select(["id", "day"]).rename_columns(["account", "day"]),
        },
    )
    return found.rename_columns(_LAST.names).cast(_LAST)


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


def _joined(facts: pa.Table, scores: pa.Table, wanted: Sequence[str]) -> pa.Table:
    sources = ["profile" if name == "scorecard_profile" else name for name in wanted]
    chosen = scores.select(["day", "account", *sources]).rename_columns(["as_of", "id", *wanted])
    joined = facts.join(chosen, keys=["as_of", "id"], join_type="left outer")
    return joined.sort_by([("as_of", "ascending"), ("id", "ascending")]).combine_chunks()


def _with_frozen(slug: str, facts: pa.Table, days: Sequence[date]) -> pa.Table:
    counted = [_frozen_on(slug, day) for day in sorted(set(days))]
    joined = facts.join(pa.concat_tables(counted), keys=["as_of", "id"], join_type="left outer")
    return joined.sort_by([("as_of", "ascending"), ("id", "ascending")]).combine_chunks()


def _frozen_on(slug: str, day: date) -> pa.Table:
    """How many measures of each account's score stood still on a day."""
    scores = belief.stored_scores(belief.setting(slug).lake, day)
    lists = scores["inputs"].combine_chunks()
    late = np.asarray(pc.is_valid(pc.struct_field(pc.list_flatten(lists), "stale_since"))).astype(bool)
    parents = np.asarray(pc.list_parent_indices(lists))
    counts = np.bincount(parents[late], minlength=scores.num_rows)
    return pa.table({"as_of": scores["day"], "id": scores["account"], FROZEN: pa.array(counts, pa.int64())})
