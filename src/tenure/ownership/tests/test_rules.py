"""Who of a pool takes an account: never over capacity, fair within one, the same each time; who acts for whom."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tenure.ownership import rules
from tenure.ownership.contracts import AbsenceView, Away, Capacity, Check, ItemView, Load, Method
from tenure.ownership.rules import Candidate, Team

DAY = date(2026, 1, 5)


def _money(minor: int) -> str:
    return f"${minor // 100}"


def _accounts(*mrr: int) -> list[Candidate]:
    return [Candidate(n, each, (1,)) for n, each in enumerate(mrr)]


def _assigned(team: Team, loads: dict[int, Load], candidates: Sequence[Candidate]) -> list[int | None]:
    return [each.member for each in rules.assign(candidates, {1: team}, loads, money=_money)[0]]


_LIMITS = st.none() | st.integers(0, 8)
_TEAMS = st.builds(
    Team,
    name=st.just("East"),
    method=st.sampled_from(Method),
    seats=st.lists(
        st.builds(Capacity, st.integers(1, 6), _LIMITS, st.none() | st.integers(0, 900)),
        unique_by=lambda each: each.member, max_size=6,
    ),
    away=st.frozensets(st.integers(1, 6), max_size=3),
)  # fmt: skip
_BOOKS = st.dictionaries(st.integers(1, 6), st.builds(Load, st.integers(0, 5), st.integers(0, 500)))
_MRR = st.lists(st.integers(0, 400), max_size=30)


@given(first=_TEAMS, second=_TEAMS, books=_BOOKS, mrr=_MRR)
def test_nobody_gets_more_than_her_capacity_and_who_is_away_gets_nothing(
    first: Team, second: Team, books: dict[int, Load], mrr: list[int]
) -> None:
    candidates = [Candidate(n, each, (1, 2) if n % 2 else (2,)) for n, each in enumerate(mrr)]
    choices, after = rules.assign(candidates, {1: first, 2: second}, books, money=_money)
    assert [each.account for each in choices] == [each.account for each in candidates]
    for rule, team in ((1, first), (2, second)):
        got = {each.member for each in choices if each.rule == rule and each.member is not None}
        assert not got & set(team.away)
        assert got <= {seat.member for seat in team.seats}
    for n, team in enumerate((first, second), 1):
        for seat in team.seats:
            if not any(each.member == seat.member and each.rule == n for each in choices):
                continue
            if all(each.rule == n for each in choices if each.member == seat.member):
                assert seat.accounts is None or after[seat.member].accounts <= seat.accounts
                assert seat.mrr is None or after[seat.member].mrr <= seat.mrr
    assert choices == rules.assign(candidates, {1: first, 2: second}, books, money=_money)[0]


@given(method=st.sampled_from([Method.LEAST_ACCOUNTS, Method.ROUND_ROBIN]), team=st.integers(1, 6), mrr=_MRR)
def test_who_begins_alike_ends_within_one_account(method: Method, team: int, mrr: list[int]) -> None:
    seats = [Capacity(n) for n in range(team)]
    got = Counter(_assigned(Team("East", method, seats), {}, _accounts(*mrr)))
    counts = [got[n] for n in range(team)]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == len(mrr)


def test_least_revenue_weighs_a_book_by_its_capacity() -> None:
    seats = [Capacity(1, None, 100_000), Capacity(2, None, 50_000)]
    team = Team("East", Method.LEAST_REVENUE, seats)
    choices, after = rules.assign(
        _accounts(10_000, 10_000, 10_000), {1: team}, {1: Load(9, 30_000), 2: Load(1, 10_000)}, money=_money
    )
    assert [(each.member, each.reason) for each in choices] == [
        (2, "Least revenue in pool East: $100 of $500."),
        (1, "Least revenue in pool East: $300 of $1000."),
        (1, "Least revenue in pool East: $400 of $1000."),
    ]
    assert after == {1: Load(11, 50_000), 2: Load(2, 20_000)}


def test_each_says_why_and_who_finds_nobody_too() -> None:
    seats = [Capacity(1, 3), Capacity(2, 2, 500)]
    books = {1: Load(2, 0), 2: Load(1, 0)}
    choices, _ = rules.assign(
        _accounts(400, 0, 400, 200), {1: Team("East", Method.LEAST_ACCOUNTS, seats)}, books, money=_money
    )
    assert [(each.member, each.reason) for each in choices] == [
        (2, "Least accounts in pool East: 1 of 2."),
        (1, "Least accounts in pool East: 2 of 3."),
        (None, "Pool East is full."),
        (None, "Pool East is full."),
    ]
    rich = Team("East", Method.LEAST_ACCOUNTS, [Capacity(2, None, 500)])
    away = Team("East", Method.LEAST_ACCOUNTS, seats, away={1, 2})
    nobody = Team("East", Method.LEAST_ACCOUNTS, [])
    for team, said in (
        (rich, "Nobody in pool East has room for $9 more."),
        (away, "Everybody in pool East is away."),
        (nobody, "Pool East has no members."),
    ):
        assert [each.reason for each in rules.assign(_accounts(900), {1: team}, {}, money=_money)[0]] == [said]
    stray = rules.assign([Candidate(1, 0, ())], {1: rich}, {}, money=_money)[0]
    assert [(each.member, each.reason) for each in stray] == [(None, "No rule fits it.")]


def test_round_robin_goes_on_where_it_stopped_and_two_rules_of_a_team_share_it() -> None:
    seats = [Capacity(n) for n in (1, 2, 3)]
    team = Team("East", Method.ROUND_ROBIN, seats, turns={1: 5, 2: 4})
    assert _assigned(team, {}, _accounts(0, 0, 0, 0)) == [3, 2, 1, 3]
    candidates = [Candidate(n, 0, (1 + n % 2,)) for n in range(4)]
    choices, _ = rules.assign(candidates, {1: team, 2: team}, {}, money=_money)
    assert [each.member for each in choices] == [3, 2, 1, 3]


def _away(member: int, cover: int | None = None, pool: int | None = None, first: int = 5, last: int = 9) -> AbsenceView:
    return AbsenceView(member, member, date(2026, 1, first), date(2026, 1, last), cover, pool)


def test_a_cover_who_is_away_is_followed_and_a_circle_ends_with_nobody() -> None:
    chain = [_away(1, cover=2), _away(2, cover=3), _away(4, cover=5), _away(5, cover=4), _away(6), _away(7, pool=1)]
    pools = {1: [2, 3, 8]}
    assert rules.acting([1, 2, 3, 4, 6, 7], chain, pools, DAY) == {
        1: (3,), 2: (3,), 3: (3,), 4: (), 6: (), 7: (3, 8),
    }  # fmt: skip
    assert rules.who_is_away([1, 3], chain, pools, DAY) == {1: Away(1, date(2026, 1, 9), (3,))}


def test_both_days_of_an_absence_are_included() -> None:
    absence = _away(1, cover=2)
    days = [date(2026, 1, day) for day in (4, 5, 9, 10)]
    assert [rules.acting([1], [absence], {}, day)[1] for day in days] == [(1,), (2,), (2,), (1,)]
    assert rules.overlap(date(2026, 1, 9), date(2026, 1, 20), [absence]) == absence
    assert rules.overlap(date(2026, 1, 10), date(2026, 1, 20), [absence]) is None


def test_a_gate_waits_for_what_is_required() -> None:
    items = [
        ItemView(1, "Note", Check.NOTE, True), ItemView(2, "Call", Check.HAND, True, done=True),
        ItemView(3, "Gift", Check.HAND, False),
    ]  # fmt: skip
    assert rules.missing(items) == ("Note",)
    assert [rules.promises_done([1, 2], seen) for seen in ([1], [1, 2, 3])] == [False, True]
    assert rules.promises_done([], [])
