"""Why a row is rejected, in the words of the page of sources."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "fact_wrong": "A fact with a value that cannot be right",
    "fact_incomplete": "A new fact without all that it needs",
    "fact_nobody": "A fact of an account or person that nobody knows",
}
