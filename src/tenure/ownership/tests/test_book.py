"""What each member looks after, summed by one query."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from tenure.health import current
from tenure.health import queries as health
from tenure.ownership import book, team
from tenure.ownership.contracts import Book, Capacity
from tenure.tenants.contracts import MemberView

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)
RENEWAL = (date(2026, 1, 5), date(2026, 4, 5), date(2026, 4, 6), None)


def _state(owner: int) -> current.State:
    rows: list[tuple[object, ...]] = [
        (owner, "healthy", "customer", 100.5, RENEWAL[0]),
        (owner, "risk", "customer", 50.0, RENEWAL[1]),
    ]
    rows += [(owner, "risk", "trial", None, RENEWAL[2]), (owner, "risk", "former", 900.0, RENEWAL[0])]
    rows += [(None, None, "customer", 7.0, RENEWAL[3])]
    names = ("owner_id", "band", "status", "mrr", "renewal_on")
    table = pa.Table.from_pylist([{"id": n, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows)])
    return current.State(table, DAY, datetime(2026, 1, 5, tzinfo=UTC), "", 0)


def test_a_book_sums_accounts_money_bands_risk_and_renewals(
    boss: MemberView, csm: MemberView, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = [Capacity(csm.id, 80, 5_000), Capacity(boss.id)]
    team.keep_pool(pool=None, name="East", role="csm", seats=seats, by=boss)
    monkeypatch.setattr(health, "state_as_of", lambda day: _state(csm.id))
    card = type("Card", (), {"bands_ascending": lambda self: (type("Band", (), {"key": "risk"}),)})()
    monkeypatch.setattr(health, "scorecard", lambda: ("health", 1, card))
    found = book.books(DAY)
    assert found == {
        csm.id: Book(csm.id, 3, 15_050, 2, 5_000, 2, 15_050, {"healthy": 1, "risk": 2}, 80, 5_000),
        book.NOBODY: Book(book.NOBODY, 1, 700, 0, 0, 0, 0, {"": 1}),
        boss.id: Book(boss.id, 0, 0, 0, 0, 0, 0, {}),
    }
    monkeypatch.setattr(health, "scorecard", lambda: None)
    assert book.books(DAY)[csm.id] == replace(found[csm.id], at_risk=0, at_risk_mrr=0)
