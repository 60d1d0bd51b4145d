"""What the board says of every month, worked out in the cycle and kept beside the current state.

The figures of twelve months ask for all movements of all accounts, for every month there is: a page would wait for it.
A file that can be thrown away. Days that are kept have their own.
"""

from datetime import date, timedelta
from functools import lru_cache

from tenure.base import clock, kept
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.months import first_day
from tenure.base.past import Part
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.reports import snapshots, working
from tenure.reports.metrics import OF_FACTS, OF_LEDGER
from tenure.reports.working import Known
from tenure.subscriptions.queries import kept_ledger
from tenure.tenants.queries import here

EVERY = timedelta(minutes=10)
_KEPT = kept.DayDocument("board.json", Known)


def known(as_of: date) -> Known:
    """As the last cycle left it, up to ten minutes ago, or as it is kept of a day; else worked out and remembered."""
    slug = here().slug
    return _KEPT.of_day(slug, as_of) or _of_past(slug, as_of, _mark(slug))


@lru_cache(maxsize=4)
def _of_past(slug: str, as_of: date, _mark: object) -> Known:
    return working.told(slug, working.months(slug, as_of))


def _mark(slug: str) -> object:
    """Of what a past day is worked out from: the log's version, and the state that its scores are read beside."""
    state = current.latest(slug)
    return open_lake(slug).snapshot("events").version, state.made_at if state else None


def stage(run: StageRun) -> StageReport:
    """Write down months that are over, and work out the board again when the day or ten minutes have passed. `rows`
    counts readings that were written down."""
    state, movements = current.latest(run.slug), kept_ledger(run.slug)
    if state is None or movements is None or not movements.as_of == state.as_of == run.as_of:
        return StageReport()
    last = _KEPT.get(run.slug)
    if last and last.as_of == run.as_of and not (run.full or run.history) and clock.now() - last.made_at < EVERY:
        return StageReport()
    rows = working.months(run.slug, run.as_of)
    written = _write_down(run, rows, state.table.num_rows)
    _KEPT.put(run.slug, working.told(run.slug, rows))
    return StageReport(written)


def _write_down(run: StageRun, months: working.Months, accounts: int) -> int:
    over = [month for month in months.figures if month < first_day(run.as_of)]
    missing = snapshots.missing(over)
    of_facts = [month for month, keys in missing.items() if keys & set(OF_FACTS)]
    read = snapshots.of_facts(run.slug, of_facts, accounts) if of_facts else {}
    figures = {
        month: {
            key: figure
            for key in keys & set(OF_LEDGER)
            if (figure := months.figures[month].get(key)) is not None and figure.value is not None
        }
        | {key: figure for key, figure in read.get(month, {}).items() if key in keys}
        for month, keys in missing.items()
    }
    return snapshots.keep(figures, as_of=run.as_of)


def keep_day(slug: str, day: date) -> None:
    """The board of a day that is over."""
    _KEPT.put(slug, working.told(slug, working.months(slug, day)), day)


PAST = Part("board", keep_day)
STAGE = Stage("board", stage)
