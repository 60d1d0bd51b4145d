"""A day that is over is kept as the log tells it, and given up once something comes that was known by then."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from tenure.base import clock, jobs, kept, past
from tenure.base.cycle import StageRun
from tenure.base.past import Part
from tenure.customers.merging import merge_accounts
from tenure.definitions.actions import publish_body
from tenure.events.queries import open_lake
from tenure.health import belief, population
from tenure.health import queries as health
from tenure.health.tests import company
from tenure.past import actions, keeping, queries
from tenure.past.jobs import stage
from tenure.past.models import AskedDay
from tenure.reports import kept as boards
from tenure.reports.tests import business
from tenure.revenue import payers, rules
from tenure.revenue import queries as revenue
from tenure.revenue.tests.test_payers import CARD
from tenure.subscriptions import queries as subscriptions
from tenure.subscriptions.actions import set_rates
from tenure.subscriptions.contracts import Rate
from tenure.subscriptions.rules import Record
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
D = date.fromisoformat
NOVEMBER, OCTOBER = D("2024-11-30"), D("2024-10-31")


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    return business.told(workspace)


@pytest.fixture
def kept_days(workspace: Workspace, ids: dict[str, int]) -> dict[str, int]:
    """Two months that are over are kept, and looked at once."""
    for day in (OCTOBER, NOVEMBER):
        keeping.keep("acme", day)
    keeping.look_again("acme")
    for day in (OCTOBER, NOVEMBER):
        keeping.keep("acme", day)
    assert days() == [OCTOBER, NOVEMBER]
    return ids


def days() -> list[date]:
    return sorted(past.days("acme"))


def figures(day: date) -> list[object]:
    """What pages of a day read."""
    last = rules.paid_last(revenue.ledger(day), day)
    columns = ["plan", "band", "score", "events_28d", "t__tier"]
    told = payers.rows(last, day, columns)
    state = health.state_as_of(day).table.drop_columns(["inputs", "adjustments"])
    summed, board = population.population(day), boards.known(day)
    return [
        revenue.ledger(day).to_pylist(),
        revenue.renewals_due(day).to_pylist(),
        [revenue.retention_shown(day, by=by) for by in ("", "plan", "band", "score", "mrr > 100")],
        revenue.cohorts_shown(day, months=1, by="plan", value="Pro"),
        revenue.sizes(day),
        told.select(sorted(told.column_names)).to_pylist(),
        state.select(sorted(state.column_names)).to_pylist(),
        (summed.averages, summed.shares, summed.groupings, summed.moves, summed.fell, summed.rose),
        # The board of a kept day knows who pays by what, so that it tells of referrals too.
        [(each.month, {**each.figures, "referred": None}, each.waterfall) for each in board.months],
    ]


def test_figures_of_a_kept_day_are_those_of_the_log(ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    of_log = figures(NOVEMBER)
    keeping.keep("acme", NOVEMBER)
    assert queries.is_kept(NOVEMBER)

    def refuses(*_: object, **__: object) -> pa.Table:
        raise AssertionError("the log was asked")

    for owner, name in ((subscriptions, "ledger"), (subscriptions, "renewals_due"), (payers, "facts"),
                        (belief, "built")):  # fmt: skip
        monkeypatch.setattr(owner, name, refuses)
    of_files = figures(NOVEMBER)
    assert of_files == of_log


def late(account: int, day: str, known: str) -> None:
    """A record of another subscription arrives."""
    record = Record("subscription_started", D(day), D(known), "late", business.pays(1_000))
    business.say(account, [record], run=10**9)  # beyond all ids, which runs are numbered by


@pytest.mark.parametrize(
    ("known", "stay"),
    [("2024-12-20", [OCTOBER, NOVEMBER]), ("2024-11-20", [OCTOBER]), ("2024-10-04", [])],
)
def test_history_that_is_loaded_later_gives_up_the_days_that_knew_it(
    kept_days: dict[str, int], known: str, stay: list[date]
) -> None:
    late(kept_days["A-1"], "2024-10-03", known)
    assert keeping.look_again("acme") == 2 - len(stay)
    assert days() == stay
    assert keeping.look_again("acme") == 0


def test_a_day_made_anew_has_what_came_late(kept_days: dict[str, int]) -> None:
    before = revenue.retention_shown(NOVEMBER).total.months[-1].mrr
    late(kept_days["A-1"], "2024-10-03", "2024-10-03")
    keeping.look_again("acme")
    keeping.keep("acme", NOVEMBER)
    assert revenue.retention_shown(NOVEMBER).total.months[-1].mrr == before + 1_000


def test_other_rates_give_up_every_day(
    kept_days: dict[str, int], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        set_rates(rates=[Rate("EUR", D("2024-10-01"), Decimal("1.1"))], by=None)
    assert days() == []


def test_another_scorecard_gives_up_every_day(kept_days: dict[str, int]) -> None:
    publish_body(kind="scorecard", key="health", body=CARD, by=None)
    assert keeping.look_again("acme") == 2


def test_a_merge_made_later_leaves_days_before_it(kept_days: dict[str, int]) -> None:
    merge_accounts(absorbed=kept_days["A-4"], into=kept_days["A-1"], by=None)
    assert keeping.look_again("acme") == 0
    assert queries.is_kept(NOVEMBER)


def test_what_comes_while_a_day_is_made_is_in_it(ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[date] = []

    def arrives(_slug: str, day: date) -> None:
        if not made:
            late(ids["A-1"], "2024-10-03", "2024-10-03")
        made.append(day)

    monkeypatch.setattr(keeping._registry, "parts", (*keeping._registry.parts, Part("arrives", arrives)))
    keeping.keep("acme", NOVEMBER)
    assert made == [NOVEMBER, NOVEMBER]
    assert revenue.ledger(NOVEMBER).equals(subscriptions.ledger(open_lake("acme"), as_of=NOVEMBER))


def test_what_breaks_off_leaves_nothing(ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_slug: str, _day: date) -> None:
        raise OSError("full")

    monkeypatch.setattr(keeping._registry, "parts", (*keeping._registry.parts[:1], Part("breaks", breaks)))
    with pytest.raises(OSError, match="full"):
        keeping.keep("acme", NOVEMBER)
    assert not queries.is_kept(NOVEMBER)
    assert list((kept.folder("acme") / kept.PAST).iterdir()) == []


def test_what_does_not_fit_any_more_is_made_again_by_itself(
    kept_days: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    fits = iter((False, False, True))
    parts = (
        Part("one", lambda *_: made.append("one")),
        Part("two", lambda *_: made.append("two"), lambda *_: next(fits)),
    )
    monkeypatch.setattr(keeping._registry, "parts", parts)
    assert not queries.is_kept(NOVEMBER)
    keeping.keep("acme", NOVEMBER)
    assert made == ["two"]
    assert queries.is_kept(NOVEMBER)


def test_the_day_made_first_goes_where_there_are_too_many(ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    monkeypatch.setattr(keeping._registry, "parts", ())
    for day in (NOVEMBER, OCTOBER, D("2024-09-30")):
        keeping.keep("acme", day)
    assert days() == [D("2024-09-30"), OCTOBER]


def test_a_day_is_asked_for_once_and_kept_by_the_worker(ids: dict[str, int]) -> None:
    assert [actions.ask(OCTOBER).state for _ in range(3)] == ["waits"] * 3
    assert jobs.work_off() == 1
    assert queries.is_kept(OCTOBER)
    assert not AskedDay.objects.exists()


def test_a_day_whose_work_broke_off_is_tried_again_later(
    ids: dict[str, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise OSError("full")

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "keep", breaks)
        actions.ask(OCTOBER)
        assert jobs.work_off() == 1
    found = actions.ask(OCTOBER)
    assert (found.state, found.problem) == ("failed", "OSError")
    assert jobs.work_off() == 0
    with clock.frozen(clock.now() + actions.AGAIN):
        assert actions.ask(OCTOBER).state == "waits"
    assert jobs.work_off() == 1
    assert queries.is_kept(OCTOBER)


def test_no_more_than_a_few_days_wait(ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "WAITING", 1)
    actions.ask(OCTOBER)
    assert actions.ask(NOVEMBER).state == "behind"
    assert AskedDay.objects.get().day == OCTOBER


def test_the_cycle_asks_for_the_month_that_was_over_last(workspace: Workspace, ids: dict[str, int]) -> None:
    run = StageRun(workspace.pk, "acme", company.AS_OF, days=())
    for _ in range(2):
        stage(run)
    assert [row.day for row in AskedDay.objects.all()] == [NOVEMBER]
    jobs.work_off()
    stage(run)
    assert not AskedDay.objects.exists()


def test_nothing_is_asked_for_where_nobody_paid_before(workspace: Workspace) -> None:
    company.computed(workspace)
    stage(StageRun(workspace.pk, "acme", company.AS_OF, days=()))
    assert not AskedDay.objects.exists()
