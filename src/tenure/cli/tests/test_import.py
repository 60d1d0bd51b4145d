"""`tenure import` answers scripts in JSON and with its exit code, and people in a table."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tenure.cli.commands.import_ import command
from tenure.customers.models import Account
from tenure.tenants.models import Workspace

MAP = """\
source: shop
files:
  accounts: {file: accounts.csv, accounts: {key: id, name: name}}
  usage:
    file: usage.csv
    events: {key: id, account: account, at: day, name: {constant: login}}
"""
GOOD = "id,account,day\n1,A,2024-03-01\n2,A,2024-03-02\n"
BAD = GOOD + "3,A,soon\n"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files and their map."""
    (tmp_path / "map.yaml").write_text(MAP)
    (tmp_path / "accounts.csv").write_text("id,name\nA,Ada\n")
    (tmp_path / "usage.csv").write_text(GOOD)
    return tmp_path


def call(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_json_has_the_counts_of_each_file(folder: Path) -> None:
    done = call(folder, "--map", folder / "map.yaml", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert [
        {k: file[k] for k in ("file", "read", "created", "updated", "unchanged", "rejected")}
        for file in answer["files"]
    ] == [
        {"file": "accounts.csv", "read": 1, "created": 1, "updated": 0, "unchanged": 0, "rejected": 0},
        {"file": "usage.csv", "read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0},
    ]
    assert (answer["source"], answer["dry_run"], answer["missing"], answer["unmapped"]) == ("shop", False, [], [])
    assert "reading usage.csv" in done.stderr


def test_rejected_rows_are_exit_code_3_and_named(folder: Path) -> None:
    (folder / "usage.csv").write_text(BAD)
    done = call(folder, "--map", folder / "map.yaml")
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        "file          read  created  updated  unchanged  rejected",
        "accounts.csv     1        1        0          0         0",
        "usage.csv        3        2        0          0         1",
        "usage.csv:4 day: expected a date (YYYY-MM-DD), found “soon”",
    ]


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    done = call(folder, "--map", folder / "map.yaml", "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.endswith("A dry run: nothing was written.\n")
    assert not Account.every_workspace.exists()


def test_a_wrong_map_is_exit_code_1_with_its_line(folder: Path) -> None:
    (folder / "map.yaml").write_text(MAP.replace("name: name", "nmae: name"))
    done = call(folder, "--map", folder / "map.yaml", "--json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.stdout)["error"]["errors"]
    assert (problem["line"], problem["detail"]) == (
        3,
        "files.accounts.accounts.nmae: is not known here; did you mean 'name'?",
    )
    assert not Account.every_workspace.exists()


def test_without_a_map_it_says_how_to_get_one(folder: Path, acme: Workspace) -> None:
    done = call(folder)
    assert done.exit_code == 1
    assert "tenure import PATH --guess > map.yaml" in done.stderr


def test_a_guess_is_a_map_that_can_be_imported(folder: Path) -> None:
    guessed = call(folder, "--guess")
    assert guessed.exit_code == 0
    (folder / "guessed.yaml").write_text(guessed.stdout)
    done = call(folder, "--map", folder / "guessed.yaml", "--json")
    assert done.exit_code == 0
    assert [file["created"] for file in json.loads(done.stdout)["files"]] == [1, 2]
