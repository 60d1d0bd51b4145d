"""What a rule asks of every account, as conditions of the expression language. Pure: text in, text out."""

from collections.abc import Callable
from dataclasses import dataclass

from tenure.alerts.document import AlertRule, BandMove, Begins, DateNear, MeasureMove, SegmentMove, When
from tenure.measures.language.writing import write_name, write_scalar

PASSED_DAYS = 14
"""A rule of days after a date speaks within so many days of it: who was never looked at in them is old news."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`now` has to begin to hold; where `before` is given, it has to have held in the cycle before."""

    now: str
    before: str = ""


def asked(rule: AlertRule) -> Asked | None:
    """The conditions of a rule; None for a rule that is not of accounts' states."""
    if not rule.reads_state:
        return None
    narrowed = f" and ({rule.where})" if rule.where else ""
    now = _now(rule.when)
    before = _among("band", rule.when.out_of) if isinstance(rule.when, BandMove) and rule.when.out_of else ""
    return Asked(f"({now}){narrowed}" if narrowed else now, before)


def _now(when: When) -> str:
    return _WRITERS[type(when)](when)


def _segment(when: SegmentMove) -> str:
    name = f"segment.{write_name(when.segment)}"
    return name if when.move == "enters" else f"not {name}"


def _band(when: BandMove) -> str:
    return _among("band", when.to)


def _among(name: str, values: tuple[str, ...]) -> str:
    return f"{name} in ({', '.join(write_scalar(each) for each in values)})"


def _measure(when: MeasureMove) -> str:
    name = write_name(when.measure)
    name = f"change({name})" if when.of == "change" else name
    return f"{name} {'>=' if when.move == 'rises_to' else '<='} {write_scalar(when.value)}"


def _date(when: DateNear) -> str:
    name = write_name(when.field)
    if when.side == "before":
        return f"days_until({name}) between 0 and {when.days}"
    return f"days_since({name}) between {when.days} and {when.days + PASSED_DAYS}"


def _begins(when: Begins) -> str:
    return when.condition


_WRITERS: dict[type, Callable[..., str]] = {
    SegmentMove: _segment, BandMove: _band, MeasureMove: _measure, DateNear: _date, Begins: _begins,
}  # fmt: skip
