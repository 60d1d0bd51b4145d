from datetime import UTC, date, datetime

import pytest

from tenure.base import clock, cursors
from tenure.base.money import Money
from tenure.base.refusals import Invalid, Problem


def test_money_is_rounded_half_to_even_in_the_currency_s_minor_unit() -> None:
    assert Money.of("12.345", "eur") == Money(1234, "EUR")
    assert Money.of("12.355", "EUR") == Money(1236, "EUR")
    assert Money.of("1200", "JPY") == Money(1200, "JPY")
    assert str(Money(1234, "EUR").major) == "12.34"
    assert Money(1, "EUR") + Money(2, "EUR") == Money(3, "EUR")
    with pytest.raises(ValueError, match="convert"):
        Money(1, "EUR") + Money(1, "USD")


def test_a_cursor_returns_what_was_put_in_and_refuses_a_forged_one() -> None:
    text = cursors.encode([41.5, None, "Acme", 7])
    assert cursors.decode(text) == (41.5, None, "Acme", 7)
    with pytest.raises(Invalid):
        cursors.decode(text[:-1] + ("a" if text[-1] != "a" else "b"))


def test_today_is_the_day_of_the_zone() -> None:
    with clock.frozen(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)):
        assert clock.today("UTC") == date(2026, 1, 31)
        assert clock.today("Europe/Berlin") == date(2026, 2, 1)


def test_a_refusal_is_a_problem_document() -> None:
    refusal = Invalid("Two things are wrong.", [Problem("expected a number", "weight", line=3, column=9)])
    assert refusal.as_problem() == {
        "type": "urn:tenure:refusal:invalid",
        "title": "Invalid",
        "status": 422,
        "detail": "Two things are wrong.",
        "errors": [{"detail": "expected a number", "where": "weight", "line": 3, "column": 9}],
    }
    assert str(refusal.problems[0]) == "weight:3:9: expected a number"
