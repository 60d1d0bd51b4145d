"""How often people were right about accounts, as pulses and scores set by hand show it."""

from dataclasses import dataclass

from tenure.health import judging
from tenure.health.judging import Came, Report, Tally
from tenure.predictions.evaluation.intervals import Interval
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to

TABS = (("Pulses", "workspace:pulses"), ("Scores set by hand", "workspace:overrides"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with what stands behind it."""

    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """What came of one author's words."""

    name: str
    feared_left: str
    feared_stayed: str
    ease_left: str
    ease_stayed: str
    right: str
    between: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The finished report; without `said` there is nothing to report yet."""

    said: int
    about: str
    feared: Figure
    at_ease: Figure
    right: Figure
    authors: tuple[AuthorRow, ...]


def tabs(request: TeamRequest, name: str) -> list[tuple[str, str, bool, None]]:
    """The two lists of what people said."""
    return [(label, to(request, each), each == name, None) for label, each in TABS]


def shown(report: Report) -> Shown:
    """The report in finished texts."""
    every = report.all
    return Shown(
        said=every.said,
        about=f"{formats.count(every.said, 'judgement')} on {formats.count(every.accounts, 'account')} that can be"
        " judged: 90 days have passed",
        feared=_figure(every.feared),
        at_ease=_figure(every.at_ease),
        right=Figure(*_share(every.right, every.said)),
        authors=tuple(_author(each) for each in report.authors),
    )


def _figure(came: Came) -> Figure:
    counts = f"{formats.number(came.left)} left, {formats.number(came.stayed)} stayed"
    value, note = _share(came.share, came.said)
    return Figure(value, f"{counts}. {note}" if came.said else note)


def _share(found: Interval | None, said: int) -> tuple[str, str]:
    if found is None:
        return formats.UNKNOWN, f"Too few to say: {formats.number(said)} of at least {judging.LEAST}"
    return formats.percent(found.value), f"95 % between {formats.percent(found.low)} and {formats.percent(found.high)}"


def _author(tally: Tally) -> AuthorRow:
    value, between = _share(tally.right, tally.said)
    return AuthorRow(
        name=tally.author,
        feared_left=formats.number(tally.feared.left),
        feared_stayed=formats.number(tally.feared.stayed),
        ease_left=formats.number(tally.at_ease.left),
        ease_stayed=formats.number(tally.at_ease.stayed),
        right=value if tally.right else "Too few",
        between=between if tally.right else "",
    )
