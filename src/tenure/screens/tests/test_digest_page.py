"""A member chooses when her digest comes, sees what it would say, and has one sent."""

from datetime import UTC, datetime

from django.test import Client

from tenure.base import clock
from tenure.base.models import Mail
from tenure.digests.models import DigestChoice

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_choice_is_kept_and_shown_again(ana_client: Client) -> None:
    given = {"rhythm": "daily", "hour": "7", "day": ["0", "2"], "weekday": "4", "zone": "Asia/Tokyo"}
    with clock.frozen(NOON):
        assert ana_client.post("/w/acme/settings/digest/", given).status_code == 302
        page = ana_client.get("/w/acme/settings/digest/").content.decode()
    row = DigestChoice.every_workspace.get()
    assert (row.rhythm, row.hour, row.days, row.weekday, row.zone) == ("daily", 7, [0, 2], 4, "Asia/Tokyo")
    assert '<option value="Asia/Tokyo" selected>' in page
    assert page.count("checked") == 2
    assert "Nothing needs you at the moment." in page


def test_what_is_wrong_is_said_and_nothing_is_kept(ana_client: Client) -> None:
    answer = ana_client.post("/w/acme/settings/digest/", {"rhythm": "daily", "hour": "x", "weekday": "0", "zone": "?"})
    page = answer.content.decode()
    assert (answer.status_code, DigestChoice.every_workspace.count()) == (422, 0)
    assert all(said in page for said in ("Choose an hour", "Choose at least one day.", "Choose a time zone."))


def test_one_is_sent_now(ana_client: Client) -> None:
    assert ana_client.post("/w/acme/settings/digest/mails/").status_code == 302
    assert [row.to for row in Mail.objects.all()] == ["ana@acme.example"]
