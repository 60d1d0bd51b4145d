"""Reasons in words: “−12: people active fell from 14 to 5 in 28 days”."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tenure.health.rules.reasons import Adjustment, Input, Line, Scored
from tenure.health.scorecard import CardMeasure, Profile

MINUS = "−"
SHARES = frozenset({"%", "share", "percent"})
# Units that the label of a measure already says ("people active" in people).
SILENT = frozenset({"", "people", "events", "count", "score", "points", "number"})


@dataclass(frozen=True, slots=True)
class Name:
    """How people call a measure: label, unit and, for a count, the days of its window."""

    label: str
    unit: str = ""
    window: int | None = None

    @property
    def in_sentence(self) -> str:
        """The label inside a sentence: no capital, unless it is an abbreviation (“NPS”); without its window, which
        the sentence says at its end."""
        return _in_sentence(self.label)

    @property
    def spoken_unit(self) -> str:
        """The unit behind a value; none where the label says it ("Logins" in logins)."""
        return _spoken_unit(self.label, self.unit)

    @property
    def within(self) -> str:
        """The window at a sentence's end: ` in 28 days`; empty where there is none."""
        return _within(self.label, self.window)


_WINDOW = re.compile(r"(?: in|,) (\d+) days$")

type Names = Mapping[str, Name]


@lru_cache(maxsize=4096)
def _in_sentence(label: str) -> str:
    bare = _WINDOW.sub("", label)
    return bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]


@lru_cache(maxsize=4096)
def _within(label: str, window: int | None) -> str:
    days = str(window) if window else next(iter(_WINDOW.findall(label)), "")
    return f" in {days} days" if days else ""


@lru_cache(maxsize=4096)
def _spoken_unit(label: str, unit: str) -> str:
    return unit if unit in SHARES or unit.casefold() not in label.casefold() else ""


def points(effect: int) -> str:
    """Points with their sign: `−12`, `+3`, `±0`."""
    return "±0" if effect == 0 else f"{MINUS}{-effect}" if effect < 0 else f"+{effect}"


def number(value: float, unit: str = "") -> str:
    """A value as people read it, with its unit: `1,240`, `3.5 days`, `31 %`."""
    if unit in SHARES:
        return f"{plain(value * 100)} %"
    return plain(value) if unit in SILENT else f"{plain(value)} {unit}"


@lru_cache(maxsize=65536)
def plain(value: float) -> str:
    """Whole from 10 up, one decimal below, none that says nothing; thousands apart."""
    rounded = round(value, 1) if abs(value) < 10 else round(value)
    text = f"{rounded:,.1f}" if rounded != int(rounded) else f"{int(rounded):,}"
    return text.replace("-", MINUS)


def day(value: date) -> str:
    """A day inside a sentence: `3 Dec 2024`."""
    return f"{value.day} {value:%b %Y}"


def measure(each: Input, name: Name, *, of: str = "value") -> str:
    """What a measure did, without its points: `people active fell from 14 to 5 in 28 days`."""
    label = name.in_sentence
    within = name.within
    frozen = f" (frozen since {day(each.stale_since)})" if each.stale_since else ""
    if each.text is not None:
        return f"{label} is {each.text}{frozen}"
    if each.value is None:
        return f"{label} is not known"
    if of == "change":
        return f"{label} {_moved(each.value)}{within}{frozen}"
    now = number(each.value, name.spoken_unit)
    if of == "previous":
        return f"{label} was {now} a window before{frozen}"
    then = None if each.previous is None else number(each.previous, name.spoken_unit)
    if then is None or each.previous is None:
        return f"{label} is {now}{within}{frozen}"
    if then == now:
        return f"{label} stayed at {now}{within}{frozen}"
    return f"{label} {'fell' if each.value < each.previous else 'rose'} from {then} to {now}{within}{frozen}"


def _moved(change: float) -> str:
    if round(change * 100) == 0:
        return "did not change"
    return f"{'fell' if change < 0 else 'rose'} {plain(abs(change) * 100)} %"


