"""A company of four customers until April 2026, one with a name that tries to be more than a name."""

from datetime import date

from tenure.base.cycle import StageRun
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.events.actions import append
from tenure.events.queries import open_lake
from tenure.subscriptions.jobs import run_stage
from tenure.subscriptions.rules import Record, Terms
from tenure.subscriptions.tests import log
from tenure.tenants.models import Workspace

D = date.fromisoformat
AS_OF = D("2026-04-10")
MARCH = D("2026-03-01")
HOSTILE = '#eval("1+1") *Ash* Ünal'


def terms(mrr: int) -> Terms:
    return Terms(plan="Pro", mrr_minor=mrr, currency="USD", billing="monthly")


HISTORY = {
    HOSTILE: [Record("subscription_started", D("2026-01-05"), D("2026-01-05"), "s", terms(10_000)),
              Record("subscription_changed", D("2026-03-10"), D("2026-03-10"), "s", terms(15_000))],
    "Birch": [Record("subscription_started", D("2026-01-07"), D("2026-01-07"), "s", terms(20_000)),
              Record("subscription_ended", D("2026-03-03"), D("2026-03-03"), "s")],
    "Cedar": [Record("subscription_started", D("2026-03-20"), D("2026-03-20"), "s", terms(5_000))],
    "Later": [Record("subscription_started", D("2026-04-02"), D("2026-04-02"), "s", terms(90_000))],
}  # fmt: skip


def found(workspace: Workspace) -> None:
    """Load it into a workspace that stands at 10 April 2026."""
    workspace.as_of = AS_OF
    workspace.save()
    ids = upsert_accounts([AccountUpsert(name, name=name) for name in HISTORY]).ids
    for run, (name, records) in enumerate(HISTORY.items(), start=1):
        append(open_lake("acme"), "events", log.table(log.rows(ids[name], records)), writer="test", run=run)
    run_stage(StageRun(workspace.pk, workspace.slug, as_of=AS_OF, days=(AS_OF,)))
