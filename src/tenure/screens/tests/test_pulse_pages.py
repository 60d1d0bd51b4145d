"""Pulses on pages: given from an account's page, listed, and shown beside the score as of the page's day."""

from datetime import timedelta

import pytest
from django.test import Client

from tenure.base import clock, tenancy
from tenure.base.cycle import StageRun
from tenure.health import jobs, judged, judging
from tenure.health.models import Pulse
from tenure.health.tests.company import AS_OF, computed
from tenure.tenants.models import Member, Workspace
from tenure.tenants.permissions import Role

pytestmark = pytest.mark.django_db
SENT = {"level": "2", "note": "Their director looks at two others.", "until": (AS_OF + timedelta(days=30)).isoformat()}


@pytest.fixture
def account(acme: Workspace) -> int:
    """An account with a score."""
    with tenancy.workspace(acme.pk):
        ids = computed(acme)
    return ids["A-1"]


def page(client: Client, path: str) -> str:
    answer = client.get(f"/w/acme/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pulse_is_given_and_shown_beside_the_score(acme: Workspace, ana_client: Client, account: int) -> None:
    assert "Nobody has said yet" in page(ana_client, f"accounts/{account}/")
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        answer = ana_client.post(f"/w/acme/accounts/{account}/pulses/", SENT)
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/accounts/{account}/pulses/")
    listed = page(ana_client, f"accounts/{account}/pulses/")
    assert "At risk" in listed
    assert "Ana, today · until 30 Jan 2025" in listed
    with tenancy.workspace(acme.pk), clock.frozen(clock.now() + timedelta(minutes=2)):
        jobs.state_stage(StageRun(acme.pk, acme.slug, as_of=AS_OF, days=()))
    shown = page(ana_client, f"accounts/{account}/")
    assert "Ana, today · until 30 Jan 2025" in shown
    assert SENT["note"] in shown
    # The day before knew nothing of it, and takes none.
    before = page(ana_client, f"accounts/{account}/?as_of={AS_OF - timedelta(days=1)}")
    assert "Nobody has said yet" in before
    assert "Give the pulse" not in before
    assert SENT["note"] in page(ana_client, "pulses/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"level": ""}, "Choose one of the levels, 1 to 6"), ({"note": " "}, "say why, for those who read it later"),
     ({"until": "soon"}, "expected a day"), ({"until": "2024-12-30"}, "expected today or a later day")],
)  # fmt: skip
def test_a_pulse_that_is_wrong_comes_back_with_what_was_written(
    ana_client: Client, account: int, wrong: dict[str, str], said: str
) -> None:
    answer = ana_client.post(f"/w/acme/accounts/{account}/pulses/", {**SENT, **wrong})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    kept = {**SENT, **wrong}
    assert kept["note"].strip() in text
    assert ("checked" in text) is (kept["level"] == "2")
    assert not Pulse.every_workspace.exists()


def test_of_another_day_none_is_given(ana_client: Client, account: int) -> None:
    answer = ana_client.post(f"/w/acme/accounts/{account}/pulses/?as_of={AS_OF - timedelta(days=1)}", SENT)
    assert answer.status_code == 409
    assert not Pulse.every_workspace.exists()


def test_a_viewer_reads_pulses_and_gives_none(acme: Workspace, ben: Member, ben_client: Client, account: int) -> None:
    Member.every_workspace.filter(pk=ben.pk).update(role=Role.VIEWER)
    assert "Give the pulse" not in page(ben_client, f"accounts/{account}/pulses/")
    assert ben_client.post(f"/w/acme/accounts/{account}/pulses/", SENT).status_code == 403
    assert not Pulse.every_workspace.exists()


def test_how_often_pulses_were_right_with_too_few_and_with_enough(
    acme: Workspace, ana: Member, ana_client: Client, account: int
) -> None:
    assert "No pulse yet" in page(ana_client, "pulses/")
    for n in range(judging.LEAST):
        with tenancy.workspace(acme.pk):
            day = AS_OF - timedelta(days=100 + n)
            Pulse(account_id=account, level=3 if n else 5, note="x", author_id=ana.pk, day=day,
                  until=day + timedelta(days=9), made_at=clock.now()).save()  # fmt: skip
        if n == 0:
            assert "Too few to say: 1 of at least 10" in page(ana_client, "pulses/")
    with tenancy.workspace(acme.pk):
        told = judged.reports(AS_OF).pulses.all
    assert (told.feared.said, told.at_ease.said, told.feared.left) == (9, 1, 0)
    with tenancy.workspace(acme.pk):
        assert judged.stage(StageRun(acme.pk, acme.slug, as_of=AS_OF, days=())).rows == 10
        assert judged.stage(StageRun(acme.pk, acme.slug, as_of=AS_OF, days=())).rows == 0
        assert judged.reports(AS_OF).pulses.all == told
    shown = page(ana_client, "pulses/")
    assert "10 judgements on 1 account" in shown
    assert "0 left, 9 stayed" in shown
    assert "10 %" in shown
