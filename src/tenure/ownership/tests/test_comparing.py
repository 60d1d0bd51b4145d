"""Members compared with what is expected of the kinds of accounts they have."""

import pytest

from tenure.ownership.comparing import Kind, Verdict, compared


def test_who_has_the_harder_accounts_is_not_worse_for_it() -> None:
    # Ann has the hard ones, half of which go red with everybody; Bea the easy ones, a tenth.
    found = compared(
        [
            Kind(1, "hard", 40, 20), Kind(1, "easy", 10, 1),
            Kind(2, "hard", 10, 5), Kind(2, "easy", 40, 4),
            Kind(3, "hard", 50, 25), Kind(3, "easy", 50, 5),
        ]
    )  # fmt: skip
    assert {member: each.verdict for member, each in found.items()} == dict.fromkeys((1, 2, 3), Verdict.ALIKE)
    assert found[1].accounts == 50
    assert found[1].expected == pytest.approx((40 * 0.5 + 10 * 0.1) / 50)
    actual = found[1].actual
    assert actual is not None
    assert (actual.value, round(actual.low, 3), round(actual.high, 3)) == (0.42, 0.294, 0.558)


def test_who_does_better_or_worse_than_others_with_the_same_is_said_to() -> None:
    found = compared([Kind(1, "all", 50, 2), Kind(2, "all", 50, 25), Kind(3, "all", 50, 13)])
    assert [found[n].verdict for n in (1, 2, 3)] == [Verdict.FEWER, Verdict.MORE, Verdict.ALIKE]
    assert found[1].expected == 38 / 100


def test_a_kind_that_others_hardly_have_is_left_out_and_few_accounts_say_nothing() -> None:
    found = compared([Kind(1, "own", 30, 30), Kind(1, "all", 19, 19), Kind(2, "all", 60, 6), Kind(2, "own", 4, 0)])
    assert (found[1].accounts, found[1].expected, found[1].verdict) == (19, 0.1, Verdict.TOO_FEW)
    alone = compared([Kind(1, "own", 30, 3)])[1]
    assert (alone.accounts, alone.actual, alone.expected, alone.verdict) == (0, None, None, Verdict.TOO_FEW)


def test_the_same_kind_named_twice_of_a_member_counts_once_as_hers() -> None:
    twice = compared([Kind(1, "all", 10, 1), Kind(1, "all", 15, 4), Kind(2, "all", 10, 5)])[1]
    assert (twice.accounts, twice.expected) == (25, 0.5)
