"""Subscriptions with their changes, invoices paid and unpaid, and what is said when somebody leaves."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from tenure.demo import words
from tenure.demo.companies import Profile
from tenure.demo.contracts import Scenario
from tenure.demo.lives import NEVER, PLANS, YEAR, Fate, Lives

# Cents a seat and month; a year paid ahead is 15 % less.
PRICES = (1_900, 2_900, 4_500, 6_200)
ANNUAL_PERCENT = 85
# Past so many seats the next plan is cheaper to explain.
MOST_SEATS = (8, 22, 50, 10_000)
MONTH = 30.4375
NET_DAYS = {"monthly": 14, "annual": 30}

type Row = dict[str, object]


@dataclass(slots=True)
class Books:
    """Rows of the billing system's exports."""

    subscriptions: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    churn: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What is in force from a day on."""

    day: int
    plan: int
    seats: int
    term_end: int | None

    def mrr(self, annual: bool) -> int:
        """Cents a month."""
        return self.seats * PRICES[self.plan] * (ANNUAL_PERCENT if annual else 100) // 100


def money(cents: int) -> str:
    """An amount as exports write it."""
    return f"{cents // 100}.{cents % 100:02d}"


def keep_books(scenario: Scenario, lives: Lives, i: int, profile: Profile, books: Books) -> None:
    """Add account `i`'s rows, as the systems would show them at the scenario's end."""
    rng = np.random.default_rng([scenario.seed, 6, i])
    if lives.start[i] < min(int(lives.paid[i]), scenario.days) and lives.start[i] < scenario.days:
        _trial(scenario, lives, i, profile, books)
    end = int(lives.end[i])
    if lives.paid[i] < scenario.days:
        terms = _course(rng, scenario, lives, i)
        _subscription(scenario, lives, i, profile=profile, terms=terms, end=end, suffix="", books=books)
        _invoice(rng, scenario, lives, i, profile=profile, terms=terms, end=end, books=books)
    if lives.fate[i] != Fate.LAPSED and end < scenario.days:
        books.churn.append(_farewell(rng, scenario, lives, i, profile))
    again = int(lives.again[i])
    if again < scenario.days:
        back = [_Terms(again, int(lives.plan[i]), max(int(lives.seats[i]) // 2, 2), None)]
        _subscription(scenario, lives, i, profile=profile, terms=back, end=NEVER, suffix="B", books=books)
        _invoice(rng, scenario, lives, i, profile=profile, terms=back, end=NEVER, books=books)


def _trial(scenario: Scenario, lives: Lives, i: int, profile: Profile, books: Books) -> None:
    end = int(min(lives.paid[i], lives.end[i]))
    books.subscriptions.append(
        _row(scenario, profile, f"S{profile.id[1:]}T", int(lives.start[i]), end, annual=False)
        | {"plan": PLANS[lives.plan[i]], "seats": 5, "mrr": "0.00", "is_trial": True, "auto_renew": False}
        | {"term_end": scenario.on(end)}
    )


def _row(scenario: Scenario, profile: Profile, key: str, start: int, end: int, *, annual: bool) -> Row:
    return {
        "subscription_id": key,
        "account_id": profile.id,
        "started": scenario.on(start),
        "ended": scenario.on(end) if end < scenario.days else None,
        "billing": "annual" if annual else "monthly",
    }


def _course(rng: np.random.Generator, scenario: Scenario, lives: Lives, i: int) -> list[_Terms]:
    """What is in force from the first paid day on: seats and plan follow the account's growth or decline."""
    first, last = int(lives.paid[i]), min(int(lives.end[i]), scenario.days)
    annual = bool(lives.annual[i])
    term = first + YEAR if annual else None
    now = _Terms(first, int(lives.plan[i]), int(lives.seats[i]), term)
    terms = [now]
    for day, factor in _moves(rng, lives, i, first, last):
        if factor == 1:
            now = _Terms(day, now.plan, now.seats, day + YEAR)
        else:
            seats = max(2, round(now.seats * factor))
            plan = now.plan
            while seats > MOST_SEATS[plan]:
                plan += 1
            now = _Terms(day, plan, seats, now.term_end)
        if (now.plan, now.seats, now.term_end) != (terms[-1].plan, terms[-1].seats, terms[-1].term_end):
            terms.append(now)
    return terms


