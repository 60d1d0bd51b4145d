"""What the demo's team writes down: the same every time, dated within the lives, by people who were there."""

from collections import Counter
from datetime import date

from tenure.demo.contracts import Scenario
from tenure.demo.queries import TAGS, talks, team

SCENARIO = Scenario(end=date(2026, 7, 1), accounts=60, months=12)


def test_the_same_company_talks_the_same() -> None:
    assert list(talks(SCENARIO)) == list(talks(SCENARIO))


def test_talks_lie_in_the_simulated_time_on_working_days_and_say_something() -> None:
    found = list(talks(SCENARIO))
    assert {talk.at.date() for talk in found if not SCENARIO.first <= talk.at.date() < SCENARIO.end} == set()
    assert {talk.at.weekday() for talk in found} == {0, 1, 2, 3, 4}
    assert [talk for talk in found if "{" in talk.body or not talk.body.strip()] == []
    assert {tag for talk in found for tag in talk.tags} <= set(TAGS)
    assert {talk.author for talk in found} <= {one.email for one in team()}


def test_an_account_has_one_handover_note_at_most() -> None:
    pinned = Counter(talk.account for talk in talks(SCENARIO) if talk.pinned)
    assert set(pinned.values()) == {1}
