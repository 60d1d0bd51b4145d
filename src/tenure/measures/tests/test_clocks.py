"""A silent source freezes its measures at the last good day; a quiet one does not."""

from datetime import date, timedelta

import numpy as np

from tenure.measures.clocks import Days, Delivered, clock, day_number, expected_weekdays
from tenure.measures.document import Measure
from tenure.measures.tests.worlds import Event, World, ask

LAST = date(2024, 6, 28)  # a Friday


def every_day(until: date, count: int = 60) -> list[date]:
    return [until - timedelta(days=n) for n in range(count)][::-1]


def workdays(until: date) -> list[date]:
    return [day for day in every_day(until) if day.weekday() < 5]


def delivered(days: list[date]) -> Days:
    return Days.listed(Delivered(day, day) for day in days)


def test_a_daily_source_is_late_from_its_first_silent_day() -> None:
    as_of = [LAST + timedelta(days=n) for n in (1, 2, 4)]
    read = clock("usage", as_of, delivered(every_day(LAST)), None)
    assert read.at == (LAST + timedelta(days=1),) * 3
    assert read.stale_since == (None, LAST + timedelta(days=1), LAST + timedelta(days=1))


def test_a_weekend_is_no_silence_for_a_product_of_workdays() -> None:
    monday = LAST + timedelta(days=3)
    read = clock(
        "usage", [monday, monday + timedelta(days=1), monday + timedelta(days=2)], delivered(workdays(LAST)), None
    )
    assert expected_weekdays(np.array([day_number(day) for day in workdays(LAST)])) == {0, 1, 2, 3, 4}
    assert read.at == (monday, monday, monday)
    assert read.stale_since == (None, monday, monday)


def test_a_source_that_seldom_delivers_freezes_only_by_a_limit_of_its_own() -> None:
    seldom = delivered([LAST - timedelta(days=5 * n) for n in range(17)][::-1])
    late = [LAST + timedelta(days=30)]
    assert clock("tickets", late, seldom, None).stale_since == (None,)
    assert clock("tickets", late, seldom, 14).stale_since == (LAST + timedelta(days=1),)


def test_what_was_not_known_yet_does_not_count_as_delivered() -> None:
    late = Delivered(LAST + timedelta(days=1), LAST + timedelta(days=5))
    days = Days.listed([*(Delivered(day, day) for day in every_day(LAST)), late])
    as_of = [LAST + timedelta(days=3), LAST + timedelta(days=6)]
    assert clock("usage", as_of, days, 0).at == (LAST + timedelta(days=1), LAST + timedelta(days=2))


def test_a_frozen_measure_keeps_its_values_while_the_source_is_silent() -> None:
    use = Measure.model_validate({"label": "Use", "counts": {"what": "usage"}, "aggregate": "count", "window": 7})
    seen = Measure.model_validate({"label": "Seen", "counts": {"what": "usage"}, "aggregate": "days_since"})
    world = World([Event(day) for day in every_day(LAST)], accounts={1: date(2024, 1, 1)})
    as_of = [LAST + timedelta(days=n) for n in (1, 2, 3, 4)]
    read = clock("usage", as_of, delivered(every_day(LAST)), None)
    rows = ask(world, {"use": use, "seen": seen}, as_of, clocks=[read])
    assert [(r["use"], r["use__change"], r["seen"], r["use__stale_since"]) for r in rows] == [
        (7.0, 0.0, 1.0, None),
        (7.0, 0.0, 1.0, date(2024, 6, 29)),
        (7.0, 0.0, 1.0, date(2024, 6, 29)),
        (7.0, 0.0, 1.0, date(2024, 6, 29)),
    ]
