"""Made-up events for measuring: skewed accounts, sessions of people, weekdays, a few dozen event names.

The same seed gives the same rows. Numbers are drawn with numpy a month at a time, so 50 million fit into memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from tenure.events.contracts import EVENTS, MOMENT

NAMES = (
    "login", "page_viewed", "report_opened", "report_exported", "dashboard_opened", "dashboard_shared",
    "comment_added", "file_uploaded", "search_run", "filter_saved", "alert_created", "user_invited",
    "integration_connected", "api_called", "workflow_run", "workflow_edited", "template_used", "task_created",
    "task_completed", "form_submitted", "record_created", "record_updated", "import_run", "settings_changed",
)  # fmt: skip
EVENTS_A_SESSION = 12
SOURCE = "generator"


@dataclass(frozen=True, slots=True)
class Population:
    """`accounts` with skewed sizes, ids 1..n; the people of account a are numbered on from those of a - 1."""

    accounts: int
    weights: np.ndarray
    people: np.ndarray

    @property
    def before(self) -> np.ndarray:
        """How many people come before those of each account."""
        return np.cumsum(self.people) - self.people


def population(*, accounts: int, seed: int) -> Population:
    """Accounts whose activity and number of people follow a log-normal distribution."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(mean=0.0, sigma=1.0, size=accounts)
    return Population(accounts, size / size.sum(), np.clip(np.round(size * 2), 1, 200).astype(np.int64))


def days(first: str, months: int) -> list[np.ndarray]:
    """The days of each month, `months` of them from `first` ("YYYY-MM") on."""
    starts = np.datetime64(first, "M") + np.arange(months + 1)
    edges = starts.astype("datetime64[D]")
    return [np.arange(edges[i], edges[i + 1]) for i in range(months)]


def usage(
    people: Population, *, month: np.ndarray, rows: int, seed: int, accounts: np.ndarray | None = None
) -> pa.Table:
    """About `rows` usage events on the days of `month`, in no particular order, in the EVENTS schema.

    `accounts` restricts them to some account ids.
    """
    draw = np.random.default_rng((seed, int(month[0].astype(np.int64))))
    sessions = max(1, rows // EVENTS_A_SESSION)
    if accounts is None:
        account = draw.choice(people.accounts, size=sessions, p=people.weights) + 1
    else:
        account = draw.choice(accounts, size=sessions)
    within = (draw.beta(0.8, 2.0, sessions) * people.people[account - 1]).astype(np.int64)
    person = people.before[account - 1] + 1 + within
    busy = np.where((month.astype("datetime64[D]").astype(np.int64) + 3) % 7 < 5, 1.0, 0.25)
    day = draw.choice(month, size=sessions, p=busy / busy.sum())
    start = day.astype("datetime64[us]") + (draw.normal(13 * 3600, 3 * 3600, sessions).clip(0, 80_000) * 1e6).astype(
        "timedelta64[us]"
    )
    length = draw.poisson(EVENTS_A_SESSION - 1, sessions) + 1
    of = np.repeat(np.arange(sessions), length)
    draw.shuffle(of)
    return _table(draw, account[of], person[of], day[of], start[of])


def _table(
    draw: np.random.Generator, account: np.ndarray, person: np.ndarray, day: np.ndarray, start: np.ndarray
) -> pa.Table:
    """One row an event of the sessions given."""
    rows = len(account)
    at = start + draw.integers(0, 3_600_000_000, rows).astype("timedelta64[us]")
    rank = np.minimum(draw.zipf(1.4, rows) - 1, len(NAMES) - 1)
    number = draw.integers(0, 2**62, rows)
    ones, nothing = np.ones(rows), pa.nulls(rows, pa.float64())
    dates = pa.array(day.astype("datetime64[D]"), pa.date32())
    moments = pa.array(at, pa.timestamp("us")).cast(MOMENT)
    columns = {
        "class": pa.repeat("usage", rows),
        "month": pa.array(np.datetime_as_string(day.astype("datetime64[M]"))),
        "day": dates,
        "known_day": dates,
        "at": moments,
        "received_at": moments,
        "account": account,
        "person": person,
        "source": pa.repeat(SOURCE, rows),
        "name": pa.DictionaryArray.from_arrays(pa.array(rank.astype(np.int8)), pa.array(NAMES)).cast(pa.string()),
        "message_id": _hex(number),
        "content": number,
        "sign": pa.array(ones.astype(np.int8)),
        "count": ones,
        "seconds": draw.exponential(40.0, rows),
        "value": nothing,
        "errors": pa.array((draw.random(rows) < 0.01).astype(np.float64)),
        "properties": pa.nulls(rows, pa.string()),
    }
    return pa.table(columns).select(EVENTS.names).cast(EVENTS)


def _hex(numbers: np.ndarray) -> pa.Array:
    """16 hexadecimal digits a number, without a Python loop."""
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    octets = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    text = np.empty((len(numbers), 16), dtype=np.uint8)
    text[:, 0::2], text[:, 1::2] = digits[octets >> 4], digits[octets & 15]
    offsets = pa.py_buffer(np.arange(0, 16 * len(numbers) + 1, 16, dtype=np.int32))
    return pa.StringArray.from_buffers(len(numbers), offsets, pa.py_buffer(text))


def history(people: Population, *, first: str, months: int, rows: int, seed: int) -> Iterator[tuple[date, pa.Table]]:
    """`rows` events spread over `months`: the first day of each month and its table."""
    for month in days(first, months):
        yield month[0].astype(date), usage(people, month=month, rows=rows // months, seed=seed)
