"""What a draft would change: two tables of scores, made by hand."""

from datetime import date, timedelta

import pyarrow as pa

from tenure.health.studio import whatif

DAY = date(2024, 12, 29)


def scores(rows: dict[int, tuple[float | None, str, dict[str, float]]]) -> pa.Table:
    """account → (score, band, what each measure takes)."""
    kind = pa.list_(pa.struct([("measure", pa.string()), ("contribution", pa.float64())]))
    adjusted = pa.list_(pa.struct([("kind", pa.string()), ("key", pa.string()), ("contribution", pa.float64())]))
    takes = [[{"measure": k, "contribution": v} for k, v in each[2].items()] for each in rows.values()]
    return pa.table(
        {
            "account": pa.array(rows, pa.int64()),
            "score": pa.array([each[0] for each in rows.values()], pa.float64()),
            "band": pa.array([each[1] for each in rows.values()]),
            "inputs": pa.array(takes, kind),
            "adjustments": pa.array([[] for _ in rows], adjusted),
        }
    )


def test_the_matrix_counts_everybody_and_the_list_begins_with_most_money() -> None:
    published = scores({
        1: (80.0, "healthy", {"a": 10.0, "b": 10.0}), 2: (30.0, "risk", {"a": 60.0, "b": 10.0}),
        3: (75.0, "healthy", {"a": 25.0, "b": 0.0}), 4: (90.0, "healthy", {"a": 10.0}),
    })  # fmt: skip
    draft = scores({
        1: (60.0, "watch", {"a": 28.0, "b": 12.0}), 2: (30.0, "risk", {"a": 60.0, "b": 10.0}),
        3: (50.0, "watch", {"a": 50.0, "b": 0.0}), 5: (20.0, "risk", {"a": 80.0}),
    })  # fmt: skip
    found = whatif.today(published, draft, day=DAY, mrr={1: 10.0, 3: 500.0, 4: None})
    assert found.matrix == (
        ("healthy", "none", 1), ("healthy", "watch", 2), ("none", "risk", 1), ("risk", "risk", 1),
    )  # fmt: skip
    assert (found.accounts, found.moved) == (5, 4)
    assert [each.account for each in found.listed] == [3, 1, 4, 5]
    [first, second, *gone] = found.listed
    assert (first.before, first.after, first.reasons) == (75.0, 50.0, (("a", -25.0),))
    assert second.reasons == (("a", -18.0), ("b", -2.0))
    assert [each.reasons for each in gone] == [(), ()]


def weekly(*bands: dict[int, str]) -> pa.Table:
    days = [DAY - timedelta(weeks=n) for n in range(len(bands) - 1, -1, -1)]
    rows = [(day, account, band) for day, on in zip(days, bands, strict=True) for account, band in on.items()]
    return pa.table({"day": [r[0] for r in rows], "account": [r[1] for r in rows], "band": [r[2] for r in rows]})


def test_an_entry_is_a_week_in_the_worst_band_after_one_outside_of_it() -> None:
    days = [DAY - timedelta(weeks=n) for n in (3, 2, 1, 0)]
    published = weekly({1: "risk", 2: "ok"}, {1: "risk", 2: "risk"}, {1: "ok", 2: "risk"}, {1: "risk", 2: "risk"})
    draft = weekly({1: "ok", 2: "ok"}, {1: "red", 2: "ok"}, {1: "red", 2: "ok"}, {1: "red", 2: "ok", 3: "red"})
    found = whatif.entries(published, draft, worst=("risk", "red"), days=days, owners={1: "Ana", 2: "Ben", 3: "Ana"})
    assert found.weeks == tuple(days[1:])
    assert found.published == (1, 0, 1)
    assert found.draft == (1, 0, 1)
    assert [(o.owner, o.accounts, o.published * 3, o.draft * 3) for o in found.owners] == [
        ("Ana", 2, 1.0, 2.0), ("Ben", 1, 1.0, 0.0),
    ]  # fmt: skip
