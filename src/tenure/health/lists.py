"""What the lists of accounts and people read, and the account pages: a page, counts, one account's facts. All from a
day's state."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from tenure.health import current, people, schemes
from tenure.health.contracts import BandCount, StatePage
from tenure.health.queries import band_counts, scorecard, state_as_of
from tenure.measures.contracts import THROUGH, Entity
from tenure.measures.language import Expression

_BASE = ("id", "status", "score", "band", "trend_30d", "top_reason", "sparkline")

PERSON = ("id", "external_id", "name", "email", "title", "role", "account", f"{THROUGH}name")
"""What is read of everybody in a list of people."""

CHUNK = 5_000
"""Accounts or people that are held at a time while all of a list are read."""


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
    found = _page(
        state_as_of(as_of), where=where, owners=owners, sort=sort, descending=descending, cursor=cursor, limit=limit,
        columns=columns,
    )  # fmt: skip
    return AccountList(_listed(found.rows), found.next, found.made_at)


def every_account(
    as_of: date,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    sort: str = "score",
    descending: bool = False,
    columns: Sequence[str] = (),
) -> Iterator[tuple[ListedAccount, ...]]:
    """All accounts of the selection in its order, `CHUNK` at a time, out of one state: none is missed or comes twice
    when a newer one takes its place meanwhile. Refuses at once with `NoScores` before the first run of the cycle."""
    page = partial(
        _page, state_as_of(as_of), where=where, owners=owners, sort=sort, descending=descending, columns=columns
    )
    return map(_listed, _walk(page))


def _walk(page: Callable[..., StatePage]) -> Iterator[tuple[Mapping[str, object], ...]]:
    """The rows of all pages, one after the other; `page` is asked with `cursor` and `limit`."""
    cursor: str | None = None
    while True:
        found = page(cursor=cursor, limit=CHUNK)
        yield found.rows
        cursor = found.next
        if cursor is None:
            return


def _page(
    state: current.State,
    *,
    where: Expression | None,
    owners: Sequence[int] | None,
    sort: str,
    descending: bool,
    cursor: str | None,
    limit: int,
    columns: Sequence[str],
) -> StatePage:
    there = set(state.table.column_names)
    return current.list_rows(
        state, where=where, owners=owners, sort=sort, descending=descending, cursor=cursor, limit=limit,
        columns=[*_BASE, *(c for c in columns if c in there)],
    )  # fmt: skip


def _listed(rows: Sequence[Mapping[str, object]]) -> tuple[ListedAccount, ...]:
    card = scorecard()
    bands = card[2].bands_ascending() if card else ()
    scheme = card[2].scheme if card else "number"
    return tuple(
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
        for row in rows
    )


def count_accounts(
    as_of: date, *, where: Expression | None = None, owners: Sequence[int] | None = None
) -> tuple[BandCount, ...]:
    """How many accounts the same selection has, by band; those that are not scored come last."""
    return band_counts(current.count(state_as_of(as_of), where=where, owners=owners))


def count_by(
    as_of: date,
    column: str,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    most: int = 50,
    entity: Entity = "account",
) -> tuple[tuple[object, int], ...]:
    """The commonest values of a column in the selection with how many accounts (people) have each, None for
    those of whom it is unknown; the commonest first, at most `most`. Nothing of a column that is not there."""
    state = people.state_as_of(as_of) if entity == "person" else state_as_of(as_of)
    return current.count_by(state, column, where=where, owners=owners, most=most)


def account_ids(as_of: date, *, where: Expression | None = None, owners: Sequence[int] | None = None) -> list[int]:
    """The ids of all accounts of the same selection, ascending."""
    return current.select_ids(state_as_of(as_of), where, owners=owners)


def list_people(
    as_of: date,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    sort: str = "name",
    descending: bool = False,
    cursor: str | None = None,
    limit: int = 50,
    columns: Sequence[str] = (),
) -> StatePage:
    """A page of the people as of a day with their `PERSON` columns and those asked for; refuses with `NoScores` before
    the first run or without anybody."""
    return _people(people.state_as_of(as_of), where, owners, sort, descending, columns, cursor=cursor, limit=limit)


def every_person(
    as_of: date,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    sort: str = "name",
    descending: bool = False,
    columns: Sequence[str] = (),
) -> Iterator[tuple[Mapping[str, object], ...]]:
    """All people of the selection in its order, `CHUNK` at a time, out of one state. Refuses at once as
    `list_people` does."""
    return _walk(partial(_people, people.state_as_of(as_of), where, owners, sort, descending, columns))


def _people(
    state: current.State,
    where: Expression | None,
    owners: Sequence[int] | None,
    sort: str,
    descending: bool,
    columns: Sequence[str],
    *,
    cursor: str | None,
    limit: int,
) -> StatePage:
    return current.list_rows(
        state, where=where, owners=owners, sort=sort, descending=descending, cursor=cursor, limit=limit,
        columns=[*PERSON, *columns],
    )  # fmt: skip


def count_people(as_of: date, *, where: Expression | None = None, owners: Sequence[int] | None = None) -> int:
    """How many people the same selection has."""
    return current.how_many(people.state_as_of(as_of), where, owners=owners)


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
