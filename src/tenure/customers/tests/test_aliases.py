"""Who stands for whom on which day, held against walking the merges one by one."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.customers.aliases import Aliases, Stretch, effective_tree
from tenure.customers.contracts import MergeView

START = date(2024, 3, 1)
END, BEGINNING = date(9999, 12, 31), date(1, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def merge(absorbed: int, survivor: int, on: int, until: int | None = None, *, number: int = 1) -> MergeView:
    return MergeView(number, "account", absorbed, survivor, day(on), None if until is None else day(until), number)


@st.composite
def histories(draw: st.DrawFn) -> tuple[MergeView, ...]:
    """Merges and undoings as the actions let them happen, on days that only go forward."""
    merges: dict[int, MergeView] = {}
    today = 0
    for number in range(1, draw(st.integers(2, 9))):
        today += draw(st.integers(0, 2))
        known = Aliases(tuple(merges.values()))
        standing = [record for record in range(1, 6) if known.holder(record) == record]
        undoable = [key for key, each in merges.items() if each.until is None]
        if undoable and (len(standing) < 2 or draw(st.booleans())):
            key = draw(st.sampled_from(undoable))
            old = merges[key]
            merges[key] = MergeView(old.id, "account", old.absorbed, old.survivor, old.on, day(today), number)
        else:
            absorbed, survivor = draw(st.permutations(standing))[:2]
            merges[number] = merge(absorbed, survivor, today, number=number)
    return tuple(merges.values())


@given(histories())
@settings(max_examples=200, deadline=None)
def test_on_every_day_each_record_is_held_by_one_that_holds_itself(merges: tuple[MergeView, ...]) -> None:
    known = Aliases(merges)
    for today in [day(n) for n in range(-1, 20)]:
        holders = {record: known.holder(record, today) for record in range(1, 7)}
        assert {holder: known.holder(holder, today) for holder in holders.values()} == {h: h for h in holders.values()}
        members = {record: known.members(record, today) for record in holders}
        assert {m: h for h, found in members.items() for m in found} == holders
        assert known.groups(today) == {h: found for h, found in members.items() if len(found) > 1}


@given(histories())
@settings(max_examples=200, deadline=None)
def test_a_course_says_of_all_days_who_held_the_record(merges: tuple[MergeView, ...]) -> None:
    known = Aliases(merges)
    for record in range(1, 7):
        course = known.course(record)
        assert [course[0].since, *(each.until for each in course)] == [BEGINNING, *(e.since for e in course[1:]), END]
        for today in [day(n) for n in range(-1, 20)]:
            assert [e.holder for e in course if e.since <= today < e.until] == [known.holder(record, today)]
        held = {other for other in range(1, 7) if any(e.holder == record for e in known.course(other))}
        assert known.sources([record]) == held | {record}


def test_a_chain_ends_at_its_last_record_and_comes_apart_where_it_is_undone() -> None:
    known = Aliases((merge(3, 2, 1, number=1), merge(2, 1, 4, 8, number=3)))
    assert known.course(3) == (
        Stretch(3, 3, BEGINNING, day(1)), Stretch(3, 2, day(1), day(4)), Stretch(3, 1, day(4), day(8)),
        Stretch(3, 2, day(8), END),
    )  # fmt: skip
    assert [known.members(1, day(n)) for n in (0, 4, 8)] == [(1,), (1, 2, 3), (1,)]
    assert known.eras([day(9), day(0), day(2), day(3)]) == [
        ([day(0)], day(0)),
        ([day(2), day(3)], day(2)),
        ([day(9)], day(9)),
    ]


def test_what_was_merged_and_undone_on_one_day_leaves_nothing_but_news() -> None:
    known = Aliases((merge(2, 1, 3, 3, number=2),))
    assert known.courses == ()
    assert known.news(1) == (frozenset({1, 2}), (day(3),))
    assert known.news(2) == (frozenset(), ())


def test_the_tree_has_only_who_stands_for_itself() -> None:
    known = Aliases((merge(2, 1, 0),))
    assert effective_tree({5: 2, 2: 7, 1: 9, 9: 2}, known) == {5: 1, 1: 9, 9: 1}
    assert effective_tree({5: 2, 2: 1}, known) == {5: 1}
    assert effective_tree({5: 2, 2: 1}, known, without=known.merges[0]) == {5: 2, 2: 1}
