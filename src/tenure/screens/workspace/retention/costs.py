"""What winning customers cost: shown by month and source, written in a form, loaded from a file."""

from dataclasses import dataclass
from fractions import Fraction

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenure.base.refusals import Refusal
from tenure.revenue import actions
from tenure.revenue.acquisition import Acquisition, Entry, Won
from tenure.revenue.costs import read_one
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to, with_query
from tenure.screens.workspace.retention import asked
from tenure.tenants.contracts import Permission

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A month, twelve of them or a source, finished; won and referred lead to their accounts."""

    label: str
    spent: str
    won: str
    won_href: str
    referred: str
    referred_href: str
    cac: str
    without: str
    payback: str


def context(request: TeamRequest, found: Acquisition, margin: Fraction) -> dict[str, object]:
    """What the page shows of costs. `change` is the month and source whose cost stands in the form."""
    chosen = request.GET.get("month", ""), request.GET.get("source", "")
    standing = next((each for each in found.entries if (f"{each.month:%Y-%m}", each.source) == chosen), None)
    total = found.total
    return {
        "may_write": request.member.may(Permission.CONFIGURE),
        "cost_lines": [
            *([_line(request, total, margin, months=12)] if total else []),
            *(_line(request, each, margin) for each in found.months),
        ],
        "source_lines": [_line(request, each, margin, months=12, source=each.label) for each in found.sources],
        "entries": [_entry(request, each) for each in found.entries],
        "referrals": found.referrals,
        "change": standing,
        "now": f"{request.as_of:%Y-%m}",
    }


def _line(request: TeamRequest, each: Won, margin: Fraction, *, months: int = 1, source: str = "") -> Line:
    currency = request.workspace.currency
    month = request.as_of if months > 1 else each.month

    def shown(amount: Fraction | int | None) -> str:
        return formats.UNKNOWN if amount is None else formats.minor(round(amount), currency, 0)

    def href(kind: str, count: int | None) -> str:
        return asked.made_of(request, month, kind, months, source) if count else ""

    back = each.payback(margin)
    return Line(
        label=each.label, spent=shown(each.spent), won=formats.number(each.won), won_href=href("won", each.won),
        referred=formats.UNKNOWN if each.referred is None else formats.number(each.referred),
        referred_href=href("referred", each.referred), cac=shown(each.cac), without=shown(each.cac_without_referrals),
        payback=formats.UNKNOWN if back is None else formats.count(max(1, round(back)), "month"),
    )  # fmt: skip


def _entry(request: TeamRequest, each: Entry) -> tuple[str, str, str, str]:
    """(month, source, amount, where it is changed)."""
    amount = formats.money(each.amount, each.amount.currency, 0)
    href = with_query(request, "workspace:retention-worth", month=f"{each.month:%Y-%m}", source=each.source)
    return f"{each.month:%B %Y}", each.source, amount, f"{href}#cost"


@page(Permission.CONFIGURE)
@require_POST
def costs(request: TeamRequest) -> HttpResponse:
    """Write one."""
    given = {name: request.POST.get(name, "") for name in ("month", "source", "amount", "currency")}
    try:
        cost = read_one(**given)
        actions.keep_cost(cost=cost, began=request.POST.get("began", ""), by=request.member)
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.success(request, "The cost is taken away." if not cost.amount.minor else "The cost is kept.")
    return _back(request)


@page(Permission.CONFIGURE)
@require_POST
def cost_files(request: TeamRequest) -> HttpResponse:
    """Load a CSV, all of it or none."""
    file = request.FILES.get("file")
    try:
        if file is None or file.size is None or file.size > LARGEST:
            return _told(request, "Choose a CSV file of at most one megabyte.")
        number = actions.import_costs(text=file.read().decode("utf-8-sig"), by=request.member)
    except UnicodeDecodeError:
        return _told(request, "The file is not UTF-8 text. Save it as CSV in UTF-8.")
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.success(request, f"{formats.count(number, 'cost')} taken.")
    return _back(request)


@page(Permission.CONFIGURE)
@require_POST
def referrals(request: TeamRequest) -> HttpResponse:
    """Say what counts as a referral."""
    values = request.POST.get("values", "").split(",")
    try:
        actions.set_referrals(trait=request.POST.get("trait", ""), values=values, by=request.member)
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.success(request, "Referrals are told so from now on.")
    return _back(request)


def _refused(request: TeamRequest, refusal: Refusal) -> HttpResponse:
    some = [*map(str, refusal.problems)]
    more = [f"and {len(some) - 5} more"] if len(some) > 5 else []
    return _told(request, " ".join([refusal.message, *(each for each in some[:5] if each != refusal.message), *more]))


def _told(request: TeamRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return _back(request)


def _back(request: TeamRequest) -> HttpResponse:
    return redirect(to(request, "workspace:retention-worth") + "#costs")
