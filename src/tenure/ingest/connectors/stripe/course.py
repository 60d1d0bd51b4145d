"""The course of a subscription: from all its states, whatever order they came in, to a start, terms by day and an end.

Pure. A state counts from the moment Stripe says it is of. What is decided depends on the set of states alone, so a
delivery that is late, repeated or out of order comes to the same end. A day that was once stated is stated for ever:
what becomes known later changes what it says, and never leaves it behind. What is planned (the end of a discount or of
a pause, the phases of a schedule) is stated ahead, as of its day, and corrected where the plan is changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tenure.ingest.connectors.stripe import pricing, rules
from tenure.ingest.connectors.stripe.pricing import Catalogue
from tenure.ingest.connectors.stripe.said import Price, Said, Subscription

NEVER_BEGAN = frozenset({"incomplete", "incomplete_expired"})
"""The first payment is awaited, or never came: no subscription yet ("Subscription statuses")."""
PAYS_NOTHING = frozenset({"unpaid", "paused"})
"""Stripe has stopped collecting ("Subscription statuses")."""
_BILLING = {Fraction(1): "monthly", Fraction(12): "annual"}
PLANS = frozenset({"active", "not_started"})
"""Schedules that are to be carried out ("Subscription schedules", `status`)."""
FREE_PAUSE = frozenset({"void", "mark_uncollectible"})
"""Pauses whose invoices nobody pays; `keep_as_draft` collects later ("Pause payment collection")."""


@dataclass(frozen=True, slots=True)
class State[S: Said]:
    """An object at a moment. `rank` orders what happened in one second: created, updated, deleted.

    `digest` names what is said, `before` what was said before it, where the event tells.
    """

    at: int
    rank: int
    digest: str
    said: S
    before: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a subscription grants and costs; `mrr_minor` None: a price does not tell."""

    plan: str
    product: str
    seats: int | None
    mrr_minor: int | None
    currency: str
    is_trial: bool
    billing: str
    auto_renew: bool
    term_end: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """Terms from `day` on. What is stated of a day after the end is moved to the end, where it says nothing."""

    name: date
    day: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Course:
    """A subscription from its first day; `ended_on` is the first day without it, which may still be to come."""

    started_on: date
    ended_on: date | None
    terms: Terms
    changes: tuple[Change, ...]


def in_order[S: Said](states: Iterable[State[S]]) -> list[State[S]]:
    """By time, then rank; what falls together goes before what says that it followed it."""
    found: list[State[S]] = []
    for _, together in groupby(sorted(states, key=_place), key=lambda state: (state.at, state.rank)):
        left = list(together)
        while left:
            told = {state.digest for state in left}
            first = next((s for s in left if s.before == s.digest or s.before not in told), left[0])
            left.remove(first)
            found.append(first)
    return found


def _place[S: Said](state: State[S]) -> tuple[int, int, str]:
    return state.at, state.rank, state.digest


def course(states: Iterable[State[Subscription]], catalogue: Catalogue, *, zone: ZoneInfo, now: int) -> Course | None:
    """What became of the subscription by `now`; None while it has not begun."""
    known = [state for state in in_order(states) if state.said.status not in NEVER_BEGAN]
    if not known:
        return None
    start = min(state.said.start for state in known)
    ends = [state.said.ended or state.at for state in known if state.said.status == "canceled"]
    end = min(ends) if ends else _planned_end(known[-1], catalogue)
    started_on, ended_on = _day(start, zone), _day(end, zone) if end is not None else None
    said = {_day(moment, zone) for state in known for moment in _said(state) if start <= moment <= now}
    planned = {_day(moment, zone) for state in known for moment in _planned(state, catalogue) if start <= moment}
    days = sorted((said | planned) - {started_on})
    changes = tuple(Change(day, min(day, ended_on or day), _on(day, known, catalogue, zone)) for day in days)
    return Course(started_on, ended_on, _on(started_on, known, catalogue, zone), changes)


