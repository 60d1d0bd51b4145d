"""Saving views, changing, removing and bringing them back. What the team shares is on the audit trail."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Conflict, Forbidden, NotFound
from tenure.definitions import actions as definitions
from tenure.definitions.contracts import VersionView
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.views import rules
from tenure.views.contracts import KIND, Entity, Listed
from tenure.views.models import Home, View


@transaction.atomic
def save_view(*, entity: Entity, name: str, listed: Listed, shared: bool, by: MemberView) -> int:
    """Keep a list under a name; its id. Refuses with `Forbidden` who may not share, with `Conflict` beyond 100."""
    called = rules.named(name)
    rules.check_share(shared, by)
    if View.objects.filter(owner=by.id, removed_at=None).count() >= rules.MOST:
        raise Conflict(f"You keep {rules.MOST} views already. Remove one first.")
    now = clock.now()
    row = View(
        entity=entity, name=called, listed=asdict(listed), owner_id=by.id, shared=shared, made_at=now, changed_at=now
    )
    row.save()
    if shared:
        record_audit(by=by, action="view.shared", object=f"view {called}", after=asdict(listed))
    return row.pk


@transaction.atomic
def change_view(
    *, view: int, by: MemberView, name: str | None = None, shared: bool | None = None, listed: Listed | None = None
) -> None:
    """Another name, another list, shared or not; what is None stays. What its owner alone saw stays with them: nobody
    takes a view out of the team but its owner or who may share."""
    row = _changeable(view, by)
    before, was_shared = {"name": row.name, **row.listed}, row.shared
    if shared is not None and shared != row.shared:
        rules.check_share(shared, by)
        row.shared = shared
    if name is not None:
        row.name = rules.named(name)
    if listed is not None:
        row.listed = asdict(listed)
    row.changed_at = clock.now()
    row.save()
    if was_shared and not row.shared:
        Home.objects.filter(view=row).exclude(member=row.owner_id).delete()
    if was_shared or row.shared:
        action = "view.changed" if was_shared == row.shared else "view.shared" if row.shared else "view.unshared"
        record_audit(by=by, action=action, object=f"view {row.name}", before=before, after=_said(row))


@transaction.atomic
def remove_view(*, view: int, by: MemberView) -> None:
    """Take a view away; `restore_view` brings it back as it was. Removing it again changes nothing."""
    row = _changeable(view, by)
    if row.removed_at is None:
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        if row.shared:
            record_audit(by=by, action="view.removed", object=f"view {row.name}", before=_said(row))


@transaction.atomic
def restore_view(*, view: int, by: MemberView) -> None:
    """Bring a removed view back, for whom it was a home as that."""
    row = _changeable(view, by)
    if row.removed_at is not None:
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        if row.shared:
            record_audit(by=by, action="view.restored", object=f"view {row.name}", after=_said(row))


@transaction.atomic
def set_home(*, view: int, home: bool, by: MemberView) -> None:
    """Let the member's list open with this view, or no longer."""
    row = _seen(view, by)
    if home:
        Home.objects.update_or_create(
            member_id=by.id, entity=row.entity, defaults={"view": row}, create_defaults={"view": row}
        )
    else:
        Home.objects.filter(member=by.id, view=row).delete()


def _said(row: View) -> dict[str, object]:
    return {"name": row.name, **row.listed}


def _seen(view: int, by: MemberView) -> View:
    row = View.objects.select_for_update().filter(pk=view).first()
    if row is None or not (row.shared or row.owner_id == by.id):
        raise NotFound("There is no such view, or it is somebody else's own.")
    return row


def _changeable(view: int, by: MemberView) -> View:
    row = _seen(view, by)
    if not rules.may_change(owner=row.owner_id, shared=row.shared, by=by):
        raise Forbidden("This view is the team's, and your role may not change it. Save it as a view of your own.")
    return row


@transaction.atomic
def keep_layout(*, key: str, body: Mapping[str, object], based_on: int, by: MemberView) -> VersionView:
    """Put a layout in force. Refused with `Conflict` when the version in force is not `based_on` (0: none) any more, so
    that nobody's change is lost, and with `WrongDocument` what is no layout."""
    draft = definitions.save_draft(kind=KIND, key=key, body=body, by=by, based_on=based_on)
    return definitions.publish(kind=KIND, key=key, by=by, revision=draft.revision)
