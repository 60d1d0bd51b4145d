"""The inbox and the rules as pages: whose it is, what its forms do without script, what is refused and how."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.alerts.models import Alert, Mute
from tenure.alerts.queries import in_force
from tenure.alerts.tests.defining import alert, rule
from tenure.base import tenancy
from tenure.health.tests import company
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import NewTask
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

BASE = "/w/acme/"


@pytest.fixture
def ids(acme: Workspace, ana: Member, ben: Member) -> dict[str, int]:
    """A small company with its state; Ben is a CSM."""
    Member.every_workspace.filter(pk=ben.pk).update(role="csm")
    with tenancy.workspace(acme.pk):
        return company.computed(acme)


@pytest.fixture
def hers(acme: Workspace, ana: Member, ids: dict[str, int]) -> Alert:
    """An alert of Ana's."""
    with tenancy.workspace(acme.pk):
        rule("quiet", "active_days_28d < 10", guidance="Call **them**. <script>alert(1)</script>")
        return alert(ids["A-1"], owner_id=ana.pk, evidence=[
            {"key": "active_days_28d__change", "label": "Days with use, change", "unit": "share", "value": -0.52}
        ])  # fmt: skip


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(f"{BASE}{path}")
    assert answer.status_code == status
    return answer.content.decode()


