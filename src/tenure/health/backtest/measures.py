"""How well each measure alone would have told who leaves: what a scorecard could be made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.health import scoring
from tenure.health.belief import Setting
from tenure.measures.queries import facts as facts_of
from tenure.measures.queries import published
from tenure.predictions.evaluation import ranking
from tenure.predictions.evaluation.intervals import Interval
from tenure.subscriptions.queries import outcomes

EVERY = 4  # of the Mondays, one in so many: measures change slowly
AT_ONCE = 100_000  # rows of facts
REPLICATES = 200
WORST = 0.25
COMMON = 0.35  # a value that more than this share have alarms nobody
LEAST_ROWS = 200


@dataclass(frozen=True, slots=True)
class MeasureRecord:
    """A measure as the only sign of who leaves. `worse` says which way is bad; a value as bad as `alarming` is in the
    worst quarter of all, None where far more are as bad as that."""

    key: str
    label: str
    worse: int  # -1: less is worse, 1: more is
    auc: Interval
    alarming: float | None
    on_card: bool

    def alarmed(self, value: float | None) -> bool:
        """Whether a value is in the worst quarter."""
        return value is not None and self.alarming is not None and self.worse * value >= self.worse * self.alarming

    @property
    def tells(self) -> bool:
        """Whether it surely says more than chance."""
        return self.auc.low > 0.5


def measure_records(
    given: Setting, days: Sequence[date], *, horizon: int, known: date, accounts: Sequence[int] | None, many: int
) -> tuple[MeasureRecord, ...]:
    """Each measure that has a better and a worse side, by how well it alone puts those who churn within the horizon
    before those who stay; best first. Rows without a value are left out, as the scorecard leaves them out."""
    directions = {
        key: (each.measure.label, -1 if each.measure.direction == "higher_is_better" else 1)
        for key, each in published().items()
        if "account" in each.measure.entities and each.measure.direction != "neutral"
    }
    days = sorted(days)[::-EVERY][::-1]
    step = max(1, AT_ONCE // max(1, many))
    parts = [
        _rows(given, days[at : at + step], list(directions), horizon, known, accounts)
        for at in range(0, len(days), step)
    ]
    if not parts or not directions:
        return ()
    table = pa.concat_tables(parts, promote_options="permissive")
    on_card = set(given.card.columns) if given.card else set()
    found = [_record(table, key, label, worse, key in on_card) for key, (label, worse) in directions.items()]
    return tuple(sorted((each for each in found if each), key=lambda each: -each.auc.value))


def _rows(
    given: Setting, days: Sequence[date], keys: list[str], horizon: int, known: date, accounts: Sequence[int] | None
) -> pa.Table:
    facts = facts_of(entity="account", as_of=days, ids=accounts, only=["status", *keys])
    facts = facts.filter(pc.equal(facts["status"], scoring.CUSTOMER))
    customers = facts.select(["as_of", "id"]).rename_columns(["as_of", "account"])
    came = outcomes(
        given.lake, as_of=days, horizon=horizon, known=known, accounts=accounts, customers=customers, renewals=False
    ).select(["as_of", "account", "churned_on"])
    kept = facts.select(["as_of", "id", *(key for key in keys if key in facts.column_names)])
    return kept.join(came, ["as_of", "id"], ["as_of", "account"], join_type="inner")


def _record(table: pa.Table, key: str, label: str, worse: int, on_card: bool) -> MeasureRecord | None:
    if key not in table.column_names or not pa.types.is_floating(table[key].type):
        return None
    rows = table.filter(pc.and_(pc.is_valid(table[key]), pc.is_finite(table[key])))
    if rows.num_rows < LEAST_ROWS:
        return None
    risk = worse * rows[key].to_numpy()
    auc = ranking.auc(risk, pc.is_valid(rows["churned_on"]).to_numpy(), rows["id"].to_numpy(), replicates=REPLICATES)
    if auc is None:
        return None
    edge = float(np.quantile(risk, 1 - WORST))
    alarming = worse * edge if float((risk >= edge).mean()) <= COMMON else None
    return MeasureRecord(key, label or key, worse, auc, alarming, on_card)


def would_have_seen(
    records: Sequence[MeasureRecord], facts: Mapping[str, float | None], *, most: int = 5
) -> list[MeasureRecord]:
    """The measures that surely tell who leaves and were in the worst quarter on the day of `facts`; best first."""
    return [each for each in records if each.tells and each.alarmed(facts.get(each.key))][:most]
