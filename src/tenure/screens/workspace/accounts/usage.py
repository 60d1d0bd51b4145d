"""What an account uses of the product: features by week as a heat map, people active a week, seats that are used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from tenure.measures import queries as measures
from tenure.measures.queries import AccountUse, FeatureUse, WeekUse
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.tenants.contracts import Permission

WEEKS = 26
FEATURES = 20
NEARLY_ALL = 0.9
SCARCELY = 0.4


@dataclass(frozen=True, slots=True)
class Row:
    """A feature in the heat map; `counts` are those of the weeks, for the table; `quiet`: not seen for four weeks."""

    name: str
    strip: Markup
    total: str
    first: str
    last: str
    counts: tuple[str, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """How many of the seats are used, in words, and as a meter."""

    shown: str
    share: str
    note: str
    meter: Markup


@page(Permission.VIEW)
@follows_merges
def usage(request: TeamRequest, account: int) -> HttpResponse:
    """The page."""
    asked = measures.use_of_account(account, request.as_of, weeks=WEEKS, most=FEATURES)
    this = opened(request, account, "usage")
    use = asked()
    context = {
        "active": "accounts",
        "head": this.head,
        "use": use,
        "rows": [_row(each, use.weeks, request.as_of) for each in use.features],
        "gone": [(each.name, formats.relative_day(each.last, request.as_of)) for each in use.gone],
        "people": _people(use),
        "people_rows": [(_week(week), formats.number(of.people)) for week, of in zip(use.weeks, use.all, strict=True)],
        "marks": _marks(use.weeks),
        "week_heads": [formats.short_day(week) for week in use.weeks],
        "licence": licence(this.facts),
        "steps": range(charts.STEPS + 1),
        "weeks": WEEKS,
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/usage.html", context)


def _row(feature: FeatureUse, weeks: tuple[date, ...], as_of: date) -> Row:
    name = formats.capital(feature.name)
    cells = [
        (each.events, f"{name}, {_week(week)}: {_said(each)}")
        for week, each in zip(weeks, feature.weeks, strict=True)
    ]  # fmt: skip
    return Row(
        name=name,
        strip=charts.heat(cells),
        total=formats.compact(feature.events),
        first=formats.day(feature.first),
        last=formats.relative_day(feature.last, as_of),
        counts=tuple(formats.compact(each.events) for each in feature.weeks),
        quiet=(as_of - feature.last).days >= 28,
    )


def _week(monday: date) -> str:
    return f"week of {formats.day(monday)}"


def _said(use: WeekUse) -> str:
    if use.events <= 0:
        return "not used"
    times = "once" if use.events == 1 else f"{formats.number(use.events)} times"
    return f"{times}, by {formats.count(use.people, 'person', 'people')}" if use.people else times


def _people(use: AccountUse) -> Markup:
    """The people of each week; nothing where no event names anybody."""
    if not any(each.people for each in use.all):
        return Markup("")
    return charts.bars(
        [(formats.short_day(week), float(each.people)) for week, each in zip(use.weeks, use.all, strict=True)],
        label=f"People active in each of {len(use.weeks)} weeks",
        height=120,
        write=lambda people: formats.count(int(people), "person", "people"),
    )


def _marks(weeks: tuple[date, ...]) -> tuple[str, str, str]:
    """What stands over the heat map: its first week, the middle, the last."""
    return (formats.short_day(weeks[0]), formats.short_day(weeks[len(weeks) // 2]), formats.short_day(weeks[-1]))


def licence(facts: Mapping[str, object]) -> Licence | None:
    """People active in 28 days against the seats that are paid for; None where either is not known."""
    seats, people = facts.get("seats"), facts.get("people_active_28d")
    if not (isinstance(seats, int | float) and seats > 0 and isinstance(people, int | float)):
        return None
    share, note = people / seats, ""
    if share > 1:
        note = "More people than seats: a talk about more seats is due."
    elif share >= NEARLY_ALL:
        note = "Nearly every seat is taken."
    elif share < SCARCELY:
        note = "Most of what is paid for is not used."
    return Licence(
        shown=f"{formats.number(people)} of {formats.count(int(seats), 'seat')}",
        share=formats.percent(share),
        note=note,
        meter=charts.meter(share, label=f"{formats.percent(share)} of the seats used", wide=True),
    )
