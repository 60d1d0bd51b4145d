"""How values are written, on pages, in mails and in documents: numbers, money, shares, days, changes. Unknown is an em
dash, never 0."""

from datetime import date, datetime
from decimal import Decimal

from tenure.base.money import Money, exponent

UNKNOWN = "—"
MINUS = "−"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "INR": "₹", "BRL": "R$"}
_LARGE = ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k"))


def _nan(value: float | Decimal) -> bool:
    return value != value


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """`12,345`, `0.5`, `−3`. Without `digits`: none from 100 on, else one if there is something to show."""
    if value is None or _nan(value):
        return UNKNOWN
    if digits is None:
        size = abs(float(value))
        digits = 0 if size >= 100 or round(size, 1) == int(size) else 1
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def compact(value: float | Decimal | None) -> str:
    """`12.3k`, `4.5m`: three figures at most, for axes and small spaces."""
    if value is None or _nan(value):
        return UNKNOWN
    for size, suffix in _LARGE:
        if abs(float(value)) >= size * 0.9995:
            scaled = float(value) / size
            return number(scaled, 0 if abs(scaled) >= 99.95 or scaled == int(scaled) else 1) + suffix
    return number(value)


def money(value: Money | float | Decimal | None, currency: str = "", digits: int | None = None) -> str:
    """`$1,200`, `€12.50`: cents only when there are any. A plain number is in major units of `currency`."""
    if isinstance(value, Money):
        return money(value.major, value.currency, digits)
    if value is None or _nan(value):
        return UNKNOWN
    if digits is None:
        digits = 0 if value == int(value) else exponent(currency)
    sign = MINUS if value < 0 else ""
    code = currency.upper()
    return f"{sign}{SYMBOLS.get(code, code + ' ' if code else '')}{number(-value if value < 0 else value, digits)}"


def minor(value: int | None, currency: str, digits: int | None = None) -> str:
    """Money from minor units."""
    return UNKNOWN if value is None else money(Money(value, currency), digits=digits)


def percent(value: float | None, digits: int = 0) -> str:
    """A share as `42 %`: 0.42 is 42."""
    if value is None or _nan(value):
        return UNKNOWN
    return f"{number(value * 100, digits)} %"


def delta(value: float | None, digits: int | None = None, unit: str = "") -> str:
    """A change with its sign: `+3.2`, `−12`, `±0`."""
    if value is None or _nan(value):
        return UNKNOWN
    text = number(value, digits)
    if text.strip("0.,") == "":
        return f"±0{unit}"
    return f"{'+' if value > 0 else ''}{text}{unit}"


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
    if value is None or _nan(value):
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


def count(value: int, one: str, many: str = "") -> str:
    """`1 account`, `12 accounts`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """The first letter large, the rest as it is: `CSM` stays `CSM`."""
    return text[:1].upper() + text[1:]
