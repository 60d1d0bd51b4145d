"""What can be done with definitions: draft, publish, discard, archive, roll back. Each is in the audit trail."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tenure.base import clock, outbox, tenancy
from tenure.base.refusals import Conflict, NotFound
from tenure.definitions import documents, queries, rules
from tenure.definitions.contracts import (
    KEY_PATTERN,
    DefinitionArchived,
    DefinitionPublished,
    VersionView,
    WrongDocument,
    kind_named,
)
from tenure.definitions.models import Definition, DefinitionVersion
from tenure.definitions.queries import version_view
from tenure.tenants.actions import SYSTEM, record_audit
from tenure.tenants.contracts import MemberView

type Body = Mapping[str, object]


@transaction.atomic
def save_draft(
    *,
    kind: str,
    key: str,
    body: Body,
    by: MemberView | None,
    note: str = "",
    based_on: int | None = None,
    revision: int | None = None,
) -> VersionView:
    """Write the document's only draft. The body must fit its kind.

    `based_on` is the version in force that the author saw (0: none), `revision` the draft's that she saw (0: no
    draft). Refused with `Conflict` when either is not so any more, so that nobody's change is lost.
    """
    plain = documents.plain(documents.typed(kind_named(kind), key, body))
    row = _locked(kind, key)
    if based_on is not None and based_on != (row.published_version or 0):
        raise Conflict(
            f"The {kind} {key!r} was published as version {row.published_version} meanwhile. Look at it first."
        )
    now = clock.now()
    draft = _draft(row)
    if revision is not None and revision != (draft.revision if draft else 0):
        who = draft.author if draft else "Somebody"
        raise Conflict(f"{who} changed the draft of the {kind} {key!r} meanwhile. Look at it first.")
    if draft is None:
        draft = DefinitionVersion(definition=row, version=_next_version(row), created_at=now, revision=0)
    draft.body, draft.note, draft.author, draft.changed_at = plain, note, _name(by), now
    draft.based_on, draft.revision = row.published_version, draft.revision + 1
    draft.save()
    return version_view(draft)


@transaction.atomic
def publish(*, kind: str, key: str, by: MemberView | None, revision: int | None = None) -> VersionView:
    """Put the draft in force. It is checked again, because what it speaks of may have changed since.

    Refused with `Conflict` when another version was published after the draft was written, or when the draft is not
    at the `revision` that the publisher read.
    """
    row = _existing(kind, key)
    draft = _draft(row)
    if draft is None:
        raise NotFound(f"The {kind} {key!r} has no draft to publish.")
    if revision is not None and revision != draft.revision:
        raise Conflict(f"{draft.author} changed the draft of the {kind} {key!r} meanwhile. Look at it first.")
    if draft.based_on != row.published_version:
        raise Conflict(
            f"Version {row.published_version} of the {kind} {key!r} was published after this draft was written. "
            "Compare them and save the draft again."
        )
    documents.typed(kind_named(kind), key, draft.body)
    return _put_in_force(row, draft, by=by)


@transaction.atomic
def publish_body(*, kind: str, key: str, body: Body, by: MemberView | None, note: str = "") -> VersionView | None:
    """Publish a body at once; None, and nothing done, when the version in force says the same. A draft stays."""
    plain = documents.plain(documents.typed(kind_named(kind), key, body))
    row = _locked(kind, key)
    current = row.versions(manager="objects").filter(version=row.published_version or 0).first()
    if current is not None and not rules.difference(current.body, plain):
        return None
    number, now = _next_version(row), clock.now()
    draft = _draft(row)
    if draft is not None:
        number, draft.version = draft.version, number
        draft.save(update_fields=["version"])
    made = DefinitionVersion(
        definition=row, version=number, body=plain, note=note, author=_name(by), created_at=now, changed_at=now,
        based_on=row.published_version, published_at=now,
    )  # fmt: skip
    return _put_in_force(row, made, by=by)


def _put_in_force(row: Definition, made: DefinitionVersion, *, by: MemberView | None) -> VersionView:
    before = row.published_version
    now = clock.now()
    _end(row, now)
    made.published_at, made.ended_at = now, None
    made.save()
    row.published_version, row.archived_at = made.version, None
    row.save(update_fields=["published_version", "archived_at"])
    made.definition = row
    tenancy.forget()
    _tell(row, by=by, action="definition.published", before=before, after=made.version)
    outbox.add(DefinitionPublished(kind=row.kind, key=row.key, version=made.version))
    return version_view(made)


def _end(row: Definition, now: datetime) -> None:
    """The version in force ends."""
    row.versions(manager="objects").filter(version=row.published_version or 0).update(ended_at=now)


@transaction.atomic
def discard_draft(*, kind: str, key: str, by: MemberView | None) -> None:
    """Throw the draft away; without one it is nothing."""
    row = _existing(kind, key)
    gone, _ = row.versions(manager="objects").filter(published_at=None).delete()
    if gone:
        record_audit(by=by, action="definition.draft_discarded", object=str(row))


def archive(*, kind: str, key: str, by: MemberView | None) -> None:
    """Take the document out of force; its versions stay. Doing it twice changes nothing.

    Refused with `Conflict` while another document in force speaks of it.
    """
    with queries.read_afresh(), transaction.atomic():
        before = set(queries.problems_in_force())
        take_out_of_force(kind=kind, key=key, by=by)
        broken = [each for each in queries.problems_in_force() if each not in before]
        if broken:
            users = ", ".join(dict.fromkeys(f"{its_kind} {its_key!r}" for its_kind, its_key, _ in broken))
            raise Conflict(
                f"The {kind} {key!r} is still used by the {users}. Change or archive that first.",
                [problem for _, _, problem in broken],
            )


@transaction.atomic
def take_out_of_force(*, kind: str, key: str, by: MemberView | None) -> None:
    """Archive without asking who speaks of it: for callers that ask themselves, for several documents at once."""
    row = _existing(kind, key)
    if row.published_version is None:
        return
    now = clock.now()
    _end(row, now)
    before, row.published_version, row.archived_at = row.published_version, None, now
    row.save(update_fields=["published_version", "archived_at"])
    tenancy.forget()
    _tell(row, by=by, action="definition.archived", before=before, after=None)
    outbox.add(DefinitionArchived(kind=kind, key=key))


@transaction.atomic
def roll_back(*, kind: str, key: str, to_version: int, by: MemberView | None) -> VersionView:
    """Publish an older version's body again, as a new version; also of an archived document. A draft stays a draft."""
    row = _existing(kind, key)
    old = row.versions(manager="objects").filter(version=to_version, published_at__isnull=False).first()
    if old is None:
        raise NotFound(f"There is no version {to_version} of the {kind} {key!r}.")
    made = publish_body(kind=kind, key=key, body=old.body, by=by, note=f"Back to version {to_version}")
    if made is None:
        raise Conflict(f"The {kind} {key!r} in force says what version {to_version} said already.")
    return made


def _draft(row: Definition) -> DefinitionVersion | None:
    return row.versions(manager="objects").filter(published_at=None).select_related("definition").first()


def _next_version(row: Definition) -> int:
    newest = row.versions(manager="objects").order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1


def _name(by: MemberView | None) -> str:
    return by.label if by else SYSTEM


def _locked(kind: str, key: str) -> Definition:
    if not KEY_PATTERN.fullmatch(key):
        raise WrongDocument(f"{key!r} is no key: use small letters, digits, - and _, at most 80.")
    row, _ = Definition.objects.get_or_create(kind=kind, key=key)
    return Definition.objects.select_for_update().get(pk=row.pk)


def _existing(kind: str, key: str) -> Definition:
    row = Definition.objects.select_for_update().filter(kind=kind, key=key).first()
    if row is None:
        raise NotFound(f"There is no {kind} {key!r}.")
    return row


def _tell(row: Definition, *, by: MemberView | None, action: str, before: int | None, after: int | None) -> None:
    record_audit(by=by, action=action, object=str(row), before={"version": before}, after={"version": after})
