"""How values are written."""

from datetime import UTC, date, datetime

import pytest

from tenure.base.money import Money
from tenure.screens import formats


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "—"), (float("nan"), "—"), (0, "0"), (-0.04, "0"), (0.5, "0.5"), (12.0, "12"), (12.34, "12.3"),
        (-3, "−3"), (100.4, "100"), (12345, "12,345"),
    ],
)  # fmt: skip
def test_numbers_have_a_decimal_only_when_it_says_something(value: float | None, written: str) -> None:
    assert formats.number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), (999, "999"), (1000, "1k"), (1234, "1.2k"), (99_960, "100k"), (4_500_000, "4.5m"), (-2e9, "−2bn")],
)
def test_compact_numbers_have_three_figures_at_most(value: float | None, written: str) -> None:
    assert formats.compact(value) == written


def test_money_shows_cents_only_when_there_are_any() -> None:
    assert formats.money(Money(420_000, "USD")) == "$4,200"
    assert formats.money(Money(1250, "EUR")) == "€12.50"
    assert formats.money(Money(-1250, "EUR")) == "−€12.50"
    assert formats.money(Money(1250, "JPY")) == "¥1,250"
    assert formats.money(99.5, "SEK") == "SEK 99.50"
    assert formats.minor(None, "USD") == "—"
    assert [formats.signed(each, "USD", 0) for each in (30_000, -1_200, 0)] == ["+$300", "−$12", "$0"]


def test_shares_and_changes() -> None:
    assert formats.percent(0.426) == "43 %"
    assert formats.percent(None) == "—"
    assert [formats.delta(v) for v in (3.2, -12, 0, -0.01, None)] == ["+3.2", "−12", "±0", "±0", "—"]
    assert formats.delta(5, 0, " %") == "+5 %"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 12, 31), "today"), (date(2024, 12, 30), "yesterday"), (date(2025, 1, 1), "tomorrow"),
        (date(2024, 12, 19), "12 days ago"), (date(2025, 1, 21), "in 3 weeks"), (date(2024, 9, 30), "3 months ago"),
        (date(2021, 12, 31), "3 years ago"), (None, "—"),
    ],
)  # fmt: skip
def test_days_are_told_from_the_page_s_day(day: date | None, written: str) -> None:
    assert formats.relative_day(day, date(2024, 12, 31)) == written


def test_days_and_durations() -> None:
    at = datetime(2024, 12, 3, 9, 5, tzinfo=UTC)
    assert (formats.day(at), formats.short_day(at), formats.moment(at)) == ("3 Dec 2024", "3 Dec", "3 Dec 2024, 09:05")
    assert [formats.seconds(s) for s in (0.42, 12, 180, 7500, 7200, None)] == [
        "0.4 s", "12 s", "3 min", "2 h 5 min", "2 h", "—",
    ]  # fmt: skip


def test_quarters_begin_in_january_april_july_and_october() -> None:
    days = [date(2026, month, 1) for month in (1, 3, 4, 12)]
    assert [formats.quarter(day) for day in days] == ["Q1 2026", "Q1 2026", "Q2 2026", "Q4 2026"]


def test_names_counts_and_attributes() -> None:
    assert [formats.initials(n) for n in ("Ana Ortiz", "ana@acme.example", "", "Ana Maria Ortiz")] == [
        "AO",
        "A",
        "?",
        "AO",
    ]
    assert (formats.count(1, "account"), formats.count(1200, "person", "people")) == ("1 account", "1,200 people")
    assert formats.capital("cSM team") == "CSM team"
    written = formats.attributes({"data_action": 'a"b', "hidden": True, "title": None, "disabled": False, "for_": "x"})
    assert written == ' data-action="a&#34;b" hidden for="x"'
