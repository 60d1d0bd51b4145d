"""Pages of tasks: the list, one task, those of an account, and what notes ask for."""

import re
from datetime import date

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert
from tenure.tasks import actions, queries
from tenure.tasks.contracts import Kind, NewTask, Repeat, State, TaskView
from tenure.tasks.models import Task
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 2)


@pytest.fixture
def account(acme: Workspace) -> int:
    acme.as_of = date(2024, 5, 6)
    acme.save()
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("A-1", name="Alpha")]).ids["A-1"]
        person = upsert_people([PersonUpsert("p", name="Ada Lovelace")]).ids["p"]
        link_people([PersonLink(person, account)])
    return account


def _made(by: Member, **more: object) -> int:
    with tenancy.workspace(by.workspace_id):
        new = NewTask(**{"title": "Send the deck", "assignee": by.pk, **more})  # type: ignore[arg-type]
        return actions.add_task(new, by=members_by_id([by.pk])[by.pk])


def _read(acme: Workspace, task: int) -> TaskView:
    with tenancy.workspace(acme.pk):
        return queries.task(task)


def _titles(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', page)


def test_the_list_shows_mine_by_day_and_everybodys_when_asked(
    ana: Member, ben: Member, ana_client: Client, account: int
) -> None:
    _made(ana, title="Old", due=LONG_AGO, account=account)
    _made(ana, title="Some day", kind=Kind.PROMISE, account=account)
    _made(ana, title="Whose", assignee=None, due=date(2024, 5, 6))
    shown = ana_client.get("/w/acme/tasks/").content.decode()
    assert _titles(shown) == ["Old", "Some day"]
    assert re.findall(r'scope="rowgroup"[^>]*>([^<]+) <', shown) == ["Overdue", "Without a day"]
    everybody = ana_client.get("/w/acme/tasks/?scope=all").content.decode()
    assert _titles(everybody) == ["Old", "Whose", "Some day"]
    assert _titles(ana_client.get("/w/acme/tasks/?scope=all&when=today").content.decode()) == ["Whose"]
    assert _titles(ana_client.get("/w/acme/tasks/?kind=promise").content.decode()) == ["Some day"]
    assert "Nothing of that kind" in ana_client.get("/w/acme/tasks/?when=later").content.decode()


def test_a_task_is_made_for_an_account_that_is_named(ana: Member, ana_client: Client, account: int) -> None:
    wrong = ana_client.post("/w/acme/tasks/new/", {"title": "Call", "account": "Nowhere"})
    assert (wrong.status_code, "no account of this name" in wrong.content.decode()) == (422, True)
    given = {"title": "Call", "account": "alpha", "due": "2024-05-08", "assignee": str(ana.pk), "kind": "promise",
             "priority": "1", "repeat": "weekly:2", "items": "One\nTwo"}  # fmt: skip
    assert ana_client.post("/w/acme/tasks/new/", given)["Location"] == "/w/acme/tasks/"
    found = _read(ana.workspace, Task.every_workspace.get().pk)
    assert (found.account, found.due, found.kind, found.repeat, found.items) == (
        "Alpha", date(2024, 5, 8), Kind.PROMISE, Repeat("weekly", 2), 2,
    )  # fmt: skip


def test_a_task_is_edited_in_parts_and_two_edits_show_both(ana: Member, ana_client: Client, account: int) -> None:
    task = _made(ana, account=account, items=("One",))
    page = f"/w/acme/tasks/{task}/"
    assert ana_client.post(page, {"revision": "1", "due": "2024-05-08", "priority": "1"}).status_code == 302
    assert ana_client.post(page, {"revision": "2", "title": "Send it", "items": "One\nTwo"}).status_code == 302
    found = _read(ana.workspace, task)
    assert (found.title, found.due, found.items, found.assignee) == ("Send it", date(2024, 5, 8), 2, "Ana")
    late = ana_client.post(page, {"revision": "2", "title": "Mine <b>", "detail": ""})
    assert late.status_code == 409
    shown = late.content.decode()
    assert "Somebody was faster" in shown
    assert 'value="Mine &lt;b&gt;"' in shown
    assert _read(ana.workspace, task).title == "Send it"
    wrong = ana_client.post(page, {"revision": "3", "due": "soon"})
    assert (wrong.status_code, "is not a date" in wrong.content.decode()) == (422, True)


def test_it_is_finished_with_its_time_and_opened_again(ana: Member, ana_client: Client, account: int) -> None:
    task = _made(ana, account=account, items=("One",))
    page = f"/w/acme/tasks/{task}/"
    with tenancy.workspace(ana.workspace_id):
        item = queries.items(task)[0].id
    ana_client.post(f"{page}items/", {"item": item, "done": "yes"})
    assert ana_client.post(f"{page}endings/", {"do": "done", "minutes": "x"}).status_code == 422
    answer = ana_client.post(f"{page}endings/", {"do": "done", "minutes": "20", "work_type": "training", "back": page})
    assert answer["Location"] == page
    found = _read(ana.workspace, task)
    assert (found.state, found.minutes, found.items_done) == (State.DONE, 20, 1)
    assert "20 min · Training" in ana_client.get(page).content.decode()
    elsewhere = ana_client.post(f"{page}endings/", {"do": "reopen", "back": "https://evil.example/"})
    assert elsewhere["Location"] == "/w/acme/tasks/"
    assert ana_client.post(f"{page}endings/", {"do": "drop"}).status_code == 422
    ana_client.post(f"{page}endings/", {"do": "drop", "reason": "They left"})
    assert _read(ana.workspace, task).reason == "They left"


def test_many_are_changed_at_once(ana: Member, ana_client: Client, account: int) -> None:
    tasks = [_made(ana, title=title, account=account) for title in "abc"]
    send = {"task": tasks[:2], "back": "/w/acme/tasks/?scope=all"}
    answer = ana_client.post("/w/acme/tasks/changes/", {**send, "do": "postpone", "due": "2024-06-03"})
    assert answer["Location"] == "/w/acme/tasks/?scope=all"
    ana_client.post("/w/acme/tasks/changes/", {**send, "do": "give", "assignee": ""})
    ana_client.post("/w/acme/tasks/changes/", {"task": tasks[2:], "do": "done"})
    ana_client.post("/w/acme/tasks/changes/", {**send, "do": "postpone", "due": "soon"})
    found = [_read(ana.workspace, task) for task in tasks]
    assert [(each.due, each.assignee_id, each.state) for each in found] == [
        (date(2024, 6, 3), None, State.OPEN), (date(2024, 6, 3), None, State.OPEN), (None, ana.pk, State.DONE),
    ]  # fmt: skip


def test_an_accounts_tasks_and_a_template(ana: Member, ana_client: Client, account: int) -> None:
    page = f"/w/acme/accounts/{account}/tasks/"
    assert ana_client.post(page, {"title": " "}).status_code == 422
    assert ana_client.post(page, {"title": "Call", "assignee": str(ana.pk)}).status_code == 302
    started = {"template": "Renewal", "on": "2024-05-10", "assignee": str(ana.pk)}
    assert ana_client.post(f"{page}starts/", started)["Location"] == page
    shown = ana_client.get(page).content.decode()
    assert _titles(shown) == [
        "Find out who decides, and by when", "Talk about what they got for it", "Send the offer",
        "Ask where it stands", "Call",
    ]  # fmt: skip
    assert ana_client.post(f"{page}starts/", {"template": "None such"}).status_code == 404


def test_a_viewer_reads_and_changes_nothing(ana: Member, ben: Member, ben_client: Client, account: int) -> None:
    task = _made(ana, account=account, items=("One",))
    for page in ("tasks/?scope=all", f"tasks/{task}/", f"accounts/{account}/tasks/", "settings/tasks/"):
        shown = ben_client.get(f"/w/acme/{page}").content.decode()
        assert 'method="post" action="/w/acme' not in shown
    for page in (f"tasks/{task}/", f"tasks/{task}/endings/", "tasks/changes/", f"accounts/{account}/tasks/"):
        assert ben_client.post(f"/w/acme/{page}", {"do": "done", "task": task}).status_code == 403
    assert _read(ana.workspace, task).state is State.OPEN


def test_lines_of_a_note_become_tasks_and_the_note_shows_what_is_done(
    ana: Member, ana_client: Client, account: int
) -> None:
    entries = f"/w/acme/accounts/{account}/entries/"
    body = "Talked.\n\n- [ ] Send the deck @Ana by 2024-05-10\n- [x] Book a room\npromise: the report @Ada Lovelace"
    ana_client.post(entries, {"kind": "note", "body": body})
    with tenancy.workspace(ana.workspace_id):
        deck, room, report = (queries.task(pk) for pk in Task.objects.order_by("id").values_list("pk", flat=True))
    assert (deck.title, deck.due, deck.assignee, deck.state) == ("Send the deck", date(2024, 5, 10), "Ana", State.OPEN)
    assert room.state is State.DONE
    assert (report.kind, report.promised_to) == (Kind.PROMISE, "Ada Lovelace")
    entry = deck.origin.key.partition(":")[0]
    shown = ana_client.get(f"{entries}{entry}/").content.decode()
    assert 'name="revision" value="1"' in shown
    timeline = ana_client.get(f"/w/acme/accounts/{account}/timeline/?kind=team").content.decode()
    assert f'class="todo todo-open" href="/w/acme/tasks/{deck.id}/"' in timeline
    assert f'class="todo todo-done" href="/w/acme/tasks/{room.id}/"' in timeline
    edited = body.replace("[ ] Send the deck", "[x] Send the better deck").replace("[x] Book", "[ ] Book")
    ana_client.post(f"{entries}{entry}/", {"kind": "note", "body": edited, "revision": "1"})
    assert Task.every_workspace.count() == 3
    deck, room = _read(ana.workspace, deck.id), _read(ana.workspace, room.id)
    assert (deck.title, deck.state, room.state) == ("Send the better deck", State.DONE, State.OPEN)
    ana_client.post(f"{entries}{entry}/", {"kind": "note", "body": edited + "\n- [ ] More", "revision": "2"})
    assert Task.every_workspace.count() == 4


def test_a_promise_stands_before_the_talk_and_on_the_timeline_once_kept(
    ana: Member, ana_client: Client, account: int
) -> None:
    promise = _made(ana, title="The report", kind=Kind.PROMISE, account=account, due=LONG_AGO)
    _made(ana, title="No promise", account=account)
    shown = ana_client.get(f"/w/acme/accounts/{account}/").content.decode()
    assert re.search(r'We promised</dt>\s*<dd class="bad"><a href="[^"]+">The report</a>', shown)
    ana_client.post(f"/w/acme/tasks/{promise}/endings/", {"do": "done"})
    timeline = ana_client.get(f"/w/acme/accounts/{account}/timeline/?kind=team").content.decode()
    assert "kept a promise late" in timeline
    assert "We promised" not in ana_client.get(f"/w/acme/accounts/{account}/").content.decode()


def test_the_week_holidays_and_templates_are_settings(ana_client: Client, acme: Workspace) -> None:
    page = "/w/acme/settings/tasks/"
    assert ana_client.post(f"{page}week/", {}).status_code == 422
    assert ana_client.post(f"{page}week/", {"day": ["0", "1"]}).status_code == 302
    assert ana_client.post(f"{page}holidays/", {"on": "", "name": "x"}).status_code == 422
    ana_client.post(f"{page}holidays/", {"on": "2099-12-25", "name": "Christmas"})
    twice = ana_client.post(f"{page}holidays/", {"on": "2099-12-25", "name": "Again"})
    assert "a holiday already" in twice.content.decode()
    ana_client.post(f"{page}templates/")
    wrong = ana_client.post(f"{page}templates/new/", {"name": "Mine", "steps": "  - of nothing"})
    assert (wrong.status_code, "no task stands above it" in wrong.content.decode()) == (422, True)
    ana_client.post(f"{page}templates/new/", {"name": "Mine", "steps": "+1 One"})
    shown = ana_client.get(page).content.decode()
    assert "Christmas" in shown
    assert "Mine" in shown
    assert shown.count("checked") == 2
