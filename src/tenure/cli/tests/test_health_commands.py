"""`tenure run`, `accounts`, `explain`, `backtest`: interfaces that people script against."""

import csv
import io
import json

import click
import pytest
from click.testing import CliRunner, Result

from tenure.base import tenancy
from tenure.base.tests import again
from tenure.cli.commands import accounts, backtest, explain, run
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.health.tests import company
from tenure.tenants.models import Workspace


def call(command: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--workspace", "acme"], catch_exceptions=False)


@pytest.fixture
def filled(acme: Workspace) -> Workspace:
    """The small company, computed."""
    _filled(acme)
    return acme


@again.once
def _filled(workspace: Workspace) -> None:
    with tenancy.workspace(workspace.pk):
        company.founded(workspace)
    assert call(run.command).exit_code == 0


def test_run_tells_stages_rows_and_seconds_and_runs_again_for_nothing(acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        company.founded(acme)
    first, again = (json.loads(call(run.command, "--json").stdout) for _ in range(2))
    assert (first["workspace"], first["as_of"]) == ("acme", "2024-12-31")
    stages = {stage["stage"]: stage for stage in first["stages"]}
    assert list(stages)[:9] == [
        "drain", "connectors", "sources", "traits by hand", "roll-ups", "subscriptions", "definitions", "scores",
        "current state",
    ]  # fmt: skip
    assert set(stages["scores"]) == {"stage", "rows", "seconds", "note"}
    assert {s["stage"]: s["rows"] for s in again["stages"]}["scores"] == 0
    table = call(run.command)
    assert table.stdout.splitlines()[:2] == ["Acme as of 2024-12-31", table.stdout.splitlines()[1]]
    assert table.stdout.splitlines()[1].split() == ["stage", "rows", "seconds", "note"]


@pytest.mark.parametrize(
    "wrong",
    [("--as-of", "2025-01-01"), ("--from", "2024-12-01"), ("--from", "2024-12-05", "--to", "2024-12-01"),
     ("--as-of", "2024-12-01", "--from", "2024-12-01", "--to", "2024-12-02")],
)  # fmt: skip
def test_run_refuses_days_that_make_no_sense(acme: Workspace, wrong: tuple[str, ...]) -> None:
    acme.as_of = company.AS_OF
    acme.save()
    result = call(run.command, *wrong)
    assert result.exit_code == 1
    assert result.stderr.startswith("tenure: ")


def test_accounts_as_json_have_the_promised_shape_the_lowest_score_first(filled: Workspace) -> None:
    rows = json.loads(call(accounts.command, "--json", "--columns", "mrr,trait.tier").stdout)
    assert len(rows) == company.ACCOUNTS
    assert list(rows[0]) == ["account", "name", "status", "score", "band", "trend", "reasons", "mrr", "trait.tier"]
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
    assert set(rows[0]["trend"]) == {"7d", "30d", "90d"}
    for row in rows:
        assert 100 + sum(reason["effect"] for reason in row["reasons"]) == pytest.approx(row["score"], abs=1e-6)
    assert rows[0]["reasons"][0]["text"].startswith("−")


def test_accounts_are_filtered_sorted_and_limited(filled: Workspace) -> None:
    found = json.loads(
        call(accounts.command, "--where", "active_days_28d >= 10", "--sort", "-name", "--limit", "2", "--json").stdout
    )
    assert [row["name"] for row in found] == ["Account 9", "Account 8"]


def test_a_wrong_expression_is_pointed_at(filled: Workspace) -> None:
    result = call(accounts.command, "--where", "score < 40 and active_day_28d > 3")
    assert result.exit_code == 1
    shown = result.stderr.splitlines()
    assert shown[0] == "  score < 40 and active_day_28d > 3"
    assert shown[1] == "                 ^^^^^^^^^^^^^^"
    assert "Did you mean active_days_28d?" in shown[2]


def test_csv_is_safe_from_formulas(filled: Workspace) -> None:
    with tenancy.workspace(filled.pk):
        upsert_accounts([AccountUpsert("A-1", name="=1+1")])
    assert call(run.command).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(call(accounts.command, "--format", "csv").stdout)))
    assert {row["name"] for row in rows if row["account"] == "A-1"} == {"'=1+1"}
    assert list(rows[0]) == ["account", "name", "status", "score", "band", "trend", "reasons"]


def test_accounts_as_of_a_past_day_are_those_scores(filled: Workspace) -> None:
    then = json.loads(call(accounts.command, "--as-of", "2024-12-01", "--json").stdout)
    told = json.loads(call(explain.command, "A-6", "--as-of", "2024-12-01", "--json").stdout)
    assert {row["account"]: row["score"] for row in then}["A-6"] == pytest.approx(told["score"], abs=1e-6)


def test_before_the_first_run_the_list_says_what_to_do(acme: Workspace) -> None:
    result = call(accounts.command)
    assert result.exit_code == 1
    assert "tenure run" in result.stderr


def test_explain_shows_the_waterfall_and_each_measure(filled: Workspace) -> None:
    shown = call(explain.command, "A-6").stdout
    told = json.loads(call(explain.command, "account 6", "--json").stdout)
    assert shown.splitlines()[0] == "Account 6 (A-6), customer, as of 31 Dec 2024"
    for reason in told["reasons"]:
        assert reason["words"] in shown
    waterfall = 100 + sum(reason["shown"] for reason in told["reasons"])
    assert waterfall == round(told["total"])
    assert f"=  {told['total_shown']}" in shown
    assert told["total_shown"] == told["shown"]
    by_key = {measure["key"]: measure for measure in told["measures"]}
    assert by_key["active_days_28d"]["days"] == ["2024-12-03", "2024-12-30"]
    assert by_key["active_days_28d"]["events"] == by_key["active_days_28d"]["value"]


def test_explain_refuses_who_is_not_there(filled: Workspace) -> None:
    result = call(explain.command, "A-99")
    assert result.exit_code == 1
    assert result.stderr == "tenure: There is no account 'A-99'.\n"


def test_backtest_tells_its_record_in_a_table_and_as_json(filled: Workspace) -> None:
    found = json.loads(call(backtest.command, "--json", "--scorecard", "health", "--horizon", "30d").stdout)
    assert (found["scorecard"], found["outcome"], found["horizon"]) == ("health", "churn", 30)
    assert [flag["band"] for flag in found["flags"]] == ["risk", "watch", "healthy"]
    assert found["verdict"].startswith("No customer of the days that can be tested left: too few")
    shown = call(backtest.command, "--horizon", "30d").stdout.splitlines()
    assert shown[0] == found["verdict"]
    assert shown[2].split()[0] == "band"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--horizon", "3d"), "from 7d to 730d, not '3d'"),
        (("--horizon", "soon"), "from 7d to 730d, not 'soon'"),
        (("--scorecard", "other"), "No scorecard 'other' is in force"),
        (("--horizon", "700d"), "No day of the past is 700 days old yet"),
    ],
)
def test_backtest_refuses_what_cannot_be_tested(filled: Workspace, wrong: tuple[str, str], said: str) -> None:
    result = call(backtest.command, *wrong)
    assert result.exit_code == 1
    assert said in result.stderr
