"""Tasks over HTTP: made once, changed, done, refused a row at a time."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.ingest.receiving.keys import KEYS
from tenure.tasks.models import Task, TaskChange
from tenure.tenants.actions import make_key
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(workspace: Workspace, ana: Member) -> str:
    KEYS.forget()
    upsert_accounts([AccountUpsert("a-1", name="Ash"), AccountUpsert("a-2", name="Birch")])
    return make_key(name="CRM", kind="server", by=None).key


def send(key: str, *rows: Mapping[str, object], **more: object) -> Any:
    answer = Client().post(
        "/api/v1/tasks",
        json.dumps({"rows": rows, **more}),
        "application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return answer.status_code, answer.json()


CALL = {"external_id": "crm-7", "title": "Call about the renewal", "account": "a-1", "due": "2026-12-01"}


def test_a_task_is_made_once_and_changed_by_its_name(key: str, ana: Member) -> None:
    status, told = send(key, {**CALL, "assignee": ana.user.email.upper(), "kind": "promise", "priority": "high"})
    assert (status, told["created"], told["rejected"]) == (200, 1, 0)
    [task] = Task.objects.all()
    assert (task.title, task.kind, task.assignee_id, task.origin_kind) == (CALL["title"], "promise", ana.pk, "api")
    assert send(key, CALL)[1]["unchanged"] == 1
    assert send(key, {"external_id": "crm-7", "due": "2026-12-08"})[1]["updated"] == 1
    task.refresh_from_db()
    assert (task.due.isoformat(), task.title, task.assignee_id) == ("2026-12-08", CALL["title"], ana.pk)
    assert send(key, {"external_id": "crm-7", "assignee": None, "due": None})[1]["updated"] == 1
    task.refresh_from_db()
    assert task.assignee_id is None


def test_what_is_done_there_is_done_here_once(key: str) -> None:
    send(key, CALL)
    assert send(key, {"external_id": "crm-7", "done": True})[1]["updated"] == 1
    assert send(key, {"external_id": "crm-7", "done": True})[1]["unchanged"] == 1
    [task] = Task.objects.all()
    assert (task.state, task.finished_by_id) == ("done", None)
    assert TaskChange.objects.filter(action="done").count() == 1


def test_a_row_that_is_wrong_is_rejected_by_itself(key: str) -> None:
    _, told = send(
        key, CALL, {"external_id": "x1"}, {**CALL, "external_id": "x2", "account": "nobody"},
        {**CALL, "external_id": "x3", "assignee": "who@example.org"}, {**CALL, "external_id": "x4", "colour": "red"},
        {"external_id": "crm-7", "account": "a-2"}, {"external_id": "x5", "title": "Thank them", "kind": "promise"},
    )  # fmt: skip
    assert [(each["result"], each["field"]) for each in told["results"]] == [
        ("created", None), ("rejected", "title"), ("rejected", "account"), ("rejected", "assignee"),
        ("rejected", "colour"), ("rejected", "account"), ("rejected", "account"),
    ]  # fmt: skip
    assert all(each["reason"] for each in told["results"][1:])
    assert Task.objects.count() == 1


def test_too_many_and_history_are_refused_whole(key: str) -> None:
    status, told = send(key, *({**CALL, "external_id": f"n{n}"} for n in range(501)))
    assert (status, told["code"]) == (422, "wrong_batch")
    assert send(key, CALL, history=True)[0] == 422
    assert not Task.objects.exists()


def test_a_browser_key_may_not(workspace: Workspace) -> None:
    KEYS.forget()
    public = make_key(name="Site", kind="browser", by=None, origins=["https://example.org"]).key
    assert send(public, CALL)[0] == 403
