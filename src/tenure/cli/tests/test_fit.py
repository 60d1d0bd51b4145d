"""`tenure fit`, from files to figures, by the commands a person would type."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tenure.cli.commands import fit, import_
from tenure.events.jobs import roll_up
from tenure.events.queries import open_lake
from tenure.tenants.models import Workspace

MAP = """
source: billing
currency: USD
files:
  accounts:
    file: accounts.csv
    accounts: {key: id, started_on: since, traits: {industry: industry, channel: channel}}
  subscriptions:
    file: subscriptions.csv
    subscriptions: {key: id, account: id, start: since, end: end, plan: plan, mrr: mrr}
"""
SINCE, LEFT = "2023-01-05", "2024-02-10"


@pytest.fixture
def billed(acme: Workspace, tmp_path: Path) -> None:
    """30 in health pay 100 and stay; 30 in retail pay 50 and leave after more than a year, on the same plan."""
    rows = [(f"a{n:02}", "health", "", 100) if n < 30 else (f"a{n:02}", "retail", LEFT, 50) for n in range(60)]
    accounts = [
        f"{key},{industry},{SINCE},{'ads' if n % 2 else 'fair'}" for n, (key, industry, _, _) in enumerate(rows)
    ]
    billing = [f"{key},{SINCE},{end},Pro,{mrr}" for key, _, end, mrr in rows]
    (tmp_path / "accounts.csv").write_text("\n".join(["id,industry,since,channel", *accounts, ""]))
    (tmp_path / "subscriptions.csv").write_text("\n".join(["id,since,end,plan,mrr", *billing, ""]))
    (tmp_path / "map.yaml").write_text(MAP)
    acme.as_of = date(2024, 6, 30)
    acme.save()
    arguments = [str(tmp_path), "--map", str(tmp_path / "map.yaml"), "--workspace", "acme"]
    assert CliRunner().invoke(import_.command, arguments, catch_exceptions=False).exit_code == 0
    roll_up(open_lake("acme"))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(fit.command, [*arguments, "--workspace", "acme"], catch_exceptions=False)


def asked(*arguments: str) -> dict[str, Any]:
    answer = call(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.usefixtures("billed")
def test_kinds_best_and_sources_as_json_and_as_a_table() -> None:
    found = asked()
    assert (found["currency"], found["stays_at"], found["horizon"], found["whole"]["customers"]) == ("USD", 12, 17, 60)
    industry = next(each for each in found["fields"] if each["field"] == "industry")
    health, retail = industry["groups"]
    assert (health["value"], health["paying"], health["mrr_now"], health["longer"]) == ("health", 30, 3000.0, True)
    assert (health["lifetime"]["value"], health["alv"]["value"], health["median"]) == (17.0, 1700.0, 100.0)
    assert (retail["value"], retail["paying"], retail["lifetime"]["value"], retail["alv"]) == ("retail", 0, 14.0, None)
    assert health["q"] < 0.001
    assert {each["field"] for each in found["fields"]} == {"industry", "channel", "mrr"}
    best = found["best"]
    assert (best["customers"], best["others"], best["least"]) == (20, 40, 1700.0)
    first = best["values"][0]
    assert (first["value"], first["best"], first["others"]) == ("health", 20, 10)
    sources = found["sources"]
    assert (sources["field"], sources["whole"]["customers"], sources["whole"]["lost"]) == ("channel", 60, 30)
    assert [each["value"] for each in sources["values"]] == ["ads", "fair"]
    assert found["standing"]["stays_at"] == 12
    by_industry = asked("--source", "industry")["sources"]
    assert [(each["value"], each["excess"]) for each in by_industry["values"]] == [
        ("retail", 1500.0),
        ("health", -3000.0),
    ]
    lines = call().stdout.splitlines()
    assert "Industry: health         30  100 %  89 %  100 %  *" in lines


def test_a_workspace_without_customers(acme: Workspace) -> None:
    found = asked()
    assert (found["stays_at"], found["whole"]["customers"], found["fields"]) == (0, 0, [])
    assert (found["standing"], found["best"], found["sources"]) == (None, None, None)
    assert call().stdout == ""


def test_a_field_that_makes_no_groups_is_refused(acme: Workspace) -> None:
    answer = call("--source", "colour", "--json")
    assert answer.exit_code == 1
    assert "cannot be told apart by 'colour'" in json.loads(answer.stdout)["error"]["detail"]
