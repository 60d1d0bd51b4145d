"""`tenure mails` and `tenure doctor` tell of mails that could not be sent, and let them be tried again or forgotten."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from tenure.base import mail
from tenure.base.models import Mail
from tenure.cli.commands import doctor, mails
from tenure.tenants.models import Workspace


@pytest.fixture
def given_up(workspace: Workspace) -> None:
    mail.queue("ana@acme.example", "News", "Text", key="a")
    mail.queue("ben@acme.example", "News", "Text", key="b")
    Mail.objects.filter(key="a").update(attempts=10, error="SMTPConnectError: 421")
    Mail.objects.filter(key="b").update(attempts=2, error="TimeoutError: slow")


def _run(*arguments: str) -> Any:
    answer = CliRunner().invoke(mails.command, [*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


@pytest.mark.usefixtures("given_up")
def test_doctor_says_what_was_given_up_and_what_is_tried_again() -> None:
    answer = CliRunner().invoke(doctor.command, ["--json"])
    told = [(line["level"], line["message"]) for line in json.loads(answer.output) if line["check"] == "mail"]
    assert answer.exit_code == 1
    assert told[1:] == [
        ("error", "1 were given up, see `tenure mails`; the last to ana@acme.example (“News”) after 10 tries: "
                  "SMTPConnectError: 421"),
        ("warning", "1 are tried again, the last to ben@acme.example (“News”) after 2 tries: TimeoutError: slow"),
    ]  # fmt: skip


@pytest.mark.usefixtures("given_up")
def test_what_was_given_up_is_tried_again_or_forgotten_and_the_rest_stays() -> None:
    listed = _run()
    assert [(each["to"], each["attempts"]) for each in listed["given_up"]] == [("ana@acme.example", 10)]
    assert [each["to"] for each in listed["waiting"]] == ["ben@acme.example"]
    again = _run("--again")
    assert (again["changed"], again["given_up"]) == (1, [])
    assert list(Mail.objects.filter(key="a").values_list("attempts", "error")) == [(0, "")]
    Mail.objects.filter(key="a").update(attempts=10)
    assert _run("--drop")["changed"] == 1
    assert list(Mail.objects.values_list("key", flat=True)) == ["b"]
    assert CliRunner().invoke(mails.command, ["--again", "--drop"]).exit_code == 2
