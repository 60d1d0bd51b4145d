"""What no command makes in a home: uploads at every step, keys, a source whose events were partly refused, merges."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.alerts import actions as answers
from tenure.alerts.models import Alert, AlertChange
from tenure.base import clock, jobs, tenancy
from tenure.base.cycle import StageRun
from tenure.changes import actions as many
from tenure.changes import queries as previews
from tenure.changes.contracts import OwnerEdit
from tenure.changes.models import ChangeSet
from tenure.customers import actions as customers
from tenure.customers.models import Account, Person
from tenure.definitions.actions import publish_body
from tenure.health import current, judged, studio
from tenure.health import queries as health
from tenure.health.actions import set_override
from tenure.health.belief import setting
from tenure.health.jobs import refresh
from tenure.health.models import MissReview, Pulse
from tenure.ingest import inbox, uploads
from tenure.ingest.connectors import actions as connecting
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.taking import take
from tenure.ingest.drain.draining import drain
from tenure.ingest.models import Upload
from tenure.past import keeping
from tenure.tasks import actions as tasks
from tenure.tasks import calendars, templates
from tenure.tasks import queries as todo
from tenure.tasks.contracts import Kind as Promise
from tenure.tasks.contracts import NewTask, Priority, Repeat, Spent
from tenure.tasks.models import Task, TaskTemplate
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MemberView, WorkspaceView
from tenure.tenants.models import Member
from tenure.views.actions import save_view
from tenure.views.contracts import Listed
from tenure.views.models import View
from tenure.work import actions as work
from tenure.work import attachments, library, shelf
from tenure.work.contracts import EntryDraft, Flow, Kind
from tenure.work.models import Entry, EntryTemplate
from tests.browser.owned import owned
from tests.browser.packed import packed

SOURCE = "backend"
FILES = {
    "companies.csv": "id,company,signed_up\nN1,Initech,2024-01-05\nN2,Hooli,2024-02-30\nN3,=1+1,2024-03-01\n",
    "logins.csv": "customer,day,logins\nN1,2024-03-01,3\nN1,2024-03-02,4\nN9,2024-03-02,1\nN3,2024-03-02\n",
}
MAP = """\
source: billing
files:
  companies: {file: companies.csv, accounts: {key: id, name: company, started_on: signed_up}}
  logins:
    file: logins.csv
    events: {key: [customer, day], account: customer, at: day, name: {constant: login}, count: logins}
