"""What a client has to say: accounts, their people, and what these did in the last twelve weeks and just now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

PAST_DAYS = 84
PLAN = "pro"
NAMES = ("Signed In", "Report Exported", "Dashboard Viewed", "Teammate Invited")
NOW = 5
"""Events of each person without a time of their own."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of one account."""

    id: str
    name: str
    email: str
    account: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an SDK. `message` is as Segment's Node client takes it; times are ISO 8601."""

    call: str
    message: dict[str, object]

    @property
    def event(self) -> str | None:
        """The name of the event that it becomes, if it does."""
        if self.call == "page":
            return f"Viewed {self.message['name']} page"
        return str(self.message["event"]) if self.call == "track" else None


@dataclass(frozen=True, slots=True)
class Company:
    """Accounts by id with their names, their people, and the calls to make. `public`: with a browser key, which may not
    set the plan, nor vouch for an e-mail address."""

    accounts: dict[str, str]
    people: tuple[Person, ...]
    calls: tuple[Call, ...]
    public: bool

    @property
    def events(self) -> tuple[Call, ...]:
        """The calls that become events."""
        return tuple(each for each in self.calls if each.event)


def company(slug: str, *, accounts: int, public: bool, now: datetime) -> Company:
    """Accounts of `slug`, some busier than others: of two people each, or of the one in a browser."""
    names = {f"{slug}-{n}": f"{slug.replace('-', ' ').title()} {n}" for n in range(accounts)}
    team = tuple(
        Person(f"{account}-u{n}", f"Ana {account} {n}", f"ana.{n}@{account}.example", account)
        for account in names
        for n in range(1 if public else 2)
    )
    numbers = count()
    calls: list[Call] = []
    for place, person in enumerate(team):
        calls += _introduced(person, names[person.account])
        calls.append(_page(person, f"{slug}/{next(numbers)}"))
        for at in (*_past(place, now), *[None] * NOW):
            calls.append(_track(person, next(numbers), slug, at))
    return Company(names, team, tuple(calls), public)


def _introduced(person: Person, account: str) -> list[Call]:
    who = {"userId": person.id, "groupId": person.account}
    return [
        Call("identify", {"userId": person.id, "traits": {"name": person.name, "email": person.email}}),
        Call("group", {**who, "traits": {"name": account, "plan": PLAN}}),
    ]


def _page(person: Person, number: str) -> Call:
    said = {"category": "Docs", "name": "Pricing", "properties": {"number": number, "theme": "dark"}}
    return Call("page", {"userId": person.id, "groupId": person.account, **said})


def _track(person: Person, number: int, slug: str, at: datetime | None) -> Call:
    properties = {"number": f"{slug}/{number}", "rows": number * 7, "share": 0.25, "tags": ["csv", "π"]}
    said = {"event": NAMES[number % len(NAMES)], "properties": properties}
    when = {"timestamp": at.isoformat()} if at else {}
    return Call("track", {"userId": person.id, "groupId": person.account, **said, **when})


def _past(place: int, now: datetime) -> list[datetime]:
    """A person's visits: every second to sixth day, until some days ago."""
    noon = now.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return [noon - timedelta(days=n) for n in range(PAST_DAYS, place % 5, -(2 + place % 5))]
