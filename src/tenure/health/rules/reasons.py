"""Reasons: why a score is what it is, and why it moved, in lines that add up exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tenure.health.rules import rounding

type LineKind = Literal["measure", "weights", "cap", "floor", "roll_up", "override", "version"]

# The order in which lines are told when they weigh the same.
KINDS: tuple[LineKind, ...] = ("measure", "weights", "cap", "floor", "roll_up", "override", "version")


@dataclass(frozen=True, slots=True)
class Input:
    """What one measure brought into a score. `weight` is effective (0: no say); `points` 0–100 or None;
    `contribution` = weight × (100 − points), the points it costs. `text` is the value of a text field."""

    measure: str
    version: int | None
    value: float | None
    previous: float | None
    text: str | None
    weight: float
    points: float | None
    contribution: float
    stale_since: date | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a cap, floor, roll-up or override took (`contribution` > 0) or gave; `limit` is what it set."""

    kind: LineKind
    key: str
    limit: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One account on one day: the score and everything that went into it."""

    account: int
    day: date
    scorecard: str
    version: int
    profile: str
    score: float | None
    raw: float | None
    band: str
    coverage: float
    inputs: tuple[Input, ...]
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def total(self) -> float:
        """What the reasons lead to: the score, or, in the band Unknown, what little is known says."""
        return 100.0 - sum(i.contribution for i in self.inputs) - sum(a.contribution for a in self.adjustments)


@dataclass(frozen=True, slots=True)
class Line:
    """One reason. `effect` is exact, negative where it costs points; `shown` is its whole number."""

    kind: LineKind
    key: str
    effect: float
    shown: int = 0


def level(scored: Scored) -> tuple[Line, ...]:
    """Why not 100: one line a measure that has a say, one each for cap, floor, roll-up and override.

    Σ effect = total − 100 exactly; Σ shown = shown total − 100. The costliest first.
    """
    lines = [Line("measure", i.measure, -i.contribution) for i in scored.inputs if i.weight > 0]
    lines += [Line(a.kind, a.key, -a.contribution) for a in scored.adjustments]
    told = _rounded(lines, rounding.shown(scored.total) - 100)
    return tuple(sorted(told, key=lambda line: (line.effect, KINDS.index(line.kind), line.key)))


def change(then: Scored, now: Scored, *, restated: Scored | None = None) -> tuple[Line, ...]:
    """Why the score moved between two days, in lines that add up to `now.total − then.total` exactly.

    A measure known on both days: mean effective weight × points gained. What the shifting of weights did
    (a measure became known or unknown, so that the others count for more or less) is one line `weights`.
    Caps, floors, roll-up and overrides: what each gives now less what it gave then.
    Under another scorecard version, the line `version` is what the new card makes of the old facts
    (`restated`: `then` scored by the new card); without it, all that the measures and exceptions moved.
    The largest first.
    """
    if (then.scorecard, then.version) == (now.scorecard, now.version):
        lines = _moves(then, now)
    elif restated is not None:
        by_card = _by_facts(restated) - _by_facts(then)
        lines = [Line("version", f"{now.scorecard}@{now.version}", by_card), *_moves(restated, now, hands=then)]
    else:
        by_card = _by_facts(now) - _by_facts(then)
        lines = [Line("version", f"{now.scorecard}@{now.version}", by_card), *_hands(then, now)]
    moved = [line for line in lines if line.effect != 0]
    told = _rounded(moved, rounding.shown(now.total) - rounding.shown(then.total))
    return tuple(sorted(told, key=lambda line: (-abs(line.effect), KINDS.index(line.kind), line.key)))


def _by_facts(scored: Scored) -> float:
    """The total before anybody's override."""
    return scored.total + sum(a.contribution for a in scored.adjustments if a.kind == "override")


def _moves(then: Scored, now: Scored, *, hands: Scored | None = None) -> list[Line]:
    before = {i.measure: i for i in then.inputs}
    after = {i.measure: i for i in now.inputs}
    lines = []
    shifted = 0.0
    for key in dict.fromkeys((*before, *after)):
        moved, weighed = _measure_moves(before.get(key), after.get(key))
        shifted += weighed
        lines.append(Line("measure", key, moved))
    lines.append(Line("weights", "weights", shifted))
    return [*lines, *_adjusted(then, now, overrides=False), *_hands(hands or then, now)]


def _measure_moves(then: Input | None, now: Input | None) -> tuple[float, float]:
    """How far a measure's own points moved the score, and how far its weight did; together w·p now − then.

    A measure without a say on one of the days moved nothing itself: its arrival or leave is a matter of
    weights, told against 100 so that the whole adds up to the contributions.
    """
    then_weight, then_loss = _say(then)
    now_weight, now_loss = _say(now)
    if then_weight == 0:
        then_loss = now_loss
    if now_weight == 0:
        now_loss = then_loss
    moved = -(then_weight + now_weight) / 2 * (now_loss - then_loss)
    weighed = -(now_weight - then_weight) * (now_loss + then_loss) / 2
    return moved, weighed


def _say(each: Input | None) -> tuple[float, float]:
    """Effective weight and points lost of 100."""
    if each is None or each.weight == 0 or each.points is None:
        return 0.0, 0.0
    return each.weight, 100.0 - each.points


def _adjusted(then: Scored, now: Scored, *, overrides: bool) -> list[Line]:
    before = _adjustments(then, overrides=overrides)
    after = _adjustments(now, overrides=overrides)
    return [
        Line(kind, key, before.get((kind, key), 0.0) - after.get((kind, key), 0.0))
        for kind, key in dict.fromkeys((*before, *after))
    ]


def _hands(then: Scored, now: Scored) -> list[Line]:
    return _adjusted(then, now, overrides=True)


def _adjustments(scored: Scored, *, overrides: bool) -> Mapping[tuple[LineKind, str], float]:
    found: dict[tuple[LineKind, str], float] = {}
    for each in scored.adjustments:
        if (each.kind == "override") == overrides:
            found[each.kind, each.key] = found.get((each.kind, each.key), 0.0) + each.contribution
    return found


def _rounded(lines: Sequence[Line], total: int) -> list[Line]:
    shown = rounding.to_total([line.effect for line in lines], total)
    return [Line(line.kind, line.key, line.effect + 0.0, whole) for line, whole in zip(lines, shown, strict=True)]
