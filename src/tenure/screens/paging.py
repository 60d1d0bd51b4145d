"""The accounts behind a figure, page by page: the page after an account begins behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import query, to

PAGE = 50


class OfAccount(Protocol):
    """A row that is an account's, by its id."""

    @property
    def account(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Accounts[Row: OfAccount]:
    """(name, address of its money, row) of each account shown; the addresses of the next page and of the first, empty
    where there is none to go to."""

    shown: tuple[tuple[str, str, Row], ...]
    next: str
    first: str


def accounts[Row: OfAccount](request: TeamRequest, rows: Sequence[Row]) -> Accounts[Row]:
    """The page that `after` in the address begins behind. One query. Refuses with `Invalid` an account that is not
    among them."""
    after = request.GET.get("after", "")
    start = _behind(rows, after) if after else 0
    some = rows[start : start + PAGE]
    names = customers.accounts_by_ids([each.account for each in some])
    return Accounts(
        shown=tuple(
            (
                names[each.account].name or names[each.account].external_id,
                to(request, "workspace:account-money", account=each.account),
                each,
            )
            for each in some
            if each.account in names
        ),
        next=query(request, after=some[-1].account) if len(rows) > start + PAGE else "",
        first=query(request, after=None) if after else "",
    )


def _behind(rows: Sequence[OfAccount], account: str) -> int:
    found = next((place for place, each in enumerate(rows, 1) if str(each.account) == account), None)
    if found is None:
        raise Invalid("This page is of figures that have changed since: go back to the first.")
    return found
