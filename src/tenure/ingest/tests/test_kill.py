"""Killed with -9 in the middle and run again, an import comes to the same end as one that was left alone."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tenure.ingest.tests.importing import write

MAP = """\
source: shop
files:
  accounts:
    file: accounts.csv
    accounts: {key: id, name: name, started_on: since, traits: [tier]}
  usage:
    file: usage.csv
    events: {key: [account, day], account: account, person: user, at: day, name: {constant: login}, count: n}
  tickets:
    file: tickets.csv
    tickets: {key: id, account: account, opened: opened, closed: closed, satisfaction: score}
"""
STATE = """
import json, sys
import django; django.setup()
from tenure.base import tenancy
from tenure.customers.models import Account, PersonAccount
from tenure.events import queries as events
from tenure.ingest.models import ImportRun
from tenure.tenants import queries
view = queries.workspace("acme")
lake = events.open_lake("acme")
with tenancy.workspace(view.id):
    names = dict(Account.objects.values_list("id", "external_id"))
    rows = events.engine().query(
        "select account, message_id, day, sum(sign)::int as n, sum(sign * count) as counted from e group by all",
        relations={"e": lake.relation("events")},
    ).to_pylist()
    traits = events.engine().query(
        "select t.id, t.key, t.value, t.day from t", relations={"t": lake.relation("traits")}
    )
    state = {
        "accounts": sorted(names.values()),
        "people": sorted(map(list, PersonAccount.objects.values_list("person__external_id", "account__external_id"))),
        "events": sorted([names[r["account"]], r["message_id"], str(r["day"]), r["n"], r["counted"]] for r in rows),
        "traits": sorted([names[r["id"]], r["key"], r["value"], str(r["day"])] for r in traits.to_pylist()),
        "statuses": list(ImportRun.objects.order_by("id").values_list("status", flat=True)),
    }
print(json.dumps(state))
"""


def files() -> dict[str, str]:
    """3,000 accounts, so that there are several chunks; 6,000 usage rows and 300 tickets."""
    accounts = "id,name,since,tier\n" + "".join(f"A{i},Name {i},2024-01-01,gold\n" for i in range(3_000))
    usage = "account,user,day,n\n" + "".join(
        f"A{i % 3_000},u{i % 50},2024-0{i % 9 + 1}-{i % 28 + 1:02d},{i % 7 + 1}\n" for i in range(6_000)
    )
    tickets = "id,account,opened,closed,score\n" + "".join(
        f"{i},A{i},2024-03-{i % 28 + 1:02d},2024-04-01,{i % 5 + 1}\n" for i in range(300)
    )
    return {"accounts.csv": accounts, "usage.csv": usage, "tickets.csv": tickets, "map.yaml": MAP}


class House:
    """An installation of its own in a folder."""

    def __init__(self, home: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
        self.environment = {**kept, "TENURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}
        self.tenure("init", "--workspace", "acme", "--email", "ana@acme.example", "--as-of", "2024-12-31", "--json")

    def tenure(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tenure.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def import_killed_at(self, folder: Path, step: str) -> None:
        """Start an import and kill it as soon as it tells of the step."""
        with subprocess.Popen(
            [sys.executable, "-m", "tenure.cli", "import", str(folder), "--map", str(folder / "map.yaml")],
            env=self.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        ) as running:  # fmt: skip
            assert running.stderr is not None
            told = [line for line in iter(running.stderr.readline, "") if _kill_at(running, line, step)]
            assert told, f"the import never came to {step!r}"

    def state(self) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-c", STATE], env=self.environment, capture_output=True, text=True, check=True
        )
        found: dict[str, object] = json.loads(done.stdout)
        return found


def _kill_at(running: "subprocess.Popen[str]", line: str, step: str) -> bool:
    if line.strip() != step:
        return False
    running.send_signal(signal.SIGKILL)
    running.wait()
    return True


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The end of an import that nobody disturbed."""
    folder = write(tmp_path_factory.mktemp("files"), files())
    house = House(tmp_path_factory.mktemp("home"))
    house.tenure("import", str(folder), "--map", str(folder / "map.yaml"))
    return house.state()


def test_killed_at_several_moments_the_end_is_the_same(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    folder, house = write(tmp_path / "in", files()), House(tmp_path / "home")
    moments = ("accounts and people", "attributes", "writing usage", "writing tickets")
    for moment in moments:
        house.import_killed_at(folder, moment)
    answer = json.loads(house.tenure("import", str(folder), "--map", str(folder / "map.yaml"), "--json"))
    assert [file["read"] for file in answer["files"]] == [3_000, 6_000, 300]
    assert all(
        file["read"] == file["created"] + file["updated"] + file["unchanged"] + file["rejected"]
        for file in answer["files"]
    )
    state = house.state()
    assert state.pop("statuses") == ["interrupted"] * len(moments) + ["done"]
    assert state == {key: value for key, value in undisturbed.items() if key != "statuses"}
    again = json.loads(house.tenure("import", str(folder), "--map", str(folder / "map.yaml"), "--json"))
    assert [file["unchanged"] for file in again["files"]] == [3_000, 6_000, 300]
