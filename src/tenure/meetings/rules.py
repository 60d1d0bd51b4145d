"""When meetings take place, and when an account is to be called. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

LONGEST_TITLE, LONGEST_LOCATION, LONGEST_TEXT = 200, 300, 20_000
LONGEST_MINUTES = 24 * 60
MOST_TIMES = 52
MOST_WEEKS = 12
MOST_GUESTS = 100


def zones() -> list[str]:
    """The time zones to choose from, by name: those of places, and UTC."""
    odd = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith(odd))]


def occurrences(starts: datetime, zone: str, *, every_weeks: int, times: int) -> tuple[datetime, ...]:
    """When a series takes place, in UTC: at the same time on the clocks of the zone, whatever daylight saving does.

    A time that the clocks leave out is read by the offset from before (RFC 5545, section 3.3.5).
    """
    found = (starts + timedelta(weeks=every_weeks * n) for n in range(times if every_weeks else 1))
    return tuple(each.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC) for each in found)


def days_over(every_days: int, last: date | None, today: date) -> int | None:
    """By how many days a contact is late, negative where there is time; None where there never was one."""
    return None if last is None else (today - last).days - every_days


def is_due(every_days: int, last: date | None, planned: date | None, today: date) -> bool:
    """Whether an account is to be called: the last contact is as long ago as the cadence says, or there was none, and
    none is planned within that time."""
    if planned is not None and (planned - today).days < every_days:
        return False
    over = days_over(every_days, last, today)
    return over is None or over >= 0
