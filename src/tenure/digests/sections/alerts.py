"""Alerts of the reader: those that opened since the last digest, and those that are over the day's budget."""

from tenure.alerts import queries
from tenure.alerts.contracts import AlertView
from tenure.base.money import Money
from tenure.digests.contracts import Line, Reader, Section
from tenure.digests.rules import FARTHEST
from tenure.digests.sections import MOST
from tenure.tenants.queries import here


def opened(reader: Reader) -> Section | None:
    """In her inbox, opened since the last digest, the most valuable first."""
    since = max(reader.since - (reader.day - reader.as_of), reader.as_of - FARTHEST)
    found, all_ = queries.newest(reader.member.id, since, limit=MOST)
    return Section("New alerts", tuple(map(_line, found)), all_ - len(found), "inbox/") if found else None


def held(reader: Reader) -> Section | None:
    """Those that did not come into her inbox, because a day has a budget."""
    found, all_ = queries.held(reader.member.id, limit=MOST)
    lines = tuple(map(_line, found))
    return Section("Alerts over the day's budget", lines, all_ - len(found), "inbox/?show=held") if found else None


def _line(view: AlertView) -> Line:
    worth = Money(view.value_minor, here().currency)
    note = f"worth {worth.major:,.0f} {worth.currency}"
    return Line(f"{view.account_name or view.subject}: {view.reason}", f"inbox/{view.id}/", note)
