"""How accounts stood on a day about a year ago: in which band, in which segments. From that day on it is followed who
stayed.

Of who left, the last band is nearly their leaving: to ask of a band how long customers stay, it has to be that of a day
before, the same for all. J. R. Anderson, K. C. Cain, R. D. Gelber, "Analysis of survival by tumor response", Journal of
Clinical Oncology 1 (1983). The day is a Monday, since every Monday is scored; its rows are in a file that can be thrown
away, since a day that is over does not change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
import pyarrow as pa
from pyarrow import ipc

from tenure.base import kept
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.months import last_day, months_back
from tenure.base.past import Part
from tenure.customers.queries import merged
from tenure.events.queries import open_lake
from tenure.revenue.fit.contracts import FEW, STAYS
from tenure.revenue.fit.customers import Customers
from tenure.segments import jobs as segments
from tenure.segments.queries import in_force
from tenure.subscriptions.queries import kept_ledger

NAME = "standing.arrow"
BAND, INSIDE = "band", "in__"
LEAST = 3
"""Over fewer months nothing can be said."""
_MARK = b"mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """What rows depend on: the day, how many merges were known by then, what each segment of accounts says, by key."""

    day: date
    merges: int
    segments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A row an account of a day: `id`, `band`, and a column `in__key` for each segment."""

    table: pa.Table
    mark: Mark


def followed(ledger: pa.Table, as_of: date) -> tuple[int, Customers]:
    """For how many months, at most twelve, customers can be followed, and they: enough paid so long ago. 0 if not."""
    for months in range(STAYS, LEAST - 1, -1):
        found = Customers.since(ledger, as_of=as_of, months=months)
        if len(found.ids) >= FEW:
            return months, found
    return 0, Customers.since(ledger, as_of=as_of, months=STAYS)


def day_before(as_of: date, months: int) -> date:
    """The last Monday of the month that was over so many months before the last that is."""
    end = last_day(months_back(as_of, months + 1))
    return end - timedelta(days=end.weekday())


def standing(slug: str, day: date, as_of: date | None = None) -> Standing:
    """As the last cycle kept it, or as it is kept for `as_of`, from which it is looked back; else out of the log."""
    mark = _mark(day)
    for found in (kept.read(_path(slug, as_of), _read), kept.read(_path(slug), _read)):
        if found is not None and found.mark == mark:
            return found
    return _of_past(slug, msgspec.json.encode(mark), open_lake(slug).snapshot("scores").version)


def stage(run: StageRun) -> StageReport:
    """Keep how accounts stood on the day that is followed from; once a month, and when segments or merges change."""
    movements = kept_ledger(run.slug)
    if movements is None or movements.as_of != run.as_of:
        return StageReport()
    months, _ = followed(movements.ledger, run.as_of)
    day = day_before(run.as_of, months)
    before = kept.read(_path(run.slug), _read)
    if not months or (before is not None and before.mark == _mark(day) and not run.full):
        return StageReport()
    found = _made(run.slug, _mark(day))
    _put(run.slug, found)
    return StageReport(found.table.num_rows, f"as of {day:%d %b %Y}")


def keep_day(slug: str, day: date) -> None:
    """How accounts stood on the day that is followed from up to a day that is over."""
    months, since = _followed_from(slug, day)
    if months:
        _put(slug, standing(slug, since, day), day)


def stands(slug: str, day: date) -> bool:
    """Whether what is kept for a day that is over, if anything, fits the segments and merges there are."""
    found = kept.read(_path(slug, day), _read)
    return found is None or found.mark == _mark(found.mark.day)


def _followed_from(slug: str, day: date) -> tuple[int, date]:
    """For how many months customers are followed up to a day, and from which one on."""
    movements = kept_ledger(slug, day)
    assert movements is not None
    months, _ = followed(movements.ledger, day)
    return months, day_before(day, months)


def _put(slug: str, found: Standing, day: date | None = None) -> None:
    table = found.table.replace_schema_metadata({_MARK: msgspec.json.encode(found.mark)})

    def write(path: Path) -> None:
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table)

    kept.replace(_path(slug, day), write)


@lru_cache(maxsize=4)
def _of_past(slug: str, mark: bytes, _version: int) -> Standing:
    return _made(slug, msgspec.json.decode(mark, type=Mark))


def _made(slug: str, mark: Mark) -> Standing:
    needed = segments.history_needed(list(mark.segments), "account")
    rows = segments.rows_of_days(slug, [mark.day], replace(needed, columns=(*needed.columns, BAND)), "account")
    wanted = ["id", BAND, *(f"{INSIDE}{key}" for key in mark.segments)]
    return Standing(rows.select([name for name in wanted if name in rows.column_names]), mark)


def _mark(day: date) -> Mark:
    bodies = {key: body for key, body in in_force().items() if body.entity == "account"}
    return Mark(day, merged().known_by(day), {key: body.model_dump_json() for key, body in bodies.items()})


def _path(slug: str, day: date | None = None) -> Path:
    return kept.folder(slug, day) / NAME


def _read(path: Path) -> Standing:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    return Standing(table, msgspec.json.decode(table.schema.metadata[_MARK], type=Mark))


PAST = Part("standing", keep_day, stands)
STAGE = Stage("standing", stage)
