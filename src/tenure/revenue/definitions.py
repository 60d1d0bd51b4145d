"""Definitions of retention to choose from, each under its name: what others publish is compared like with like."""

from collections.abc import Mapping

from tenure.revenue import rules
from tenure.revenue.contracts import Definition, Figure, Month

DEFINITIONS: Mapping[str, Definition] = {
    "tenure": Definition(
        "By what was there at the start",
        (
            Figure("NRR", lambda each: each.nrr, True, "(start + expansion − contraction − churn) ÷ start"),
            Figure("GRR", lambda each: each.grr, True, "(start − contraction − churn) ÷ start"),
            Figure("Logo churn", lambda each: each.logo_churn, False, "customers lost ÷ customers at the start"),
            Figure("Revenue churn", lambda each: each.revenue_churn, False, "MRR of customers lost ÷ MRR at the start"),
        ),
    ),
    "chartmogul": Definition(
        "As ChartMogul defines it",
        (
            Figure("Net MRR churn", rules.net_mrr_churn, False,
                   "(churn + contraction − expansion − reactivation) ÷ MRR at the start"),
            Figure("Gross MRR churn", rules.gross_mrr_churn, False, "(churn + contraction) ÷ MRR at the start"),
            Figure("Customer churn", lambda each: each.logo_churn, False, "customers lost ÷ customers at the start"),
        ),
    ),
}  # fmt: skip


def differs(month: Month) -> str:
    """Why the two give other figures for a month, with its amounts; empty where they agree."""
    net, gross, nrr, churn = rules.net_mrr_churn(month), rules.gross_mrr_churn(month), month.nrr, month.revenue_churn
    if net is None or gross is None or nrr is None or churn is None:
        return ""
    found = []
    if month.contraction:
        found.append(
            f"Gross MRR churn is {gross:.1%} where revenue churn is {churn:.1%}: it counts contraction as churn."
        )
    if month.reactivation:
        found.append(
            f"Net MRR churn is {net:.1%} where 1 − NRR is {1 - nrr:.1%}: it takes off what came back, which NRR leaves"
            " to new business."
        )
    return " ".join(found).replace("%", " %")
