"""Which traits changed, from what to what, as it was known."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa

from tenure.events import actions, queries
from tenure.events.contracts import TRAITS, TimelineKey
from tenure.events.lake import Lake

DAY = date(2024, 5, 10)
LATE = TimelineKey(datetime(2024, 6, 1, tzinfo=UTC))


def _said(account: int, key: str, value: object, day: int, *, known: int | None = None) -> dict[str, object]:
    at = datetime(2024, 5, day, 9, tzinfo=UTC)
    return {
        "entity": "account", "id": account, "key": key, "value": json.dumps(value), "at": at, "day": at.date(),
        "known_day": date(2024, 5, known or day), "source": "crm",
    }  # fmt: skip


def _changes(lake: Lake, *accounts: int, as_of: date = DAY, limit: int = 10) -> list[tuple[object, ...]]:
    rows = queries.trait_changes(lake, accounts, before=LATE, limit=limit, as_of=as_of).to_pylist()
    return [(row["at"].day, row["key"], json.loads(row["before"]), json.loads(row["value"])) for row in rows]


def test_changes_are_told_newest_first_and_what_was_said_first_is_none(lake: Lake) -> None:
    rows = [
        _said(1, "plan", "Team", 1), _said(1, "plan", "Team", 2), _said(1, "plan", "Business", 3),
        _said(1, "seats", 5, 3), _said(1, "seats", 9, 4), _said(2, "plan", "Team", 1), _said(2, "plan", "Gone", 2),
        _said(1, "plan", "Late", 5, known=12),
    ]  # fmt: skip
    actions.append(lake, "traits", pa.Table.from_pylist(rows, schema=TRAITS), writer="test", run=1)
    assert _changes(lake, 1) == [(4, "seats", 5, 9), (3, "plan", "Team", "Business")]
    assert _changes(lake, 1, limit=1) == [(4, "seats", 5, 9)]
    assert _changes(lake, 1, as_of=date(2024, 5, 3)) == [(3, "plan", "Team", "Business")]
    assert _changes(lake, 1, as_of=date(2024, 5, 12))[0] == (5, "plan", "Business", "Late")
    assert _changes(lake, 3) == []


def test_nothing_said_yet_is_no_change(lake: Lake) -> None:
    assert _changes(lake, 1) == []
