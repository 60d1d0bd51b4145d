"""Reviews as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tenure.base import cursors
from tenure.base.refusals import NotFound
from tenure.health.models import MissReview
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id

ROWS = 50


@dataclass(frozen=True, slots=True)
class Review:
    """A departure that the score did not see. `facts` is what the measures said on `day`."""

    id: int
    account: int
    name: str
    left_on: date
    day: date
    score: float
    band: str
    version: int
    facts: Mapping[str, float]
    answered_at: datetime | None
    answered_by: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Newest departures first; `next` is the cursor of the next page."""

    reviews: tuple[Review, ...]
    next: str | None


def reviews(*, answered: bool | None = None, cursor: str | None = None, limit: int = ROWS) -> ReviewPage:
    """A page of reviews; of those answered, or not. Two queries."""
    rows = MissReview.objects.select_related("account").order_by("-left_on", "-id")
    if answered is not None:
        rows = rows.filter(answered_at__isnull=not answered)
    if cursor:
        day, last = cursors.decode(cursor)
        rows = rows.filter(Q(left_on__lt=day) | Q(left_on=day, id__lt=last))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    after = cursors.encode([shown[-1].left_on.isoformat(), shown[-1].pk]) if len(found) > limit else None
    return ReviewPage(_shown(shown), after)


def review(number: int) -> Review:
    """One review. Refuses with `NotFound`."""
    row = MissReview.objects.select_related("account").filter(pk=number).first()
    if row is None:
        raise NotFound("There is no such review.")
    return _shown([row])[0]


def _shown(rows: Sequence[MissReview]) -> tuple[Review, ...]:
    members = members_by_id([row.answered_by_id for row in rows if row.answered_by_id])
    return tuple(_review(row, members) for row in rows)


def _review(row: MissReview, members: Mapping[int, MemberView]) -> Review:
    by = members.get(row.answered_by_id or 0)
    return Review(
        id=row.pk, account=row.account_id, name=row.account.name or row.account.external_id, left_on=row.left_on,
        day=row.day, score=row.score, band=row.band, version=row.version, facts=row.facts,
        answered_at=row.answered_at, answered_by=by.label if by else "",
        reason=row.reason, note=row.note,
    )  # fmt: skip
