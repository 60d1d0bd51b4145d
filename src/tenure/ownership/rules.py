"""Pure decisions: who of a pool takes an account, who acts for whom, whether a handoff may be done."""

import heapq
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tenure.ownership.contracts import AbsenceView, Away, Capacity, Check, Choice, ItemView, Load, Method


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that needs an owner: its MRR in minor units, and the rules that fit it, in their order."""

    account: int
    mrr: int
    rules: Sequence[int]


@dataclass(frozen=True, slots=True)
class Team:
    """A pool as a rule uses it: `seats` who could take accounts, `away` those of them who cannot today, `turns` the
    last turn of each."""

    name: str
    method: Method
    seats: Sequence[Capacity]
    away: Collection[int] = ()
    turns: Mapping[int, int] = field(default_factory=dict)


def assign(
    candidates: Sequence[Candidate],
    teams: Mapping[int, Team],
    loads: Mapping[int, Load],
    *,
    money: Callable[[int], str],
) -> tuple[list[Choice], dict[int, Load]]:
    """Who gets which account, by the first rule that fits it, and the books then. `teams` by rule; `loads` are the
    books now, of all that anybody has in the role; rules that share members share their books, and rules of one team
    its turns.

    Nobody gets more than her capacity: where nobody can take an account it stays without an owner, with the reason.
    The same input gives the same choices. `money` writes an amount in a reason.
    """
    books = {member: [load.accounts, load.mrr] for member, load in loads.items()}
    made = {id(team): _Chairs(team, books) for team in teams.values()}
    chairs = {rule: made[id(team)] for rule, team in teams.items()}
    choices = []
    for each in candidates:
        rule = next((rule for rule in each.rules if rule in chairs), None)
        if rule is None:
            choices.append(Choice(each.account, None, "No rule fits it."))
            continue
        member, reason = chairs[rule].take(each.mrr, money)
        choices.append(Choice(each.account, member, reason, rule))
    return choices, {member: Load(accounts, mrr) for member, (accounts, mrr) in books.items()}


class _Chairs:
    """The members of one team, the next first. Books grow through other teams too: what is on top is looked at again
    before it is used."""

    def __init__(self, team: Team, books: dict[int, list[int]]) -> None:
        self._team, self._books = team, books
        self._turn = max(team.turns.values(), default=0)
        self._turns = {seat.member: team.turns.get(seat.member, 0) for seat in team.seats}
        self._by_share = bool(team.seats) and all(seat.mrr for seat in team.seats)
        self._present = [seat for seat in team.seats if seat.member not in team.away]
        for seat in self._present:
            books.setdefault(seat.member, [0, 0])
        self._heap = [(self._key(seat), seat.member, n) for n, seat in enumerate(self._present)]
        heapq.heapify(self._heap)
        # The most MRR that somebody had room for when an account last found nobody; room only shrinks.
        self._room: float = math.inf

    def _key(self, seat: Capacity) -> float:
        accounts, mrr = self._books[seat.member]
        match self._team.method:
            case Method.LEAST_ACCOUNTS:
                return accounts
            case Method.LEAST_REVENUE:
                return mrr / seat.mrr if self._by_share and seat.mrr else mrr
            case Method.ROUND_ROBIN:
                return self._turns[seat.member]

    def take(self, mrr: int, money: Callable[[int], str]) -> tuple[int | None, str]:
        """The member who takes an account of this MRR with the reason, or nobody with it."""
        if mrr > self._room:
            return None, self._nobody(True, mrr, money)
        passed = []
        found: tuple[int | None, str] | None = None
        while self._heap and found is None:
            key, member, n = heapq.heappop(self._heap)
            seat, book = self._present[n], self._books[member]
            if key != (now := self._key(seat)):
                heapq.heappush(self._heap, (now, member, n))
            elif seat.accounts is not None and book[0] >= seat.accounts:
                continue  # books only grow here: she is full for good
            elif seat.mrr is not None and book[1] + mrr > seat.mrr:
                passed.append((key, member, n))
            else:
                found = member, self._because(seat, money)
                book[0], book[1] = book[0] + 1, book[1] + mrr
                self._turn += 1
                self._turns[member] = self._turn
                passed.append((self._key(seat), member, n))
        if found is None and passed:
            self._room = max((self._present[n].mrr or 0) - self._books[member][1] for _, member, n in passed)
        for one in passed:
            heapq.heappush(self._heap, one)
        return found or (None, self._nobody(bool(passed), mrr, money))

    def _because(self, seat: Capacity, money: Callable[[int], str]) -> str:
        accounts, mrr = self._books[seat.member]
        match self._team.method:
            case Method.LEAST_ACCOUNTS:
                of = f" of {seat.accounts}" if seat.accounts is not None else ""
                return f"Least accounts in pool {self._team.name}: {accounts}{of}."
            case Method.LEAST_REVENUE:
                of = f" of {money(seat.mrr)}" if seat.mrr is not None else ""
                return f"Least revenue in pool {self._team.name}: {money(mrr)}{of}."
            case Method.ROUND_ROBIN:
                return f"Next in turn in pool {self._team.name}."

    def _nobody(self, too_much: bool, mrr: int, money: Callable[[int], str]) -> str:
        name = self._team.name
        if not self._team.seats:
            return f"Pool {name} has no members."
        if not self._present:
            return f"Everybody in pool {name} is away."
        if too_much:
            return f"Nobody in pool {name} has room for {money(mrr)} more."
        return f"Pool {name} is full."


def acting(
    members: Collection[int], absences: Sequence[AbsenceView], pools: Mapping[int, Sequence[int]], day: date
) -> dict[int, tuple[int, ...]]:
    """Who acts for each member on a day: herself, her cover, the members of the pool that covers, nobody.

    A cover who is away herself is followed to hers; a circle of those who are away ends with nobody. `pools` are the
    members of each pool in their order. Of a pool those who are there act, not the covers of those who are away.
    """
    away = {each.member: each for each in absences if each.on(day)}
    return {member: _acting(member, away, pools) for member in members}


def _acting(member: int, away: Mapping[int, AbsenceView], pools: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    seen: set[int] = set()
    while (absence := away.get(member)) is not None:
        seen.add(member)
        if absence.pool is not None:
            return tuple(each for each in pools.get(absence.pool, ()) if each not in away)
        if absence.cover is None or absence.cover in seen:
            return ()
        member = absence.cover
    return (member,)


def who_is_away(
    members: Collection[int], absences: Sequence[AbsenceView], pools: Mapping[int, Sequence[int]], day: date
) -> dict[int, Away]:
    """Those of the members who are away on a day."""
    until = {each.member: each.last for each in absences if each.on(day)}
    found = acting([member for member in members if member in until], absences, pools, day)
    return {member: Away(member, until[member], covers) for member, covers in found.items()}


def overlap(first: date, last: date, others: Sequence[AbsenceView]) -> AbsenceView | None:
    """The absence among `others` that shares a day with these days."""
    return next((each for each in others if each.first <= last and first <= each.last), None)


def missing(items: Sequence[ItemView]) -> tuple[str, ...]:
    """What a handoff still waits for: the required items that are not done."""
    return tuple(each.label for each in items if each.required and not each.done)


def promises_done(promises: Collection[int], seen: Collection[int]) -> bool:
    """Whether each open promise was read; where there is none, there is nothing to read."""
    return set(promises) <= set(seen)


def by_data(check: Check) -> bool:
    """Whether an item is done by what the data shows, not by hand."""
    return check is not Check.HAND