def test_an_alert_says_why_what_to_do_and_why_here(ana_client: Client, hers: Alert) -> None:
    page = text(ana_client, f"inbox/{hers.pk}/")
    for said in ("−52 %", "<strong>them</strong>", "&lt;script&gt;", "$100", "20.0 %", "1.00", "$240"):
        assert said in page
    assert "<script>alert" not in page
    fragment = ana_client.get(f"{BASE}inbox/{hers.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "Why do we think so?" in fragment
    assert "<html" not in fragment


def test_a_member_sees_her_own_inbox_a_manager_anybodys(
    ana_client: Client, ben_client: Client, ana: Member, ben: Member, hers: Alert
) -> None:
    assert "Quiet" in text(ana_client, "inbox/")
    assert "Nothing waits" in text(ben_client, "inbox/")
    assert "Quiet" not in text(ana_client, f"inbox/?of={ben.pk}")
    text(ben_client, f"inbox/?of={ana.pk}", 403)
    assert "Every alert is somebody" in text(ana_client, "inbox/?of=nobody")
    text(ana_client, "inbox/?of=99999", 422)
    text(ana_client, "inbox/?show=nonsense", 422)


def test_alerts_for_admins_are_nobody_elses(
    acme: Workspace, ana_client: Client, ben_client: Client, ids: dict[str, int]
) -> None:
    with tenancy.workspace(acme.pk):
        row = alert(subject="backend", for_admins=True, reason="Source in trouble")
    assert "Source in trouble" in text(ana_client, "inbox/")
    assert "Source in trouble" not in text(ben_client, "inbox/")
    text(ben_client, f"inbox/{row.pk}/", 404)
    answer = ben_client.post(f"{BASE}inbox/closings/", {"alert": f"{row.pk}:1", "outcome": "success"})
    assert answer.status_code == 404


def test_answers_work_without_script_and_are_taken_back(acme: Workspace, ana_client: Client, hers: Alert) -> None:
    chosen = {"alert": f"{hers.pk}:1", "back": "show=snoozed", "follows": "alert-7"}
    answer = ana_client.post(f"{BASE}inbox/closings/", chosen)
    assert answer.headers["Location"] == f"{BASE}inbox/?show=snoozed#alert-7"
    assert "Say what came of it" in text(ana_client, "inbox/")
    until = company.AS_OF + timedelta(days=3)
    ana_client.post(f"{BASE}inbox/snoozes/", {**chosen, "until": until.isoformat(), "reason": "Trade fair"})
    page = text(ana_client, "inbox/?show=snoozed")
    assert "1 alert snoozed." in page
    assert "Until 3 Jan 2025: Trade fair" in page
    batch = page.split('name="batch" value="')[1].split('"')[0]
    ana_client.post(f"{BASE}inbox/undoings/", {"batch": batch})
    assert "1 alert as before." in text(ana_client, "inbox/")
    with tenancy.workspace(acme.pk):
        assert Alert.objects.get().state == "open"


def test_where_it_leads_back_to_is_ours(ana_client: Client, hers: Alert) -> None:
    chosen = {"alert": f"{hers.pk}:9", "outcome": "success", "back": "next=//evil.example", "follows": 'x"><b'}
    answer = ana_client.post(f"{BASE}inbox/closings/", chosen)
    assert answer.headers["Location"] == f"{BASE}inbox/"
    assert "changed by somebody else meanwhile" in text(ana_client, "inbox/")


def test_a_task_that_is_due_stands_among_the_alerts_and_is_done_there(
    acme: Workspace, ana_client: Client, ana: Member, hers: Alert, ids: dict[str, int]
) -> None:
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        task = add_task(NewTask(title="Call them", account=ids["A-2"], due=company.AS_OF, assignee=ana.pk), by=by)
    assert "Call them" in text(ana_client, "inbox/")
    ana_client.post(f"{BASE}inbox/done/", {"task": str(task)})
    page = text(ana_client, "inbox/")
    assert "The task is done." in page
    assert "Call them" not in page


def test_the_inbox_costs_as_many_queries_for_one_as_for_many(
    acme: Workspace, ana_client: Client, ana: Member, hers: Alert, ids: dict[str, int]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(ana_client, "inbox/")
        return len(captured)

    one = asked()
    with tenancy.workspace(acme.pk):
        for n, pk in enumerate(ids.values()):
            alert(pk, owner_id=ana.pk, reason=f"Reason {n}")
    assert asked() == one


FORM = {
    "kind": "measure", "name": "Fading", "type": "risk", "reason": "Fading", "priority": "high", "role": "csm",
    "due_days": "3", "active": "1", "measure": "active_days_28d", "aspect": "change", "measure_move": "falls_to",
    "value": "-40", "mode": "text", "where": "", "guidance": "Call.",
}  # fmt: skip


def test_a_rule_is_written_edited_and_not_overwritten(acme: Workspace, ana_client: Client, ids: dict[str, int]) -> None:
    wrong = ana_client.post(f"{BASE}alerts/rules/new/", {**FORM, "measure": "nonsense", "due_days": "soon"})
    assert wrong.status_code == 422
    assert "Due:" in wrong.content.decode()
    made = ana_client.post(f"{BASE}alerts/rules/new/", FORM)
    assert made.headers["Location"] == f"{BASE}alerts/rules/fading/"
    assert "change(active_days_28d) &lt;= -0.4" in text(ana_client, "alerts/rules/fading/")
    assert 'value="-40"' in text(ana_client, "alerts/rules/fading/edit/")
    edit = f"{BASE}alerts/rules/fading/edit/"
    assert ana_client.post(edit, {**FORM, "seen": "1", "value": "-50"}).status_code == 302
    stale = ana_client.post(edit, {**FORM, "seen": "1", "value": "-60"})
    assert stale.status_code == 422
    assert "version 2" in stale.content.decode()
    with tenancy.workspace(acme.pk):
        assert in_force()["fading"].version == 2


def test_a_rule_is_tried_before_it_is_in_force(acme: Workspace, ana_client: Client, ids: dict[str, int]) -> None:
    answer = ana_client.post(f"{BASE}alerts/rules/trials/", FORM)
    where = answer.headers["Location"].removeprefix(BASE).removesuffix("#tried")
    page = text(ana_client, where)
    assert "alerts a week for each of" in page
    assert 'value="Fading"' in page
    with tenancy.workspace(acme.pk):
        assert in_force() == {}


def test_a_rule_that_cries_wolf_is_muted_from_its_page(
    acme: Workspace, ana_client: Client, ben_client: Client, hers: Alert, ids: dict[str, int]
) -> None:
    with tenancy.workspace(acme.pk):
        for n in range(10):
            alert(ids["A-1"], reason=str(n), state="closed", closed_at="2024-12-31T12:00:00Z",
                  outcome="success" if n == 0 else "false_alarm")  # fmt: skip
    assert "9 of 10 closed alerts were wrong" in text(ana_client, "alerts/rules/")
    assert "Mute…" not in text(ben_client, "alerts/rules/quiet/")
    until = company.AS_OF + timedelta(days=30)
    ana_client.post(f"{BASE}alerts/rules/quiet/mutes/", {"until": until.isoformat(), "reason": "Too early"})
    assert "Muted until 30 Jan 2025" in text(ana_client, "alerts/rules/quiet/")
    with tenancy.workspace(acme.pk):
        assert Mute.objects.get().reason == "Too early"
