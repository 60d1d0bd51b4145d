"""The demo company is the same for a seed, hangs together, and its usage tells of churn as often as we say."""

import hashlib
from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tenure.demo import calendar, lives
from tenure.demo.company import simulate
from tenure.demo.contracts import Company, Scenario
from tenure.demo.lives import Fate

END = date(2026, 7, 1)
SMALL = Scenario(end=END, accounts=40, months=6, seed=11)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(Scenario(end=END, accounts=300, months=18, seed=7))


def _usage(company: Company) -> pa.Table:
    return pa.concat_tables([table for name, table in company.tables.items() if name.startswith("usage_")])


def _days(count: int) -> np.timedelta64:
    return np.timedelta64(count, "D")


def _hash(company: Company) -> str:
    digest = hashlib.sha256()
    for name, table in sorted(company.tables.items()):
        digest.update(name.encode() + repr(table.to_pydict()).encode())
    return digest.hexdigest()


def test_the_same_scenario_is_the_same_company() -> None:
    assert _hash(simulate(SMALL)) == _hash(simulate(SMALL))


def test_another_seed_is_another_company() -> None:
    other = Scenario(end=END, accounts=40, months=6, seed=12)
    assert _hash(simulate(SMALL)) != _hash(simulate(other))


def test_a_scenario_begins_whole_months_before_its_end() -> None:
    assert [Scenario(end=date(2026, 3, 31), months=months).first for months in (1, 13, 15)] == [
        date(2026, 2, 28),
        date(2025, 2, 28),
        date(2024, 12, 31),
    ]


def test_nothing_happens_on_or_after_the_end(company: Company) -> None:
    past = {
        (name, column.name)
        for name, table in company.tables.items()
        for column in table.schema
        if (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type))
        and column.name not in ("due", "term_end")
        for moment in table[column.name].drop_null().to_pylist()
        if (moment.date() if pa.types.is_timestamp(column.type) else moment) >= END
    }
    assert past == set()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("accounts", "account_id"),
        ("accounts", "name"),
        ("people", "person_id"),
        ("people", "email"),
        ("subscriptions", "subscription_id"),
        ("subscription_changes", "change_id"),
        ("invoices", "invoice_id"),
        ("tickets", "ticket_id"),
        ("surveys", "answer_id"),
        ("churn", "churn_id"),
    ],
)
def test_a_key_names_one_row(company: Company, table: str, key: str) -> None:
    assert [name for name, count in Counter(company.tables[table][key].to_pylist()).items() if count > 1] == []


def test_a_person_does_a_thing_once_a_day_in_one_row(company: Company) -> None:
    usage = _usage(company)
    assert usage.group_by(["person_id", "at", "event"]).aggregate([]).num_rows == usage.num_rows


def test_people_use_the_product_only_while_their_company_has_it(company: Company) -> None:
    spans: dict[str, list[tuple[date, date]]] = {}
    for row in company.tables["subscriptions"].to_pylist():
        spans.setdefault(row["account_id"], []).append((row["started"], row["ended"] or END))
    days = _usage(company).select(["account_id", "at"]).to_pydict()
    strays = {
        (account, at.date())
        for account, at in zip(days["account_id"], days["at"], strict=True)
        if not any(start <= at.date() < end for start, end in spans[account])
    }
    assert strays == set()


def test_whoever_churned_has_no_subscription_running_but_one_that_came_later(company: Company) -> None:
    lost = {row["account_id"]: row["day"] for row in company.tables["churn"].to_pylist()}
    running = [row for row in company.tables["subscriptions"].to_pylist() if row["ended"] is None]
    assert [row["account_id"] for row in running if row["started"] < lost.get(row["account_id"], date.min)] == []


def _visible(company: Company) -> Counter[str]:
    """Churners by whether the four weeks before they left had less than 65 % of the use ten weeks before that."""
    usage = _usage(company)
    account = np.array(usage["account_id"])
    day = usage["at"].to_numpy().astype("datetime64[D]")
    seen: Counter[str] = Counter()
    for row in company.tables["churn"].to_pylist():
        mine = day[account == row["account_id"]]
        lost = np.datetime64(row["day"])
        before, last = ((mine >= lost - _days(a)) & (mine < lost - _days(b)) for a, b in ((98, 70), (28, 0)))
        if before.sum() < 40:
            seen["too little to tell"] += 1
        else:
            seen["decline" if last.sum() < 0.65 * before.sum() else "no sign"] += 1
    return seen


def test_seven_of_ten_who_leave_show_it_weeks_before(company: Company) -> None:
    assert _visible(company) == {"decline": 26, "no sign": 10, "too little to tell": 13}


def test_of_those_who_leave_most_are_warned_and_of_those_who_decline_some_come_back() -> None:
    fate = lives.draw(Scenario(end=END, accounts=20_000, seed=7)).fate
    leaving = np.isin(fate, lives.CHURNING).sum()
    declining = np.isin(fate, (Fate.WARNED, Fate.DORMANT, Fate.RECOVERED)).sum()
    shares = [(fate == Fate.WARNED).sum() / leaving, (fate == Fate.SUDDEN).sum() / leaving]
    assert [round(float(share), 2) for share in (*shares, (fate == Fate.RECOVERED).sum() / declining)] == [
        0.7,
        0.15,
        0.1,
    ]


def test_a_warned_decline_begins_two_to_ten_weeks_before_the_end() -> None:
    drawn = lives.draw(Scenario(end=END, accounts=20_000, seed=7))
    warned = drawn.fate == Fate.WARNED
    warning = (drawn.end - drawn.turn)[warned]
    assert (int(warning.min()), int(warning.max())) == (14, 70)


def test_on_the_outage_less_is_done_and_more_fails(company: Company) -> None:
    begin = company.scenario.on(calendar.outage_begins(company.scenario))
    usage = _usage(company)
    day = usage["at"].to_numpy().astype("datetime64[D]")
    down, week_before = (usage.filter(day == np.datetime64(begin) - _days(shift)) for shift in (0, 7))
    assert begin.strftime("%A") == "Tuesday"
    assert (down.num_rows, week_before.num_rows) == (472, 1516)
    assert [sum(day["errors"].to_pylist()) for day in (down, week_before)] == [154, 9]
