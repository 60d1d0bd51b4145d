"""Reviews of misses: who left although the score was good, why, and what would have seen it."""

from tenure.health.reviews.answering import REASONS, answer
from tenure.health.reviews.opening import STAGE
from tenure.health.reviews.reading import Review, ReviewPage, review, reviews

__all__ = ["REASONS", "STAGE", "Review", "ReviewPage", "answer", "review", "reviews"]
