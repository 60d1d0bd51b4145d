"""Renewals due: months add up to what was due, and accounts add up to months."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue.contracts import RENEWALS, Part, Renewals
from tenure.revenue.groups import FieldGroups, by_words
from tenure.revenue.renewals import by_group, by_month, of_renewals, together
from tenure.subscriptions.contracts import RENEWALS_DUE

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def rows(*found: tuple[int, date, int, int]) -> pa.Table:
    """account, day, before, after."""
    named = [dict(zip(RENEWALS_DUE.names, row, strict=True)) for row in found]
    return pa.Table.from_pylist(named, schema=RENEWALS_DUE)


SOME = rows(
    (1, date(2026, 6, 3), 100, 100),
    (1, date(2026, 6, 20), 40, 60),
    (2, date(2026, 6, 30), 80, 50),
    (3, date(2026, 7, 1), 70, 0),
)


def test_what_was_due_is_renewed_given_up_or_lost_and_uplift_comes_on_top() -> None:
    june, july = by_month(SOME)
    assert june == Renewals(JUNE, 3, 3, due=220, renewed=190, uplift=20, downgraded=30, not_renewed=0)
    assert july == Renewals(JULY, 1, 0, due=70, renewed=0, uplift=0, downgraded=0, not_renewed=70)
    assert (june.gross, june.net) == pytest.approx((190 / 220, 210 / 220))
    assert together((june, july), JUNE) == Renewals(JUNE, 4, 3, 290, 190, 20, 30, 70)
    assert by_month(rows()) == ()
    assert Renewals(JUNE).gross is None


def test_groups_are_their_accounts_months() -> None:
    def groups(accounts: list[int], names: list[str]) -> FieldGroups:
        return FieldGroups("plan", "Plan", np.array(accounts), by_words(pa.array(names)))

    one, two, nobody = by_group(SOME, groups([1, 2, 3, 9], ["a", "b", "a", "c"]))
    assert one == by_month(SOME.filter([True, True, False, True]))
    assert two == by_month(SOME.filter([False, False, True, False]))
    assert nobody == ()
    assert by_group(SOME, groups([9], ["a"])) == [()]
    assert by_group(rows(), groups([1], ["a"])) == [()]


def test_an_account_is_there_once_with_all_its_terms() -> None:
    assert of_renewals(SOME, JUNE, JUNE, "due") == [Part(1, 140, 160, 140), Part(2, 80, 50, 80)]
    assert of_renewals(SOME, JUNE, JUNE, "uplift") == [Part(1, 40, 60, 20)]
    assert of_renewals(SOME, JUNE, JULY, "not_renewed") == [Part(3, 70, 0, 70)]


_row = st.tuples(
    st.integers(1, 5), st.dates(date(2026, 1, 1), date(2026, 4, 30)), st.integers(1, 900), st.integers(0, 900)
)


@given(st.lists(_row, max_size=30))
def test_accounts_add_up_to_every_amount(found: list[tuple[int, date, int, int]]) -> None:
    table = rows(*found)
    for month in by_month(table):
        assert month.due == month.renewed + month.downgraded + month.not_renewed
        assert month.gross is not None
        assert month.net is not None
        assert month.gross <= min(1, month.net)
        for kind in RENEWALS:
            parts = of_renewals(table, month.month, month.month, kind)
            assert sum(part.amount for part in parts) == getattr(month, kind)
