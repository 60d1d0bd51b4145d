"""Rows of alerts as others may hold them."""

from collections.abc import Sequence

import msgspec
from django.db.models import QuerySet

from tenure.alerts.contracts import AlertView, Evidence, Outcome, Shown, Worth
from tenure.alerts.models import Alert
from tenure.customers.queries import accounts_by_ids
from tenure.tenants.queries import members_by_id


def views(rows: QuerySet[Alert]) -> list[AlertView]:
    """The rows with the names of their accounts and members. Three queries at most."""
    found = list(rows)
    accounts = _names([row.account_id for row in found if row.account_id is not None])
    wanted = {pk for row in found for pk in (row.owner_id, row.closed_by_id) if pk is not None}
    members = {pk: each.label for pk, each in members_by_id(sorted(wanted)).items()} if wanted else {}
    return [_view(row, accounts, members) for row in found]


def _names(accounts: Sequence[int]) -> dict[int, str]:
    return {pk: row.name for pk, row in accounts_by_ids(sorted(set(accounts))).items()} if accounts else {}


def _view(row: Alert, accounts: dict[int, str], members: dict[int, str]) -> AlertView:
    return AlertView(
        id=row.pk,
        account=row.account_id,
        account_name=accounts.get(row.account_id or 0, ""),
        subject=row.subject,
        rule=row.rule,
        rule_version=row.rule_version,
        type=row.type,  # type: ignore[arg-type]
        reason=row.reason,
        priority=row.priority,  # type: ignore[arg-type]
        owner=row.owner_id,
        owner_name=members.get(row.owner_id or 0, ""),
        for_admins=row.for_admins,
        state=Shown(row.state),
        holds=row.holds,
        due_on=row.due_on,
        opened_on=row.opened_on,
        opened_at=row.opened_at,
        last_seen_on=row.last_seen_on,
        times_seen=row.times_seen,
        evidence=msgspec.convert(row.evidence, tuple[Evidence, ...]),
        worth=Worth(row.mrr_minor, row.chance, row.urgency),
        mrr_known=row.mrr_known,
        value_minor=row.value_minor,
        snoozed_until=row.snoozed_until,
        snooze_reason=row.snooze_reason,
        task=row.task,
        outcome=Outcome(row.outcome) if row.outcome else None,
        closed_at=row.closed_at,
        closed_by=members.get(row.closed_by_id or 0, ""),
        revision=row.revision,
    )
