"""What subscriptions mean, day by day: the text-book form of the SQL in `sql/`, which has to agree with it.

These functions walk the calendar and are slow on purpose: one account, a few years. They know no database and no
clock. A subscription is in force on the days from its start until before its end; `None` stands for "not said".
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Literal

from tenure.base.months import months_after

type Status = Literal["prospect", "trial", "customer", "former"]
type RecordKind = Literal[
    "subscription_started", "subscription_changed", "subscription_ended", "account_lost", "account_signed_up"
]

type Calendar = Mapping[date, Mapping[str, Terms]]

DAY = timedelta(days=1)
MONTHS = {"monthly": 1, "annual": 12}
CONTRACTION_PERCENT = 5
SPLIT = ("by_price", "by_seats", "by_plan", "by_product")
"""Why those who stay pay more or less: together they are expansion + contraction."""
_ORDER = {"subscription_started": 0, "subscription_changed": 1, "subscription_ended": 2}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds of a subscription on a day. Money is in minor units of `currency` a month."""

    plan: str | None = None
    product: str | None = None
    seats: int | None = None
    packs: int | None = None
    pack_size: int | None = None
    mrr_minor: int | None = None
    currency: str | None = None
    is_trial: bool | None = None
    billing: str | None = None
    auto_renew: bool | None = None
    term_end: date | None = None
    notice_period: int | None = None
    notice_unit: str | None = None

    @property
    def is_paid(self) -> bool:
        """Neither a trial nor known to cost nothing."""
        return not self.is_trial and self.mrr_minor != 0

    def then(self, said: "Terms") -> "Terms":
        """These terms after a record: what it leaves out stays as it was. Seats are those told last, or the packs told
        since times their size."""
        news = {f.name: value for f in fields(said) if (value := getattr(said, f.name)) is not None}
        terms = replace(self, **news)
        in_packs = said.seats is None and (said.packs is not None or said.pack_size is not None)
        if in_packs and terms.packs is not None and terms.pack_size is not None:
            return replace(terms, seats=terms.packs * terms.pack_size)
        return terms


@dataclass(frozen=True, slots=True)
class Record:
    """A business fact of one account. It can be used from `known_day` on; `retracted_on` takes it back."""

    kind: RecordKind
    day: date
    known_day: date
    subscription: str = ""
    terms: Terms = Terms()
    retracted_on: date | None = None

    def stands(self, as_of: date) -> bool:
        """Whether the record counts when one looks at `as_of`."""
        known = self.day <= as_of and self.known_day <= as_of
        return known and (self.retracted_on is None or self.retracted_on > as_of)


@dataclass(frozen=True, slots=True)
class State:
    """One account at a date, as `sql/account_state.sql` answers it, in the currency of its only rate."""

    status: Status
    subscriptions: int
    mrr_minor: int | None
    seats: int | None
    first_paid_on: date | None
    lost_on: date | None
    renewal_on: date | None
    notice_on: date | None
    renewals: int | None