def between(then: Input | None, now: Input | None, name: Name, days: tuple[date, date], *, of: str = "value") -> str:
    """What a measure did between two days: `people active fell from 14 (1 Dec 2024) to 5 (31 Dec 2024)`."""
    label = f"{name.in_sentence}{' (change)' if of == 'change' else ''}"
    unit = "%" if of == "change" else name.spoken_unit
    before, after = (_value(each, unit) for each in (then, now))
    if before == after:
        return f"{label} counts for more or less at {after}"
    if then is not None and now is not None and then.value is not None and now.value is not None:
        verb = "fell" if now.value < then.value else "rose"
        return f"{label} {verb} from {before} ({day(days[0])}) to {after} ({day(days[1])})"
    return f"{label} went from {before} ({day(days[0])}) to {after} ({day(days[1])})"


def _value(each: Input | None, unit: str) -> str:
    if each is None or (each.value is None and each.text is None):
        return "unknown"
    return each.text if each.text is not None else number(each.value or 0.0, unit)


def level_line(line: Line, scored: Scored, profile: Profile | None, names: Names) -> str:
    """One level reason as a sentence, its points first."""
    if line.kind == "measure":
        each = next(i for i in scored.inputs if i.measure == line.key)
        return input_line(line.shown, each, card_measure(profile, line.key), names)
    adjustment = next(a for a in scored.adjustments if (a.kind, a.key) == (line.kind, line.key))
    return adjustment_line(line.shown, adjustment, profile)


def input_line(shown: int, each: Input, card: CardMeasure | None, names: Names) -> str:
    """What a measure takes, and what it did: `−12: people active fell from 14 to 5 in 28 days`."""
    said = measure(each, name_of(each.measure, card, names), of=card.of if card else "value")
    if each.value is None and each.text is None:
        said = f"{said}, counted as {plain(each.points or 0)} of 100"
    return f"{points(shown)}: {said}"


def adjustment_line(shown: int, each: Adjustment, profile: Profile | None) -> str:
    """What a cap, floor, roll-up or override takes: `−35: an urgent ticket is open: capped at 40`."""
    return f"{points(shown)}: {_adjustment(each, profile)}"


def change_line(
    line: Line, then: Scored, now: Scored, profile: Profile | None, names: Names, *, renamed: str = ""
) -> str:
    """One change reason as a sentence, its points first."""
    said: str
    match line.kind:
        case "measure":
            card = card_measure(profile, line.key)
            before = next((i for i in then.inputs if i.measure == line.key), None)
            after = next((i for i in now.inputs if i.measure == line.key), None)
            name = name_of(line.key, card, names)
            said = between(before, after, name, (then.day, now.day), of=card.of if card else "value")
        case "weights":
            said = "weights re-normalised, because other measures are known now"
        case "version":
            said = f"new scorecard version {now.version}{renamed}"
        case _:
            found = [a for a in (*now.adjustments, *then.adjustments) if (a.kind, a.key) == (line.kind, line.key)]
            ended = "" if any(a.key == line.key and a.kind == line.kind for a in now.adjustments) else " (ended)"
            said = f"{_adjustment(found[0], profile)}{ended}" if found else line.key
    return f"{points(line.shown)}: {said}"


def _adjustment(each: Adjustment, profile: Profile | None) -> str:
    limit = "" if each.limit is None else f" {plain(each.limit)}"
    if each.kind == "override":
        return f"set by hand to{limit}"
    if each.kind == "roll_up":
        return "its family of accounts counted in"
    rule = next((r for r in profile.exceptions if r.key == each.key), None) if profile else None
    label = (rule.label or rule.when) if rule else each.key.replace("_", " ")
    if each.contribution == 0:
        return f"{label}: {'capped at' if each.kind == 'cap' else 'lifted to'}{limit}, which changes nothing"
    return f"{label}: {'capped at' if each.kind == 'cap' else 'lifted to'}{limit}"


def card_measure(profile: Profile | None, key: str) -> CardMeasure | None:
    """The measure of that key in the profile."""
    return next((m for _, m in profile.measures() if m.key == key), None) if profile else None


def name_of(key: str, card: CardMeasure | None, names: Names) -> Name:
    """How to call a measure of the card: the card's own label first."""
    base = card.measure if card else key.split(".", maxsplit=1)[0]
    known = names.get(base) or Name(base.replace("_", " "))
    return Name(card.label, known.unit, known.window) if card and card.label else known
