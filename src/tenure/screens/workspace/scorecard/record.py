"""The record of the scorecard: what it said on the past's Mondays, against what came after."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from markupsafe import Markup

from tenure.base.refusals import Invalid
from tenure.health import backtest
from tenure.health import queries as health
from tenure.health.backtest import Miss, Outcome, Record
from tenure.health.contracts import Band
from tenure.predictions.evaluation.flags import Bin, Flag
from tenure.predictions.evaluation.intervals import Interval
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.bands import LOOKS
from tenure.screens.jinja import with_query
from tenure.screens.workspace.scorecard import bar
from tenure.tenants.contracts import Permission

OUTCOMES: dict[Outcome, str] = {"churn": "leaves", "contraction": "shrinks or leaves", "renewal": "does not renew"}
CLEAR = 0.65  # an AUC that is surely above this is more than a faint signal
BADGES = {
    "few": ("outline", "Too little history to test"),
    "chance": ("warning", "No better than chance"),
    "wrong": ("bad", "Points the wrong way"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """How good the score was, in four words, wherever a score is shown."""

    tone: str
    label: str
    title: str


def badge(day: date) -> Badge | None:
    """The badge of the scorecard in force, for those who look at a day; None where it was not tested yet."""
    found = backtest.told(day)
    if found is None:
        return None
    if found.standing == "told" and found.auc is not None:
        tone = "good" if found.auc.low >= CLEAR else "accent"
        return Badge(tone, f"Ranks {formats.percent(found.auc.value)} of pairs right", found.verdict)
    return Badge(*BADGES[found.standing], found.verdict)


@page(Permission.VIEW)
@require_GET
def scorecard_record(request: TeamRequest) -> HttpResponse:
    """The newest test of the scorecard in force; of the outcome and horizon asked for."""
    outcome, horizon = _asked(request)
    kept = backtest.latest(outcome=outcome, horizon=horizon, known=request.as_of)
    context: dict[str, object] = {
        "outcome": outcome,
        "horizon": horizon,
        "outcomes": [(key, f"Who {words} within") for key, words in OUTCOMES.items()],
        "horizons": [(str(days), f"{days} days") for days in backtest.HORIZONS],
        "kept": kept,
        "tabs": bar.tabs(request, "workspace:scorecard-record"),
        "has_card": health.scorecard() is not None,
        "may_test": request.member.may(Permission.CONFIGURE),
    }
    if kept and kept.record:
        context |= _shown(request, kept.record)
    return render(request, "workspace/scorecard/record.html", context)


@page(Permission.CONFIGURE)
@require_POST
def scorecard_tests(request: TeamRequest) -> HttpResponse:
    """Have it tested anew."""
    outcome, horizon = _asked(request)
    backtest.ask(outcome=outcome, horizon=horizon, by=request.member)
    return redirect(with_query(request, "workspace:scorecard-record", outcome=outcome, horizon=str(horizon)))


def _asked(request: HttpRequest) -> tuple[Outcome, int]:
    given = request.POST if request.method == "POST" else request.GET
    outcome, horizon = given.get("outcome", "churn"), given.get("horizon", str(backtest.HORIZON))
    found: list[Outcome] = [each for each in OUTCOMES if each == outcome]
    if not found:
        raise Invalid(f"An outcome is one of {', '.join(OUTCOMES)}, not {outcome!r}.")
    if horizon not in {str(days) for days in backtest.HORIZONS}:
        raise Invalid(f"A horizon is one of {', '.join(map(str, backtest.HORIZONS))} days, not {horizon!r}.")
    return found[0], int(horizon)


@dataclass(frozen=True, slots=True)
class BandLine:
    """What became of the rows of a band."""

    label: str
    look: str
    rows: str
    left: str
    precision: str
    between: str
    recall: str
    worth_recall: str
    lift: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An account that the score got wrong."""

    name: str
    external_id: str
    href: str
    score: str
    look: str
    band: str
    mrr: str
    day: str
    left_on: str
    days: str


def _shown(request: TeamRequest, record: Record) -> dict[str, object]:
    bands = {band.key: band for band in _bands()}
    return {
        "record": record,
        "drawn": _drawn(record),
        "auc": _auc(record.auc),
        "bands": [_line(flag, bands.get(flag.band)) for flag in record.flags],
        "calibration": _calibration(record.calibration),
        "bins": [(f"{each.low:.0f}–{each.high:.0f}", _of(each)) for each in record.calibration if each.rows],
        "misses": [_wrong(request, each, bands) for each in record.misses],
        "alarms": [_wrong(request, each, bands) for each in record.false_alarms],
        "came": {"churn": "left", "contraction": "shrank or left", "renewal": "did not renew"}[record.outcome],
    }


def _drawn(record: Record) -> str:
    """That only some were tested, where it was so."""
    if record.drawn_from is None:
        return ""
    drawn, every = formats.number(backtest.ACCOUNTS_MOST), formats.number(record.drawn_from)
    return (
        f"Only {drawn} of {every} accounts were tested, drawn at random: the intervals are as wide as that makes them."
    )


def _bands() -> tuple[Band, ...]:
    found = health.scorecard()
    return found[2].bands if found else ()


def _auc(auc: Interval | None) -> Markup:
    if auc is None:
        return Markup("")
    said = f"AUC {auc.value:.2f}, 95 % between {auc.low:.2f} and {auc.high:.2f}; 0.5 is chance"
    ends = (min(0.4, auc.low), 1.0)
    return charts.interval(
        auc.value, auc.low, auc.high, label=said, ends=ends, nothing=0.5, nothing_label="chance",
        write=lambda value: f"{value:.1f}",
    )  # fmt: skip


def _line(flag: Flag, band: Band | None) -> BandLine:
    told = flag.precision
    return BandLine(
        label=band.label if band else formats.capital(flag.band),
        look=LOOKS[band.colour] if band else "accent",
        rows=formats.number(flag.rows),
        left=formats.number(flag.left),
        precision=formats.percent(told.value if told else None, 1),
        between=f"{formats.percent(told.low, 1)} to {formats.percent(told.high, 1)}" if told else "",
        recall=formats.percent(flag.recall),
        worth_recall=formats.percent(flag.worth_recall),
        lift="–" if flag.lift is None else f"{flag.lift:.1f} ×",
    )


def _calibration(bins: tuple[Bin, ...]) -> Markup:
    shares = [(f"{each.low:.0f}–{each.high:.0f}", each.share.value if each.share else 0.0) for each in bins]
    return charts.bars(
        shares, label="The share that left at each height of the score", write=lambda share: formats.percent(share, 1)
    )


def _of(each: Bin) -> str:
    share = each.share
    if share is None:
        return ""
    return (
        f"{formats.percent(share.value, 1)} ({formats.percent(share.low, 1)} to {formats.percent(share.high, 1)}) of"
        f" {formats.number(each.rows)}"
    )


def _wrong(request: TeamRequest, miss: Miss, bands: dict[str, Band]) -> Wrong:
    band = bands.get(miss.band)
    return Wrong(
        name=miss.name or miss.account,
        external_id=miss.account,
        href=with_query(request, "workspace:account", {"account": miss.id}, as_of=miss.day.isoformat()),
        score=health.score_writer()(miss.score),
        look=LOOKS[band.colour] if band else "accent",
        band=band.label if band else miss.band,
        mrr=formats.money(miss.mrr, request.workspace.currency, 0) if miss.mrr is not None else "–",
        day=formats.day(miss.day),
        left_on=formats.day(miss.left_on) if miss.left_on else "",
        days=formats.count(miss.days, "day"),
    )
