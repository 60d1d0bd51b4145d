"""`tenure retention`, from files to figures, by the commands a person would type."""

import csv
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tenure.base import tenancy
from tenure.cli.commands import import_, retention
from tenure.customers.queries import accounts_by_ids
from tenure.events.jobs import roll_up
from tenure.events.queries import open_lake
from tenure.subscriptions import queries as subscriptions
from tenure.tenants.models import Workspace

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("TENURE_SHARED_DATA") or ROOT.parent / "shared" / "data") / "mrr-playbook"
MAP = """
source: billing
currency: USD
files:
  accounts:
    file: accounts.csv
    accounts: {key: id, traits: {industry: industry}}
  subscriptions:
    file: subscriptions.csv
    subscriptions: {key: id, account: account, start: start, end: end, plan: plan, mrr: mrr}
"""
ACCOUNTS = "id,industry\na,health\nb,health\nc,retail\nd,\n"
# a stays and grows, b leaves in March 2024, c shrinks, d is new in March 2024.
SUBSCRIPTIONS = """id,account,start,end,plan,mrr
1,a,2023-01-01,2024-02-01,Basic,100
2,a,2024-02-01,,Pro,150
3,b,2023-01-01,2024-03-10,Basic,50
4,c,2023-01-01,2024-03-01,Pro,200
5,c,2024-03-01,,Pro,120
6,d,2024-03-05,,Basic,80
"""


def call(*arguments: str) -> Result:
    return CliRunner().invoke(retention.command, [*arguments, "--workspace", "acme"], catch_exceptions=False)


