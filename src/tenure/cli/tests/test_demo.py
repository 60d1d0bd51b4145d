"""`tenure demo` loads a company once, tells the sign-in every time, and never mixes two companies."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tenure.base import tenancy
from tenure.cli.commands.demo import command
from tenure.customers.models import Account, Person
from tenure.events.queries import engine, open_lake
from tenure.ingest.models import ImportRun
from tenure.tenants.models import Member, Workspace
from tenure.work.models import Entry

SMALL = ("--accounts", "20", "--months", "3", "--as-of", "2026-07-01", "--json")


def _demo(*options: str) -> Result:
    return CliRunner().invoke(command, [*SMALL, *options])


def _counts() -> dict[str, int]:
    view = Workspace.objects.get(slug="demo")
    with tenancy.workspace(view.pk):
        counted = {model.__name__: model.objects.count() for model in (Account, Person, Member, ImportRun, Entry)}
    relations = {"events": open_lake("demo").relation("events")}
    rows = engine().query("SELECT count(*) AS rows FROM events", relations=relations)["rows"][0].as_py()
    return {**counted, "events": rows}


@pytest.mark.django_db
def test_the_demo_is_loaded_once_and_tells_its_sign_in_again() -> None:
    first = _demo()
    assert first.exit_code == 0, first.stderr
    before = _counts()
    again = _demo()
    assert json.loads(first.stdout) == json.loads(again.stdout)
    assert (before["Account"], before["Member"], before["ImportRun"], before["Entry"] > 20) == (20, 8, 1, True)
    assert _counts() == before
    refused = _demo("--seed", "8")
    assert refused.exit_code == 1
    assert "--workspace OTHER" in refused.stderr
    assert _counts() == before


def test_the_files_can_be_written_without_loading_them(tmp_path: Path) -> None:
    answer = json.loads(_demo("--write", str(tmp_path)).stdout)
    assert answer["folder"] == str(tmp_path / "exports")
    assert (tmp_path / "map.yaml").exists()
    assert sorted(path.name for path in (tmp_path / "exports").glob("usage_*")) == [
        "usage_2026-04.parquet",
        "usage_2026-05.parquet",
        "usage_2026-06.parquet",
    ]
