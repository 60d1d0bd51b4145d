"""What is kept of payers is what the facts of the day each paid last say."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pytest

from tenure.base import paths
from tenure.base.cycle import StageRun
from tenure.definitions.actions import publish_body
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.health.tests import company
from tenure.revenue import payers
from tenure.revenue.contracts import Course
from tenure.revenue.queries import retention_shown
from tenure.segments.tests import defining
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
D = date.fromisoformat
ENDS = {1: "2024-08-10", 2: "2024-10-03", 3: None, 4: None}
PRO, BASIC = (Terms(plan=plan, mrr_minor=10_000, currency="USD", billing="monthly") for plan in ("Pro", "Basic"))


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    """Four accounts pay from July on, two of them leave; the plan of another changes."""
    ids = company.founded(workspace)
    for number, end in ENDS.items():
        records = [Record("subscription_started", D("2024-07-02"), D("2024-07-02"), "s", PRO if number % 2 else BASIC)]
        if end:
            records.append(Record("subscription_ended", D(end), D(end), "s"))
        rows = log.table(log.rows(ids[f"A-{number}"], records))
        append(open_lake("acme"), "events", rows, writer="billing", run=number)
    cycle(workspace)
    return ids


LINE = {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 40, "points": 100}]}
CARD = {"dimensions": [{"key": "use", "label": "Use", "measures": [{"measure": "events_28d", "curve": LINE}]}]}


def cycle(workspace: Workspace) -> int:
    run_stage(of(workspace))
    company.cycle(workspace)
    return payers.stage(of(workspace)).rows


def of(workspace: Workspace) -> StageRun:
    return StageRun(workspace.pk, workspace.slug, as_of=company.AS_OF, days=(company.AS_OF,))


def without_the_file() -> None:
    (paths.home() / "current" / "acme" / payers.NAME).unlink()


def groups(by: str) -> Sequence[Course]:
    return retention_shown(company.AS_OF, by=by).groups


def test_only_those_who_left_are_kept_each_as_of_the_day_they_paid_last(ids: dict[str, int]) -> None:
    found = payers.payers("acme")
    assert found is not None
    assert dict(zip(found.table["id"].to_pylist(), found.table[payers.PAID_LAST].to_pylist(), strict=True)) == {
        ids["A-1"]: D("2024-07-31"), ids["A-2"]: D("2024-09-30"),
    }  # fmt: skip


def test_groups_out_of_the_file_are_those_of_the_facts_and_add_up(workspace: Workspace, ids: dict[str, int]) -> None:
    """With a segment made long after they left: who was in it is worked out of what is kept of them."""
    publish_body(kind="scorecard", key="health", body=CARD, by=None)
    defining.segment("busy", "events_28d >= 10", name="Busy")
    defining.segment("first", "segment.busy", name="First", tier={"order": 1, "channels": ["call"]})
    company.cycle(workspace, days=(D("2024-07-31"), D("2024-09-30")))
    assert payers.stage(StageRun(workspace.pk, "acme", company.AS_OF, days=(), full=True)).rows == 2
    asked_for = ("plan", "band", "score", "segment:busy", "touch_tier", "events_28d:5,20", "mrr > 50",
                 "segment.busy and events_28d > 1", "owner")  # fmt: skip
    kept = {by: groups(by) for by in asked_for}
    assert [each.value for each in kept["plan"]] == ["Basic", "Pro"]
    assert {each.value for each in kept["segment:busy"]} == {"In “Busy”", "All others"}
    assert {each.value for each in kept["touch_tier"]} == {"First", "No touch tier"}
    assert None not in {each.value for each in kept["band"]}
    whole = retention_shown(company.AS_OF).total
    for found in kept.values():
        for at, month in enumerate(whole.months):
            assert month.mrr == sum(each.months[at].mrr for each in found)
            assert month.lost == sum(each.months[at].lost for each in found)
    without_the_file()
    assert {by: groups(by) for by in asked_for} == kept


def test_no_facts_are_asked_for_where_the_file_and_the_state_have_them(
    ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(**_: object) -> None:
        raise AssertionError("The facts were asked.")

    monkeypatch.setattr(payers, "facts", never)
    assert len(groups("events_28d > 3 and plan = 'Pro'")) == 2


def test_only_who_left_since_is_asked_for_again(workspace: Workspace, ids: dict[str, int]) -> None:
    assert payers.stage(of(workspace)).rows == 0
    ended = Record("subscription_ended", D("2024-11-05"), D("2024-11-05"), "s")
    began = Record("subscription_started", D("2024-07-02"), D("2024-07-02"), "s", PRO)
    append(open_lake("acme"), "events", log.table(log.rows(ids["A-3"], [began, ended])[1:]), writer="billing", run=9)
    assert cycle(workspace) == 1
    kept = groups("plan")
    without_the_file()
    assert groups("plan") == kept


@pytest.mark.parametrize("at_once", [1, 3, 5, 200_000])
def test_days_are_asked_for_together_as_long_as_they_are_few(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(payers, "AT_ONCE", at_once)
    days = [D("2024-03-31"), D("2024-01-31"), D("2024-03-31"), D("2024-02-29")]
    wanted = pa.table({"id": [1, 2, 3, 4], payers.PAID_LAST: pa.array(days, pa.date32())})
    parts = list(payers._together(wanted))
    assert pa.concat_tables(parts)["id"].to_pylist() == [2, 4, 1, 3]
    assert [len(set(each[payers.PAID_LAST].to_pylist())) for each in parts] == {
        1: [1, 1, 1], 3: [1, 1, 1], 5: [2, 1], 200_000: [3],
    }[at_once]  # fmt: skip
    assert list(payers._together(wanted.slice(0, 0))) == []
