"""Whom the demo's team meets next."""

from datetime import datetime, time, timedelta

from tenure.base import clock
from tenure.customers.queries import account_ids
from tenure.demo.contracts import Scenario
from tenure.demo.queries import talks
from tenure.meetings import actions, queries
from tenure.meetings.agenda import filled
from tenure.meetings.contracts import MeetingDraft
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Role
from tenure.work.contracts import Kind

ACCOUNTS = 8
CALL = "https://meet.example.com/plover"
WANTED = (
    ("Business review", Kind.MEETING, 60, CALL),
    ("Check-in", Kind.CALL, 30, ""),
    ("Training for new users", Kind.MEETING, 90, "Their office, second floor"),
    ("Renewal talk", Kind.MEETING, 45, CALL),
)
HOURS = (time(9, 30), time(14), time(11), time(16, 15))


def write(scenario: Scenario) -> int:
    """Plan them from tomorrow on, on working days, unless meetings are planned; how many. Nobody is sent mail."""
    if queries.planned(limit=1):
        return 0
    view = tenants.here()
    team = {one.email: one for one in tenants.members()}
    owner = next(one for one in team.values() if one.role is Role.OWNER)
    newest = {talk.account: talk for talk in sorted(talks(scenario), key=lambda talk: talk.at)}
    spoken = sorted(newest.values(), key=lambda talk: talk.at, reverse=True)[:ACCOUNTS]
    accounts = account_ids({talk.account for talk in spoken})
    day = clock.today(view.timezone)
    for number, talk in enumerate(spoken):
        if number % 2 == 0:
            day += timedelta(days=1 if day.weekday() < 4 else 7 - day.weekday())
        by = owner if number % 3 == 0 else team[talk.author]
        title, kind, minutes, location = WANTED[number % len(WANTED)]
        account = accounts[talk.account]
        draft = MeetingDraft(
            title, datetime.combine(day, HOURS[number % len(HOURS)]), minutes, kind=kind, location=location,
            agenda=filled(account, tenants.as_of_day(view)), people=(talk.author,),
        )  # fmt: skip
        actions.plan(account=account, draft=draft, by=by, silent=True)
    return len(spoken)
