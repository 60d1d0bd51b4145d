"""Owners of many accounts at once, by a member or a rule: for each the same effects as on its own page."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from django.db import transaction
from django.db.models import F

from tenure.base import clock, outbox
from tenure.customers.contracts import CSM, OwnerChanged, OwnerOutcome
from tenure.customers.models import Account, OwnerAssignment
from tenure.tenants.actions import record_audits
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id

GONE = "This account is not there any more."
MERGED = "It was merged into another account, which stands for it."
OTHERWISE = "It has been given another owner since."


@transaction.atomic
def change_owners(
    *,
    wanted: Mapping[int, int | None],
    by: MemberView | None,
    on: date,
    only_from: Mapping[int, int | None] | None = None,
    role: str = CSM,
    because: Mapping[int, str] | None = None,
) -> list[OwnerOutcome]:
    """Give accounts (at most 1,000) their owner in a role from `on`, None for nobody; an outcome for each, in order.

    With `only_from` an account is changed only while that member owns it. `because` is why, for the audit trail; `by`
    None is the product itself. Whatever the number, at most nine statements.
    """
    rows = {row.pk: row for row in Account.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    held = OwnerAssignment.objects.filter(account__in=rows, role=role, until=None)
    before = dict(held.values_list("account_id", "member_id"))
    team = members_by_id(sorted({member for member in wanted.values() if member is not None}))
    outcomes = []
    for account, member in wanted.items():
        was, reason = before.get(account), ""
        if account not in rows:
            reason = GONE
        elif rows[account].survivor_id is not None:
            reason = MERGED
        elif only_from is not None and was != only_from[account]:
            reason = OTHERWISE
        elif member is not None and (member not in team or not team[member].active):
            reason = f"{team[member].label if member in team else 'The owner'} has left the team."
        outcome = "refused" if reason else "same" if was == member else "changed"
        outcomes.append(OwnerOutcome(account, was, outcome, reason))  # type: ignore[arg-type]
    _write(
        [each for each in outcomes if each.outcome == "changed"], rows, wanted, because or {}, by=by, on=on, role=role
    )
    return outcomes


def _write(
    changed: list[OwnerOutcome],
    rows: Mapping[int, Account],
    wanted: Mapping[int, int | None],
    because: Mapping[int, str],
    *,
    by: MemberView | None,
    on: date,
    role: str,
) -> None:
    if not changed:
        return
    ids = [each.account for each in changed]
    ended = OwnerAssignment.objects.filter(account__in=ids, role=role, until=None)
    ended.filter(since__gt=on).update(until=F("since"))
    ended.update(until=on)
    OwnerAssignment.objects.bulk_create(
        OwnerAssignment(account_id=each, role=role, member_id=member, since=on)
        for each in ids
        if (member := wanted[each]) is not None
    )
    Account.objects.filter(pk__in=ids).update(changed_at=clock.now())
    record_audits(
        by=by,
        action="account.owner_changed",
        lines=[
            (
                str(rows[e.account]),
                {"role": role, "member": e.before},
                {"role": role, "member": wanted[e.account], **_why(because.get(e.account))},
            )
            for e in changed
        ],
    )
    outbox.add_all(
        [
            OwnerChanged(
                account=e.account, role=role, before=e.before, after=wanted[e.account], by=by.id if by else None
            )
            for e in changed
        ]
    )


def _why(reason: str | None) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def owners_among(accounts: AbstractSet[int], *, role: str = CSM) -> dict[int, int]:
    """Who owns those of the accounts in a role that anybody owns, members by id. One query."""
    rows = OwnerAssignment.objects.filter(role=role, until=None)
    if len(accounts) <= 1_000:
        rows = rows.filter(account__in=accounts)
    held = rows.values_list("account_id", "member_id")
    return {account: member for account, member in held if account in accounts}


def unchangeable(accounts: AbstractSet[int]) -> dict[int, str]:
    """Those of the accounts that cannot be changed, with why. Accounts that are merged into others are few, so
    that these are looked at; of few accounts also whether they are there. Two queries at most."""
    merged = set(Account.objects.exclude(survivor=None).values_list("id", flat=True))
    found = dict.fromkeys(merged & accounts, MERGED)
    if len(accounts) <= 1_000:
        there = set(Account.objects.filter(pk__in=accounts).values_list("id", flat=True))
        found |= dict.fromkeys(accounts - there, GONE)
    return found
