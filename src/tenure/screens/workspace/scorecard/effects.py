"""A what-if as its page shows it: who changes band, entries into the worst band a week, both back-tests."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tenure.definitions.labels import Labels
from tenure.health import schemes
from tenure.health.contracts import Band, Scorecard
from tenure.health.studio import Course, Draft, Entries, Tested, Today
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest
from tenure.screens.bands import LOOKS
from tenure.screens.jinja import to

NOT_SCORED = "none"
FEWEST_LEFT = 10  # as the sentence of a back-test has it: fewer say nothing about a card


@dataclass(frozen=True, slots=True)
class BandName:
    """A band by its word and look."""

    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The accounts of one band now, by their band under the draft: (text, whether they stay)."""

    band: BandName
    cells: tuple[tuple[str, bool], ...]
    total: str


@dataclass(frozen=True, slots=True)
class MovedRow:
    """An account that changes band."""

    name: str
    href: str
    owner: str
    mrr: str
    before: str
    before_band: BandName
    after: str
    after_band: BandName
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TodayView:
    """The customers of the day."""

    headline: str
    day: str
    heads: tuple[BandName, ...]
    rows: tuple[MatrixRow, ...]
    moved: tuple[MovedRow, ...]
    more: str


@dataclass(frozen=True, slots=True)
class EntriesView:
    """Entries a week under both cards."""

    headline: str
    chart: Markup
    table: tuple[tuple[str, str, str], ...]
    owners: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    """Both back-tests: (what, published, draft, what it means)."""

    problem: str
    headline: str
    rows: tuple[tuple[str, str, str, str], ...]
    note: str


def today(request: TeamRequest, found: Today | None, draft: Draft) -> TodayView | None:
    """Who is in which band under each card."""
    if found is None:
        return None
    names = {**_names(draft.published), **_names(draft.card)}
    rows = _order({one for one, _, _ in found.matrix}, draft.published)
    heads = _order({other for _, other, _ in found.matrix}, draft.card)
    counts = {(one, other): count for one, other, count in found.matrix}
    bands = {"before": draft.published.bands_ascending(), "after": draft.card.bands_ascending()}
    share = formats.percent(found.moved / found.accounts) if found.accounts else ""
    said = f"{formats.number(found.moved)} of {formats.number(found.accounts)} accounts change band, {share}"
    return TodayView(
        headline=said if found.accounts else "Nobody is scored today",
        day=formats.day(found.day),
        heads=tuple(_name(names, key) for key in heads),
        rows=tuple(
            MatrixRow(
                _name(names, row),
                tuple((formats.number(counts.get((row, head), 0)), row == head) for head in heads),
                formats.number(sum(counts.get((row, head), 0) for head in heads)),
            )
            for row in rows
        ),
        moved=tuple(
            MovedRow(
                name=each.name or f"Account {each.account}",
                href=to(request, "workspace:account", account=each.account),
                owner=each.owner,
                mrr=formats.money(each.mrr, request.workspace.currency, 0),
                before=_score(each.before, bands["before"]),
                before_band=_name(names, each.before_band),
                after=_score(each.after, bands["after"]),
                after_band=_name(names, each.after_band),
                reasons=tuple(f"{formats.delta(effect, 1)} {label}" for label, effect in each.reasons),
            )
            for each in found.listed
        ),
        more=f"The {formats.number(len(found.listed))} with the most MRR of {formats.number(found.moved)}."
        if found.moved > len(found.listed)
        else "",
    )


def _score(score: float | None, bands: tuple[Band, ...]) -> str:
    return formats.UNKNOWN if score is None else schemes.number(score, bands)


def _names(card: Scorecard) -> dict[str, BandName]:
    return {band.key: BandName(LOOKS[band.colour], band.label or formats.capital(band.key)) for band in card.bands}


def _name(names: dict[str, BandName], key: str) -> BandName:
    return names.get(key, BandName("unknown", "Not scored" if key == NOT_SCORED else formats.capital(key)))


