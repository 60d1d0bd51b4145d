"""The course of a subscription: what it was on which day, whatever came first."""

import random
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.connectors.stripe import reading
from tenure.ingest.connectors.stripe.course import Change, Course, State, course
from tenure.ingest.connectors.stripe.pricing import Catalogue
from tenure.ingest.connectors.stripe.said import Price, Subscription, Tier
from tenure.ingest.connectors.stripe.states import of_event
from tenure.ingest.connectors.stripe.tests.stripes import Stripe, at, price, subscription

ZONE, NOW = ZoneInfo("UTC"), at("2026-01-01")
START = at("2025-01-05")


def _states(events: list[dict[str, Any]]) -> list[State[Subscription]]:
    found = []
    for event in events:
        (told,) = of_event(event)
        if isinstance(told.said, Subscription):
            found.append(State(told.at, told.rank, reading.digest(told.said), told.said, told.before))
    return found


def _course(one: dict[str, Any], *, now: int = NOW, said_at: int = START, catalogue: Catalogue | None = None) -> Course:
    said = reading.read(one)
    assert isinstance(said, Subscription)
    found = course([State(said_at, 0, "d", said)], catalogue or Catalogue(), zone=ZONE, now=now)
    assert found is not None
    return found


def _mrr(found: Course) -> dict[date, int | None]:
    return {found.started_on: found.terms.mrr_minor, **{each.day: each.terms.mrr_minor for each in found.changes}}


def test_several_items_of_different_periods_add_up_and_are_rounded_once() -> None:
    yearly = price("price_year", 10_000, recurring={"interval": "year"})
    weekly = price("price_week", 100, recurring={"interval": "week"})
    metered = price("price_use", 5, recurring={"usage_type": "metered"})
    terms = _course(subscription((yearly, 1), (weekly, 1), (metered, 9), start=START)).terms
    # 833.33… + 433.33… = 1266.66…
    assert (terms.mrr_minor, terms.plan, terms.seats, terms.billing) == (1_267, "Year", 1, "annual")


def test_decimals_of_a_cent_are_exact() -> None:
    fine = price("price_fine", None, unit_amount_decimal="0.5")
    assert _course(subscription((fine, 3), start=START)).terms.mrr_minor == 2  # 1.5, half to even


def test_a_tiered_price_is_looked_up_and_unknown_until_it_is_known() -> None:
    one = subscription((price("price_t", None, billing_scheme="tiered"), 7), start=START)
    assert _course(one).terms.mrr_minor is None
    known = Price(id="price_t", currency="USD", interval="month", is_tiered=True, tiers=(Tier(None, "200"),))
    assert _course(one, catalogue=Catalogue(prices={"price_t": known})).terms.mrr_minor == 1_400


def test_what_was_before_the_first_state_is_told_by_it() -> None:
    one = subscription((price(), 1), start=START, trial_start=START, trial_end=at("2025-01-19"), status="unpaid")
    found = _course(one, said_at=at("2025-06-01"))
    assert found.terms.is_trial
    assert [(each.day, each.terms.is_trial, each.terms.mrr_minor) for each in found.changes] == [
        (date(2025, 1, 19), False, 10_000),
        (date(2025, 6, 1), False, 0),
    ]


def test_the_end_of_a_discount_is_stated_ahead_and_goes_with_it() -> None:
    coupon = {"id": "c", "object": "coupon", "percent_off": 25, "duration": "repeating"}
    discount = {"id": "di", "object": "discount", "coupon": coupon, "start": START, "end": at("2025-04-05")}
    one = subscription((price(), 1), start=START, discounts=[discount])
    assert _mrr(_course(one)) == {date(2025, 1, 5): 7_500, date(2025, 4, 5): 10_000}
    assert _mrr(_course(one, now=at("2025-04-04"))) == {date(2025, 1, 5): 7_500, date(2025, 4, 5): 10_000}