def _planned_end(state: State[Subscription], catalogue: Catalogue) -> int | None:
    """When it is to end by what was said last, unless that is taken back ("Cancel subscriptions")."""
    said = scheduled(state.said, state.at, catalogue, state.at)
    end = said.cancels_at or (said.period_end if said.ends_with_period else None)
    return end if end is not None and end > state.at else None


def _said(state: State[Subscription]) -> Iterable[int]:
    """When it was said, and when its trial ends: what comes after a trial is known once Stripe says it."""
    yield state.at
    if state.said.trial_end is not None:
        yield state.said.trial_end


def _planned(state: State[Subscription], catalogue: Catalogue) -> Iterable[int]:
    """When what it says runs out, or is to change, or ever was to."""
    said = state.said
    if said.resumes_at is not None:
        yield said.resumes_at
    yield from pricing.moments(said, catalogue)
    for states in catalogue.schedules.get(said.id, ()):
        for phase in (phase for schedule in states for phase in schedule.phases):
            yield phase.start
            yield from pricing.moments(replace(said, items=phase.items, discounts=phase.discounts), catalogue)


def _on(day: date, known: Sequence[State[Subscription]], catalogue: Catalogue, zone: ZoneInfo) -> Terms:
    """The terms as the day closes; what was before the first state is told by it."""
    closing = int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp()) - 1
    state = next((state for state in reversed(known) if state.at <= closing), known[0])
    return terms(state, catalogue, closing, zone)


def terms(state: State[Subscription], catalogue: Catalogue, moment: int, zone: ZoneInfo) -> Terms:
    """The terms at `moment` by this state. Before it was said, only what it tells of the time holds."""
    said, seen = scheduled(state.said, state.at, catalogue, moment), moment >= state.at
    priced = [pricing.priced(item, catalogue, said.currency) for item in said.items]
    main = max(priced, key=pricing.weight, default=None)
    price = main.price if main else Price()
    product = catalogue.products.get(price.product, "")
    licensed = [item.quantity for item in priced if not item.price.is_metered]
    period = rules.months(price)
    ends_at = said.cancels_at or said.period_end
    return Terms(
        plan=price.nickname or product or price.id,
        product=product,
        seats=max(licensed, default=None),
        mrr_minor=0 if seen and _pays_nothing(said, moment) else pricing.mrr_minor(said, catalogue, moment),
        currency=price.currency,
        is_trial=said.status == "trialing" if seen else said.trial_end is not None and moment < said.trial_end,
        billing=_BILLING.get(period or Fraction(0), "other"),
        auto_renew=not (said.ends_with_period or said.cancels_at),
        term_end=_day(ends_at, zone) if ends_at is not None else None,
    )


def scheduled(said: Subscription, at: int, catalogue: Catalogue, moment: int) -> Subscription:
    """What was said at `at`, with what is planned until `moment`.

    A phase counts from its start until Stripe has changed the subscription itself ("Subscription schedules"); one that
    was released or cancelled plans nothing.
    """
    for states in catalogue.schedules.get(said.id, ()):
        now = states[-1]
        if now.status not in PLANS or not now.phases:
            continue
        if now.ends_it and now.phases[-1].end is not None:
            said = replace(said, cancels_at=said.cancels_at or now.phases[-1].end)
        begun = [phase for phase in now.phases if at < phase.start <= moment]
        if begun:
            phase = max(begun, key=lambda phase: phase.start)
            on_trial = phase.trial_end is not None and moment < phase.trial_end
            status = "trialing" if on_trial else "active" if said.status == "trialing" else said.status
            said = replace(said, items=phase.items, discounts=phase.discounts, status=status)
    return said


def _pays_nothing(said: Subscription, moment: int) -> bool:
    paused = said.pause in FREE_PAUSE and (said.resumes_at is None or moment < said.resumes_at)
    return said.status in PAYS_NOTHING or paused


def _day(moment: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date()
