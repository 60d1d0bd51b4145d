"""Which accounts are to be called: their touch tier says how often, their timeline when it was the last time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.health import current, lists
from tenure.health import queries as health
from tenure.meetings.contracts import KINDS, Due
from tenure.meetings.queries import next_of_accounts
from tenure.meetings.rules import days_over, is_due
from tenure.segments import queries as segments
from tenure.tenants.queries import here
from tenure.work import queries as work

LOOKED_AFTER = frozenset({"customer", "trial"})


def due_for_call(member: int, as_of: date) -> tuple[Due, ...]:
    """The accounts that a member owns and is to call, those never called first, then the latest. Two queries, besides
    those of the current state and for merges; none where no tier has a cadence."""
    columns = segments.tier_columns()
    if not columns:
        return ()
    try:
        state = health.state_as_of(as_of)
    except health.NoScores:
        return ()
    ids = lists.account_ids(as_of, owners=[member])
    known = current.rows_by_id(state, ids, ["id", "name", "status", *columns])
    found = [each for each in _cadences(known, as_of) if _is_due(each, as_of)]
    return tuple(sorted(found, key=lambda each: (each.over is not None, -(each.over or 0), each.account.casefold())))


def of_account(account: int, facts: Mapping[str, object], as_of: date) -> Due | None:
    """The cadence of an account without a planned meeting, due or not, by its row of the day's state; None where its
    tier asks for none. One query, besides that for merges, none without a cadence."""
    return next(iter(_cadences([{**facts, "id": account}], as_of, planned=False)), None)


def _cadences(rows: Sequence[Mapping[str, object]], as_of: date, *, planned: bool = True) -> list[Due]:
    zone = ZoneInfo(here().timezone)
    asked = []
    for row in rows:
        tier = segments.tier_of(row) if row.get("status") in LOOKED_AFTER else None
        if tier and tier.tier and tier.tier.cadence_days:
            asked.append((int(str(row["id"])), str(row.get("name") or ""), tier.name, tier.tier.cadence_days))
    ids = [account for account, *_ in asked]
    if not ids:
        return []
    until = datetime.combine(as_of + timedelta(days=1), time(), zone)
    last = work.last_contacts(ids, kinds=KINDS, until=until)
    ahead = next_of_accounts(ids) if planned else {}
    return [
        Due(account, name, tier, days, _day(last.get(account), zone),
            days_over(days, _day(last.get(account), zone), as_of), ahead.get(account))
        for account, name, tier, days in asked
    ]  # fmt: skip


def _is_due(each: Due, as_of: date) -> bool:
    planned = _day(each.next_at, ZoneInfo(here().timezone))
    return is_due(each.every_days, each.last_on, planned, as_of)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
