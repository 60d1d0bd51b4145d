"""How numbers are written: amounts, money, shares, changes, quarters, counts. Unknown is an em dash, never 0."""

from datetime import date
from decimal import Decimal

from tenure.base.money import Money, exponent

UNKNOWN = "—"
MINUS = "−"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "INR": "₹", "BRL": "R$"}
_LARGE = ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k"))


def nan(value: float | Decimal) -> bool:
    """Whether it is not a number."""
    return value != value


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """`12,345`, `0.5`, `−3`. Without `digits`: none from 100 on, else one if there is something to show."""
    if value is None or nan(value):
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
    if value is None or nan(value):
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
    if value is None or nan(value):
        return UNKNOWN
    if digits is None:
        digits = 0 if value == int(value) else exponent(currency)
    sign = MINUS if value < 0 else ""
    code = currency.upper()
    return f"{sign}{SYMBOLS.get(code, code + ' ' if code else '')}{number(-value if value < 0 else value, digits)}"


def minor(value: int | None, currency: str, digits: int | None = None) -> str:
    """Money from minor units."""
    return UNKNOWN if value is None else money(Money(value, currency), digits=digits)


def signed(value: int, currency: str, digits: int | None = None) -> str:
    """Money from minor units with its sign: `+$300`, `−$12`, `$0`."""
    return f"{'+' if value > 0 else ''}{minor(value, currency, digits)}"


def percent(value: float | None, digits: int = 0) -> str:
    """A share as `42 %`: 0.42 is 42."""
    if value is None or nan(value):
        return UNKNOWN
    return f"{number(value * 100, digits)} %"


def delta(value: float | None, digits: int | None = None, unit: str = "") -> str:
    """A change with its sign: `+3.2`, `−12`, `±0`."""
    if value is None or nan(value):
        return UNKNOWN
    text = number(value, digits)
    if text.strip("0.,") == "":
        return f"±0{unit}"
    return f"{'+' if value > 0 else ''}{text}{unit}"


def quarter(day: date) -> str:
    """`Q3 2026`, in which a day lies."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def count(value: int, one: str, many: str = "") -> str:
    """`1 account`, `12 accounts`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"
