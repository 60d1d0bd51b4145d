"""Which accounts a change is for: those selected in the list, or all that the list has."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tenure.base.refusals import Invalid
from tenure.health import lists
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts.asked import Asked, asked, selection
from tenure.tenants.queries import as_of_day

MOST_BY_HAND = 1_000
LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Chosen:
    """The accounts, as ids; `shown` are the first of them as the list has them. `pairs` say the same in an address,
    `wanted` is the list they were chosen in."""

    accounts: Sequence[int]
    shown: Sequence[int]
    whole: bool
    wanted: Asked
    pairs: tuple[tuple[str, str], ...]


def chosen(request: TeamRequest, given: QueryDict) -> Chosen:
    """Out of an address or a form. Refuses a day that is over, and a filter that cannot be read: nobody should change
    the whole list for a part of it."""
    if request.as_of != as_of_day(request.workspace):
        raise Invalid("Accounts are changed from now on. Go back to the present first, then change them.")
    wanted = asked(given, request.member.role)
    if not given.get("all"):
        ids = _numbers(given.getlist("account"))
        return Chosen(ids, ids, False, wanted, (*wanted.pairs(), *(("account", str(each)) for each in ids)))
    held = selection(request, wanted)
    if held.error is not None:
        raise Invalid(f"The filter cannot be read, so no account is chosen by it. {held.error.message}")
    first = lists.list_accounts(
        request.as_of, where=held.where, owners=held.owners, sort=held.sort, descending=held.descending, limit=20
    )
    return Chosen(
        accounts=lists.account_ids(request.as_of, where=held.where, owners=held.owners),
        shown=[each.id for each in first.accounts],
        whole=True,
        wanted=wanted,
        pairs=(*wanted.pairs(), ("all", "1")),
    )


def _numbers(given: Sequence[str]) -> list[int]:
    found = [int(each) for each in given if each.isdecimal() and len(each) < 20]
    return [each for each in dict.fromkeys(found) if each < LARGEST][:MOST_BY_HAND]
