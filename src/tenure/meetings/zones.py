"""A time zone as calendars are told of it: VTIMEZONE (RFC 5545, section 3.6.5). Pure.

Each onset is at the clocks' time before it, as the standard wants it; the library's own writer takes the time after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from tenure.base.months import last_day

YEARS = 10
"""How far a rule has to hold to be told as a rule; changes that follow none are told one by one."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """The clocks change: when, on the clocks as they were, and by what."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def kind(self) -> tuple[timedelta, timedelta, str]:
        return self.before, self.after, self.name


def timezone(name: str, year: int) -> Timezone:
    """The component for meetings from this year on."""
    zone = ZoneInfo(name)
    begin = datetime(year - 1, 1, 1, tzinfo=UTC)
    made = Timezone()
    made.add("tzid", name)
    offset = _offset(zone, begin)
    begins = _Change(begin.replace(tzinfo=None), offset, offset, begin.astimezone(zone).tzname() or name)
    changes = [begins, *_changes(zone, begin, begin.replace(year=begin.year + YEARS))]
    least = min(change.after for change in changes)
    for kind in dict.fromkeys(change.kind for change in changes):
        alike = [change for change in changes if change.kind == kind]
        made.add_component(_observance(alike, TimezoneDaylight() if kind[1] > least else TimezoneStandard()))
    return made


def _observance[O: TimezoneStandard | TimezoneDaylight](changes: Sequence[_Change], made: O) -> O:
    """Those that change the clocks alike. Standard time is the earlier one, also where the law calls it otherwise."""
    first = changes[0]
    made.add("dtstart", first.onset)
    rule = _rule([change.onset for change in changes])
    if rule:
        made.add("rrule", rule)
    else:
        for change in changes:
            made.add("rdate", change.onset)
    made.add("tzoffsetfrom", first.before)
    made.add("tzoffsetto", first.after)
    made.add("tzname", first.name)
    return made


def _rule(onsets: Sequence[datetime]) -> dict[str, str | int] | None:
    """The yearly rule that all follow: the last, or the n-th such weekday of a month. None where they follow none."""
    first = onsets[0]
    years = [each.year for each in onsets]
    alike = {(each.month, each.weekday(), each.time()) for each in onsets}
    if len(onsets) < YEARS - 1 or len(alike) > 1 or years != list(range(years[0], years[0] + len(years))):
        return None
    if all(each.day + 7 > last_day(each).day for each in onsets):
        place = "-1"
    else:
        places = {(each.day - 1) // 7 + 1 for each in onsets}
        if len(places) > 1:
            return None
        place = str(places.pop())
    return {"freq": "yearly", "bymonth": first.month, "byday": f"{place}{_DAYS[first.weekday()]}"}


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[_Change]:
    """Every change of the clocks between two moments, to the minute."""
    found, at, step = [], first, timedelta(days=7)
    while at < last:
        if _known(zone, at) != _known(zone, at + step):
            moment = _turn(zone, at, at + step)
            before, after = _offset(zone, moment - timedelta(minutes=1)), _offset(zone, moment)
            onset = (moment + before).replace(tzinfo=None)
            found.append(_Change(onset, before, after, moment.astimezone(zone).tzname() or str(zone)))
        at += step
    return found


def _turn(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute after the change."""
    known = _known(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _known(zone, middle) == known else (low, middle)
    return high


def _known(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str | None]:
    local = moment.astimezone(zone)
    return _offset(zone, moment), local.tzname()


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
