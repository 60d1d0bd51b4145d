"""A business of four customers over two years, whose months can be told by hand."""

from collections.abc import Sequence
from datetime import date

from tenure.base.cycle import StageReport, StageRun
from tenure.base.tests import again
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.health.tests import company
from tenure.reports import kept
from tenure.revenue import payers
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Workspace

D = date.fromisoformat
NOVEMBER, AS_OF = D("2024-11-01"), company.AS_OF


def pays(mrr: int, plan: str = "Pro") -> Terms:
    return Terms(plan=plan, mrr_minor=mrr, currency="USD", billing="monthly")


def started(day: str, mrr: int, plan: str = "Pro") -> Record:
    return Record("subscription_started", D(day), D(day), "s", pays(mrr, plan))


HISTORY: dict[str, Sequence[Record]] = {
    "A-1": [started("2023-03-05", 10_000)],
    "A-2": [started("2023-05-05", 20_000, "Basic"),
            Record("subscription_ended", D("2024-11-15"), D("2024-11-15"), "s")],
    "A-3": [started("2023-08-05", 30_000),
            Record("subscription_changed", D("2024-11-05"), D("2024-11-05"), "s", pays(40_000))],
    "A-4": [started("2024-11-20", 5_000)],
}  # fmt: skip


@again.once
def told(workspace: Workspace) -> dict[str, int]:
    """The business after one cycle; ids by external id. In November 2024 A-2 (200) left, A-3 (300) paid 400, A-4 came
    (50); A-1 pays 100."""
    ids = company.computed(workspace)
    for name, records in HISTORY.items():
        say(ids[name], records)
    cycle(workspace, scored=(D("2024-10-31"), D("2024-11-29")))
    return ids


def say(account: int, records: Sequence[Record], *, run: int | None = None) -> None:
    """Records of an account reach the log."""
    append(open_lake("acme"), "events", log.table(log.rows(account, records)), writer="billing", run=run or account)


def cycle(workspace: Workspace, as_of: date | None = None, *, scored: tuple[date, ...] = ()) -> StageReport:
    """One round of what the board stands on, and of the board."""
    if as_of is not None:
        workspace.as_of = as_of
        workspace.save()
    day = workspace.as_of or AS_OF
    run = StageRun(workspace.pk, workspace.slug, as_of=day, days=(day,), history=True)
    run_stage(run)
    company.cycle(workspace, days=scored)
    payers.stage(run)
    return kept.stage(run)
