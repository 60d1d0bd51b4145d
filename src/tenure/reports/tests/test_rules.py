"""How a metric stands against its target, and how it is written."""

from datetime import date

import pytest

from tenure.reports import rules, wording
from tenure.reports.metrics import METRICS, TREE

NRR, CHURN, MRR, RATIO = (METRICS[key] for key in ("nrr", "logo_churn", "mrr", "quick_ratio"))
MONTHS = [date(2026, n, 1) for n in range(1, 6)]


def test_met_is_at_the_target_or_on_its_better_side() -> None:
    assert [rules.standing(NRR, value, 1.0) for value in (1.0, 1.2, 0.99, None)] == ["met", "met", "missed", "unknown"]
    assert [rules.standing(CHURN, value, 0.05) for value in (0.05, 0.01, 0.06)] == ["met", "met", "missed"]
    assert rules.standing(NRR, 1.0, None) == "none"


def test_progress_is_value_by_target_and_the_other_way_where_less_is_better() -> None:
    assert rules.progress(NRR, 0.9, 1.2) == pytest.approx(0.75)
    assert rules.progress(CHURN, 0.1, 0.05) == pytest.approx(0.5)
    assert rules.progress(CHURN, 0.0, 0.05) == rules.progress(NRR, 2.0, 1.2) == 1.0
    assert rules.progress(CHURN, 0.1, 0.0) == rules.progress(NRR, -0.1, 1.0) == 0.0
    assert rules.progress(NRR, None, 1.0) is rules.progress(NRR, 1.0, None) is None


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ([0.9, 1.1, 0.9, 0.8, 0.9], 3),
        ([0.9, 1.1, None, 0.8, 0.9], 4),
        ([0.9, 0.9, 0.9, 0.9, 0.9], 1),
        ([0.9, 0.9, 0.9, 0.9, 1.0], None),
        ([0.9, 0.9, 0.9, 0.9, None], None),
    ],
)
def test_a_target_is_missed_since_it_was_met_or_unknown(values: list[float | None], since: int | None) -> None:
    series = list(zip(MONTHS, values, strict=True))
    assert rules.missed_since(NRR, series, 1.0) == (date(2026, since, 1) if since else None)
    assert rules.missed_since(NRR, series, None) is None


def test_values_changes_and_targets_are_written_by_their_unit() -> None:
    assert [wording.write(metric, value, "USD") for metric, value in ((NRR, 1.0316), (MRR, 1_240_049.0), (RATIO, 4.56))
            ] == ["103.2 %", "$12,400", "4.6"]  # fmt: skip
    assert wording.write(NRR, None, "USD") == "—"
    assert wording.change(CHURN, 0.024, 0.01, "USD") == "+1.4 points"
    assert [wording.change(MRR, now, 500.0, "USD") for now in (300.0, 700.0, 500.0)] == ["−$2", "+$2", "±0"]
    assert wording.change(NRR, None, 1.0, "USD") == ""
    assert [wording.target(m, v, "USD") for m, v in ((NRR, 1.055), (MRR, 1_200_000.0), (RATIO, 4.0), (NRR, None))] == [
        "105.5 %", "$12,000", "4", "",
    ]  # fmt: skip


@pytest.mark.parametrize("metric", TREE, ids=lambda metric: metric.key)
def test_what_is_typed_is_what_is_kept(metric: object) -> None:
    for typed in ("95", "12.5"):
        kept = wording.read(metric, float(typed), "USD")  # type: ignore[arg-type]
        assert wording.entered(metric, kept, "USD") == typed  # type: ignore[arg-type]


def test_the_tree_is_whole() -> None:
    for metric in TREE:
        above = metric.parent
        seen = {metric.key}
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = METRICS[above].parent
    assert [metric.key for metric in TREE if metric.parent is None] == ["nrr", "new_mrr"]
    assert {metric.pillar for metric in TREE} == {"retention", "expansion", "word_of_mouth"}
