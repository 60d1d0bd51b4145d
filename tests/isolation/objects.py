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
from tenure.ownership import absences, assigning, checklist
from tenure.ownership import team as ownership
from tenure.ownership.contracts import Capacity
from tenure.tasks import actions as tasks
from tenure.tasks import calendars
from tenure.tasks import templates as task_templates
from tenure.tasks.contracts import NewTask
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


def _alert(by: MemberView) -> int:
    from tenure.alerts.models import Alert

    number = Alert.objects.count()
    return Alert.objects.create(
        account_id=_account(by), rule="quiet", rule_version=1, type="risk", reason=f"Quiet {number}", priority="normal",
        owner_id=by.id, state="open", due_on=date(2026, 1, 5), opened_on=date(2026, 1, 2), opened_at=NOW,
        last_seen_on=date(2026, 1, 2), chance=0.2, urgency=1.0, value_minor=0, ranked_on=date(2026, 1, 2),
    ).pk  # fmt: skip


def _rule(by: MemberView) -> str:
    """One with a key that no other workspace has."""
    from tenure.definitions.actions import publish_body

    key = f"only_here_{by.id}"
    body = {"name": "Former", "type": "risk", "reason": "Gone", "when": {"kind": "condition", "condition": "mrr < 1"}}
    publish_body(kind="alert_rule", key=key, body=body, by=by)
    return key


def _link(by: MemberView) -> int:
    return shelf.add_link(account=_account(by), title="Folder", url="https://example.com/folder", by=by)


def _layout(by: MemberView) -> str:
    """One with a key that no other workspace has."""
    from tenure.definitions.actions import publish_body

    key = f"only-here-{by.id}"
    publish_body(kind="layout", key=key, body={"name": "For support", "role": "support"}, by=by)
    return key


def _meeting(by: MemberView) -> int:
    from tenure.base import clock
    from tenure.meetings.actions import plan
    from tenure.meetings.contracts import MeetingDraft

    starts = (clock.now() + timedelta(days=1)).replace(tzinfo=None)
    return plan(account=_account(by), draft=MeetingDraft(title="Review", starts=starts, zone="UTC"), by=by)


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


def _pool(by: MemberView) -> int:
    from tenure.ownership.models import Pool

    name = f"Pool {Pool.objects.count()}"
    return ownership.keep_pool(pool=None, name=name, role="csm", seats=[Capacity(by.id, 40)], by=by)


def _assignment_rule(by: MemberView) -> int:
    return assigning.add_rule(segment="", pool=_pool(by), method="accounts", by=by)


def _owner_role(by: MemberView) -> str:
    """One with a key that no other workspace has."""
    key = f"only-here-{by.id}"
    if key not in ownership.role_labels():
        ownership.add_role(label=f"Only here {by.id}", by=by)
    return key


def _absence(by: MemberView) -> int:
    from tenure.ownership.models import Absence

    first = NOW.date() + timedelta(days=10 * Absence.objects.count())
    return absences.add_absence(
        member=by.id, first=first, last=first + timedelta(days=3), cover=None, pool=None, note="", by=by
    )


def _handoff(by: MemberView) -> int:
    from tenure.ownership.models import Handoff

    account = _account(by)
    return Handoff.objects.get_or_create(
        account_id=account, role="csm", giver_id=by.id, taker_id=by.id, proposed_by_id=by.id,
        defaults={"proposed_at": NOW},
    )[0].pk  # fmt: skip


def _checklist_item(by: MemberView) -> int:
    checklist.take_up(by=by)
    return checklist.template()[0].id


def _task(by: MemberView) -> int:
    return tasks.add_task(NewTask(account=_account(by), title="Send the plan", assignee=by.id), by=by)


def _holiday(by: MemberView) -> int:
    from tenure.tasks.models import Holiday

    day = date(2026, 5, 1) + timedelta(days=Holiday.objects.count())
    return calendars.add_holiday(day=day, name="May Day", by=by)


def _task_template(by: MemberView) -> int:
    from tenure.tasks.models import TaskTemplate

    name = f"Template {TaskTemplate.objects.count()}"
    return task_templates.keep_template(task_template=None, name=name, steps="Read the contract", by=by)


def _pack(by: MemberView) -> int:
    from tenure.packs.models import Pack

    return Pack.objects.create(month=date(2025, 12, 1), as_of=date(2026, 1, 2), by_id=by.id, asked_at=NOW).pk


def _reader(by: MemberView) -> int:
    from tenure.packs.models import PackReader

    address = f"outside{PackReader.objects.count()}@example.com"
    return PackReader.objects.create(address=address, added_at=NOW, by_id=by.id).pk


OBJECTS: dict[str, Callable[[MemberView], object]] = {
    "absence": _absence,
    "checklist_item": _checklist_item,
    "handoff": _handoff,
    "owner_role": _owner_role,
    "pool": _pool,
    "rule": _rule,
    "account": _account,
    "alert": _alert,
    "invitation": _invitation,
    "document": lambda by: "lists",
    "key": lambda by: "logins_28d",
    "api_key": _api_key,
    "card_measure": _card_measure,
    "layout": _layout,
    "link": _link,
    "meeting": _meeting,
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
    "task": _task,
    "holiday": _holiday,
    "task_template": _task_template,
    "account_tag": _account_tag,
    "template": _template,
    "review": _review,
    "assignment_rule": _assignment_rule,
    "run": _import_run,
    "saved_view": _saved_view,
    "segment": _segment,
    "pack": _pack,
    "place": lambda by: 1,
    "reader": _reader,
    "source": _source,
    "upload": _upload,
}


def owner(member: Member) -> MemberView:
    """The fixture's member as the actions take her. Inside her workspace."""
    return queries.members_by_id([member.pk])[member.pk]
