"""One company, put together: every table that its systems would export."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from tenure.demo import calendar, companies, lives, money, people, support, usage, words
from tenure.demo.companies import NOBODY, Profile
from tenure.demo.contracts import Company, Scenario
from tenure.demo.lives import NEVER, Fate, Floats, Lives
from tenure.demo.people import Staff

TEXT, DAY, MOMENT = pa.string(), pa.date32(), pa.timestamp("s", tz="UTC")
_TERMS: dict[str, pa.DataType] = {
    "billing": TEXT, "plan": TEXT, "seats": pa.int32(), "mrr": TEXT, "is_trial": pa.bool_(), "auto_renew": pa.bool_(),
    "term_end": DAY,
}  # fmt: skip
COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "accounts": {
        "account_id": TEXT, "name": TEXT, "domain": TEXT, "industry": TEXT, "country": TEXT, "region": TEXT,
        "source": TEXT, "segment": TEXT, "employees": pa.int32(), "signed_up": DAY, "parent_id": TEXT, "owner": TEXT,
    },
    "people": {
        "person_id": TEXT, "account_id": TEXT, "name": TEXT, "email": TEXT, "title": TEXT, "department": TEXT,
        "role": TEXT, "joined": DAY, "left": DAY,
    },
    "onboarding": {"account_id": TEXT, "day": DAY, "onboarding": TEXT},
    "subscriptions": {"subscription_id": TEXT, "account_id": TEXT, "started": DAY, "ended": DAY, **_TERMS},
    "subscription_changes": {
        "change_id": TEXT, "subscription_id": TEXT, "account_id": TEXT, "changed": DAY, **_TERMS,
    },
    "invoices": {"invoice_id": TEXT, "account_id": TEXT, "issued": DAY, "due": DAY, "paid": DAY, "amount": TEXT},
    "tickets": {
        "ticket_id": TEXT, "account_id": TEXT, "person_id": TEXT, "opened": MOMENT, "subject": TEXT, "priority": TEXT,
        "is_error": pa.bool_(), "answered": MOMENT, "closed": MOMENT, "escalated": pa.bool_(),
        "satisfaction": pa.int32(),
    },
    "surveys": {
        "answer_id": TEXT, "account_id": TEXT, "person_id": TEXT, "answered": MOMENT, "kind": TEXT,
        "score": pa.int32(), "text": TEXT,
    },
    "churn": {"churn_id": TEXT, "account_id": TEXT, "day": DAY, "reason": TEXT, "feedback": TEXT},
}  # fmt: skip


def simulate(scenario: Scenario) -> Company:
    """The whole company: nine tables of business rows, and usage as one table a month (`usage_2026-01`)."""
    drawn = lives.draw(scenario)
    profiles = companies.profiles(scenario, drawn)
    days = calendar.days(scenario)
    books, voices = money.Books(), support.Voices()
    rows: dict[str, list[money.Row]] = {"accounts": [], "people": [], "onboarding": []}
    used: list[pa.Table] = []
    for i, level in enumerate(_levels(scenario, drawn)):
        profile = profiles[i]
        staff = people.staff(scenario, drawn, i, profile)
        rows["accounts"].append(_account(scenario, drawn, i, profiles))
        rows["people"] += _people(scenario, profile, staff)
        rows["onboarding"] += _onboarding(scenario, drawn, i, profile)
        money.keep_books(scenario, drawn, i, profile, books)
        support.speak(scenario, drawn, i, profile=profile, staff=staff, level=level, voices=voices)
        seen = usage.usage(scenario, drawn, i, profile=profile, staff=staff, level=level, days=days)
        if seen is not None:
            used.append(seen)
    rows |= {
        "subscriptions": books.subscriptions,
        "subscription_changes": books.changes,
        "invoices": books.invoices,
        "churn": books.churn,
        "tickets": voices.tickets,
        "surveys": voices.surveys,
    }
    tables = {name: pa.Table.from_pylist(rows[name], schema=pa.schema(list(COLUMNS[name].items()))) for name in COLUMNS}
    return Company(scenario, words.TEAM, {**tables, **dict(_by_month(scenario, pa.concat_tables(used)))})


def _levels(scenario: Scenario, drawn: Lives) -> Iterator[Floats]:
    """The level of each account on each day, with its noise, one account after another."""
    for block, begin in enumerate(range(0, scenario.accounts, lives.BLOCK)):
        some = drawn.some(slice(begin, begin + lives.BLOCK))
        yield from lives.trend(some, 0, scenario.days) * lives.noise(
            scenario.seed, block, len(some.start), scenario.days
        )


def _account(scenario: Scenario, drawn: Lives, i: int, profiles: list[Profile]) -> money.Row:
    profile = profiles[i]
    shown = ("name", "domain", "industry", "country", "region", "source", "segment", "employees", "owner")
    return {
        "account_id": profile.id,
        "signed_up": scenario.on(int(drawn.start[i])),
        "parent_id": profiles[profile.parent].id if profile.parent != NOBODY else None,
        **{name: getattr(profile, name) for name in shown},
    }


def _people(scenario: Scenario, profile: Profile, staff: Staff) -> Iterator[money.Row]:
    for k, person in enumerate(staff.ids):
        left = int(staff.left[k])
        yield {
            "person_id": person,
            "account_id": profile.id,
            "name": staff.names[k],
            "email": staff.emails[k],
            "title": staff.titles[k],
            "department": staff.departments[k],
            "role": staff.roles[k],
            "joined": scenario.on(int(staff.joined[k])),
            "left": scenario.on(left) if left < scenario.days else None,
        }


def _onboarding(scenario: Scenario, drawn: Lives, i: int, profile: Profile) -> Iterator[money.Row]:
    """How the first weeks went: started, then live or stalled."""
    start = int(drawn.start[i])
    outcome = "stalled" if drawn.fate[i] == Fate.DORMANT else "live"
    after = start + int(30 if outcome == "stalled" else 1.6 * drawn.learning[i])
    course = [(start, "started"), (after if drawn.fate[i] != Fate.LAPSED else NEVER, outcome)]
    for day, status in course:
        if day < min(scenario.days, int(drawn.end[i])):
            yield {"account_id": profile.id, "day": scenario.on(day), "onboarding": status}


def _by_month(scenario: Scenario, used: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Usage, one table a calendar month, in order of time."""
    used = used.sort_by([("at", "ascending"), ("person_id", "ascending"), ("event", "ascending")])
    months = used["at"].to_numpy().astype("datetime64[M]")
    names, begins = np.unique(months, return_index=True)
    for name, begin, end in zip(names, begins, [*begins[1:], len(months)], strict=True):
        yield f"usage_{name}", used.slice(int(begin), int(end - begin))
