"""What the homes are made of: panels of lines that each lead on."""

from dataclasses import dataclass

from tenure.health import queries as health
from tenure.health.crossings import Crossing, Crossings, reasons_of
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to

FELL, ROSE = "trending-down", "trending-up"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: its icon with what that says, its text and where it leads, what else is known of it, a figure at the
    end. `bad` and `good` give the icon its tone, `late` the figure."""

    icon: str
    means: str
    text: str
    href: str
    note: str = ""
    aside: str = ""
    aside_why: str = ""
    tone: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines under a title; `more` leads to all of them, `nothing` says what would stand here."""

    key: str
    title: str
    lines: tuple[Line, ...]
    count: int
    href: str
    nothing: str


def moved(request: TeamRequest, found: Crossings | None, *, most: int, money: bool = False) -> tuple[Line, ...]:
    """Who fell, then who rose: the most money first, room for both."""
    if found is None:
        return ()
    ups = min(len(found.rose), max(most // 2, most - len(found.fell)))
    fell, rose = found.fell[: most - ups], found.rose[:ups]
    return (
        *(_moved(request, each, found, money=money, fell=True) for each in fell),
        *(_moved(request, each, found, money=money, fell=False) for each in rose),
    )


def _moved(request: TeamRequest, each: Crossing, found: Crossings, *, money: bool, fell: bool) -> Line:
    band = found.band.label or found.band.key
    change = each.change
    why = [f"{words} ({formats.delta(effect, 0)})" for effect, words in reasons_of(change)[:2]]
    write = health.score_writer()
    scores = f"{write(change.then)} → {write(change.now)}" if change else ""
    worth = formats.money(each.mrr, request.workspace.currency, 0)
    return Line(
        icon=FELL if fell else ROSE,
        means=f"Into “{band}”" if fell else f"Out of “{band}”",
        text=each.name,
        href=f"{to(request, 'workspace:account', account=each.account)}#why",
        note=formats.capital("; ".join(why)) or "Its scorecard changed in between",
        aside=worth if money else scores,
        aside_why="MRR" if money else "Score a week ago and now",
        tone="bad" if fell else "good",
    )