def _moves(rng: np.random.Generator, lives: Lives, i: int, first: int, last: int) -> list[tuple[int, float]]:
    """(day, factor on the seats) in order; factor 1 is a yearly renewal."""
    moves: list[tuple[int, float]] = []
    if lives.annual[i]:
        moves += [(day, 1.0) for day in range(first + YEAR, last, YEAR)]
    if lives.fate[i] == Fate.GROWING:
        step = rng.integers(80, 150, 8).cumsum() + first
        moves += [(int(day), float(rng.uniform(1.1, 1.35))) for day in step if day < last]
    elif rng.random() < 0.12:
        moves.append((int(first + rng.integers(60, 400)), float(rng.choice([0.85, 1.1, 1.2]))))
    if lives.fate[i] == Fate.WARNED and not lives.annual[i] and rng.random() < 0.35:
        moves.append((int(lives.turn[i] + 10), float(rng.uniform(0.5, 0.8))))
    return sorted((day, factor) for day, factor in moves if first < day < last)


def _subscription(
    scenario: Scenario, lives: Lives, i: int, *, profile: Profile, terms: list[_Terms], end: int, suffix: str,
    books: Books,
) -> None:  # fmt: skip
    annual = bool(lives.annual[i]) and not suffix
    key = f"S{profile.id[1:]}{suffix}"

    def granted(term: _Terms) -> Row:
        return {
            "plan": PLANS[term.plan],
            "seats": term.seats,
            "mrr": money(term.mrr(annual)),
            "is_trial": False,
            "auto_renew": not annual or i % 3 == 0,
            "term_end": scenario.on(term.term_end) if term.term_end is not None else None,
        }

    books.subscriptions.append(_row(scenario, profile, key, terms[0].day, end, annual=annual) | granted(terms[0]))
    for number, term in enumerate(terms[1:], start=1):
        books.changes.append(
            {"change_id": f"{key}-{number}", "subscription_id": key, "account_id": profile.id}
            | {"changed": scenario.on(term.day), "billing": "annual" if annual else "monthly"}
            | granted(term)
        )


def _invoice(
    rng: np.random.Generator, scenario: Scenario, lives: Lives, i: int, *, profile: Profile, terms: list[_Terms],
    end: int, books: Books,
) -> None:  # fmt: skip
    """An invoice a month, or a year ahead; paid mostly in time, late by habit or in a decline, at times never."""
    annual = bool(lives.annual[i]) and terms[0].term_end is not None
    last, start = min(end, scenario.days), terms[0].day
    late_payer = rng.random() < 0.1
    count = int(np.ceil((last - start) / (YEAR if annual else MONTH)))
    for k in range(count):
        day = start + round(k * (YEAR if annual else MONTH))
        if day >= last:
            break
        in_force = [term for term in terms if term.day <= day][-1]
        net = NET_DAYS["annual" if annual else "monthly"]
        troubled = lives.turn[i] <= day < lives.recovery[i]
        delay = net * rng.lognormal(-0.6, 0.4)
        if rng.random() < (0.6 if late_payer else 0.5 if troubled else 0.03):
            delay = net + 3 + rng.gamma(2.0, 14.0 if troubled else 8.0)
        paid = day + int(delay)
        never = end < scenario.days and day + MONTH > end and rng.random() < 0.25
        issued = scenario.on(day)
        books.invoices.append(
            {
                "invoice_id": f"I{profile.id[1:]}-{issued:%Y%m%d}",
                "account_id": profile.id,
                "issued": issued,
                "due": issued + timedelta(days=net),
                "paid": scenario.on(paid) if paid < scenario.days and not never else None,
                "amount": money(in_force.mrr(annual) * (12 if annual else 1)),
            }
        )


def _farewell(rng: np.random.Generator, scenario: Scenario, lives: Lives, i: int, profile: Profile) -> Row:
    kind = {Fate.WARNED: "warned", Fate.SUDDEN: "sudden"}.get(Fate(int(lives.fate[i])), "dormant")
    reasons, weights = zip(*words.REASONS[kind], strict=True)
    reason = str(rng.choice(reasons, p=weights))
    if lives.champion_left[i] < lives.end[i] and kind == "warned":
        reason = "Champion left"
    day: date = scenario.on(int(lives.end[i]))
    return {
        "churn_id": f"X{profile.id[1:]}",
        "account_id": profile.id,
        "day": day,
        "reason": reason,
        "feedback": str(rng.choice(words.COMPLAINTS)) if kind != "sudden" and rng.random() < 0.5 else None,
    }
