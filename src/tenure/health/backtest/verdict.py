"""The record in one sentence that a sceptic can sign."""

from typing import Literal

from tenure.health.backtest.rows import Outcome
from tenure.predictions.evaluation.intervals import Interval

LEAST = 10
"""So many accounts have to have left before anything is said of who leaves: below it, intervals by drawing accounts
again are too narrow to be trusted."""
WHAT: dict[Outcome, tuple[str, str]] = {
    "churn": ("left", "leaves"),
    "contraction": ("shrank or left", "shrinks or leaves"),
    "renewal": ("did not renew", "does not renew"),
}


type Standing = Literal["few", "chance", "wrong", "told"]


def standing(auc: Interval | None, *, left: int) -> Standing:
    """Too little to say anything; no better than chance; worse than it; or better."""
    if auc is None or left < LEAST:
        return "few"
    return "chance" if auc.holds(0.5) else "wrong" if auc.high < 0.5 else "told"


def verdict(auc: Interval | None, *, outcome: Outcome, left: int) -> str:
    """What the AUC says, with its interval; or that there is too little to say anything."""
    past, present = WHAT[outcome]
    found = standing(auc, left=left)
    if auc is None or found == "few":
        number = "No customer" if not left else "1 customer" if left == 1 else f"{left} customers"
        return f"{number} of the days that can be tested {past}: too few to say how good this scorecard is."
    bounds = f"AUC {auc.value:.2f}, 95 % between {auc.low:.2f} and {auc.high:.2f}"
    if found == "chance":
        return f"This scorecard tells who {present} no better than chance ({bounds}). Do not read it as a forecast."
    if found == "wrong":
        return f"This scorecard tells who {present} worse than chance ({bounds}): something in it points the wrong way."
    return (
        f"Of a customer who {past} and one who did not, this scorecard puts the right one lower in"
        f" {auc.value:.0%} of all pairs ({bounds})."
    )


def compared(apart: Interval | None) -> str:
    """Whether the first of two scorecards orders customers better than the second."""
    if apart is None:
        return "The two cannot be compared: on no day do both score somebody who left and somebody who stayed."
    points = [100 * number for number in (apart.value, apart.low, apart.high)]
    bounds = f"AUC {points[0]:+.1f} points, 95 % between {points[1]:+.1f} and {points[2]:+.1f}"
    if apart.holds(0.0):
        return f"No difference that could not be chance ({bounds})."
    return f"{'Better' if apart.value > 0 else 'Worse'}, and not by chance ({bounds})."