def _order(keys: set[str], card: Scorecard) -> list[str]:
    """The card's bands from the best down, then what else there is."""
    known = [band.key for band in reversed(card.bands_ascending())]
    return [*known, *sorted(keys - set(known))]


def entries(found: Entries | None, words: Labels) -> EntriesView | None:
    """Entries into the worst band, week by week and by owner."""
    if found is None:
        return None
    weeks = len(found.weeks) or 1
    before, after = sum(found.published) / weeks, sum(found.draft) / weeks
    more = "more" if after > before else "fewer"
    accounts = words.accounts
    headline = (
        f"As many {accounts} would enter the worst band: {formats.number(after, 1)} a week"
        if round(before, 1) == round(after, 1)
        else f"{formats.capital(more)} {accounts} would enter the worst band: {formats.number(after, 1)} a week, "
        f"now {formats.number(before, 1)}"
    )
    return EntriesView(
        headline=headline,
        chart=charts.pairs(
            [
                (formats.short_day(day), one, other)
                for day, one, other in zip(found.weeks, found.published, found.draft, strict=True)
            ],
            label="Entries into the worst band by week, in force and draft",
            names=("In force", "Draft"),
        ),
        table=tuple(
            (formats.day(day), formats.number(one), formats.number(other))
            for day, one, other in zip(found.weeks, found.published, found.draft, strict=True)
        ),
        owners=tuple(
            (
                each.owner or "Nobody",
                formats.number(each.accounts),
                formats.number(each.published, 1),
                formats.number(each.draft, 1),
            )
            for each in sorted(found.owners, key=lambda each: (-each.draft, each.owner))
        ),
    )


def course(found: Course | None) -> CourseView | None:
    """Both back-tests side by side."""
    if found is None:
        return None
    if found.published is None or found.draft is None:
        return CourseView(found.problem, "", (), "")
    one, other = found.published, found.draft
    first, second = found.on_both or (None, None)
    days = f"{formats.day(one.first)} – {formats.day(one.last)}"
    return CourseView(
        problem="",
        headline=_headline(found),
        rows=(
            ("AUC", _interval(one.auc), _interval(other.auc), "Each on what it scores. 0.5 is chance, 1 is perfect"),
            ("AUC where both score", formats.number(first, 2), formats.number(second, 2),
             "On the rows that both cards score"),
            ("Difference of these", "", _interval(found.difference), "As a pair"),
            ("Precision of the worst band", _share(one), _share(other),
             "How many in it left within 90 days"),
            ("Rows in the worst band", formats.number(one.flagged), formats.number(other.flagged),
             "Customers × Mondays"),
            ("Lead time", _days(one), _days(other), "From entering the worst band until leaving"),
            ("Caught", _caught(one), _caught(other), "In the worst band when they left"),
        ),
        note=f"Every Monday {days}: {formats.number(one.rows)} customers on those days, {one.left} of them left. "
        "95 % bounds, by account.",
    )  # fmt: skip


def _headline(found: Course) -> str:
    """What the pair says, no more than its bounds allow."""
    if found.published is None or found.published.left < FEWEST_LEFT:
        return "Too few left to compare the two cards on history"
    return f"On history the draft, against the card in force: {found.verdict[:1].lower()}{found.verdict[1:]}"


def _interval(found: Sequence[float] | None) -> str:
    if found is None:
        return formats.UNKNOWN
    value, low, high = (formats.number(each, 2) for each in found)
    return f"{value} ({low}–{high})"


def _share(found: Tested) -> str:
    if found.precision is None:
        return formats.UNKNOWN
    value, low, high = (formats.percent(each) for each in found.precision)
    return f"{value} ({low} – {high})"


def _days(found: Tested) -> str:
    return formats.UNKNOWN if found.lead_days is None else formats.count(round(found.lead_days), "day")


def _caught(found: Tested) -> str:
    return f"{formats.number(found.caught)} of {formats.number(found.caught + found.missed)}"
