"""Why a definition gives other figures than ours for a month, in sentences. Pure.

A sentence has its amounts in braces, by kind: `{contraction}` is the month's contraction, `{due}` what was due,
`{lost}` the customers lost, `{gained}` those who came, `{opening}` what was there at the start. Who shows it puts
amounts there that lead to their accounts.
"""

from collections.abc import Callable, Mapping

from tenure.revenue import rules
from tenure.revenue.contracts import Span
from tenure.revenue.definitions import DEFINITIONS

type Sentences = list[str]


def differs(key: str, span: Span) -> Sentences:
    """Why the definition's figures are not ours; nothing where they agree."""
    definition = DEFINITIONS[key]
    if definition.by_renewals:
        return _by_renewals(key, span)
    return _BY_PERIOD[key](span) if key in _BY_PERIOD else []


def _chartmogul(span: Span) -> Sentences:
    month = span.moved
    found = _gross_churn("Gross MRR churn", span)
    net, nrr = rules.net_mrr_churn(month), month.nrr
    if net is not None and nrr is not None and month.reactivation:
        found.append(
            f"Net MRR churn is {_shown(net)} where 1 − NRR is {_shown(1 - nrr)}: it takes off the {{reactivation}} that"
            " came back, which NRR leaves to new business."
        )
    return found


def _stripe(span: Span) -> Sentences:
    month = span.moved
    theirs, ours = rules.subscriber_churn(month), month.logo_churn
    if theirs is None or ours is None or not month.gained or not month.lost:
        return []
    return [
        f"Subscriber churn is {_shown(theirs)} where logo churn is {_shown(ours)}: Stripe divides the {{lost}} by the"
        " customers at the start and the {gained} who came in the month, ours by those at the start alone."
    ]


def _gross_churn(label: str, span: Span) -> Sentences:
    gross, churn = rules.gross_mrr_churn(span.moved), span.moved.revenue_churn
    if gross is None or churn is None or not span.moved.contraction:
        return []
    return [
        f"{label} is {_shown(gross)} where our revenue churn is {_shown(churn)}: it counts the {{contraction}} of"
        " contraction as churn."
    ]


_BY_PERIOD: Mapping[str, Callable[[Span], Sentences]] = {
    "chartmogul": _chartmogul,
    "stripe": _stripe,
    "baremetrics": lambda span: _gross_churn("Revenue churn", span),
}


def _by_renewals(key: str, span: Span) -> Sentences:
    labels = {figure.key: figure.label for figure in DEFINITIONS[key].figures}
    due, month = span.due, span.moved
    gross, net, grr, nrr = due.gross, due.net, month.grr, month.nrr
    if gross is None or net is None:
        return ["No term ended in this month, so nothing was due and there is no rate."] if month.opening else []
    found = ["It asks only about the {due} whose terms ended, ours about all {opening} that was paid at the start."]
    if grr is not None:
        label, theirs = next(
            (labels[each], rate)
            for each, rate in (("gross_renewal_rate", gross), ("churn_of_renewable", rules.churn_of_due(due)))
            if each in labels
        )
        found.append(f"{label} is {_shown(theirs or 0)} where our GRR is {_shown(grr)}: {_went(span)}.")
    lost = [f"{{{kind}}} of {kind}" for kind in ("churn", "contraction") if getattr(month, kind)]
    if lost:
        found.append(f"Ours counts whatever was lost in the month, at a renewal or not: {' and '.join(lost)}.")
    if nrr is not None and "net_renewal_rate" in labels and (due.uplift or month.expansion):
        renewing = "the {uplift}" if due.uplift else "only what was"
        ours = "all {expansion} of expansion" if month.expansion else "what grew in the whole month"
        found.append(
            f"{labels['net_renewal_rate']} is {_shown(net)} where ours is {_shown(nrr)}: of growth it counts {renewing}"
            f" agreed in renewing, ours {ours}."
        )
    return found


def _went(span: Span) -> str:
    parts = [
        text
        for amount, text in (
            (span.due.not_renewed, "{not_renewed} of what was due was not renewed"),
            (span.due.downgraded, "{downgraded} was given up in renewing"),
        )
        if amount
    ]
    return " and ".join(parts) or "all that was due was renewed"


def _shown(rate: float) -> str:
    return f"{rate:.1%}".replace("%", " %").replace("-", "−")
