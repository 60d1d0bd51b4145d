"""Segments: every window is made of whole ones, whatever the days asked for."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.measures.spine import BITS, Window, cut

START = date(2024, 1, 1)
WINDOWS = [Window(0, days, shift) for days in (3, 7, 90) for shift in (0, 1)]


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, 200), min_size=1, max_size=12))
def test_the_days_of_a_window_are_those_of_its_segments(numbers: set[int]) -> None:
    as_of = [START + timedelta(days=n) for n in sorted(numbers)]
    timeline = cut(as_of, [as_of], WINDOWS)
    segment = dict(zip(timeline.calendar()["day"].to_pylist(), timeline.calendar()["segment"].to_pylist(), strict=True))
    for window in WINDOWS:
        for ordinal, day in enumerate(as_of):
            assert window.days is not None
            last = day - timedelta(days=window.shift * window.days)
            expected = {last - timedelta(days=n + 1) for n in range(window.days)}
            held = timeline.members[window][:, ordinal]
            assert {d for d, s in segment.items() if held[s]} == expected


def test_all_time_begins_with_the_first_day_there_is_and_is_one_segment_where_nothing_counts_bits() -> None:
    ever, as_of = Window(0, None), [START, START + timedelta(days=400)]
    timeline = cut(as_of, [as_of], [ever], beginning=START - timedelta(days=200), short=False)
    assert timeline.days == (START - timedelta(days=200), START + timedelta(days=400))
    assert timeline.members[ever].tolist() == [[True, True], [False, True]]


def test_no_segment_is_longer_than_a_word_has_bits() -> None:
    calendar = cut([START], [[START]], [Window(0, 300)]).calendar()
    segments = calendar["segment"].to_pylist()
    assert max(segments.count(s) for s in set(segments)) == BITS
    assert max(calendar["day_bit"].to_pylist()) == 2 ** (BITS - 1)
