"""`tenure merge`: two that are one, by their ids; listed, and undone."""

import json

import pytest
from click.testing import CliRunner

from tenure.base import tenancy
from tenure.cli.main import tenure
from tenure.customers.actions import upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.customers.models import Merge
from tenure.tenants.models import Workspace


@pytest.fixture
def shop(acme: Workspace) -> Workspace:
    with tenancy.workspace(acme.pk):
        upsert_accounts([AccountUpsert("a", name="Acme"), AccountUpsert("b", name="ACME Inc.")])
        upsert_people([PersonUpsert("ada", name="Ada"), PersonUpsert("ada2", name="Ada L.")])
    return acme


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(tenure, ["merge", *words])
    return done.exit_code, done.stdout, done.stderr


def test_merged_listed_and_undone(shop: Workspace) -> None:
    code, out, _ = run("accounts", "a", "b")
    number = Merge.every_workspace.get().pk
    assert (code, out.splitlines()[0].startswith("ACME Inc. is part of Acme from ")) == (0, True)
    assert out.splitlines()[1] == f"Undo it with `tenure merge undo {number}`."
    assert run("people", "ada", "ada2")[0] == 0
    code, out, _ = run("list", "--json")
    assert [row["absorbed_name"] for row in json.loads(out)["merges"]] == ["Ada L.", "ACME Inc."]
    code, out, _ = run("undo", str(number), "--json")
    assert (code, json.loads(out)["id"]) == (0, number)
    assert "ACME Inc." in run("list")[1]


def test_a_refusal_says_why(shop: Workspace) -> None:
    assert run("list")[1] == "Nothing was merged yet.\n"
    assert run("accounts", "a", "c")[::2] == (1, "tenure: There is no account 'c'.\n")
    assert run("undo", "7")[::2] == (1, "tenure: There is no such merge.\n")
    run("accounts", "a", "b")
    assert run("accounts", "b", "a")[::2] == (
        1, "tenure: ACME Inc. is part of Acme already. Undo that merge to do it the other way round.\n",
    )  # fmt: skip
