"""What can be done with definitions: draft, publish, discard, archive, roll back. Each leaves a line in the audit trail."""

from collections.abc import Mapping

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Conflict, NotFound
from tenure.definitions import documents, rules
from tenure.definitions.contracts import DefinitionArchived, DefinitionPublished, VersionView, kind_named
from tenure.definitions.models import Definition, DefinitionVersion
from tenure.definitions.queries import version_view
from tenure.tenants.actions import SYSTEM, record_audit
from tenure.tenants.contracts import MemberView

type Body = Mapping[str, object]


@transaction.atomic
def save_draft(
    *, kind: str, key: str, body: Body, by: MemberView | None, note: str = "", based_on: int | None = None
) -> VersionView:
    """Write the document's only draft. `based_on` is the version in force that the author saw: refused when it is not
    any more, so that nobody's change is lost. The body must fit its kind."""
    plain = documents.plain(documents.typed(kind_named(kind), key, body))
    row = _locked(kind, key)
    if based_on is not None and based_on != (row.published_version or 0):
        raise Conflict(f"The {kind} {key!r} was published as version {row.published_version} meanwhile. Look at it first.")
    now = clock.now()
    draft = row.versions(manager="objects").filter(published_at=None).first()
    if draft is None:
        newest = row.versions(manager="objects").order_by("-version").values_list("version", flat=True).first()
        draft = DefinitionVersion(definition=row, version=(newest or 0) + 1, created_at=now)
    draft.body, draft.note, draft.author, draft.changed_at = plain, note, by.label if by else SYSTEM, now
    draft.save()
    return version_view(draft)


@transaction.atomic
def publish(*, kind: str, key: str, by: MemberView | None) -> VersionView:
    """Put the draft in force. It is checked again, because what it speaks of may have changed since."""
    row = _existing(kind, key)
    draft = row.versions(manager="objects").filter(published_at=None).select_related("definition").first()
    if draft is None:
        raise NotFound(f"The {kind} {key!r} has no draft to publish.")
    documents.typed(kind_named(kind), key, draft.body)
    before = row.published_version
    draft.published_at = clock.now()
    draft.save(update_fields=["published_at"])
    row.published_version, row.archived_at = draft.version, None
    row.save(update_fields=["published_version", "archived_at"])
    draft.definition = row
    _tell(row, by=by, action="definition.published", before=before, after=draft.version)
    outbox.add(DefinitionPublished(kind=kind, key=key, version=draft.version))
    return version_view(draft)


@transaction.atomic
def publish_body(*, kind: str, key: str, body: Body, by: MemberView | None, note: str = "") -> VersionView | None:
    """Draft and publish at once; None, and nothing done, when the version in force says the same."""
    plain = documents.plain(documents.typed(kind_named(kind), key, body))
    row = _locked(kind, key)
    current = row.versions(manager="objects").filter(version=row.published_version or 0).first()
    if current is not None and not rules.difference(current.body, plain):
        return None
    save_draft(kind=kind, key=key, body=plain, by=by, note=note)
    return publish(kind=kind, key=key, by=by)


@transaction.atomic
def discard_draft(*, kind: str, key: str, by: MemberView | None) -> None:
    """Throw the draft away; without one it is nothing."""
    row = _existing(kind, key)
    gone, _ = row.versions(manager="objects").filter(published_at=None).delete()
    if gone:
        record_audit(by=by, action="definition.draft_discarded", object=str(row))


@transaction.atomic
def archive(*, kind: str, key: str, by: MemberView | None) -> None:
    """Take the document out of force; its versions stay. Doing it twice changes nothing."""
    row = _existing(kind, key)
    if row.published_version is None:
        return
    before, row.published_version, row.archived_at = row.published_version, None, clock.now()
    row.save(update_fields=["published_version", "archived_at"])
    _tell(row, by=by, action="definition.archived", before=before, after=None)
    outbox.add(DefinitionArchived(kind=kind, key=key))


@transaction.atomic
def roll_back(*, kind: str, key: str, to_version: int, by: MemberView | None) -> VersionView:
    """Publish an older version's body again, as a new version. An open draft is refused: publish or discard it."""
    row = _existing(kind, key)
    if row.versions(manager="objects").filter(published_at=None).exists():
        raise Conflict(f"The {kind} {key!r} has a draft. Publish or discard it before going back.")
    old = row.versions(manager="objects").filter(version=to_version, published_at__isnull=False).first()
    if old is None:
        raise NotFound(f"There is no version {to_version} of the {kind} {key!r}.")
    if to_version == row.published_version:
        raise Conflict(f"Version {to_version} of the {kind} {key!r} is in force already.")
    save_draft(kind=kind, key=key, body=old.body, by=by, note=f"Back to version {to_version}")
    return publish(kind=kind, key=key, by=by)


def _locked(kind: str, key: str) -> Definition:
    row, _ = Definition.objects.get_or_create(kind=kind, key=key)
    return Definition.objects.select_for_update().get(pk=row.pk)


def _existing(kind: str, key: str) -> Definition:
    row = Definition.objects.select_for_update().filter(kind=kind, key=key).first()
    if row is None:
        raise NotFound(f"There is no {kind} {key!r}.")
    return row


def _tell(row: Definition, *, by: MemberView | None, action: str, before: int | None, after: int | None) -> None:
    record_audit(by=by, action=action, object=str(row), before={"version": before}, after={"version": after})
