"""Pure decisions about traits by hand: what a text says, what an edit makes of a value, how a value is written."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tenure.base.refusals import Invalid, Problem
from tenure.customers.contracts import TraitType, TraitValue
from tenure.traits.contracts import TraitEdit

LONGEST_TEXT, LONGEST_ITEM, MOST_ITEMS = 1_000, 100, 100
HAND = "hand/"
"""What the source of a value in the lake begins with that a member said; her number follows."""

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_GREATEST = Decimal("1e15")


def read(text: str, of_type: TraitType) -> TraitValue:
    """The value that a member typed for a trait of a type, None where nothing was; refuses what does not fit."""
    said = " ".join(text.split())
    if not said:
        return None
    match of_type:
        case "number":
            return _number(said)
        case "boolean":
            if said.lower() not in ("yes", "no"):
                raise _not("yes or no")
            return said.lower() == "yes"
        case "date":
            return _day(said)
        case "list":
            return _items(text)
        case "text":
            if len(said) > LONGEST_TEXT:
                raise _not(f"a text of at most {LONGEST_TEXT:,} characters")
            return said
        case "object":
            raise Invalid("A trait with parts of its own is changed where it comes from, not by hand.")


def typed(value: TraitValue) -> str:
    """A value as one would type it: what `read` reads back."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(items(value))
        case _:
            return str(value)


def words(value: TraitValue) -> str:
    """A value as a sentence has it; `nothing` where there is none."""
    return typed(value) or "nothing"


def items(value: TraitValue) -> list[str]:
    """The texts of a list; a value that is no list, though its trait is one, is its only item."""
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def edited(edit: TraitEdit, value: TraitValue) -> TraitValue:
    """What an edit makes of a value. A list without anything is none; what is on it is not put on twice."""
    if edit.verb == "put":
        return edit.value
    held, item = items(value), str(edit.value)
    if edit.verb == "add":
        return value if item in held else [*held, item]
    return [each for each in held if each != item] or None


def stands(edit: TraitEdit, value: TraitValue) -> bool:
    """Whether a value still is as an edit left it: then it can be undone."""
    if edit.verb == "put":
        return edit.value == value
    return (str(edit.value) in items(value)) == (edit.verb == "add")


def undone(edit: TraitEdit, before: TraitValue) -> TraitEdit:
    """The edit that takes one back that found `before`. Of a list only its own item: others may have come since."""
    if edit.verb == "put":
        return TraitEdit(edit.key, "put", before)
    return TraitEdit(edit.key, "remove" if edit.verb == "add" else "add", edit.value)


def moment(now: datetime, as_of: date | None, zone: str) -> datetime:
    """When something is said: now, or the same time on the day that a workspace believes to be today."""
    return now if as_of is None else datetime.combine(as_of, now.astimezone(ZoneInfo(zone)).time(), ZoneInfo(zone))


def later(at: datetime, held: datetime | None) -> datetime:
    """The moment to keep, after what is held already: what was said last stands."""
    if held is None or held < at:
        return at.astimezone(UTC)
    return held.astimezone(UTC) + timedelta(microseconds=1)


def label(key: str) -> str:
    """A key as words: `plan_tier` is "Plan tier"."""
    said = key.replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def _number(text: str) -> int | float:
    plain = text.replace("−", "-").replace("\u202f", ",").replace(" ", ",")
    if not _NUMBER.fullmatch(plain):
        raise _not("a number such as 1200 or 0.5")
    number = Decimal(plain.replace(",", ""))
    if abs(number) > _GREATEST:
        raise _not("a number of at most fifteen digits")
    return int(number) if number == number.to_integral_value() else float(number)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _not("a day such as 2026-01-31") from None


def _items(text: str) -> TraitValue:
    found = list(dict.fromkeys(" ".join(each.split()) for each in re.split(r"[,\n]", text) if each.strip()))
    if len(found) > MOST_ITEMS or any(len(each) > LONGEST_ITEM for each in found):
        raise _not(f"at most {MOST_ITEMS} texts of at most {LONGEST_ITEM} characters, by comma")
    return list(found) or None


def _not(expected: str) -> Invalid:
    return Invalid(f"Nothing was changed: expected {expected}.", [Problem(f"expected {expected}", "value")])
