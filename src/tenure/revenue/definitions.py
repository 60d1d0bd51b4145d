"""Definitions of retention to choose from, each under its name: what others publish is compared like with like.

Period-based ones look at what was there at the start of a month (or of twelve); renewal-based ones only at what came up
for renewal in it. Twelve months are taken as one period, but for ours, which follow each customer.
"""

from collections.abc import Mapping

from tenure.revenue import rules
from tenure.revenue.contracts import Definition, Figure, Month, Span, Year

OURS = "tenure"


def _customers(span: Span) -> Month | Year:
    return span.year or span.moved


_DUE = "MRR of the terms that ended, on the day before"
_CUSTOMER_CHURN = "customers lost ÷ customers at the start"
_GROSS_CHURN = "(churn + contraction) ÷ MRR at the start"


def _amounts(*wanted: tuple[str, str]) -> tuple[Figure, ...]:
    """The amounts of renewals under the names that somebody gives them."""
    told = {
        "due": (lambda span: span.due.due, True, _DUE),
        "renewed": (lambda span: span.due.renewed, True, "of what was due, what is paid on; uplift left out"),
        "uplift": (lambda span: span.due.uplift, True, "what is paid beyond what was due, from the renewal on"),
        "downgraded": (lambda span: span.due.downgraded, False, "of what was due, what was given up in renewing"),
        "not_renewed": (lambda span: span.due.not_renewed, False, "of what was due, what was not renewed at all"),
    }  # fmt: skip
    return tuple(Figure(kind, label, *told[kind], kind) for kind, label in wanted)


def _gross(label: str) -> Figure:
    return Figure("gross_renewal_rate", label, lambda span: span.due.gross, True, "renewed, at most what was due ÷ due")


def _net(label: str) -> Figure:
    return Figure("net_renewal_rate", label, lambda span: span.due.net, True, "renewed and uplift ÷ due")


DEFINITIONS: Mapping[str, Definition] = {
    OURS: Definition(
        "By what was there at the start",
        (
            Figure("nrr", "NRR", lambda each: _customers(each).nrr, True,
                   "(start + expansion − contraction − churn) ÷ start"),
            Figure("grr", "GRR", lambda each: _customers(each).grr, True, "(start − contraction − churn) ÷ start"),
            Figure("logo_churn", "Logo churn", lambda each: _customers(each).logo_churn, False, _CUSTOMER_CHURN),
            Figure("revenue_churn", "Revenue churn", lambda each: _customers(each).revenue_churn, False,
                   "MRR of customers lost ÷ MRR at the start"),
        ),
    ),
    "chartmogul": Definition(
        "As ChartMogul defines it",
        (
            Figure("net_mrr_churn", "Net MRR churn", lambda each: rules.net_mrr_churn(each.moved), False,
                   "(churn + contraction − expansion − reactivation) ÷ MRR at the start"),
            Figure("gross_mrr_churn", "Gross MRR churn", lambda each: rules.gross_mrr_churn(each.moved), False,
                   _GROSS_CHURN),
            Figure("customer_churn", "Customer churn", lambda each: each.moved.logo_churn, False, _CUSTOMER_CHURN),
        ),
        source="https://help.chartmogul.com",
    ),
    "stripe": Definition(
        "As Stripe Billing defines it",
        (
            Figure("subscriber_churn", "Subscriber churn", lambda each: rules.subscriber_churn(each.moved), False,
                   "customers lost ÷ (customers at the start + customers who came since)"),
            Figure("churned_revenue", "Churned revenue", lambda each: -each.moved.churn, False,
                   "MRR of the customers lost", "churn"),
        ),
        source="https://docs.stripe.com/billing/subscriptions/analytics/glossary",
    ),
    "baremetrics": Definition(
        "As Baremetrics defines it",
        (
            Figure("user_churn", "User churn", lambda each: each.moved.logo_churn, False, _CUSTOMER_CHURN),
            Figure("revenue_churn", "Revenue churn", lambda each: rules.gross_mrr_churn(each.moved), False,
                   _GROSS_CHURN),
            Figure("net_revenue_churn", "Net revenue churn", lambda each: rules.net_revenue_churn(each.moved), False,
                   "(churn + contraction − expansion) ÷ MRR at the start"),
        ),
        source="https://help.baremetrics.com/en/articles/5380347-user-and-revenue-churn",
    ),
    "gainsight": Definition(
        "As Gainsight defines it, by renewals due",
        (
            *_amounts(("due", "Renewals due"), ("renewed", "Renewed"), ("uplift", "Upsell"),
                      ("downgraded", "Downsell"), ("not_renewed", "Churn")),
            _gross("GRR"),
            _net("NRR"),
        ),
        by_renewals=True,
        source="https://support.gainsight.com/ro/Renewal_Center/03User_Guides/Renewal_Center_Metric_Calculations",
    ),
    "totango": Definition(
        "As Totango names it, by renewable revenue",
        (
            *_amounts(("due", "Renewable"), ("renewed", "Renewed"), ("uplift", "Upsell"),
                      ("downgraded", "Downgraded"), ("not_renewed", "Lost")),
            Figure("churn_of_renewable", "Churn of renewable", lambda each: rules.churn_of_due(each.due), False,
                   "lost ÷ renewable"),
        ),
        by_renewals=True,
        source="https://campus.totango.com/video-configuring-revenue-center",
    ),
    "planhat": Definition(
        "As Planhat names it, by renewal base",
        (
            *_amounts(("due", "Base"), ("renewed", "Renewal"), ("uplift", "Upgrade"), ("downgraded", "Downgrade"),
                      ("not_renewed", "Churn")),
            _gross("Renewal rate"),
        ),
        by_renewals=True,
        source="https://help.planhat.com/en/articles/9587267-upgrades-downgrades-new-business-and-churn",
    ),
    "clientsuccess": Definition(
        "As ClientSuccess names it, by renewable MRR",
        (
            *_amounts(("due", "Renewable"), ("renewed", "Renewed"), ("uplift", "Upsell"), ("downgraded", "Downsell"),
                      ("not_renewed", "Churn")),
            _gross("Net renewal"),
        ),
        by_renewals=True,
        source="https://help.clientsuccess.com/en/articles/1594546-renewal-performance",
    ),
}  # fmt: skip
