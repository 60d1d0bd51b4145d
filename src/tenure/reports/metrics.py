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
           "What customers of twelve months ago pay now ÷ what they paid then", _SUBSCRIPTIONS),
    Metric("grr", "GRR", "retention", "nrr", "share", "up", "trailing",
           "What is left of what each of them paid, nothing above it ÷ what they paid", _SUBSCRIPTIONS),
    Metric("logo_churn", "Logo churn", "retention", "grr", "share", "down", "trailing",
           "Customers of twelve months ago who pay nothing any more ÷ all of them", _SUBSCRIPTIONS),
    Metric("revenue_churn", "Revenue churn", "retention", "grr", "share", "down", "trailing",
           "What those who left had paid ÷ what all had paid twelve months ago", _SUBSCRIPTIONS),
    Metric("health", "Average health", "retention", "grr", "points", "up", "leading",
           "The mean score of all customers with one", _SCORES),
    Metric("health_change", "Change of average health", "retention", "health", "share", "up", "leading",
           "By what share average health moved within the month", _SCORES),
    Metric("healthy", "Healthy customers", "retention", "health", "share", "up", "leading",
           "Customers in the best band ÷ customers with a score", _SCORES),
    Metric("at_risk", "Customers at risk", "retention", "health", "share", "down", "leading",
           "Customers in the lowest band ÷ customers with a score", _SCORES),
    Metric("adoption", "Adoption", "retention", "health", "share", "up", "leading",
           "Mean product utilisation of all customers in 84 days: core features used, by their weight",
           "Send use of the product, and name its core features on the page Measures."),
    Metric("expansion", "Expansion", "expansion", "nrr", "share", "up", "trailing",
           "What customers of twelve months ago pay above what they paid ÷ what they paid: NRR − GRR", _SUBSCRIPTIONS),
    Metric("mrr", "MRR", "expansion", "expansion", "money", "up", "trailing",
           "Monthly recurring revenue at the end of the month", _MONEY),
    Metric("arpa", "ARPA", "expansion", "mrr", "money", "up", "trailing", "MRR ÷ customers", _MONEY),
    Metric("quick_ratio", "Quick ratio", "expansion", "mrr", "ratio", "up", "trailing",
           "New, expansion and reactivation ÷ contraction and churn, over twelve months",
           "Counted once something was lost: until then nothing stands below the line."),
    Metric("new_mrr", "New MRR", "word_of_mouth", None, "money", "up", "trailing",
           "MRR of the customers won in the month", _MONEY),
    Metric("referred", "New MRR by referral", "word_of_mouth", "new_mrr", "share", "up", "trailing",
           "MRR of customers whose source is a referral ÷ MRR of all customers won in twelve months",
           "Send a trait “source” of each account that says “Referral” of those who were referred."),
    Metric("promoters", "Promoters", "word_of_mouth", "new_mrr", "share", "up", "leading",
           "Answers of 9 or 10 ÷ all answers to NPS surveys in three months",
           "Send answers to NPS surveys: a CSV file, or POST /api/v1/survey-answers."),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {each.key: each for each in TREE}
OF_SCORES = ("health", "healthy", "at_risk")
OF_FACTS = (*OF_SCORES, "adoption")
"""Those read from scores and facts of a day."""
DERIVED = ("health_change",)
"""Those made of others that were written down."""
OF_LEDGER = tuple(key for key in METRICS if key not in (*OF_FACTS, *DERIVED))
