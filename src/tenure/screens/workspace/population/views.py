"""Health of all customers: the average and how it moves, bands then and now, groups side by side, who moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tenure.base.refusals import Invalid
from tenure.health import population
from tenure.health import queries as health
from tenure.health.contracts import UNKNOWN
from tenure.health.population import Group, Grouping, Mover, Population
from tenure.health.population.rules import CLASSES
from tenure.health.population.rules import points as points_apart
from tenure.screens import bands, charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.prepared import prepared
from tenure.screens.workspace.scorecard.record import badge
from tenure.tenants.contracts import Permission

SLIGHT = 0.005  # a change that is not worth a colour
PREFERRED = ("plan", "product")
OTHERS = {UNKNOWN: "Unknown", population.LEFT: "Left", population.NEW: "New or unknown"}


@page(Permission.VIEW)
@require_GET
@prepared("population")
def population_health(request: TeamRequest) -> HttpResponse:
    """The page."""
    try:
        found = population.population(request.as_of)
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    looks = bands.looks()
    chosen = _chosen(request, found.groupings)
    context = {
        "active": "population",
        "stats": _stats(found),
        "chart": _chart(request, found),
        "distribution": _distribution(found),
        "moves": _moves(found),
        "stayed": _stayed(found),
        "offers": [(each.key, each.label) for each in found.groupings],
        "by": chosen.key if chosen else "",
        "by_label": chosen.label if chosen else "",
        "groups": [_group(group) for group in chosen.groups] if chosen else [],
        "record": badge(request.as_of),
        "fell": [_mover(request, each, looks) for each in found.fell],
        "rose": [_mover(request, each, looks) for each in found.rose],
    }
    return render(request, "workspace/population/health.html", context)


def _chosen(request: TeamRequest, offered: Sequence[Grouping]) -> Grouping | None:
    known = {each.key: each for each in offered}
    asked = request.GET.get("by", "")
    if asked and asked not in known:
        raise Invalid(f"Customers cannot be grouped by {asked!r}. Choose one of the fields that are offered.")
    return known.get(asked) or next((known[key] for key in (*PREFERRED, *known) if key in known), None)


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure; `change` is finished text, `good` says whether it is welcome."""

    label: str
    shown: str
    change: str
    good: bool | None
    note: str


def _stats(found: Population) -> list[Stat]:
    write, now = health.score_writer(digits=1), found.averages[-1]
    card = health.scorecard()
    rising = card[2].bands_ascending() if card else ()
    average = Stat(
        "Average health",
        "–" if now is None else write(now),
        "" if found.changed is None else formats.delta(100 * found.changed, 1, " %"),
        None if not found.changed or abs(found.changed) < SLIGHT else found.changed > 0,
        f"in 30 days, of {formats.count(found.scored, 'customer')} with a score",
    )
    ends = [(band, band is rising[-1]) for band in (rising[:1] + rising[-1:] if len(rising) > 1 else rising)]
    return [average, *(_share(found, band.key, f"{band.label}", best=best) for band, best in ends)]


def _share(found: Population, band: str, label: str, *, best: bool) -> Stat:
    apart = points_apart(found.shares[band], found.shares_then[band])
    good = None if apart is None or abs(apart) < 0.05 else (apart > 0) == best
    shown = "" if apart is None else formats.delta(apart, 1, " points")
    return Stat(label, formats.percent(found.shares[band], 1), shown, good, "of customers, in 30 days")


def _chart(request: TeamRequest, found: Population) -> Markup:
    days = [request.as_of - timedelta(days=len(found.averages) - 1 - n) for n in range(len(found.averages))]
    return charts.line(
        list(zip(days, found.averages, strict=True)),
        label="Average health over 90 days",
        low=0,
        high=100,
        bands=bands.stripes(),
        height=180,
        write=health.score_writer(),
    )


def _distribution(found: Population) -> Markup:
    edges = [100.0 * n / CLASSES for n in range(CLASSES + 1)]
    return charts.distribution(
        edges, found.distribution, label="How many customers have which score", height=180, write=formats.number
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """Accounts that went from a row's band to a column's; `tone` says whether they fell, rose or stayed."""

    shown: str
    tone: str
    heading: str


@dataclass(frozen=True, slots=True)
class Head:
    """A band as a row or column of the matrix."""

    label: str
    look: str


def _moves(found: Population) -> dict[str, object]:
    moves, looks = found.moves, bands.looks()
    card = health.scorecard()
    labels = {band.key: band.label for band in card[2].bands} if card else {}
    order = list(moves.after)

    def head(key: str) -> Head:
        return Head(labels.get(key) or OTHERS.get(key, key), bands.look(key, looks) if key in labels else UNKNOWN)

    def cell(before: str, after: str, accounts: int) -> Cell:
        if before not in labels or after not in (*labels, population.LEFT) or before == after:
            tone = "same" if before == after else ""
        else:
            tone = "fell" if after == population.LEFT or order.index(after) < order.index(before) else "rose"
        return Cell(formats.number(accounts) if accounts else "·", tone if accounts else "none", head(after).label)

    return {
        "heads": [head(key) for key in moves.after],
        "rows": [
            (head(before), [cell(before, after, n) for after, n in zip(moves.after, counts, strict=True)])
            for before, counts in zip(moves.before, moves.counts, strict=True)
            if any(counts)
        ],
    }


def _stayed(found: Population) -> str:
    scored_then = sum(
        sum(row) for name, row in zip(found.moves.before, found.moves.counts, strict=True) if name != population.NEW
    )
    return formats.percent(found.moves.stayed / scored_then) if scored_then else "–"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of customers and how its average went."""

    label: str
    accounts: str
    average: str
    change: str
    good: bool | None
    line: Markup


def _group(group: Group) -> GroupRow:
    now = group.averages[-1]
    return GroupRow(
        label=group.label,
        accounts=formats.number(group.accounts),
        average="–" if now is None else health.score_writer(digits=1)(now),
        change="–" if group.changed is None else formats.delta(100 * group.changed, 1, " %"),
        good=None if not group.changed or abs(group.changed) < SLIGHT else group.changed > 0,
        line=charts.sparkline(
            group.averages, band="accent", low=None, high=None, label=f"Average health of {group.label}"
        ),
    )


@dataclass(frozen=True, slots=True)
class MoverRow:
    """An account that moved, with its strongest reasons."""

    name: str
    href: str
    score: str
    look: str
    band: str
    by: str
    reasons: tuple[str, ...]


def _mover(request: TeamRequest, mover: Mover, looks: Mapping[str, str]) -> MoverRow:
    return MoverRow(
        name=mover.name,
        href=to(request, "workspace:account", account=mover.account),
        score=health.score_writer()(mover.score),
        look=bands.look(mover.band, looks),
        band=mover.band,
        by=formats.delta(mover.by, 0),
        reasons=tuple(f"{formats.delta(effect, 0)} {words}" for effect, words in mover.reasons),
    )