def asked(*arguments: str) -> dict[str, Any]:
    answer = call(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def load(folder: Path, plan: Path, workspace: Workspace, as_of: date) -> None:
    workspace.as_of = as_of
    workspace.save()
    arguments = [str(folder), "--map", str(plan), "--workspace", "acme"]
    assert CliRunner().invoke(import_.command, arguments, catch_exceptions=False).exit_code == 0
    roll_up(open_lake("acme"))


@pytest.fixture
def billed(acme: Workspace, tmp_path: Path) -> None:
    for name, text in (("accounts.csv", ACCOUNTS), ("subscriptions.csv", SUBSCRIPTIONS), ("map.yaml", MAP)):
        (tmp_path / name).write_text(text)
    load(tmp_path, tmp_path / "map.yaml", acme, date(2024, 3, 31))


@pytest.mark.usefixtures("billed")
def test_months_and_the_year_as_json() -> None:
    found = asked("--monthly")
    assert (found["as_of"], found["currency"], found["by"], found["where"]) == ("2024-03-31", "USD", None, None)
    assert found["months"][0]["month"] == "2023-01"
    assert found["months"][-2:] == [
        {"month": "2024-02", "mrr": 400.0, "new": 0.0, "expansion": 50.0, "contraction": 0.0, "churn": 0.0,
         "reactivation": 0.0, "fx": 0.0, "logo_churn": 0.0, "revenue_churn": 0.0, "grr": 1.0, "nrr": 1.142857,
         "split": {"price": 0.0, "seats": 0.0, "plan": 0.0, "product": 50.0}},
        {"month": "2024-03", "mrr": 350.0, "new": 80.0, "expansion": 0.0, "contraction": -80.0, "churn": -50.0,
         "reactivation": 0.0, "fx": 0.0, "logo_churn": 0.333333, "revenue_churn": 0.125, "grr": 0.675, "nrr": 0.675,
         "split": {"price": 0.0, "seats": 0.0, "plan": 0.0, "product": -80.0}},
    ]  # fmt: skip
    assert found["year"] == {
        "from": "2023-04", "to": "2024-03", "opening": 350.0, "kept": 220.0, "now": 270.0, "customers": 3, "lost": 1,
        "logo_churn": 0.333333, "revenue_churn": 0.142857, "grr": 0.628571, "nrr": 0.771429,
    }  # fmt: skip
    assert found["groups"] == []


@pytest.mark.usefixtures("billed")
def test_groups_add_up_and_who_left_counts_under_what_was_known_while_there() -> None:
    found = asked("--by", "plan")
    assert [(each["value"], each["months"][-1]["mrr"]) for each in found["groups"]] == [("Pro", 270.0), ("Basic", 80.0)]
    assert [each["year"]["lost"] for each in found["groups"]] == [0, 1]
    by_industry = asked("--by", "trait.industry")
    assert [each["value"] for each in by_industry["groups"]] == ["health", "retail", None]
    for at, whole in enumerate(found["months"]):
        for told in (found, by_industry):
            assert whole["mrr"] == sum(each["months"][at]["mrr"] for each in told["groups"])
    banded = asked("--by", "mrr:100,130")
    assert [each["value"] for each in banded["groups"]] == ["under 100", "100 to under 130", "130 or more"]
    fits = asked("--by", "plan = 'Pro' and mrr > 130")
    assert [(each["value"], each["year"]["customers"]) for each in fits["groups"]] == [("Fits", 1), ("All others", 2)]
    only = asked("--where", "trait.industry = 'health'")
    assert only["months"] == by_industry["groups"][0]["months"]


@pytest.mark.usefixtures("billed")
def test_a_definition_adds_its_figures_and_changes_nothing_else() -> None:
    plain, found = asked("--monthly"), asked("--definition", "stripe")
    assert (found.pop("definition"), found["year"].pop("figures")) == (
        "stripe", {"subscriber_churn": 0.25, "churned_revenue": 50.0},
    )  # fmt: skip
    assert [each.pop("figures") for each in found["months"]][-1] == {"subscriber_churn": 0.25, "churned_revenue": 50.0}
    assert found == plain
    assert asked("--definition", "gainsight")["year"]["figures"]["gross_renewal_rate"] is None  # no term is known
    assert call("--definition", "chartmogul").stdout.split()[:4] == [
        "net_mrr_churn", "gross_mrr_churn", "customer_churn", "All",
    ]  # fmt: skip


@pytest.mark.usefixtures("billed")
def test_tables_are_for_people() -> None:
    table = call("--by", "plan").stdout.splitlines()
    assert table[0].split() == ["customers", "lost", "opening", "now", "logo_churn", "revenue_churn", "grr", "nrr"]
    assert [line.split()[0] for line in table[1:]] == ["All", "Pro", "Basic"]
    assert "67.5 %" in call("--monthly").stdout.splitlines()[-1]
    lines = call("--monthly", "--by", "plan").stdout.splitlines()
    assert [line for line in lines if " " not in line] == ["All", "Pro", "Basic"]
    assert len(lines) == 3 * (1 + 1 + 15)  # a name, the heads and January 2023 to March 2024, three times


@pytest.mark.usefixtures("billed")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--by", "colour"], "There is no field 'colour'"),
        (["--by", "segment:nobody"], "There is no segment 'nobody' of accounts"),
        (["--by", "touch_tier"], "There is no touch tier"),
        (["--by", "plan:5"], "is no number, so it has no bands"),
        (["--by", "mrr:5,1"], "Edges of bands rise"),
        (["--by", "mrr >"], "Something is missing after ‘>’."),
        (["--where", "industy = 'health'"], "industy"),
        (["--definition", "own"], "Choose one of tenure, chartmogul"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: list[str], said: str) -> None:
    answer = call(*wrong, "--json")
    assert answer.exit_code == 1
    assert said in json.loads(answer.stdout)["error"]["detail"]


def test_a_workspace_without_subscriptions_has_no_months(acme: Workspace) -> None:
    found = asked()
    assert (found["months"], found["year"]["customers"], found["year"]["nrr"]) == ([], 0, None)


@pytest.mark.any_database
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the MRR playbook: set TENURE_SHARED_DATA")
def test_the_mrr_playbook_month_by_month(acme: Workspace) -> None:
    """What dbt Labs' own SQL makes of the same periods; its months begin with 2018."""
    load(DATA, ROOT / "examples" / "mrr-playbook" / "map.yaml", acme, date(2020, 2, 29))
    found = {f"{each['month']}-01": each for each in asked("--monthly")["months"]}
    with (DATA / "EXPECTED_mrr_by_month.csv").open() as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 26
    for row in expected:
        assert _like(found[row["m"]]) == {name: float(row[name]) for name in NAMES}, row["m"]
    with (DATA / "EXPECTED_mrr_by_customer_month.csv").open() as file:
        by_customer = {(row["customer_id"], row["m"]): row for row in csv.DictReader(file) if float(row["mrr_change"])}
    with tenancy.workspace(acme.pk):
        ledger = subscriptions.ledger(open_lake("acme"), as_of=date(2020, 2, 29)).to_pylist()
        names = {each: row.external_id for each, row in accounts_by_ids([row["account"] for row in ledger]).items()}
    moved = {(names[row["account"]], row["month"].isoformat()): row for row in ledger if row["month"].year > 2017}
    assert moved.keys() == by_customer.keys()
    for place, row in moved.items():
        expected_row = by_customer[place]
        assert row[CATEGORIES[expected_row["change_category"]]] == round(100 * float(expected_row["mrr_change"])), place
        assert (row["opening"], row["closing"]) == tuple(
            round(100 * float(expected_row[name])) for name in ("previous_month_mrr", "mrr")
        )


CATEGORIES = {
    "new": "new", "upgrade": "expansion", "downgrade": "contraction", "churn": "churn", "reactivation": "reactivation",
}  # fmt: skip


NAMES = {
    "mrr": "mrr",
    "new": "new",
    "react": "reactivation",
    "up": "expansion",
    "down": "contraction",
    "churn": "churn",
}


def _like(month: Mapping[str, object]) -> dict[str, object]:
    return {name: month[ours] for name, ours in NAMES.items()}
