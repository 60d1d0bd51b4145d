"""The audit trail: who did what to what, and how it was before."""

from collections.abc import Mapping, Sequence

from tenure.base import clock
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry

SYSTEM = "Tenure"


def record_audit(
    *,
    by: MemberView | None,
    action: str,
    object: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add a line to the trail, in the caller's transaction. `by` None is the product itself."""
    _line(by, action, object, before, after).save()


def record_audits(
    *,
    by: MemberView | None,
    action: str,
    lines: Sequence[tuple[str, Mapping[str, object] | None, Mapping[str, object] | None]],
) -> None:
    """Add a line (object, before, after) for each of many, in the caller's transaction. One statement."""
    AuditEntry.objects.bulk_create(_line(by, action, each, before, after) for each, before, after in lines)


def _line(
    by: MemberView | None,
    action: str,
    object: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> AuditEntry:
    return AuditEntry(
        at=clock.now(),
        actor_id=by.id if by else None,
        actor_label=by.label if by else SYSTEM,
        action=action,
        object=object[:200],
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
    )
