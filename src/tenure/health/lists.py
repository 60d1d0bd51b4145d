"""What the account pages read: a page of the list, counts by band, one account's facts. All from a day's state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tenure.health import current, schemes
from tenure.health.contracts import BandCount
from tenure.health.queries import band_counts, scorecard, state_as_of
from tenure.measures.language import Expression

_BASE = ("id", "status", "score", "band", "trend_30d", "top_reason", "sparkline")


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account in a list. `shown` is the score in the workspace's scheme; `sparkline` its last 90 days, oldest
    first; `band` is empty for who is no customer. `values` holds the columns asked for."""

    id: int
    status: str
    score: float | None
    shown: str
    band: str
    band_label: str
    trend_30d: float | None
    reason: str
    sparkline: tuple[float | None, ...]
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AccountList:
    """A page of the list, the cursor of the next, and when its state was made."""

    accounts: tuple[ListedAccount, ...]
    next: str | None
    made_at: datetime


def list_accounts(
    as_of: date,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    sort: str = "score",
    descending: bool = False,
    cursor: str | None = None,
    limit: int = 50,
    columns: Sequence[str] = (),
) -> AccountList:
    """A page of the accounts as of a day; refuses with `NoScores` before the first run of the cycle."""
    state = state_as_of(as_of)
    there = set(state.table.column_names)
    found = current.list_accounts(
        state, where=where, owners=owners, sort=sort, descending=descending, cursor=cursor, limit=limit,
        columns=[*_BASE, *(c for c in columns if c in there)],
    )  # fmt: skip
    card = scorecard()
    bands = card[2].bands_ascending() if card else ()
    scheme = card[2].scheme if card else "number"
    return AccountList(
        accounts=tuple(
            ListedAccount(
                id=int(str(row["id"])),
                status=str(row["status"]),
                score=_float(row["score"]),
                shown=schemes.shown(_float(row["score"]), scheme, bands),
                band=str(row["band"] or ""),
                band_label=schemes.label_of(str(row["band"]), bands) if row["band"] else "Not scored",
                trend_30d=_float(row["trend_30d"]),
                reason=str(row["top_reason"] or ""),
                sparkline=_course(row["sparkline"]),
                values=row,
            )
            for row in found.rows
        ),
        next=found.next,
        made_at=found.made_at,
    )


def count_accounts(
    as_of: date, *, where: Expression | None = None, owners: Sequence[int] | None = None
) -> tuple[BandCount, ...]:
    """How many accounts the same selection has, by band; those that are not scored come last."""
    return band_counts(current.count(state_as_of(as_of), where=where, owners=owners))


def facts_of_account(account: int, as_of: date) -> Mapping[str, object]:
    """Every fact of one account as of a day, by column; empty when the day knows no such account."""
    state = state_as_of(as_of)
    rows = current.rows_by_id(state, [account], state.table.column_names)
    return rows[0] if rows else {}


def _course(values: object) -> tuple[float | None, ...]:
    """The sparkline's points; below 0 stands for a day without a score."""
    points = values if isinstance(values, list) else []
    return tuple(None if each is None or each < 0 else float(each) for each in points)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None