@dataclass(frozen=True, slots=True)
class Movement:
    """How an account's MRR moved in a month; opening plus all movements is closing. Expansion and contraction are split
    into what they are by: `by_price` to `by_product` add up to them."""

    month: date
    opening: int
    new: int = 0
    expansion: int = 0
    contraction: int = 0
    churn: int = 0
    reactivation: int = 0
    fx: int = 0
    closing: int = 0
    by_price: int = 0
    by_seats: int = 0
    by_plan: int = 0
    by_product: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a customer within a horizon."""

    churned_on: date | None
    contracted_on: date | None
    renewed_on: date | None


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def held(records: Sequence[Record], as_of: date) -> Calendar:
    """The subscriptions in force with their terms, on every day from the first record to `as_of`.

    Of several records of a day the last counts.
    """
    waiting = deque(sorted((r for r in records if r.kind in _ORDER), key=_place))
    memory: dict[str, Terms] = {}
    now: dict[str, Terms] = {}
    calendar: dict[date, Mapping[str, Terms]] = {}
    for day in days(min([as_of, *(r.day for r in records)]), as_of):
        while waiting and waiting[0].day <= day:
            record = waiting.popleft()
            terms = memory.get(record.subscription, Terms()).then(record.terms)
            memory[record.subscription] = now[record.subscription] = terms
            if record.kind == "subscription_ended":
                del now[record.subscription]
        calendar[day] = dict(now)
    return calendar


def paid(terms: Mapping[str, Terms]) -> dict[str, Terms]:
    """Those of the subscriptions that are paid."""
    return {key: each for key, each in terms.items() if each.is_paid}


def term_ends(terms: Terms, paid_since: date) -> Iterator[date]:
    """When the term ends: at `term_end` and every billing period after; else every period since it was paid."""
    months = MONTHS.get(terms.billing or "")
    first = 0 if terms.term_end else 1
    anchor = terms.term_end or paid_since
    if months is None:
        yield from [anchor][first:]
        return
    for number in range(first, first + 1200):
        yield months_after(anchor, number * months)


def state(
    records: Sequence[Record],
    as_of: date,
    *,
    subscriptions_since: date | None,
    started_on: date | None = None,
) -> State:
    """Status, money and terms of one account at `as_of`.

    A customer has a paid subscription in force and has not been reported lost since a subscription last began to
    be paid. Where no subscriptions are delivered (`subscriptions_since`), who signed up is a customer until lost.
    """
    known = [record for record in records if record.stands(as_of)]
    has_source = subscriptions_since is not None and subscriptions_since <= as_of
    calendar = held(known, as_of)
    history = _walk(known, calendar, has_source=has_source, started_on=started_on)
    now, trials = paid(calendar[as_of]), {k: t for k, t in calendar[as_of].items() if t.is_trial}
    status = history[as_of]
    notices = [notice_on(now[key], end) for key, end in _due(calendar, as_of)]
    seats = [terms.seats for terms in (now or trials).values() if terms.seats is not None]
    return State(
        status=status,
        subscriptions=len(now),
        mrr_minor=(_mrr(now) if now else 0) if has_source else None,
        seats=sum(seats) if seats else None,
        first_paid_on=next((day for day, terms in calendar.items() if paid(terms)), None),
        lost_on=_run_start(history, as_of) if status == "former" else None,
        renewal_on=min((day for _, day in _due(calendar, as_of)), default=None),
        notice_on=min((day for day in notices if day is not None and day >= as_of), default=None),
        renewals=len(list(renewals(calendar))) if has_source else None,
    )


def notice_on(terms: Terms, end: date) -> date | None:
    """The last day on which a subscription can be cancelled for the `end` of its term; None without a period of notice,
    and where it runs on without an end.

    Months are counted back to the same day, or to the last of a month that has no such day.
    """
    if terms.notice_period is None or terms.term_end is None:
        return None
    if terms.notice_unit == "months":
        return months_after(end, -terms.notice_period)
    return end - terms.notice_period * DAY


def renewals(calendar: Calendar) -> Iterator[tuple[str, date]]:
    """The renewals before the last day: a term ended, and the subscription was paid the day before and stayed paid."""
    since: dict[str, date] = {}
    before: Mapping[str, Terms] = {}
    for day in list(calendar)[:-1]:
        now = paid(calendar[day])
        for key, terms in before.items():
            if key in now and day in _up_to(term_ends(terms, since[key]), day):
                yield key, day
        since = {key: since.get(key, day) for key in now}
        before = now


def outcome(records: Sequence[Record], as_of: date, *, last: date) -> Outcome:
    """What became of a customer of `as_of` up to the day `last`, in records that were all known on their day.

    Churn: the first day as former. Before it: contraction, the first day with MRR at least 5 % lower than at as_of;
    renewal, the first term end that was due at as_of and passed with the subscription paid.
    """
    calendar = held(records, last)
    history = _walk(records, calendar, has_source=True, started_on=None)
    churned_on = next((day for day in days(as_of + DAY, last) if history[day] == "former"), None)
    before, due = _mrr(calendar[as_of]), dict(_due(calendar, as_of))
    stay = list(days(as_of, (churned_on or last + DAY) - DAY))
    floor = None if before is None else before * (100 - CONTRACTION_PERCENT)
    lower = (day for day in stay if floor is not None and (_mrr(calendar[day]) or 0) * 100 <= floor)
    renewed = (day for day in stay if any(due.get(key) == day for key in paid(calendar[day])))
    return Outcome(churned_on, next(lower, None), next(renewed, None))


def movements(
    closes: Sequence[tuple[date, Mapping[str, Terms]]], rates: Sequence[Mapping[str, Decimal]], *, own: str
) -> list[Movement]:
    """The ledger of one account: `closes` are months with the subscriptions in force at their end, by name.

    `rates` are the closes' rates (own minor units for one minor unit of a currency); money in a currency without one
    does not count, and what had one before is compared at that. Months that did not move are left out.
    """
    ledger: list[Movement] = []
    opening, had_mrr = 0, False
    stood: dict[str, Terms] = {}
    known: Mapping[str, Decimal] = {}
    for (month, terms), rate in zip(closes, rates, strict=True):
        now = _priced(terms, rate, own)
        then = _priced(stood, {**known, **rate}, own)
        closing, restated = (sum(amount for _, amount in each.values()) for each in (now, then))
        change = closing - restated
        kind = _kind(opening=opening, closing=closing, change=change, had_mrr=had_mrr)
        if change or restated != opening:
            parts = {kind: change} if kind else {}
            parts |= split(then, now) if opening > 0 and closing > 0 else {}
            ledger.append(Movement(month, opening, fx=restated - opening, closing=closing, **parts))
        had_mrr = had_mrr or closing > 0
        stood, known, opening = {key: each for key, (each, _) in now.items()}, rate, closing
    return ledger


def split(then: Mapping[str, tuple[Terms, int]], now: Mapping[str, tuple[Terms, int]]) -> dict[str, int]:
    """Why the MRR of an account that stays changed: subscriptions by name, each with its terms and MRR, at a closing
    day and at the one before, both at the later day's rates. The four reasons add up to the change.

    *Product*: a subscription came or went, or is of another product. *Plan*: the same one on another plan. *Seats*: on
    the same plan with more or fewer seats, at the price of a seat before. *Price*: all else, with what rounding leaves.

    These are the causes that ChartMogul counts as expansion and contraction: an additional subscription, a higher or
    lower plan, a quantity, a discount ("Data Table and MRR Movements", help.chartmogul.com). Seats and price are told
    apart as in any price-volume analysis: volume = (Q₂ − Q₁) × P₁, price = (P₂ − P₁) × Q₂.
    """
    found = dict.fromkeys(SPLIT, 0)
    for key in then.keys() | now.keys():
        (was, before), (terms, after) = then.get(key, (None, 0)), now.get(key, (None, 0))
        change = after - before
        if was is None or terms is None or _differs(was.product, terms.product):
            found["by_product"] += change
        elif _differs(was.plan, terms.plan):
            found["by_plan"] += change
        else:
            of_seats = _of_seats(before, was.seats, terms.seats)
            found["by_seats"] += of_seats
            found["by_price"] += change - of_seats
    return found


def _place(record: Record) -> tuple[date, int]:
    return record.day, _ORDER[record.kind]


def _walk(
    records: Sequence[Record], calendar: Calendar, *, has_source: bool, started_on: date | None
) -> dict[date, Status]:
    """The status on every day of the calendar."""
    signed = {r.day for r in records if r.kind == "account_signed_up"} or ({started_on} if started_on else set())
    losses = {r.day for r in records if r.kind == "account_lost"}
    history: dict[date, Status] = {}
    is_lost, has_paid = False, False
    yesterday: dict[str, Terms] = {}
    for day, terms in calendar.items():
        today = paid(terms)
        starts = bool(today.keys() - yesterday.keys()) if has_source else day in signed
        is_lost = (is_lost and not starts) or day in losses
        has_paid = has_paid or bool(today)
        if is_lost:
            history[day] = "former"
        elif has_source:
            history[day] = _status(pays=bool(today), has_paid=has_paid, tries=any(t.is_trial for t in terms.values()))
        else:
            history[day] = "customer" if not signed or day >= min(signed) else "prospect"
        yesterday = today
    return history


def _status(*, pays: bool, has_paid: bool, tries: bool) -> Status:
    if pays:
        return "customer"
    if has_paid:
        return "former"
    return "trial" if tries else "prospect"


def _run_start(history: Mapping[date, Status], as_of: date) -> date:
    """The first of the days up to `as_of` on which the status was the same without a break."""
    day = as_of
    while history.get(day - DAY) == history[as_of]:
        day -= DAY
    return day


def _due(calendar: Calendar, as_of: date) -> Iterator[tuple[str, date]]:
    """The next term end of each paid subscription, on or after `as_of`."""
    for key, terms in paid(calendar[as_of]).items():
        since = as_of
        while key in paid(calendar.get(since - DAY, {})):
            since -= DAY
        yield from islice(((key, day) for day in term_ends(terms, since) if day >= as_of), 1)


def _mrr(terms: Mapping[str, Terms]) -> int | None:
    amounts = [each.mrr_minor for each in paid(terms).values() if each.mrr_minor is not None]
    return sum(amounts) if amounts else None


def _up_to(ends: Iterable[date], day: date) -> Iterator[date]:
    for end in ends:
        if end > day:
            return
        yield end


def _priced(terms: Mapping[str, Terms], rate: Mapping[str, Decimal], own: str) -> dict[str, tuple[Terms, int]]:
    """The paid subscriptions whose MRR is known, with it in our own currency."""
    return {
        key: (each, _rounded(each.mrr_minor * rate[each.currency or own]))
        for key, each in paid(terms).items()
        if each.mrr_minor is not None and (each.currency or own) in rate
    }


def _differs(before: str | None, after: str | None) -> bool:
    """Both are known, and not the same."""
    return before is not None and after is not None and before != after


def _of_seats(before: int, seats_before: int | None, seats: int | None) -> int:
    return (
        _rounded(Decimal(before) * (seats - seats_before) / seats_before) if seats_before and seats is not None else 0
    )


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _kind(*, opening: int, closing: int, change: int, had_mrr: bool) -> str | None:
    if opening == 0 and closing > 0:
        return "reactivation" if had_mrr else "new"
    if opening > 0 and closing == 0:
        return "churn"
    if change:
        return "expansion" if change > 0 else "contraction"
    return None