"""
MISFIT = MAP.replace("company,", "firm,")
NEWLY = 10
NOBODY_YET = date(2020, 1, 1)
"""A day before anything is known, on which a page has nobody to show."""
NOTES = {
    1: "Their director told us in the last call that they have a quote from a competitor on the table.",
    2: "Two of three champions left within a month; nobody has taken over yet.",
    3: "Quiet since the update. They say they will come back to us after their audit.",
    4: "Uses what they need, asks for nothing.",
    5: "They renewed early and want to train a second team.",
    6: "Spoke for us at their trade fair.",
}
LAYOUT = {"name": "Support first", "role": "support", "tabs": ["support", "overview"], "hidden_tabs": ["money"]}
HOURS_AGO = (30, 6, 5, 1)
MESSAGES: tuple[dict[str, object], ...] = (
    {"type": "identify", "userId": "u1", "traits": {"name": "Ada Lindqvist", "title": "Operations"}},
    {"type": "group", "userId": "u1", "groupId": "A-1", "traits": {"name": "Alderbeck Freight"}},
    {"type": "identify", "userId": "u2", "traits": {"name": "Ada Lindqvist", "email": "ada@alderbeck.example.com"}},
    {"type": "group", "userId": "u2", "groupId": "A-1"},
    {"type": "identify", "userId": "u3", "traits": {"name": "A. Lindqvist"}},
    {"type": "group", "userId": "u3", "groupId": "A-1"},
    {"type": "track", "userId": "u1", "event": "Report opened"},
    {"type": "track", "userId": "u1", "event": "Report shared"},
    {"type": "track", "userId": "u1", "event": "Report exported"},
    {"type": "track", "anonymousId": "visitor-1", "event": "Pricing viewed"},
    {"type": "track", "anonymousId": "visitor-2", "event": "Pricing viewed"},
    {"type": "track", "userId": "u1"},
    {"type": "dance", "userId": "u1", "event": "Waltz"},
    {"type": "identify", "anonymousId": "visitor-1", "traits": {"colour": "red"}},
)


def main(slug: str) -> None:
    """Furnish the workspace unless it is, and print as JSON what the addresses of `pages` need: the uploads by step,
    accounts and people of whom one is merged into another, and one more that could be."""
    here = queries.workspace(slug)
    with tenancy.workspace(here.id):
        if not Upload.objects.exists():
            member = Member.objects.earliest("id").pk
            by = queries.members_by_id([member])[member]
            _uploads(here, by)
            _keys(by)
            _stripe(by)
            _events(here, clock.now())
            customers.merge_accounts(absorbed=_account("A-2"), into=_account("A-1"), by=by)
            _score(by, queries.as_of_day(here))
            customers.merge_people(absorbed=_person("u3"), into=_person("u1"), by=by)
            _entries(by)
            publish_body(kind="layout", key="support", body=LAYOUT, by=by)
            _tasks(by)
        places = {
            "upload": {"failed" if row.problem else row.status: row.pk for row in Upload.objects.all()},
            "merged": {"account": _account("A-1"), "person": _person("u1")},
            "review": MissReview.objects.earliest("id").pk,
            "entry": Entry.objects.earliest("id").pk,
            "template": EntryTemplate.objects.earliest("id").pk,
            "change": _changes(),
            "task": {"open": Task.objects.earliest("id").pk, "done": Task.objects.latest("id").pk},
            "task_template": TaskTemplate.objects.earliest("id").pk,
            "connector": {row.source: row.pk for row in Connector.objects.all()},
            "like_it": {"account": _account("A-4"), "person": _person("u2")},
        }
    for one in queries.workspaces():
        with tenancy.workspace(one.id):
            _drafted(one)
            _pulses(one)
            _alerts()
            if one.slug != slug:
                places["ownership"] = owned(queries.as_of_day(one))
                places["first"] = {"person": Person.objects.earliest("id").pk}
                places["view"] = {"accounts": _view()}
                places["alert"] = _some_alerts()
                places["pack"] = packed(queries.as_of_day(one))
                keeping.keep(one.slug, NOBODY_YET)
    print(json.dumps(places))


def _drafted(here: WorkspaceView) -> None:
    """A draft of the scorecard with what it would change, where there is a scorecard that nobody has touched."""
    if health.scorecard() is None or (draft := studio.working()).version > 1 or draft.revision:
        return
    member = Member.objects.earliest("id").pk
    by = queries.members_by_id([member])[member]
    body = studio.edited(draft.body, [("dimensions.0.weight", "1.5"), ("bands.0.from", "80"), *_bands(draft)])
    studio.save(body=body, based_on=draft.version, revision=0, by=by)
    studio.start(studio.working(), by=by)
    with tenancy.no_workspace():
        jobs.work_off()


def _pulses(here: WorkspaceView) -> None:
    """Judgements of a year where there are scores: old ones of every second account, new ones of those in trouble."""
    if health.scorecard() is None or Pulse.objects.exists():
        return
    day, authors = queries.as_of_day(here), list(Member.objects.order_by("id").values_list("pk", flat=True))
    accounts = list(Account.objects.order_by("id").values_list("pk", flat=True))
    listed = current.list_rows(health.state(), sort="score", limit=NEWLY).rows
    said = [(account, 130 + n % 200, 1 + (n * 7) % 6) for n, account in enumerate(accounts[::2])]
    said += [(int(str(row["id"])), 3 + 9 * n, 1 + n % 3) for n, row in enumerate(listed)]
    for n, (account, ago, level) in enumerate(sorted(said, key=lambda each: -each[1])):
        given = day - timedelta(days=ago)
        Pulse(
            account_id=account, level=level, note=NOTES[level], author_id=authors[n % len(authors)], day=given,
            until=given + timedelta(days=90), made_at=clock.now(),
        ).save()  # fmt: skip
    tenancy.forget()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        refresh(setting(here.slug), day)
    judged.stage(StageRun(here.id, here.slug, day, (day,), full=True))


def _alerts() -> None:
    """Where rules opened some: the owner has most of them, one is snoozed, and a rule was wrong nine times of ten."""
    if AlertChange.objects.exists() or not Alert.objects.exists():
        return
    by = queries.members_by_id([Member.objects.earliest("id").pk])[Member.objects.earliest("id").pk]
    ours = list(Alert.objects.filter(account__isnull=False).order_by("-value_minor", "id"))
    Alert.objects.filter(pk__in=[row.pk for row in ours]).update(owner=by.id, state="open")
    Alert.objects.filter(pk=ours[-4].pk).update(state="held")
    day = queries.as_of_day(queries.here())
    answers.snooze({ours[-1].pk: 1}, until=day + timedelta(days=6), reason="They are at their trade fair", by=by)
    answers.make_tasks({ours[-2].pk: 1}, by=by)
    for row, title in ((ours[0], "Send the training plan"), (None, "Prepare the review of the quarter")):
        account = row.account_id if row else None
        tasks.add_task(NewTask(title=title, account=account, due=day - timedelta(days=1), assignee=by.id), by=by)
    Alert.objects.filter(pk=ours[-3].pk).update(holds=False)
    for n, row in enumerate((ours * 10)[:10]):
        closed = Alert(**{
            name: getattr(row, name)
            for name in ("account_id", "type", "priority", "opened_on", "opened_at", "last_seen_on", "due_on",
                         "mrr_minor", "chance", "urgency", "value_minor", "ranked_on", "evidence")
        })  # fmt: skip
        closed.rule, closed.rule_version, closed.reason = "use_falls_40", 1, "Use falls"
        closed.owner_id, closed.closed_by_id, closed.state = by.id, by.id, "closed"
        closed.outcome, closed.closed_at = ("success" if n == 0 else "false_alarm"), clock.now()
        closed.save()


def _some_alerts() -> dict[str, int]:
    """One that stands, with its account."""
    row = Alert.objects.filter(state="open", account__isnull=False).order_by("-value_minor", "id")[0]
    return {"id": row.pk, "account": row.account_id or 0}


def _bands(draft: studio.Draft) -> list[tuple[str, str]]:
    """The bands as they are, as their form has them."""
    return [
        (f"bands.{at}.{name}", value)
        for at, band in enumerate(draft.card.bands)
        for name, value in (("key", band.key), ("label", band.label), ("colour", band.colour))
    ] + [(f"bands.{at}.from", str(band.start)) for at, band in enumerate(draft.card.bands) if at]


def _entries(by: MemberView) -> None:
    """A handover note with a file that was edited, and a call; tags in force and retired, templates."""
    library.add_usual_tags(by=by)
    library.retire_tag(tag=library.add_tag(name="Beta group", by=by), by=by)
    library.take_up_templates(by=by)
    account = _account("A-1")
    draft = EntryDraft(body="They bought it for **one** site.", subject="Handover", tags=("Reference",))
    note = work.write_entry(account=account, draft=draft, by=by)
    shelf.add_link(account=account, title="Their folder", url="https://drive.example.com/alderbeck", by=by)
    plan = SimpleUploadedFile("roll-out plan of all eleven sites.csv", b"site,day\nMain,2026-01-05\n")
    attachments.add(entry=note, files=[plan], by=by)
    better = replace(draft, body="They bought it for **two** sites.\n\n- Ada decides\n- Ask nobody about shifts again")
    work.edit_entry(entry=note, draft=better, revision=1, by=by)
    work.pin_entry(entry=note, by=by)
    call = EntryDraft(Kind.CALL, "They want the second site in March.", flow=Flow.EXPANSION)
    work.write_entry(account=account, draft=call, by=by)


def _tasks(by: MemberView) -> None:
    """A promise with a checklist that comes again, one that was done, a holiday, templates."""
    account, today = _account("A-1"), queries.as_of_day(queries.here())
    calendars.add_holiday(day=today + timedelta(days=40), name="Company day", by=by)
    templates.take_up_templates(by=by)
    promise = NewTask(
        account=account, title="Send the roll-out plan of all eleven sites", detail="With **names** and days.",
        kind=Promise.PROMISE, due=today - timedelta(days=3), assignee=by.id, priority=Priority.HIGH,
        repeat=Repeat("weekly", 2), items=("Ask Ada for the list of sites", "Days agreed with their shifts"),
    )  # fmt: skip
    first = tasks.add_task(promise, by=by)
    tasks.tick(first, item=todo.items(first)[0].id, done=True, by=by)
    done = tasks.add_task(NewTask(account=account, title="Book the training room", assignee=by.id), by=by)
    tasks.finish(done, by=by, spent=Spent(25))


def _changes() -> dict[str, int]:
    """Two changes of many owners: one that is done but for a merged account, and one under way."""
    member = Member.objects.earliest("id").pk
    by = queries.members_by_id([member])[member]
    accounts = list(Account.objects.order_by("id").values_list("pk", flat=True))
    if not ChangeSet.objects.exists():
        for owner in (by.id, None):
            edit = OwnerEdit(owner)
            mark = previews.preview(accounts, edit).mark
            last = many.change_accounts(accounts=accounts, edit=edit, mark=mark, by=by, on=clock.now().date())
        ChangeSet.objects.filter(pk=last).update(status="changing", done=len(accounts) // 3)
    return {"done": ChangeSet.objects.earliest("id").pk, "waiting": ChangeSet.objects.latest("id").pk}


def _view() -> int:
    """A view of accounts that the team shares."""
    member = Member.objects.earliest("id").pk
    by = queries.members_by_id([member])[member]
    if not View.objects.exists():
        listed = Listed(where="mrr >= 1000", sort="-mrr", group="status", columns=("mrr", "seats"))
        save_view(entity="account", name="The large ones", listed=listed, shared=True, by=by)
    return View.objects.earliest("id").pk


def _score(by: MemberView, day: date) -> None:
    """A score set by hand, and a departure that no score saw."""
    set_override(
        account=_account("A-4"), value=20, reason="Their director told us that they look at two others.", since=day,
        until=day + timedelta(days=30), by=by,
    )  # fmt: skip
    MissReview.objects.create(
        account_id=_account("A-4"), left_on=day - timedelta(days=3), day=day - timedelta(days=33), score=81.0,
        band="healthy", scorecard="health", version=1, facts={"logins_28d": 4.0}, opened_at=clock.now(),
    )  # fmt: skip


def _account(external_id: str) -> int:
    return Account.objects.get(external_id=external_id).pk


def _person(external_id: str) -> int:
    return Person.objects.get(external_id=external_id).pk


def _uploads(here: WorkspaceView, by: MemberView) -> None:
    """One at each step: its map guessed, stopped by a map that does not fit, checked, at work, done."""
    _begun(here, by)
    _checked(here, by, MISFIT)
    _checked(here, by, MAP)
    _begun(here, by, status="importing", step="logins.csv: finding what is new", steps_done=6, steps=13)
    uploads.start(upload=_checked(here, by, MAP), workspace=here, by=by)
    jobs.work_off()


def _begun(here: WorkspaceView, by: MemberView, **changed: object) -> int:
    files = [SimpleUploadedFile(name, text.encode()) for name, text in FILES.items()]
    upload = uploads.begin(files=files, workspace=here, by=by)
    jobs.work_off()
    if changed:
        Upload.objects.filter(pk=upload).update(task="", **changed)
    return upload


def _checked(here: WorkspaceView, by: MemberView, text: str) -> int:
    upload = _begun(here, by)
    uploads.edit(upload=upload, text=text)
    uploads.check(upload=upload, workspace=here)
    jobs.work_off()
    return upload


def _stripe(by: MemberView) -> None:
    """Stripe, connected: events were taken, left out and refused, and a back-fill stopped halfway."""
    made = connecting.connect(source="stripe", by=by)
    connecting.connect(source="stripe-new", by=by)
    wanted = connecting.Settings(secret="whsec_for_the_pages", api_key="rk_test_for_the_pages")
    connecting.change(connector=made, wanted=wanted, edition=1, by=by)
    product = {"object": "product", "id": "prod_1", "name": "Suite"}
    told = {"product.updated": product, "payout.paid": {"object": "payout"}, "product.created": {"object": "product"}}
    for n, (type_, one) in enumerate(told.items()):
        body = msgspec.json.encode({"id": f"evt_{n}", "type": type_, "created": 1_735_689_600, "data": {"object": one}})
        ConnectorEvent.objects.create(
            connector_id=made, external_id=f"evt_{n}", type=type_, received_at=clock.now(), body=body
        )
    take(Connector.objects.get(pk=made))
    Connector.objects.filter(pk=made).update(
        heard_at=clock.now(), fill_status="failed", fill_step="subscriptions",
        fill_counts={"products": 12, "prices": 31, "customers": 1_204, "subscriptions": 400},
        fill_problem="The API key may not read subscriptions. Give it the permission in Stripe, then try again.",
    )  # fmt: skip


def _keys(by: MemberView) -> None:
    actions.make_key(name=SOURCE, kind="server", by=by)
    web = actions.make_key(name="Web shop", kind="browser", origins=["https://shop.example.com"], by=by)
    actions.rotate_key(key=web.view.id, by=by)
    actions.revoke_key(key=actions.make_key(name="Old importer", kind="server", by=by).view.id, by=by)


def _events(here: WorkspaceView, now: datetime) -> None:
    """Messages of four hours: taken in, parked and refused."""
    for hours in HOURS_AGO:
        at = now - timedelta(hours=hours)
        sent = [{"messageId": f"{hours}-{n}", "timestamp": at, **each} for n, each in enumerate(MESSAGES)]
        row = inbox.Row(
            workspace_id=here.id, key_id=1, trust="server", kind="batch", source=SOURCE, received_at=at,
            body=msgspec.json.encode({"batch": sent}), events=len(sent),
        )  # fmt: skip
        inbox.store(row)
    drain(StageRun(here.id, here.slug, now.date(), (now.date(),)))
