"""The accounts behind a figure of retention, as `retention/_parts.html` shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.revenue.contracts import Part
from tenure.screens import formats, paging
from tenure.screens.access import TeamRequest


@dataclass(frozen=True, slots=True)
class Row:
    """An account's part in a figure, finished."""

    name: str
    href: str
    before: str
    after: str
    amount: str
    gone: bool


def context(request: TeamRequest, parts: Sequence[Part], *, signed: bool = True) -> dict[str, object]:
    """A page of accounts, and what all of them come to. Parts that are `signed` have a plus where they add."""
    currency, page = request.workspace.currency, paging.accounts(request, parts)
    write = formats.signed if signed else formats.minor
    return {
        "rows": [
            Row(
                name=name,
                href=href,
                before=formats.minor(part.before, currency, 0),
                after=formats.minor(part.after, currency, 0),
                amount=write(part.amount, currency, 0),
                gone=part.after <= 0,
            )
            for name, href, part in page.shown
        ],
        "count": len(parts),
        "total": formats.minor(sum(part.amount for part in parts), currency, 0),
        "next": page.next,
        "first": page.first,
    }
