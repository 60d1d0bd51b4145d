"""What is odd about a scorecard: each rule on facts made by hand."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tenure.health import linting
from tenure.health.card import activate
from tenure.health.scorecard import CardMeasure, Dimension, ExceptionRule, Profile, Scorecard
from tenure.health.tests.cards import line
from tenure.measures.contracts import Catalogue, Field

N = 60
FIELDS = ("logins", "people", "tickets", "nps", "size")
CATALOGUE = Catalogue("account", tuple(Field(key, "account", "number", "measure", "measure") for key in FIELDS))
EVEN = np.linspace(0, 100, N)
APART = np.array([(n * 17) % N for n in range(N)], dtype=float) / (N - 1) * 100


def facts(**columns: object) -> pa.Table:
    made = {"logins": EVEN, "people": APART, "tickets": EVEN, "nps": EVEN, "size": EVEN, **columns}
    return pa.table(
        {
            "as_of": pa.array([date(2024, 12, 31)] * N),
            "id": pa.array(range(N)),
            "status": pa.array(["customer"] * N),
            **{name: pa.array(values, pa.float64(), from_pandas=True) for name, values in made.items()},
        }
    )


def measure(key: str, weight: float = 1.0) -> CardMeasure:
    return CardMeasure(measure=key, weight=weight, curve=line(0, 100))


def found(body: Scorecard, table: pa.Table | None = None) -> list[tuple[str, str, str, str]]:
    card = activate(key="health", version=1, body=body, catalogue=CATALOGUE)
    told = linting.findings(facts() if table is None else table, card, {})
    return [(each.rule, each.profile, each.measure, each.where) for each in told]


def one(*measures: CardMeasure, exceptions: tuple[ExceptionRule, ...] = ()) -> Scorecard:
    return Scorecard(dimensions=(Dimension(key="all", measures=measures),), exceptions=exceptions)


def test_a_sound_card_has_nothing_odd() -> None:
    assert found(one(measure("logins"), measure("people"))) == []


def test_a_measure_that_few_have_is_told() -> None:
    few = np.where(np.arange(N) < 17, APART, np.nan)
    assert ("no_data", "default", "people", "dimensions.0.measures.1") in found(
        one(measure("logins"), measure("people")), facts(people=few)
    )
    enough = np.where(np.arange(N) < 18, APART, np.nan)
    rules = [rule for rule, *_ in found(one(measure("logins"), measure("people")), facts(people=enough))]
    assert "no_data" not in rules


def test_a_measure_that_nobody_has_says_to_connect_its_source() -> None:
    card = activate(key="health", version=1, body=one(measure("logins"), measure("nps")), catalogue=CATALOGUE)
    [told] = [f for f in linting.findings(facts(nps=np.full(N, np.nan)), card, {}) if f.rule == "no_data"]
    assert told.text == "nps is known for nobody"
    assert told.advice == "Connect its source, or remove the measure."


def test_a_weight_that_moves_nobody_cannot_matter() -> None:
    table = facts(logins=np.repeat([10.0, 90.0], N // 2))
    assert ("powerless", "default", "people", "dimensions.0.measures.1") in found(
        one(measure("logins", 100), measure("people", 0.1)), table
    )
    # With a say of its own, the same measure moves somebody over a line.
    heavy = found(one(measure("logins", 100), measure("people", 100)), table)
    assert [rule for rule, *_ in heavy] == []


def test_among_few_accounts_it_is_no_news_that_nobody_moves() -> None:
    table = facts(logins=np.repeat([10.0, 90.0], N // 2))
    body = one(measure("logins", 100), measure("people", 0.1))
    assert [rule for rule, *_ in found(body, table.slice(5, 50))] == ["powerless"]
    assert found(body, table.slice(5, 49)) == []


def test_a_weight_that_only_a_cap_hides_cannot_matter() -> None:
    always = ExceptionRule(key="cap", when="size >= 0", cap=10)
    told = found(one(measure("logins"), measure("people"), exceptions=(always,)))
    assert [(rule, key) for rule, _, key, _ in told] == [("powerless", "logins"), ("powerless", "people")]


def test_two_measures_in_the_same_order_say_the_same() -> None:
    same = facts(tickets=EVEN**3)
    assert ("same", "default", "tickets", "dimensions.0.measures.1") in found(
        one(measure("logins"), measure("tickets")), same
    )
    against = facts(tickets=-EVEN)
    assert ("same", "default", "tickets", "dimensions.0.measures.1") in found(
        one(measure("logins"), measure("tickets")), against
    )


def test_the_rank_correlation_is_spearmans() -> None:
    # The example of Kendall, "Rank Correlation Methods": 1 − 6 Σd² ÷ n (n² − 1), no ties.
    a = np.arange(20.0)
    b = np.array([1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14, 17, 16, 19, 18], dtype=float)
    assert linting.spearman(a, b) == pytest.approx(1 - 6 * 20 / (20 * 399))
    assert linting.spearman(a, np.where(a < 1, np.nan, b)) is None  # 19 have both
    assert linting.spearman(a, np.zeros(20)) is None
    ties = np.repeat([0.0, 1.0], 10)
    assert linting.spearman(ties, ties) == pytest.approx(1.0)


def profiled(*profiles: Profile) -> Scorecard:
    return Scorecard(
        dimensions=(Dimension(key="all", measures=(measure("logins"), measure("people"))),), profiles=profiles
    )


def profile(key: str, applies_to: str) -> Profile:
    dimensions = (Dimension(key="all", measures=(measure("logins"), measure("people"))),)
    return Profile(key=key, label=key.capitalize(), applies_to=applies_to, dimensions=dimensions)


def test_profiles_that_nobody_reaches_or_that_share_accounts_are_told() -> None:
    body = profiled(
        profile("large", "size >= 50"), profile("huge", "size >= 90"), profile("none", "size > 1000"),
        profile("middle", "size >= 40"),
    )  # fmt: skip
    told = [each for each in found(body) if not each[2]]
    assert told == [
        ("unreachable", "huge", "", "profiles.1"),
        ("unreachable", "none", "", "profiles.2"),
        ("overlap", "middle", "", "profiles.3"),
    ]


def test_a_profile_whose_field_is_gone_matches_nobody() -> None:
    assert ("unreachable", "old", "", "profiles.0") in found(profiled(profile("old", "archived_measure > 1")))
