"""Schedules, planned ends and pauses, by the shapes of "The SubscriptionSchedule object".

In events a phase names its prices and coupons and does not tell them. Sources: "Subscription schedules", "Cancel
subscriptions", "Pause payment collection".
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.connectors.stripe import reading
from tenure.ingest.connectors.stripe.course import Course, State, course
from tenure.ingest.connectors.stripe.pricing import Catalogue
from tenure.ingest.connectors.stripe.said import Coupon, Price, Schedule, Subscription
from tenure.ingest.connectors.stripe.tests.stripes import Json, at, price, subscription

ZONE, NOW, START = ZoneInfo("UTC"), at("2025-02-01"), at("2025-01-05")
PRICES = {
    name: Price(name, "prod_1", nickname, "USD", "month", unit=unit)
    for name, nickname, unit in (("price_pro", "Pro", "10000"), ("price_lite", "Lite", "3000"))
}
COUPONS = {"c_half": Coupon("c_half", "50", duration="repeating", months=2)}


def phase(start: str, end: str | None, name: str, quantity: int = 1, **more: Any) -> Json:
    return {"start_date": at(start), "end_date": None if end is None else at(end), "discounts": [], "trial_end": None,
            "items": [{"price": name, "plan": name, "quantity": quantity, "discounts": []}], **more}  # fmt: skip


def schedule(*phases: Json, **more: Any) -> Json:
    return {"id": "sub_sched_1", "object": "subscription_schedule", "customer": "cus_1", "subscription": "sub_1",
            "status": "active", "end_behavior": "release", "phases": list(phases), "released_subscription": None,
            **more}  # fmt: skip


DOWNGRADE = (phase("2025-01-05", "2025-03-05", "price_pro"), phase("2025-03-05", "2026-03-05", "price_lite", 2))


def planned(*told: Json, prices: Any = None) -> Catalogue:
    found = [each for each in map(reading.read, told) if isinstance(each, Schedule)]
    assert len(found) == len(told)
    return Catalogue(prices=PRICES if prices is None else prices, coupons=COUPONS, schedules={"sub_1": [found]})


def lived(catalogue: Catalogue, *told: tuple[int, Json], now: int = NOW) -> Course:
    states = []
    for moment, one in told or [(START, subscription((price(), 1), start=START))]:
        said = reading.read(one)
        assert isinstance(said, Subscription)
        states.append(State(moment, 1, f"{moment}", said))
    found = course(states, catalogue, zone=ZONE, now=now)
    assert found is not None
    return found


def terms(found: Course) -> list[tuple[str, str, int | None, int | None]]:
    return [(each.day.isoformat(), each.terms.plan, each.terms.seats, each.terms.mrr_minor) for each in found.changes]


def test_a_downgrade_that_is_planned_is_stated_as_of_its_day() -> None:
    assert terms(lived(planned(schedule(*DOWNGRADE)))) == [("2025-03-05", "Lite", 2, 6_000)]


def test_after_its_last_phase_the_terms_go_on_unless_the_schedule_ends_the_subscription() -> None:
    found = lived(planned(schedule(*DOWNGRADE)), now=at("2026-06-01"))
    assert (terms(found), found.ended_on) == ([("2025-03-05", "Lite", 2, 6_000)], None)
    found = lived(planned(schedule(*DOWNGRADE, end_behavior="cancel")))
    assert (found.ended_on, found.terms.auto_renew, found.terms.term_end) == (
        date(2026, 3, 5), False, date(2026, 3, 5),
    )  # fmt: skip


@pytest.mark.parametrize("status", ["released", "canceled"])
def test_a_plan_that_is_given_up_leaves_its_day_with_the_terms_that_stay(status: str) -> None:
    given_up = schedule(*DOWNGRADE, status=status, subscription=None, released_subscription="sub_1")
    assert terms(lived(planned(schedule(*DOWNGRADE), given_up))) == [("2025-03-05", "Pro", 1, 10_000)]


def test_once_stripe_has_changed_the_subscription_what_it_says_counts() -> None:
    begun = (at("2025-03-05", "10:00:05"), subscription((price(), 7), start=START))
    found = lived(planned(schedule(*DOWNGRADE)), (START, subscription((price(), 1), start=START)), begun)
    assert terms(found) == [("2025-03-05", "Pro", 7, 70_000)]


def test_a_phase_redeems_its_coupon_as_it_starts_and_the_end_is_known() -> None:
    half = phase("2025-03-05", None, "price_pro", discounts=[{"coupon": "c_half", "discount": None}])
    assert terms(lived(planned(schedule(half)))) == [
        ("2025-03-05", "Pro", 1, 5_000), ("2025-05-05", "Pro", 1, 10_000),
    ]  # fmt: skip


def test_what_a_phase_names_and_nobody_told_is_unknown_not_zero() -> None:
    code = phase("2025-03-05", None, "price_pro", discounts=[{"promotion_code": "promo_1"}])
    assert terms(lived(planned(schedule(code))))[0][3] is None
    assert terms(lived(planned(schedule(*DOWNGRADE), prices={})))[0][3] is None


def test_a_phase_can_be_a_trial() -> None:
    found = lived(planned(schedule(phase("2025-03-05", "2025-04-05", "price_lite", trial=True))))
    assert [(each.day, each.terms.is_trial) for each in found.changes] == [(date(2025, 3, 5), True)]


def test_an_end_is_known_ahead_and_gone_when_it_is_taken_back() -> None:
    one = subscription((price(), 1), start=START, cancel_at_period_end=True)
    assert lived(Catalogue(), (START, one)).ended_on == date(2025, 2, 4)
    dated = subscription((price(), 1), start=START, cancel_at=at("2025-09-01"))
    assert lived(Catalogue(), (START, dated)).ended_on == date(2025, 9, 1)
    back = (at("2025-01-10"), subscription((price(), 1), start=START))
    assert lived(Catalogue(), (START, one), back).ended_on is None


@pytest.mark.parametrize(("behavior", "paid"), [("void", 0), ("mark_uncollectible", 0), ("keep_as_draft", 10_000)])
def test_a_pause_says_when_it_is_over(behavior: str, paid: int) -> None:
    pause = {"behavior": behavior, "resumes_at": at("2025-06-01")}
    found = lived(Catalogue(), (START, subscription((price(), 1), start=START, pause_collection=pause)))
    assert (found.terms.mrr_minor, terms(found)) == (paid, [("2025-06-01", "Pro", 1, 10_000)])


_day = st.dates(date(2025, 1, 6), date(2026, 12, 31)).map(lambda day: at(day.isoformat()))
_phases = st.lists(st.tuples(_day, st.sampled_from(sorted(PRICES)), st.integers(1, 9)), min_size=1, max_size=4).map(
    lambda rows: [
        {"start_date": start, "end_date": None, "items": [{"price": name, "quantity": n}]} for start, name, n in rows
    ]
)
_plans = st.lists(
    st.tuples(_phases, st.sampled_from(["active", "released", "canceled", "not_started"])), min_size=1, max_size=3
)
_said = st.lists(
    st.tuples(
        _day, st.integers(1, 9), st.booleans(), st.none() | _day,
        st.sampled_from(["active", "trialing", "past_due", "unpaid"]),
        st.none() | st.tuples(st.sampled_from(["void", "keep_as_draft"]), st.none() | _day),
    ),
    min_size=1, max_size=6, unique_by=lambda row: row[0],
)  # fmt: skip


@given(_said, _plans, st.randoms(use_true_random=False))
def test_any_order_and_part_of_any_life_with_plans(rows: Sequence[Any], plans: Sequence[Any], chance: Any) -> None:
    """Mixed, it comes to the same; and no day that a part of it states is left behind by the whole."""
    told = [
        (moment, subscription(
            (price(), seats), start=START, cancel_at_period_end=at_end, cancel_at=cancel, status=status,
            pause_collection=None if pause is None else {"behavior": pause[0], "resumes_at": pause[1]},
        ))
        for moment, seats, at_end, cancel, status, pause in rows
    ]  # fmt: skip
    catalogue = planned(*(schedule(*phases, status=status) for phases, status in plans))
    whole = lived(catalogue, *told, now=at("2026-03-01"))
    mixed = [*told, *told]
    chance.shuffle(mixed)
    assert lived(catalogue, *dict(mixed).items(), now=at("2026-03-01")) == whole
    part = chance.sample(told, max(1, len(told) // 2))
    some = planned(*(schedule(*phases, status=status) for phases, status in plans[:1]))
    then = lived(some, *part, now=at("2025-10-01"))
    assert {each.name for each in then.changes} - {then.started_on} <= {each.name for each in whole.changes}
