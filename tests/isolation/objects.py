"""One object of a workspace for every parameter that an address can have.

A new address with a parameter that is not here fails the isolation test until it has one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.customers import actions as customers
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.customers.models import Account
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Invitation, Member
from tenure.tenants.permissions import Role
from tenure.traits import actions as traits
from tenure.work import actions as work
from tenure.work import attachments, library, shelf
from tenure.work.contracts import EntryDraft

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def _account(by: MemberView) -> int:
    row = AccountUpsert("a-1", name="Initech", started_on=date(2025, 1, 1))
    return customers.upsert_accounts([row]).ids["a-1"]


def _person(by: MemberView) -> int:
    return customers.upsert_people([PersonUpsert("p-1", name="Bill")]).ids["p-1"]


def _merge(by: MemberView) -> int:
    """One that can be undone: every call makes another."""
    key = f"merged-{Account.objects.count()}"
    other = customers.upsert_accounts([AccountUpsert(key, name="Initech Inc.")]).ids[key]
    return customers.merge_accounts(absorbed=other, into=_account(by), by=by).id


def _invitation(by: MemberView) -> int:
    actions.invite_member(email="invited@example.com", role=Role.VIEWER, by=by)
    return Invitation.objects.latest("id").pk


def _entry(by: MemberView) -> int:
    return work.write_entry(account=_account(by), draft=EntryDraft(body="They called."), by=by)


def _attachment(by: MemberView) -> int:
    file = SimpleUploadedFile("plan.txt", b"One two three")
    return attachments.add(entry=_entry(by), files=[file], by=by)[0]


def _account_tag(by: MemberView) -> int:
    from tenure.traits.models import AccountTag

    return traits.add_tag(name=f"Tag {AccountTag.objects.count()}", by=by)


def _tag(by: MemberView) -> int:
    from tenure.work.models import Tag

    return library.add_tag(name=f"Tag {Tag.objects.count()}", by=by)


def _template(by: MemberView) -> int:
    from tenure.work.models import EntryTemplate

    view = replace(library.READY[0], name=f"Template {EntryTemplate.objects.count()}")
    return library.keep_template(template=None, view=view, by=by)


def _api_key(by: MemberView) -> int:
    return actions.make_key(name="Backend", kind="server", by=by).view.id


def _connector(by: MemberView) -> int:
    from tenure.ingest.connectors.actions import connect
    from tenure.ingest.connectors.models import Connector

    return connect(source=f"stripe-{Connector.objects.count()}", by=by)


def _import_run(by: MemberView) -> int:
    from tenure.ingest.models import ImportRun

    return ImportRun.objects.create(source="files", path="files", started_at=NOW - timedelta(hours=1)).pk


def _upload(by: MemberView) -> int:
    from tenure.ingest.models import Upload

    return Upload.objects.create(created_at=NOW, changed_at=NOW, files=[], status="mapping", map="source: x").pk


def _override(by: MemberView) -> int:
    from tenure.health.models import Override

    return Override.objects.create(
        account_id=_account(by), value=20, reason="They told us", author_id=by.id, since=date(2025, 12, 1),
        until=date(2027, 12, 1), made_at=NOW, changed_at=NOW,
    ).pk  # fmt: skip


def _review(by: MemberView) -> int:
    from tenure.health.models import MissReview

    return MissReview.objects.get_or_create(
        account_id=_account(by), left_on=date(2025, 12, 1),
        defaults={"day": date(2025, 11, 1), "score": 80.0, "band": "healthy", "scorecard": "health", "version": 1,
                  "opened_at": NOW},
    )[0].pk  # fmt: skip


def _source(by: MemberView) -> str:
    from tenure.ingest.drain.models import SourceNow

    return SourceNow.objects.get_or_create(source="backend", defaults={"first_at": NOW, "last_at": NOW})[0].source


def _scorecard(by: MemberView) -> None:
    """One of a single field that every workspace has."""
    from tenure.definitions.actions import publish_body

    curve = {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 100, "points": 100}]}
    body = {"dimensions": [{"key": "size", "measures": [{"measure": "seats", "curve": curve}]}]}
    publish_body(kind="scorecard", key="health", body=body, by=by)


def _profile(by: MemberView) -> str:
    _scorecard(by)
    return "default"


def _card_measure(by: MemberView) -> str:
    _scorecard(by)
    return "seats"


def _segment(by: MemberView) -> str:
    """One with a key that no other workspace has."""
    from tenure.definitions.actions import publish_body

    key = f"only_here_{by.id}"
    body = {"name": f"Only here {by.id}", "bucket": {"share": 0.5, "salt": "x"}}
    publish_body(kind="segment", key=key, body=body, by=by)
    return key


def _link(by: MemberView) -> int:
    return shelf.add_link(account=_account(by), title="Folder", url="https://example.com/folder", by=by)


def _layout(by: MemberView) -> str:
    """One with a key that no other workspace has."""
    from tenure.definitions.actions import publish_body

    key = f"only-here-{by.id}"
    publish_body(kind="layout", key=key, body={"name": "For support", "role": "support"}, by=by)
    return key


def _saved_view(by: MemberView) -> int:
    from tenure.views.actions import save_view
    from tenure.views.contracts import Listed

    return save_view(entity="account", name="Big ones", listed=Listed(where="mrr > 1000"), shared=True, by=by)


def _change(by: MemberView) -> int:
    from tenure.changes.actions import change_accounts
    from tenure.changes.contracts import OwnerEdit
    from tenure.changes.queries import preview

    accounts, edit = [_account(by)], OwnerEdit(by.id)
    mark = preview(accounts, edit).mark
    return change_accounts(accounts=accounts, edit=edit, mark=mark, by=by, on=date(2026, 1, 2))


OBJECTS: dict[str, Callable[[MemberView], object]] = {
    "account": _account,
    "invitation": _invitation,
    "document": lambda by: "lists",
    "key": lambda by: "logins_28d",
    "api_key": _api_key,
    "card_measure": _card_measure,
    "layout": _layout,
    "link": _link,
    "merge": _merge,
    "override": _override,
    "person": _person,
    "profile": _profile,
    "change": _change,
    "connector": _connector,
    "member": lambda by: by.id,
    "entry": _entry,
    "attachment": _attachment,
    "tag": _tag,
    "account_tag": _account_tag,
    "template": _template,
    "review": _review,
    "run": _import_run,
    "saved_view": _saved_view,
    "segment": _segment,
    "source": _source,
    "upload": _upload,
}


def owner(member: Member) -> MemberView:
    """The fixture's member as the actions take her. Inside her workspace."""
    return queries.members_by_id([member.pk])[member.pk]
