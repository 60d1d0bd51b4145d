"""Board packs of the demo, as the pages show them: one that is ready, one that failed; a schedule and its readers."""

from datetime import date

from tenure.base import jobs, tenancy
from tenure.base.months import months_back
from tenure.packs import actions
from tenure.packs.contracts import Plan
from tenure.packs.models import Pack
from tenure.tenants import queries
from tenure.tenants.models import Member


def packed(today: date) -> dict[str, int]:
    """The ids of both, made in the workspace entered where there are none yet."""
    if not Pack.objects.exists():
        _pack(today)
    rows = Pack.objects.order_by("id").values_list("pk", flat=True)
    return {"ready": rows[0], "failed": rows[1]}


def _pack(today: date) -> None:
    members = list(Member.objects.order_by("id").values_list("pk", flat=True)[:2])
    by = queries.members_by_id(members)[members[0]]
    month = months_back(today, 1)
    ready = actions.ask(month=month, by=by)
    with tenancy.no_workspace():
        jobs.work_off()
    Pack.objects.create(
        month=month, as_of=today, by_id=by.id, asked_at=Pack.objects.get(pk=ready).asked_at,
        problem="The document was not ready after 60 seconds.",
    )  # fmt: skip
    actions.choose(plan=Plan(active=True, nth=2, hour=8), by=by)
    for member in members:
        actions.add_member(member=member, by=by)
    actions.add_address(address="board@fund.example", by=by)
