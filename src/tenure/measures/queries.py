"""Reads of measures: the facts, the fields there are, how fresh they are, and what is behind a number."""

from tenure.measures.drilldown import Evidence, EvidenceRow, Point, Series, evidence, series
from tenure.measures.facts import facts, trait_types
from tenure.measures.fields import catalogue
from tenure.measures.freshness import FeedFreshness, Freshness, freshness
from tenure.measures.published import Published, published
from tenure.measures.use import AccountUse, FeatureUse, WeekUse, use_of_account

__all__ = [
    "AccountUse", "Evidence", "EvidenceRow", "FeatureUse", "FeedFreshness", "Freshness", "Point", "Published", "Series",
    "WeekUse", "catalogue", "evidence", "facts", "freshness", "published", "series", "trait_types", "use_of_account",
]  # fmt: skip