@pytest.mark.parametrize(("behavior", "paid"), [("void", 0), ("mark_uncollectible", 0), ("keep_as_draft", 10_000)])
def test_a_pause_pays_nothing_until_it_ends_unless_its_invoices_are_kept(behavior: str, paid: int) -> None:
    pause = {"behavior": behavior, "resumes_at": at("2025-03-01")}
    found = _course(subscription((price(), 1), start=START, pause_collection=pause))
    assert _mrr(found) == {date(2025, 1, 5): paid, date(2025, 3, 1): 10_000}


def test_what_awaits_its_first_payment_has_not_begun() -> None:
    for status in ("incomplete", "incomplete_expired"):
        said = reading.read(subscription((price(), 1), start=START, status=status))
        assert isinstance(said, Subscription)
        assert course([State(START, 0, "d", said)], Catalogue(), zone=ZONE, now=NOW) is None


def test_the_day_is_the_workspaces_and_an_end_at_period_end_is_no_renewal() -> None:
    said = reading.read(
        subscription(
            (price(), 1), start=at("2025-01-05", "23:30:00"), cancel_at_period_end=True, current_period_end=NOW
        )
    )
    assert isinstance(said, Subscription)
    found = course([State(START, 0, "d", said)], Catalogue(), zone=ZoneInfo("Europe/Berlin"), now=NOW)
    assert found is not None
    assert (found.started_on, found.terms.auto_renew, found.terms.term_end) == (
        date(2025, 1, 6), False, date(2026, 1, 1),
    )  # fmt: skip


def test_what_is_stated_of_a_day_after_the_end_is_moved_to_it() -> None:
    coupon = {"id": "c", "object": "coupon", "percent_off": 25, "duration": "repeating"}
    discount = {"id": "di", "object": "discount", "coupon": coupon, "start": START, "end": at("2025-04-05")}
    one = subscription((price(), 1), start=START, discounts=[discount])
    early, late = reading.read(one), reading.read({**one, "status": "canceled", "ended_at": at("2025-04-01")})
    assert isinstance(early, Subscription)
    assert isinstance(late, Subscription)
    found = course(
        [State(START, 0, "a", early), State(at("2025-04-01"), 2, "b", late)], Catalogue(), zone=ZONE, now=NOW
    )
    assert found is not None
    assert found.ended_on == date(2025, 4, 1)
    assert [(each.name, each.day) for each in found.changes] == [
        (date(2025, 4, 1), date(2025, 4, 1)), (date(2025, 4, 5), date(2025, 4, 1)),
    ]  # fmt: skip


_steps = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), min_size=1, max_size=8)


@given(_steps, st.randoms(use_true_random=False))
def test_any_order_of_any_life_comes_to_the_same_course(steps: list[tuple[int, int]], chance: random.Random) -> None:
    """Days between changes (0: the same second) and the seats then."""
    stripe, moment = Stripe(), START
    stripe.create(subscription((price(), 1), start=START), START)
    for days, seats in steps:
        moment += days * 86_400
        stripe.update("sub_1", moment, items=subscription((price(), seats), start=START)["items"])
    states = _states(stripe.events)
    mixed = [*states, *states]
    chance.shuffle(mixed)
    wanted = course(states, Catalogue(), zone=ZONE, now=NOW)
    assert course({state.digest + str(state.at) + state.before: state for state in mixed}.values(), Catalogue(),
                  zone=ZONE, now=NOW) == wanted  # fmt: skip
    assert wanted is not None
    # Whatever part has come so far, no day is stated that all of it would leave behind.
    part = course([states[0], *chance.sample(states, len(states) // 2)], Catalogue(), zone=ZONE, now=NOW)
    assert part is not None
    assert {each.name for each in part.changes} <= {each.name for each in wanted.changes}


def test_one_second_is_put_in_order_by_what_was_before() -> None:
    stripe = Stripe()
    stripe.create(subscription((price(), 1), start=START), START)
    later = START + timedelta(days=1).total_seconds()
    for seats in (5, 2, 9, 3):
        stripe.update("sub_1", int(later), items=subscription((price(), seats), start=START)["items"])
    found = course(_states(stripe.events), Catalogue(), zone=ZONE, now=NOW)
    assert found is not None
    assert [each for each in found.changes if each.terms.seats == 3] == list(found.changes)
    assert isinstance(found.changes[0], Change)
