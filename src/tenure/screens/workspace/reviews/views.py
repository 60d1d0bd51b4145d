"""Reviews of misses: who left from the best band, why, and what would have seen it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tenure.base.refusals import Invalid
from tenure.health import backtest, reviews
from tenure.health import queries as health
from tenure.health.backtest import MeasureRecord
from tenure.health.contracts import Explanation
from tenure.health.reviews import REASONS, Review
from tenure.screens import bands, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to, with_query
from tenure.tenants.contracts import Permission

SHOWN = {"open": False, "answered": True}
LINES = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A review in the list."""

    name: str
    href: str
    left_on: str
    score: str
    look: str
    band: str
    reason: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A measure that would have seen it."""

    label: str
    key: str
    value: str
    alarming: str
    auc: str
    on_card: bool


@page(Permission.VIEW)
@require_GET
def miss_reviews(request: TeamRequest) -> HttpResponse:
    """The list, newest departure first."""
    shown = request.GET.get("show", "open")
    if shown not in SHOWN:
        raise Invalid(f"Reviews are shown by {' or '.join(SHOWN)}, not {shown!r}.")
    found = reviews.reviews(answered=SHOWN[shown], cursor=request.GET.get("cursor"))
    looks = bands.looks()
    context = {
        "active": "population",
        "shown": shown,
        "tabs": [(name.capitalize(), query(request, show=name, cursor=None), name == shown) for name in SHOWN],
        "rows": [_row(request, each, looks.get(each.band, "accent")) for each in found.reviews],
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
    }
    return render(request, "workspace/reviews/list.html", context)


@page(Permission.VIEW, writes=Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def miss_review(request: TeamRequest, review: int) -> HttpResponse:
    """One review: what the score said, what would have seen it, and the answer."""
    found = reviews.review(review)
    error: Invalid | None = None
    given = {"reason": found.reason, "note": found.note}
    if request.method == "POST":
        given = {"reason": request.POST.get("reason", ""), "note": request.POST.get("note", "")}
        try:
            reviews.answer(review=review, reason=given["reason"], note=given["note"], by=request.member)
        except Invalid as refused:
            error = refused
        else:
            messages.success(request, "The review is answered. Thank you.")
            return redirect(to(request, "workspace:miss-reviews"))
    signs = backtest.measures_tested(request.as_of)
    context = {
        "active": "population",
        "review": found,
        "look": bands.look(found.band, bands.looks()),
        "score": health.score_writer()(found.score),
        "before": formats.count((found.left_on - found.day).days, "day"),
        "then_href": with_query(request, "workspace:account", {"account": found.account}, as_of=found.day.isoformat()),
        "lines": _lines(found),
        "signs": [_sign(found, each) for each in backtest.would_have_seen(signs, found.facts)],
        "tested": bool(signs),
        "reasons": list(REASONS.items()),
        "reason_label": REASONS.get(found.reason, ""),
        "given": given,
        "problems": {problem.where: problem.message for problem in error.problems} if error else {},
        "may_answer": request.member.may(Permission.EDIT_ACCOUNTS),
        "may_configure": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/reviews/review.html", context, status=422 if error else 200)


def _row(request: TeamRequest, review: Review, look: str) -> Row:
    return Row(
        name=review.name,
        href=to(request, "workspace:miss-review", review=review.id),
        left_on=formats.day(review.left_on),
        score=health.score_writer()(review.score),
        look=look,
        band=formats.capital(review.band),
        reason=REASONS.get(review.reason, ""),
        answered_by=review.answered_by,
    )


def _lines(review: Review) -> list[tuple[str, str]]:
    """What the score said on the day: points and words, the strongest first."""
    why: Explanation | None = health.explain(review.account, review.day)
    told = sorted(why.reasons, key=lambda reason: reason.effect) if why else []
    return [
        (formats.delta(reason.shown, 0), formats.capital(reason.words)) for reason in told[:LINES] if reason.shown < 0
    ]


def _sign(review: Review, found: MeasureRecord) -> Sign:
    return Sign(
        label=found.label,
        key=found.key,
        value=formats.compact(review.facts[found.key]),
        alarming=f"{'at most' if found.worse < 0 else 'at least'} {formats.compact(found.alarming)}",
        auc=f"{found.auc.value:.2f} ({found.auc.low:.2f} to {found.auc.high:.2f})",
        on_card=found.on_card,
    )
