"""The metric tree: which metrics there are, what each feeds, how each is made.

Three things grow recurring revenue: customers stay, pay more, and bring others. The north star is net revenue
retention; gross revenue retention and expansion add up to it.
"""

from collections.abc import Mapping

from tenure.reports.contracts import Metric

NORTH_STAR = "nrr"
_SUBSCRIPTIONS = "Counted twelve months after the first subscription: import subscriptions with their past."
_MONEY = "Import subscriptions, or let your billing send them."
_SCORES = "Publish a scorecard; its scores are read at the end of each month."

TREE = (
    Metric("nrr", "NRR", "retention", None, "share", "up", "trailing",
           "What customers of a year ago pay now ÷ paid then", _SUBSCRIPTIONS),
    Metric("grr", "GRR", "retention", "nrr", "share", "up", "trailing",
           "The same, nothing above what each paid then", _SUBSCRIPTIONS),
    Metric("logo_churn", "Logo churn", "retention", "grr", "share", "down", "trailing",
           "Customers of a year ago who left ÷ all", _SUBSCRIPTIONS),
    Metric("revenue_churn", "Revenue churn", "retention", "grr", "share", "down", "trailing",
           "What those who left paid ÷ what all paid", _SUBSCRIPTIONS),
    Metric("health", "Average health", "retention", "grr", "points", "up", "leading",
           "Mean score of all customers with one", _SCORES),
    Metric("health_change", "Change of average health", "retention", "health", "share", "up", "leading",
           "How far it moved within the month", _SCORES),
    Metric("healthy", "Healthy customers", "retention", "health", "share", "up", "leading",
           "In the best band ÷ with a score", _SCORES, plural=True),
    Metric("at_risk", "Customers at risk", "retention", "health", "share", "down", "leading",
           "In the lowest band ÷ with a score", _SCORES, plural=True),
    Metric("adoption", "Adoption", "retention", "health", "share", "up", "leading",
           "Mean product utilisation in 84 days",
           "Send use of the product, and name its core features on the page Measures."),
    Metric("expansion", "Expansion", "expansion", "nrr", "share", "up", "trailing",
           "What they pay above what they paid: NRR − GRR", _SUBSCRIPTIONS),
    Metric("mrr", "MRR", "expansion", "expansion", "money", "up", "trailing",
           "Monthly recurring revenue at its end", _MONEY),
    Metric("arpa", "ARPA", "expansion", "mrr", "money", "up", "trailing", "MRR ÷ customers", _MONEY),
    Metric("quick_ratio", "Quick ratio", "expansion", "mrr", "ratio", "up", "trailing",
           "Came in ÷ went out, in a year",
           "Counted once something was lost: until then nothing stands below the line."),
    Metric("new_mrr", "New MRR", "word_of_mouth", None, "money", "up", "trailing",
           "MRR of customers won in the month", _MONEY),
    Metric("referred", "New MRR by referral", "word_of_mouth", "new_mrr", "share", "up", "trailing",
           "Of a year's new MRR, what came by referral",
           "Send a trait “source” of each account that says “Referral” of those who were referred."),
    Metric("promoters", "Promoters", "word_of_mouth", "new_mrr", "share", "up", "leading",
           "9 or 10 ÷ all NPS answers in three months",
           "Send answers to NPS surveys: a CSV file, or POST /api/v1/survey-answers.", plural=True),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {each.key: each for each in TREE}
OF_SCORES = ("health", "healthy", "at_risk")
OF_FACTS = (*OF_SCORES, "adoption")
"""Those read from scores and facts of a day."""
DERIVED = ("health_change",)
"""Those made of others that were written down."""
OF_LEDGER = tuple(key for key in METRICS if key not in (*OF_FACTS, *DERIVED))
