"""The list as a file: what is in it, in which order, safe for spreadsheets, for whom."""

import csv
import io
from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.base.tests import again
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.health.tests.company import cycle, founded
from tenure.screens.workspace.accounts.export import cell
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.permissions import Role

pytestmark = pytest.mark.django_db
ADDRESS = "/w/acme/accounts/export.csv"
FOUR = "external_id in ('A-2', 'A-5', 'A-8', 'A-11')"


@pytest.fixture
def company(acme: Workspace) -> Workspace:
    with tenancy.workspace(acme.pk):
        _hostile(acme)
    return acme


@again.once
def _hostile(workspace: Workspace) -> None:
    founded(workspace)
    formula = '=HYPERLINK("http://evil.example","Pay here")'
    upsert_accounts([AccountUpsert("A-1", name=formula, traits={"tier": 1, "@note": "x"})])
    cycle(workspace)


def _rows(client: Client, query: str) -> list[list[str]]:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_file_has_the_lists_accounts_columns_and_order(ana_client: Client, company: Workspace) -> None:
    head, *rows = _rows(ana_client, f"scope=all&where={quote(FOUR)}&sort=-name&column=started_on&column=events_28d")
    assert head[:2] == ["Id", "Name"]
    assert [row[0] for row in rows] == ["A-8", "A-5", "A-2", "A-11"]
    assert {row[8] for row in rows} == {"2024-06-03"}
    assert all(float(row[9]) > 0 for row in rows)


def test_nothing_in_the_file_is_a_formula(ana_client: Client, company: Workspace) -> None:
    head, *rows = _rows(ana_client, "scope=all&column=t__%40note")
    (row,) = [row for row in rows if row[0] == "A-1"]
    assert row[1] == '\'=HYPERLINK("http://evil.example","Pay here")'
    assert head[8] == "'@note"


def test_cells() -> None:
    values = ("+1", "-1", "@x", "\tx", "\rx", "a=b", "", -12.5, 3.0, 0.1 + 0.2, 7, True, None, float("nan"))
    assert [cell(value) for value in values] == [
        "'+1", "'-1", "'@x", "'\tx", "'\rx", "a=b", "", "-12.5", "3", "0.3", "7", "yes", "", "",
    ]  # fmt: skip
    assert cell(date(2024, 12, 31)) == "2024-12-31"
    assert (cell(["Beta", "Key"]), cell(["=1+1"])) == ("Beta, Key", "'=1+1")


def test_chunks_make_one_file(ana_client: Client, company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenure.health import lists

    whole = _rows(ana_client, "scope=all&sort=name")
    monkeypatch.setattr(lists, "CHUNK", 5)
    assert _rows(ana_client, "scope=all&sort=name") == whole
    assert len(whole) == 13


def test_an_export_is_on_the_audit_trail(ana_client: Client, company: Workspace) -> None:
    _rows(ana_client, f"scope=all&where={quote(FOUR)}")
    entry = AuditEntry.every_workspace.get(action="list.exported")
    assert entry.after == {"accounts": 4, "where": FOUR, "as_of": "2024-12-31"}


def test_a_filter_that_cannot_be_read_exports_nothing(ana_client: Client, company: Workspace) -> None:
    answer = ana_client.get(f"{ADDRESS}?where=nonsense+%3E+1")
    assert (answer.status_code, answer.streaming) == (422, False)
    assert not AuditEntry.every_workspace.filter(action="list.exported").exists()


def test_who_may_not_export_sees_no_button(
    ana_client: Client, ben: Member, ben_client: Client, company: Workspace
) -> None:
    assert "export.csv" in ana_client.get("/w/acme/accounts/").content.decode()
    assert "export.csv" not in ben_client.get("/w/acme/accounts/").content.decode()
    assert ben_client.get(ADDRESS).status_code == 403
    Member.every_workspace.filter(pk=ben.pk).update(role=Role.FINANCE)
    assert ben_client.get(ADDRESS).status_code == 200
