"""Reads of measures: the facts, the fields there are, how fresh they are, and what is behind a number."""

from tenure.measures.drilldown import Evidence, EvidenceRow, Point, Series, evidence, series
from tenure.measures.facts import facts, trait_types
from tenure.measures.fields import catalogue
from tenure.measures.freshness import FeedFreshness, Freshness, freshness
from tenure.measures.published import Published, published

__all__ = [
    "Evidence", "EvidenceRow", "FeedFreshness", "Freshness", "Point", "Published", "Series", "catalogue", "evidence",
    "facts", "freshness", "published", "series", "trait_types",
]  # fmt: skip
