"""From the board of a month and the movements up to its end to a document."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tenure.base.months import months_back
from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.health import population
from tenure.packs import drawn, listed, rules, summary
from tenure.packs.document import Document, Groups
from tenure.reports import queries as reports
from tenure.reports.contracts import Board
from tenure.revenue import closing
from tenure.revenue.contracts import QUARTER
from tenure.tenants.queries import here

TITLE = "Board pack"
CONFIDENTIAL = "Confidential"
HORIZON = 60
PREFERRED = ("plan", "product")


def document(*, month: date, as_of: date, at: datetime, by: str) -> Document:
    """The pack of a month (its first day) by what is known at `as_of`, prepared `at` by somebody. Refuses with
    `Invalid` a month that is not over, or of which there is nothing."""
    board = reports.board(as_of, month)
    if board.running:
        raise Invalid(f"{rules.named(month)} is not over. A board pack is made of a month that is.")
    view = here()
    local = at.astimezone(ZoneInfo(view.timezone))
    end = closing.at_month_end(as_of, month)
    course = end.course()
    moved = {kind: end.parts(kind) for kind in ("new", "expansion", "reactivation", "contraction", "churn")}
    this = course.months[-1] if course.months else None
    currency = view.currency
    return Document(
        company=view.name,
        title=TITLE,
        month=rules.named(month),
        prepared=f"Prepared on {rules.said_day(local.date())}, {local:%H:%M} ({view.timezone}){by and f' by {by}'}",
        confidential=CONFIDENTIAL,
        footer=f"As known on {rules.said_day(as_of)} · amounts in {currency}",
        ornament=_ornament([each.mrr for each in course.months[-drawn.MONTHS :]]),
        headline=summary.headline(board),
        about="The three things that grow recurring revenue: customers stay, pay more, and bring others."
        " Trailing figures tell what was, leading ones what is coming.",
        against_month=f"since {months_back(month, 1):%b}",
        against_year=f"since {months_back(month, 12):%b %Y}",
        pillars=summary.pillars(board),
        told=summary.told(board.sentences),
        bridge=drawn.bridge(board),
        year=drawn.year(course.months, currency),
        courses=drawn.courses(board, course.months),
        groups=_groups(end, currency),
        cohorts=listed.cohorts(end.cohorts(months=QUARTER), month),
        lifetimes=drawn.lifetimes(end.staying(horizon=HORIZON), course.year),
        accounts=listed.accounts(
            [*moved["churn"], *moved["contraction"]], [*moved["new"], *moved["expansion"], *moved["reactivation"]],
            this, _names, currency,
        )
        if this
        else None,
        meanings=summary.meanings(board),
        notes=_notes(board, view.timezone),
    )  # fmt: skip


def _ornament(values: Sequence[int]) -> tuple[float, ...]:
    found = rules.heights(values, 0, max(values, default=0))
    return tuple(height for height in found if height is not None) if any(values) else ()


def _groups(end: closing.Closing, currency: str) -> Groups | None:
    """By plan where there are plans, else by the first field that tells customers apart."""
    offered = {each.column: each for each in population.offered(end.as_of) or ()}
    chosen = next((offered[key] for key in (*PREFERRED, *offered) if key in offered), None)
    return listed.groups(end.groups(chosen.name), chosen.label, end.sizes(), currency) if chosen else None


def _names(ids: Sequence[int]) -> Mapping[int, str]:
    found = customers.accounts_by_ids(ids)
    return {each: row.name or row.external_id for each, row in found.items()}


def _notes(board: Board, zone: str) -> tuple[str, ...]:
    missing = summary.unknown(board)
    return (
        f"Amounts are in {board.currency}. A month ends at midnight in the time zone {zone}. Figures of twelve months"
        " are counted by customer: of who paid twelve months ago, and what they pay now.",
        *([f"Nothing is known in this month of {', '.join(missing)}."] if missing else []),
        "What became known after the day this pack was prepared is not in it; the pages of the product have it.",
    )
