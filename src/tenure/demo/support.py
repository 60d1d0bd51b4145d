"""Tickets and answers to surveys: what people say, which follows their mood and what happened to them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from tenure.demo import words
from tenure.demo.calendar import OUTAGE_DAYS, outage_begins
from tenure.demo.companies import Profile
from tenure.demo.contracts import Scenario
from tenure.demo.lives import NEVER, Floats, Lives
from tenure.demo.money import Row
from tenure.demo.people import Staff

TICKETS_A_DAY = 0.0042  # for one person at level 1
ONBOARDING_DAYS = 30
NPS_FIRST, NPS_EVERY, CES_DAY = 60, 90, 45
ASKED, ANSWERED = 0.35, 0.35
PRIORITIES = ("low", "normal", "high", "urgent")
SATISFIED = {"low": 0.02, "normal": 0.0, "high": -0.05, "urgent": -0.08}


@dataclass(slots=True)
class Voices:
    """Rows of the helpdesk's and the survey tool's exports."""

    tickets: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)


def mood(lives: Lives, i: int, days: int, outage: int) -> Floats:
    """How content the account's people are on each day, 0–1."""
    day = np.arange(days)
    level = np.full(days, lives.mood[i])
    level -= 0.42 * ((day >= lives.turn[i] - 21) & (day < lives.recovery[i]))
    level -= 0.12 * ((day >= outage) & (day < outage + 21))
    level -= 0.1 * ((day >= lives.champion_left[i]) & (day < lives.champion_left[i] + 60))
    content: Floats = np.clip(level, 0.03, 0.98)
    return content


def speak(
    scenario: Scenario, lives: Lives, i: int, *, profile: Profile, staff: Staff, level: Floats, voices: Voices
) -> None:
    """Add account `i`'s tickets and answers."""
    rng = np.random.default_rng([scenario.seed, 7, i])
    outage = outage_begins(scenario)
    content = mood(lives, i, scenario.days, outage)
    _tickets(rng, scenario, lives, i, profile=profile, staff=staff, level=level, content=content, voices=voices)
    _surveys(rng, scenario, lives, i, profile=profile, staff=staff, level=level, content=content, voices=voices)


def _present(staff: Staff, day: int) -> list[int]:
    return [int(k) for k in np.flatnonzero((staff.joined <= day) & (day < staff.left))]


def _tickets(
    rng: np.random.Generator, scenario: Scenario, lives: Lives, i: int, *, profile: Profile, staff: Staff,
    level: Floats, content: Floats, voices: Voices,
) -> None:  # fmt: skip
    day = np.arange(scenario.days)
    outage = outage_begins(scenario)
    people = ((staff.joined[:, None] <= day) & (day < staff.left[:, None])).sum(axis=0)
    rate = TICKETS_A_DAY * people**0.8 * np.sqrt(np.maximum(level, 0)) * (1.6 - content)
    rate *= np.where(day < lives.start[i] + ONBOARDING_DAYS, 3.0, 1.0)
    down = (day >= outage) & (day < outage + OUTAGE_DAYS)
    rate += np.where(down & (level > 0.2), 0.25, 0.0)
    before = len(voices.tickets)
    for when in np.repeat(day, rng.poisson(rate)):
        present = _present(staff, int(when))
        if not present:
            continue
        person = present[int(rng.integers(len(present)))]
        voices.tickets.append(
            _ticket(rng, scenario, profile, staff.ids[person], day=int(when), number=len(voices.tickets) - before + 1,
                    content=float(content[when]), down=bool(down[when]))
        )  # fmt: skip


def _moment(scenario: Scenario, day: int, hour: float) -> datetime:
    on = scenario.on(day)
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(seconds=int(hour * 3600))


def _ticket(
    rng: np.random.Generator, scenario: Scenario, profile: Profile, person: str, *, day: int, number: int,
    content: float, down: bool,
) -> Row:  # fmt: skip
    is_error = down or bool(rng.random() < 0.45)
    subject = words.OUTAGE_PROBLEM if down else str(rng.choice(words.PROBLEMS if is_error else words.QUESTIONS))
    priority = "urgent" if down else PRIORITIES[int(rng.choice(4, p=[0.25, 0.5, 0.2, 0.05]))]
    opened = _moment(scenario, day, float(rng.uniform(6, 16)))
    answered = opened + timedelta(seconds=int(3600 * rng.lognormal(0.7, 0.9)))
    closed = answered + timedelta(seconds=int(3600 * rng.lognormal(3.0, 1.2)))
    end = _moment(scenario, scenario.days, 0)
    score = np.clip(round(1 + 4 * (content + SATISFIED[priority] + rng.normal(0.08, 0.18))), 1, 5)
    rated = closed < end and rng.random() < 0.42
    return {
        "ticket_id": f"T{profile.id[1:]}-{number:03d}",
        "account_id": profile.id,
        "person_id": person,
        "opened": opened,
        "subject": subject,
        "priority": priority,
        "is_error": is_error,
        "answered": answered if answered < end else None,
        "closed": closed if closed < end else None,
        "escalated": bool(rng.random() < (0.14 if priority in ("high", "urgent") else 0.03)),
        "satisfaction": int(score) if rated else None,
    }


def _surveys(
    rng: np.random.Generator, scenario: Scenario, lives: Lives, i: int, *, profile: Profile, staff: Staff,
    level: Floats, content: Floats, voices: Voices,
) -> None:  # fmt: skip
    start, last = int(lives.start[i]), min(int(lives.end[i]), scenario.days)
    waves = [("nps", day) for day in range(start + NPS_FIRST, last, NPS_EVERY)]
    before = len(voices.surveys)
    for kind, wave in [*waves, *([("ces", start + CES_DAY)] if start + CES_DAY < last else [])]:
        for person in _present(staff, wave):
            if rng.random() > ASKED or rng.random() > ANSWERED * min(float(level[wave]) + 0.3, 1.2):
                continue
            day = wave + int(rng.integers(0, 6))
            if day >= last or (staff.left[person] < NEVER and day >= staff.left[person]):
                continue
            voices.surveys.append(
                _answer(rng, scenario, profile, staff.ids[person], kind=kind, day=day, content=float(content[day]),
                        number=len(voices.surveys) - before + 1)
            )  # fmt: skip


def _answer(
    rng: np.random.Generator, scenario: Scenario, profile: Profile, person: str, *, kind: str, day: int, number: int,
    content: float,
) -> Row:  # fmt: skip
    felt = content + rng.normal(0.06, 0.16)
    score = int(np.clip(round(11 * felt), 0, 10)) if kind == "nps" else int(np.clip(round(1 + 6 * felt), 1, 7))
    mild = words.MIXED if 0.55 <= felt < 0.8 else words.COMPLAINTS
    texts = words.PRAISE if felt >= 0.8 else mild
    return {
        "answer_id": f"Q{profile.id[1:]}-{number:03d}",
        "account_id": profile.id,
        "person_id": person,
        "answered": _moment(scenario, day, float(rng.uniform(7, 17))),
        "kind": kind,
        "score": score,
        "text": str(rng.choice(texts)) if rng.random() < 0.3 else None,
    }
