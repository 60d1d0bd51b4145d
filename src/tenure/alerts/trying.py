"""What a rule would have done on the Mondays of the past: how many alerts, and how many would have been right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.alerts import conditions
from tenure.alerts.contracts import AlertRule, TrialResult
from tenure.base.refusals import Conflict
from tenure.customers.contracts import CSM
from tenure.customers.queries import account_count, owners_among
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.health import jobs as health
from tenure.health import queries as scores
from tenure.measures.language import Expression, parse
from tenure.segments import jobs as segments
from tenure.segments import queries as segment_queries
from tenure.subscriptions.queries import outcomes
from tenure.tenants.queries import as_of_day, here

WEEKS, LATER = 39, 13
"""So many Mondays are looked at; of the last 13 the 90 days after them are not over."""
HORIZON = 90
ROWS_AT_ONCE = 270_000
GROWN = 1.05
ASKED = {
    "risk": "left, contracted or fell a band within 90 days",
    "expansion": "paid at least 5 % more within 90 days",
}
"""What makes an alert of the type right; of other types nobody can say it from numbers."""

type Flags = NDArray[np.bool_]
type Grid = NDArray[np.float64]


class NothingToTry(Conflict):
    """There is no past to try the rule on."""

    code = "nothing_to_try"


@dataclass(frozen=True, slots=True)
class Course:
    """Every account (a column) on every Monday (a row): whether the condition held, whether the one before it did,
    whether it was a customer, its band (0 the worst, NaN unknown), its MRR."""

    days: tuple[date, ...]
    ids: NDArray[np.int64]
    holds: Flags
    had: Flags | None
    customer: Flags
    band: Grid
    mrr: Grid


def moves(holds: Flags, had: Flags | None) -> Flags:
    """Who came under the rule on each Monday but the first: held then and not the week before, and had then what has to
    come before, where that is asked."""
    began = holds[1:] & ~holds[:-1]
    return began if had is None else began & had[:-1]


def fell(band: Grid) -> Flags:
    """Whether the band was lower on one of the next twelve Mondays than on this one."""
    return _later(band, np.fmin) < band


def grew(mrr: Grid) -> Flags:
    """Whether the MRR was at least 5 % higher on one of the next twelve Mondays than on this one."""
    later = _later(mrr, np.fmax)
    return (later >= GROWN * mrr) & (mrr > 0)


def _later(grid: Grid, best: np.ufunc) -> Grid:
    found = np.full_like(grid, np.nan)
    for ahead in range(1, LATER):
        found[:-ahead] = best(found[:-ahead], grid[ahead:])
    return found


def tried(rule: AlertRule) -> TrialResult:
    """Try a rule on the past of the ambient workspace. Refuses where there is none, or the rule is not of accounts."""
    asked = conditions.asked(rule)
    if asked is None:
        raise NothingToTry(
            "Only a rule about accounts can be tried on the past: this one waits for something to happen."
        )
    days = _mondays()
    catalogue = segment_queries.catalogue()
    course = _course(days, parse(asked.now, catalogue), parse(asked.before, catalogue) if asked.before else None)
    moved = moves(course.holds, course.had)
    judged, right, base = _judged(rule, course, moved)
    csms = _csms(rule, course.ids)
    return TrialResult(
        first=days[1], moves=tuple(moved.sum(axis=1).tolist()), csms=csms,
        per_csm_week=float(moved.sum()) / len(moved) / csms, holding=int(course.holds[-1].sum()), judged=judged,
        right=right, base=base, asked=ASKED.get(rule.type, ""),
    )  # fmt: skip


def _mondays() -> list[date]:
    view = here()
    today, first = as_of_day(view), health.first_day(open_lake(view.slug))
    last = today - timedelta(days=today.weekday())
    days = [last - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    days = [day for day in days if first is not None and day > first]
    if len(days) < 2:
        raise NothingToTry("There are not two weeks of history yet: wait for data, or import some.")
    return days


def rows_to_read() -> int:
    """How many rows a trial reads."""
    return account_count() * WEEKS


def _course(days: Sequence[date], now: Expression, before: Expression | None) -> Course:
    asked = {"now": now, **({"before": before} if before is not None else {})}
    named = [f.key for each in asked.values() for f in each.fields if f.kind == "segment"]
    closure = segments.history_needed(named, "account") if named else segments.Needed((), ())
    own = [c for each in asked.values() for c in each.columns if not c.startswith("in__") and c != "as_of"]
    needed = segments.Needed(closure.keys, tuple(dict.fromkeys([*own, *closure.columns, "status", "mrr", "band"])))
    parts = [(chunk, segments.rows_of_days(here().slug, chunk, needed, "account")) for chunk in _chunks(days)]
    ids = np.unique(np.concatenate([rows["id"].to_numpy() for _, rows in parts]))
    shape = (len(days), len(ids))
    holds, had, customer = (np.zeros(shape, dtype=bool) for _ in range(3))
    band, mrr = np.full(shape, np.nan), np.full(shape, np.nan)
    ranks = _ranks()
    for _, rows in parts:
        at = np.searchsorted(np.array(days, "datetime64[D]"), rows["as_of"].to_numpy().astype("datetime64[D]"))
        place = (at, np.searchsorted(ids, rows["id"].to_numpy()))
        found = current.evaluate(rows, [asked])
        holds[place] = found["now"].to_numpy(zero_copy_only=False)
        had[place] = found["before"].to_numpy(zero_copy_only=False) if before is not None else False
        customer[place] = _texts(rows, "status") == "customer"
        band[place] = [ranks.get(each, np.nan) for each in _texts(rows, "band")]
        if "mrr" in rows.column_names:
            mrr[place] = rows["mrr"].cast(pa.float64()).to_numpy()
    return Course(tuple(days), ids, holds, had if before is not None else None, customer, band, mrr)


def _texts(rows: pa.Table, name: str) -> NDArray[np.object_]:
    if name not in rows.column_names:
        return np.full(rows.num_rows, None)
    found: NDArray[np.object_] = rows[name].to_numpy()
    return found


def _chunks(days: Sequence[date]) -> Iterator[Sequence[date]]:
    step = max(1, ROWS_AT_ONCE // max(1, account_count()))
    return (days[at : at + step] for at in range(0, len(days), step))


def _ranks() -> dict[str, float]:
    """The bands of the scorecard in force from the worst to the best."""
    card = scores.scorecard()
    return {band.key: float(n) for n, band in enumerate(card[2].bands_ascending())} if card else {}


def _csms(rule: AlertRule, ids: NDArray[np.int64]) -> int:
    """Among how many the alerts would be shared: who owns accounts in the role, at least one."""
    accounts = set(ids.tolist())
    owners = owners_among(accounts, role=rule.role) or owners_among(accounts, role=CSM)
    return max(1, len(set(owners.values())))


def _judged(rule: AlertRule, course: Course, moved: Flags) -> tuple[int, int | None, float | None]:
    """Of the alerts so long ago that it is known: how many, how many came true, and the share of all customers of
    whom it was true on those Mondays."""
    known = len(course.days) - LATER
    if known < 2 or rule.type not in ASKED:
        return 0, None, None
    true = grew(course.mrr)[:known] if rule.type == "expansion" else _went_badly(course, known)
    customers = course.customer[:known]
    early = moved[: known - 1] & customers[1:]
    base = float(true[customers].mean()) if customers.any() else 0.0
    return int(early.sum()), int((early & true[1:]).sum()), base


def _went_badly(course: Course, known: int) -> Flags:
    bad = fell(course.band)[:known]
    at, account = np.nonzero(course.customer[:known])
    customers = pa.table(
        {
            "as_of": pa.array(np.array(course.days, "datetime64[D]")[at], pa.date32()),
            "account": pa.array(course.ids[account], pa.int64()),
        }
    )
    view = here()
    came = outcomes(
        open_lake(view.slug), as_of=list(course.days[:known]), horizon=HORIZON, known=as_of_day(view),
        customers=customers, renewals=False,
    )  # fmt: skip
    lost = came.filter(pa.compute.or_(came["churned_on"].is_valid(), came["contracted_on"].is_valid()))
    day = np.searchsorted(np.array(course.days, "datetime64[D]"), lost["as_of"].to_numpy().astype("datetime64[D]"))
    place = np.searchsorted(course.ids, lost["account"].to_numpy())
    bad[day, np.minimum(place, len(course.ids) - 1)] = True
    return bad
