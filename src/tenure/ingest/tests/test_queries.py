"""The history of imports, rejects page by page, and what each source delivers."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tenure.base import clock, tenancy
from tenure.base.refusals import NotFound
from tenure.ingest import actions, queries
from tenure.ingest.contracts import SourceView
from tenure.ingest.tests.importing import ACCOUNTS, run, source_map, write
from tenure.tenants.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]

WANTED = source_map(
    accounts=ACCOUNTS,
    usage={
        "file": "usage.csv",
        "events": {"key": "id", "account": "account", "at": "day", "name": {"constant": "login"}, "seconds": "s"},
    },
)
FILES = {
    "accounts.csv": "id,name,since\nA,Ada,2024-01-01\n",
    "usage.csv": "id,account,day,s\n" + "".join(f"{i},A,2024-03-{i:02d},{60 if i == 2 else ''}\n" for i in range(1, 6))
    + "".join(f"bad{i},A,never,\n" for i in range(5)) + "late,A,2099-01-01,\n",
}  # fmt: skip


def test_runs_and_rejects_page_by_page(tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    folder = write(tmp_path / "in", FILES)
    first, second = run(folder, WANTED), run(folder, WANTED)
    with django_assert_num_queries(2):
        page = queries.runs(limit=1)
    assert [(r.id, r.status, r.read, r.created, r.updated, r.unchanged, r.rejected) for r in page.runs] == [
        (second.run, "done", 12, 0, 0, 7, 5)
    ]
    rest = queries.runs(cursor=page.next, limit=1)
    assert [r.id for r in rest.runs] == [first.run]
    assert rest.next is None
    assert first.run is not None
    view = queries.run(first.run)
    assert (view.files[1].file, view.files[1].created, view.warnings) == ("usage.csv", 6, {"dated after today": 1})
    with django_assert_num_queries(1):
        rejects = queries.rejects(first.run, limit=3)
    assert [r.line for r in rejects.rejects] == [7, 8, 9]
    assert [r.line for r in queries.rejects(first.run, cursor=rejects.next, limit=3).rejects] == [10, 11]


def test_runs_of_another_workspace_are_not_there(tmp_path: Path, globex: Workspace) -> None:
    made = run(write(tmp_path / "in", FILES), WANTED).run
    assert made is not None
    with tenancy.workspace(globex.pk), pytest.raises(NotFound):
        queries.run(made)


def test_a_source_tells_what_it_delivers_and_until_when(tmp_path: Path) -> None:
    at = datetime(2024, 6, 1, 12, tzinfo=UTC)
    with clock.frozen(at):
        run(write(tmp_path / "in", FILES), WANTED)
    start, today = date(2024, 1, 1), date(2024, 6, 1)
    assert queries.sources_delivering() == {
        "shop": SourceView(
            source="shop",
            last_day=today,
            last_received_at=at,
            kinds={
                "accounts": today, "usage": date(2024, 3, 5), "usage.seconds": date(2024, 3, 2),
            },
            first_days={"accounts": start, "usage": date(2024, 3, 1), "usage.seconds": date(2024, 3, 2)},
        )
    }  # fmt: skip


def test_deliveries_only_grow() -> None:
    actions.record_delivery(source="api", kinds={"usage": (date(2024, 3, 1), date(2024, 3, 9))})
    actions.record_delivery(source="api", kinds={"usage": (date(2024, 3, 5), date(2024, 3, 7)), "people": (None, None)})
    found = queries.sources_delivering()["api"]
    assert (found.first_days, found.kinds) == (
        {"usage": date(2024, 3, 1), "people": None},
        {"usage": date(2024, 3, 9), "people": None},
    )


__all__ = ["CaptureQueriesContext"]
