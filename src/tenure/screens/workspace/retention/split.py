"""Why who stays pays more or less, month by month: price, seats, plan, product. Every amount leads to its accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.base.months import first_day
from tenure.revenue.contracts import Month
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.retention import asked
from tenure.subscriptions.contracts import SPLIT

REASONS = {"by_price": "Price", "by_seats": "Seats", "by_plan": "Plan", "by_product": "Product"}
MEANINGS = {
    "by_price": "Another price for the same seats of the same plan, discounts included",
    "by_seats": "More or fewer seats of the same plan, at the price of a seat before",
    "by_plan": "The same subscription on another plan",
    "by_product": "A subscription that came or went beside another, or is of another product",
}


TITLES = {kind: f"Expansion and contraction by {name.lower()}" for kind, name in REASONS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reason comes to; `href` leads to the accounts it is made of."""

    heading: str
    shown: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A month (or all of them), finished; `total` is expansion and contraction together."""

    month: str
    running: bool
    cells: tuple[Cell, ...]
    total: str


def context(request: TeamRequest, months: Sequence[Month]) -> dict[str, object]:
    """What `retention/_split.html` shows of these months."""
    return {
        "split": lines(request, months),
        "split_sum": together(request, months),
        "split_months": formats.count(len(months), "month"),
        "reasons": [(REASONS[name], meaning) for name, meaning in MEANINGS.items()],
    }


def lines(request: TeamRequest, months: Sequence[Month]) -> list[Line]:
    """The months in which somebody who stays pays more or less, the newest first."""
    return [_line(request, month) for month in reversed(months) if any(getattr(month, name) for name in SPLIT)]


def together(request: TeamRequest, months: Sequence[Month]) -> Line:
    """The sums of these months."""
    sums = {name: sum(getattr(month, name) for month in months) for name in SPLIT}
    cells = tuple(Cell(REASONS[name], _shown(request, amount), "") for name, amount in sums.items())
    return Line("Together", False, cells, _shown(request, sum(sums.values())))


def _line(request: TeamRequest, month: Month) -> Line:
    return Line(
        month=asked.named(month.month),
        running=month.month == first_day(request.as_of),
        cells=tuple(
            Cell(REASONS[name], _shown(request, amount), asked.made_of(request, month.month, name) if amount else "")
            for name in SPLIT
            for amount in (getattr(month, name),)
        ),
        total=_shown(request, month.expansion + month.contraction),
    )


def _shown(request: TeamRequest, amount: int) -> str:
    return formats.signed(amount, request.workspace.currency, 0) if amount else "·"
