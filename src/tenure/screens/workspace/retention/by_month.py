"""Month by month by one definition, and why it gives other figures than ours: amounts lead to their accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from markupsafe import Markup

from tenure.base.months import first_day
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import LOST, RENEWALS, Course, Definition, Figure, Span
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.retention import asked
from tenure.subscriptions.contracts import MOVEMENTS

MONTHS, YEAR = 24, 12
NOTHING = "·"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a month; `href` leads to the accounts it is made of."""

    heading: str
    shown: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A month, or twelve together, finished. `running` is the month that is not over."""

    month: str
    running: bool
    cells: tuple[Cell, ...]


def context(request: TeamRequest, course: Course, key: str) -> dict[str, object]:
    """What the part of the page shows: the twelve months, then each, the newest first; what makes the definition differ
    in the last month that is over."""
    definition, months = revenue.definition_of(key), course.months[-MONTHS:]
    whole = revenue.year_span(course)
    lines = [_line(request, revenue.span(course, month), definition, asked.named(month.month)) for month in months]
    told = months[-2 if len(months) > 1 else -1] if months else None
    return {
        "definitions": [(each, one.label) for each, one in revenue.definitions().items()],
        "definition": key,
        "heads": _heads(definition),
        "lines": lines[::-1],
        "year_line": _line(request, whole, definition, "Twelve months", months=YEAR) if whole else None,
        "made": [(figure.label, figure.words) for figure in definition.figures],
        "source": definition.source,
        "without_terms": bool(definition.by_renewals and months and not course.renewals),
        "differs": _differs(request, key, revenue.span(course, told)) if told else [],
        "differs_month": asked.named(told.month) if told else "",
    }


def _heads(definition: Definition) -> list[tuple[str, str]]:
    """(label, how it is made)."""
    moves = [] if definition.by_renewals else [*(_named(name) for name in MOVEMENTS), "Lost"]
    return [("MRR", ""), *((name, "") for name in moves), *((each.label, each.words) for each in definition.figures)]


def _line(request: TeamRequest, span: Span, definition: Definition, name: str, *, months: int = 1) -> Line:
    """`months`: of how many it is, the last of them the last of the course."""
    currency, moved = request.workspace.currency, span.moved

    def amount(heading: str, kind: str, value: int, shown: str) -> Cell:
        return Cell(heading, shown, href(request, span, kind, months)) if value else Cell(heading, NOTHING)

    def figure(each: Figure) -> Cell:
        value = each.of(span)
        if not each.made_of:
            return Cell(each.label, formats.percent(value, 1))
        whole = round(value or 0)
        return amount(each.label, each.made_of, whole, formats.minor(whole, currency, 0))

    moves = [] if definition.by_renewals else [
        *(
            amount(_named(kind), kind, (of := getattr(moved, kind)), formats.signed(of, currency, 0))
            for kind in MOVEMENTS
        ),
        amount("Lost", LOST, moved.lost, formats.number(moved.lost)),
    ]  # fmt: skip
    return Line(
        month=name,
        running=months == 1 and moved.month == first_day(request.as_of),
        cells=(Cell("MRR", formats.minor(moved.mrr, currency, 0)), *moves, *map(figure, definition.figures)),
    )


def href(request: TeamRequest, span: Span, kind: str, months: int = 1) -> str:
    """Where the accounts behind an amount are."""
    last = request.as_of if months > 1 else span.moved.month
    return asked.made_of(request, last, kind, months)


def _differs(request: TeamRequest, key: str, span: Span) -> Sequence[Markup]:
    return [_linked(request, sentence, span) for sentence in revenue.difference(key, span)]


def _linked(request: TeamRequest, sentence: str, span: Span) -> Markup:
    """The sentence with its amounts in their places, each leading to its accounts."""
    parts = [
        Markup("{}{}").format(text, _amount(request, kind, span) if kind else "")
        for text, kind, _, _ in Formatter().parse(sentence)
    ]
    return Markup("").join(parts)


def _amount(request: TeamRequest, kind: str, span: Span) -> Markup:
    currency = request.workspace.currency
    if kind == "opening":
        return Markup("{}").format(formats.minor(span.moved.opening, currency, 0))
    if kind in ("lost", "gained"):
        shown = formats.count(getattr(span.moved, kind), "customer")
    else:
        shown = formats.minor(abs(getattr(span.due if kind in RENEWALS else span.moved, kind)), currency, 0)
    return Markup('<a href="{}">{}</a>').format(href(request, span, kind), shown)


def _named(kind: str) -> str:
    return "FX" if kind == "fx" else kind.capitalize()
