"""How values are written on pages: numbers, money, shares, quarters (`base.written`), days, times. Unknown is an em
dash, never 0."""

from datetime import date, datetime

from markupsafe import Markup

from tenure.base.written import (
    MINUS,
    SYMBOLS,
    UNKNOWN,
    compact,
    count,
    delta,
    minor,
    money,
    nan,
    number,
    percent,
    quarter,
    signed,
)

__all__ = [
    "MINUS", "SYMBOLS", "UNKNOWN", "ago", "attributes", "capital", "compact", "count", "day", "delta", "initials",
    "minor", "moment", "money", "number", "percent", "quarter", "relative_day", "seconds", "short_day", "signed",
]  # fmt: skip


def day(value: date | datetime | None) -> str:
    """`31 Dec 2024`."""
    return UNKNOWN if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date | datetime | None) -> str:
    """`31 Dec`."""
    return UNKNOWN if value is None else f"{value.day} {value:%b}"


def moment(value: datetime | None) -> str:
    """`31 Dec 2024, 14:05`."""
    return UNKNOWN if value is None else f"{day(value)}, {value:%H:%M}"


def relative_day(value: date | datetime | None, today: date) -> str:
    """`today`, `yesterday`, `12 days ago`, `in 3 weeks`, seen from `today`."""
    if value is None:
        return UNKNOWN
    days = (today - (value.date() if isinstance(value, datetime) else value)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    if days in near:
        return near[days]
    size, unit = _span(abs(days))
    count = f"{size} {unit}{'' if size == 1 else 's'}"
    return f"{count} ago" if days > 0 else f"in {count}"


def _span(days: int) -> tuple[int, str]:
    if days < 21:
        return days, "day"
    if days < 63:
        return days // 7, "week"
    if days < 730:
        return days // 30, "month"
    return days // 365, "year"


def ago(moment: datetime, now: datetime) -> str:
    """`12 s ago`, `3 min ago`, `2 days 4 h ago`."""
    return f"{seconds(max(0.0, (now - moment).total_seconds()))} ago"


def seconds(value: float | None) -> str:
    """A duration: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `2 days 16 h`."""
    if value is None or nan(value):
        return UNKNOWN
    if value < 60:
        return f"{number(value, 1 if value < 10 else 0)} s"
    minutes = round(value / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days} days {hours} h" if hours else f"{days} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def capital(text: str) -> str:
    """The first letter large, the rest as it is: `CSM` stays `CSM`."""
    return text[:1].upper() + text[1:]


def initials(name: str) -> str:
    """`Ana Ortiz` → `AO`, `ana@acme.example` → `A`."""
    words = name.partition("@")[0].replace(".", " ").replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def attributes(values: dict[str, object]) -> Markup:
    """Extra attributes of a macro: `data_action="x"` → ` data-action="x"`; None and False leave out, True is bare."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        parts.append(Markup(" {}").format(written) if value is True else Markup(' {}="{}"').format(written, value))
    return Markup("").join(parts)
