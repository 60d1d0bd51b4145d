"""The tables of a pack: groups, cohorts, and the accounts that moved the most."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tenure.base import written
from tenure.packs import rules
from tenure.packs.document import Account, Accounts, Cell, CohortMap, CohortRow, Group, Groups, Moved
from tenure.revenue.contracts import Cohorts, Course, Month, Part, SizeClass, Sizes, shade

GROUPS = 12
COHORTS = 12
AGES = 13
MOST = 10
UNKNOWN = "Unknown"


def groups(found: Sequence[Course], label: str, sizes: Sizes, currency: str) -> Groups | None:
    """Groups over twelve months, the greatest first; None where there are none to tell apart."""
    there = [each for each in found if each.months and (each.year.opening or each.months[-1].mrr)]
    if len(there) < 2:
        return None
    shown = there[:GROUPS]
    top = max((each.year.nrr or 0.0 for each in shown), default=0.0) or 1.0
    best = max((each for each in shown if each.year.nrr is not None), key=lambda each: each.year.nrr or 0, default=None)
    name = f": {best.value or UNKNOWN} keeps and grows the most" if best else ""
    hidden = len(there) - len(shown)
    return Groups(
        headline=f"Retention by {label if label.isupper() else label.lower()}{name}",
        about="Over the twelve months that end with this one. An account counts under what was known of it on the day"
        " it paid last. Trailing.",
        by=label,
        rows=tuple(_group(each, top, currency) for each in shown),
        note=f"{written.count(hidden, 'smaller group')} left out." if hidden else "",
        sizes_title=sizes.says and f"Who left, by size: {sizes.says}",
        sizes_about=sizes.advice,
        sizes=tuple(_size(each, currency) for each in sizes.classes) if sizes.says else (),
    )


def _group(course: Course, top: float, currency: str) -> Group:
    year, now = course.year, course.months[-1]
    return Group(
        label=course.value or UNKNOWN,
        customers=written.number(now.customers_at_end),
        mrr=written.minor(now.mrr, currency, 0),
        nrr=written.percent(year.nrr, 1),
        grr=written.percent(year.grr, 1),
        logo_churn=written.percent(year.logo_churn, 1),
        revenue_churn=written.percent(year.revenue_churn, 1),
        nrr_at=(year.nrr or 0.0) / top,
        grr_at=(year.grr or 0.0) / top,
    )


def _size(found: SizeClass, currency: str) -> tuple[str, ...]:
    paid = [written.minor(each, currency, 0) for each in dict.fromkeys((found.least, found.most))]
    return (
        found.label, " – ".join(paid), written.number(found.customers), written.number(found.lost),
        written.percent(found.logo_churn, 1), written.minor(found.gone, currency, 0),
        written.percent(found.revenue_churn, 1),
    )  # fmt: skip


def cohorts(found: Cohorts, month: date) -> CohortMap | None:
    """The newest cohorts by quarter: the share of customers that pays, quarter by quarter."""
    if not found.rows:
        return None
    rows = tuple(
        CohortRow(
            written.quarter(row.start),
            written.number(row.customers[0]),
            tuple(Cell(written.percent(share), shade(share)) for share in row.logos()[:AGES]),
        )
        for row in found.rows[-COHORTS:]
    )
    year = [share for row in found.rows[-COHORTS:] if len(row.customers) > 4 and (share := row.logos()[4]) is not None]
    said = (
        f"{written.percent(sum(year) / len(year))} of a cohort pay after a year, on average"
        if year
        else "Cohorts by quarter"
    )
    hidden = len(found.rows) - len(rows)
    notes = ["The share of its customers that pays so many quarters later."]
    if month.month % 3:
        notes.append(f"The last cell of each row stands at the end of {month:%B}: its quarter is not over.")
    if hidden:
        notes.append(f"{written.count(hidden, 'older cohort')} left out.")
    return CohortMap(
        headline=said,
        about="Customers by the quarter in which they first paid, and quarters since then. Trailing.",
        first="First paid",
        rows=rows,
        note=" ".join(notes),
    )


type Names = Callable[[Sequence[int]], Mapping[int, str]]


def accounts(down: Sequence[Part], up: Sequence[Part], month: Month, names: Names, currency: str) -> Accounts | None:
    """Who left or shrank and who came or grew, the greatest amounts first; None where nobody moved."""
    if not down and not up:
        return None
    left, grew = (sorted(parts, key=lambda part: (-abs(part.amount), part.account)) for parts in (down, up))
    known = names([part.account for part in (*left[:MOST], *grew[:MOST])])
    gone = f"{written.count(month.lost, 'customer')} left" if month.lost else "Nobody left"
    return Accounts(
        headline=f"{gone}, {written.count(month.gained, 'came', 'came')}",
        about=f"The accounts that moved MRR the most in {rules.named(month.month)}, without rates of exchange.",
        left=_moved("Left or shrank", left, known, "bad", currency, "Nobody left or shrank."),
        grew=_moved("Came or grew", grew, known, "good", currency, "Nobody came or grew."),
    )


def _moved(
    title: str, parts: Sequence[Part], names: Mapping[int, str], tone: str, currency: str, empty: str
) -> Moved:  # fmt: skip
    others = parts[MOST:]
    rest = written.minor(sum(part.amount for part in others), currency, 0)
    return Moved(
        title=title,
        rows=tuple(
            Account(
                name=names.get(part.account, UNKNOWN),
                before=written.minor(part.before, currency, 0) if part.before > 0 else "–",
                after=written.minor(part.after, currency, 0) if part.after > 0 else "left",
                amount=written.signed(part.amount, currency, 0),
            )
            for part in parts[:MOST]
        ),
        tone=tone,
        more=f"{written.count(len(others), 'other account')}: {rest} together." if others else "",
        empty=empty,
    )
