"""What stands out about the people of an account: single-threaded, a champion gone quiet, a champion who left. Pure.

A contact is an entry of a call, a meeting, a mail or a chat that names somebody; a mail that bounced is none. A signal
says on how many of how many it rests (`n` of `of`), and why. Its `cause` is what has to change before it is another
signal: who the one person is, since when the champion is quiet, which mail came back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tenure.customers.contracts import Seat, Seated
from tenure.events.contracts import PersonUse

USE_DAYS, CONTACT_DAYS, QUIET_DAYS = 28, 90, 30
ENOUGH = 3
"""Contacts there must have been before it says something that all were with one person, or by one of us."""


class Kind(StrEnum):
    """The signals there are. The first four say single-threaded, each for another reason."""

    ONE_ACTIVE = "one_active"
    ONE_CONTACT = "one_contact"
    ONE_OF_US = "one_of_us"
    ONE_CHAMPION = "one_champion"
    CHAMPION_QUIET = "champion_quiet"
    CHAMPION_LEFT = "champion_left"

    @property
    def label(self) -> str:
        return _LABELS.get(self, "Single-threaded")


_LABELS = {Kind.CHAMPION_QUIET: "Champion has gone quiet", Kind.CHAMPION_LEFT: "Champion has left"}


@dataclass(frozen=True, slots=True)
class Contacts:
    """Entries with somebody up to a day: `recent` contacts of the last 90 days, `ever` of all time, `last` on which day
    the newest was, `bounced` on which day a mail to her came back last."""

    recent: int = 0
    ever: int = 0
    last: date | None = None
    bounced: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody of the account, with what she did and how she and we were in contact."""

    who: Seated
    use: PersonUse | None = None
    contacts: Contacts = Contacts()

    @property
    def active_days(self) -> int:
        return self.use.days if self.use else 0

    @property
    def last_day(self) -> date | None:
        """When we saw her or heard of her last."""
        return max(filter(None, (self.use.last_day if self.use else None, self.contacts.last)), default=None)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal: `n` of `of`, why in a sentence, the person it is about, if it is about one."""

    kind: Kind
    cause: str
    why: str
    n: int
    of: int
    person: int | None = None


def signals(people: Sequence[Standing], ours: Mapping[int, tuple[str, int]], day: date) -> list[Signal]:
    """What stands out on a day, the worst first. `ours` are the members who were in contact, by id: name, how often."""
    here = [each for each in people if each.who.seat is not Seat.LEFT]
    found = [*_champions(here, day), *_single(here, ours)]
    order = list(Kind)
    return sorted(found, key=lambda each: (-order.index(each.kind), each.cause))


def _champions(here: Sequence[Standing], day: date) -> Iterator[Signal]:
    champions = [each for each in here if each.who.seat is Seat.CHAMPION]
    for each in champions:
        person, name = each.who.person.id, each.who.name
        last, back = each.last_day, each.contacts.bounced
        if back is not None and (last is None or back > last):
            heard = f"nothing was seen or heard of them since {_day(last)}" if last else "nothing was seen of them"
            why = f"A mail to {name} came back on {_day(back)}, and {heard}."
            yield Signal(Kind.CHAMPION_LEFT, f"{person} {back}", why, 1, len(champions), person)
        elif last is not None and (day - last).days >= QUIET_DAYS:
            why = f"{name} was neither seen nor contacted for {(day - last).days} days, since {_day(last)}."
            yield Signal(Kind.CHAMPION_QUIET, f"{person} {last}", why, 1, len(champions), person)


def _single(here: Sequence[Standing], ours: Mapping[int, tuple[str, int]]) -> Iterator[Signal]:
    yield from _one(
        Kind.ONE_ACTIVE, here, lambda each: each.active_days,
        "Only {name} used the product in 28 days, on {n}, of {of} known.", ("day", "days"),
    )  # fmt: skip
    yield from _one(
        Kind.ONE_CONTACT, here, lambda each: each.contacts.ever,
        "All {n} with people here were with {name}, of {of} known.", ("contact", "contacts"), least=ENOUGH,
    )  # fmt: skip
    if len(ours) == 1:
        ((member, (name, times)),) = ours.items()
        if times >= ENOUGH:
            why = f"Of our team only {name} has ever been in contact with them, {times} times."
            yield Signal(Kind.ONE_OF_US, f"member {member}", why, 1, 1)
    yield from _one(
        Kind.ONE_CHAMPION, here, lambda each: int(each.who.seat is Seat.CHAMPION),
        "{name} is the only champion, of {of} known.", ("", ""),
    )  # fmt: skip


def _one(
    kind: Kind,
    here: Sequence[Standing],
    amount: Callable[[Standing], int],
    why: str,
    unit: tuple[str, str],
    least: int = 1,
) -> Iterator[Signal]:
    """The signal that the amount is with one person alone, at least so much of it."""
    with_some = [each for each in here if amount(each)]
    if len(with_some) != 1 or amount(with_some[0]) < least:
        return
    who, n = with_some[0].who, amount(with_some[0])
    people = f"{len(here)} {'person' if len(here) == 1 else 'people'}"
    said = why.format(name=who.name, n=f"{n} {unit[0] if n == 1 else unit[1]}", of=people)
    yield Signal(kind, f"person {who.person.id}", said, 1, len(here), who.person.id)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
