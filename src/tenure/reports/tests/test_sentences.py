"""What is said of a month, word for word."""

import pytest

from tenure.reports import sentences, usual
from tenure.reports.contracts import Row
from tenure.reports.metrics import METRICS

ASH, BIRCH, CEDAR, DATE = (
    Row(n, name, shown, amount)
    for n, (name, shown, amount) in enumerate(
        [("Ash", "−$3,000", -300_000), ("Birch", "−$1,500", -150_000), ("Cedar", "−$900", -90_000),
         ("Date", "−$94", -9_400)]
    )
)  # fmt: skip


def test_a_movement_beyond_the_usual_names_those_behind_it() -> None:
    assert sentences.movement("churn", -549_400, 170_000.0, "USD", [ASH, BIRCH, CEDAR, DATE], 4) == (
        "Churn took $5,494 of MRR, 3.2 times what is usual at this size ($1,700): Ash (−$3,000), Birch (−$1,500), Cedar"
        " (−$900) and 1 more."
    )
    assert sentences.movement("new", 460_000, 200_000.0, "USD", [Row(1, "Ash", "+$4,600")], 1) == (
        "New customers brought $4,600 of MRR, 2.3 times what is usual at this size ($2,000): Ash (+$4,600)."
    )
    assert sentences.movement("contraction", -450_000, 0.0, "USD", [ASH, BIRCH], 2) == (
        "Contraction took $4,500 of MRR, where a usual month has nothing of it: Ash (−$3,000) and Birch (−$1,500)."
    )
    assert sentences.movement("expansion", 3_000_000, 100_000.0, "EUR", [], 0) == (
        "Expansion added €30,000 of MRR, 30 times what is usual at this size (€1,000)."
    )
    assert sentences.movement("fx", 50_000, 10_000.0, "USD", [], 0) == (
        "Rates of exchange added $500 to MRR, 5.0 times what is usual at this size ($100)."
    )
    assert sentences.movement("fx", -50_000, 0.0, "USD", [], 0) == (
        "Rates of exchange took $500 of MRR, where a usual month has nothing of it."
    )


def test_how_nrr_moved_and_which_group_did_it() -> None:
    assert sentences.nrr(1.053, 1.032, 0.006) == "NRR fell 2.1 points to 103.2 %; a usual month moves it by 0.6."
    assert sentences.nrr(1.0, 1.01, 0.0) == "NRR rose 1.0 point to 101.0 %; in a usual month it does not move."
    assert sentences.group("Plan", "Basic", -0.018, -0.021) == "Plan Basic did 86 % of it (−1.8 points)."
    assert sentences.group("Plan", "Basic", -0.031, -0.021) == (
        "Plan Basic alone would have moved it by −3.1 points; others made up for part of it."
    )


def test_how_health_moved() -> None:
    assert sentences.health(64.6, 61.4, 1.1, [Row(1, "Ash", "−22"), Row(2, "Birch", "−18")], 42) == (
        "Average health fell 3.2 points to 61.4; a usual month moves it by 1.1. Most: Ash (−22), Birch (−18) and 40"
        " more."
    )
    assert sentences.health(60, 63, 1.0, [], 0) == (
        "Average health rose 3.0 points to 63.0; a usual month moves it by 1.0."
    )


@pytest.mark.parametrize(
    ("metric", "months", "said"),
    [
        ("grr", 4, "GRR has been below its target of 90 % since June 2026: now 87.4 %."),
        ("grr", 1, "GRR falls below its target of 90 % in June 2026: 87.4 %."),
        ("logo_churn", 1, "Logo churn rises above its target of 90 % in June 2026: 87.4 %."),
        ("at_risk", 2, "Customers at risk have been above their target of 90 % since June 2026: now 87.4 %."),
        ("promoters", 1, "Promoters fall below their target of 90 % in June 2026: 87.4 %."),
    ],
)
def test_a_target_that_is_missed(metric: str, months: int, said: str) -> None:
    assert sentences.missed(METRICS[metric], "87.4 %", "90 %", "June 2026", months) == said


def test_what_is_usual() -> None:
    assert usual.usual([1, -3]) is None
    assert usual.usual([1, -3, 2]) == 2
    assert usual.usual([1_000, *[1] * 12]) == 1  # only twelve months count
    assert usual.changes([1.0, None, 2.0, 2.5, 2.0]) == [0.5, -0.5]


def test_only_what_is_beyond_one_and_a_half_times_the_usual_is_said() -> None:
    assert usual.size(-150, 100.0, 0.0) is None
    assert usual.size(-151, 100.0, 0.0) == 1.51
    assert usual.size(3, 1.0, 2.0) is None  # too little to be anybody's news
    assert usual.size(100, None, 0.0) is None
    assert usual.size(0, 0.0, 0.0) is None
