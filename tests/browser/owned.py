"""What the browser finds of ownership: a pool, rules at rest, somebody away, and a handoff under way."""

from datetime import date, timedelta

from tenure.customers.models import OwnerAssignment
from tenure.ownership import absences, assigning, handoffs, team
from tenure.ownership.contracts import Capacity
from tenure.ownership.models import AssignmentRule, Handoff, Pool
from tenure.tasks import actions as tasks
from tenure.tasks.contracts import Kind, NewTask
from tenure.tenants import queries
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.models import Member
from tenure.work import actions as work
from tenure.work.contracts import EntryDraft


def owned(day: date) -> dict[str, int]:
    """A pool, a rule at rest, somebody away, and a handoff with two promises that waits for its new owner."""
    first = Member.objects.earliest("id").pk
    by = queries.members_by_id([first])[first]
    others = [each for each in queries.members(active_only=True) if each.may(Permission.WORK) and each.id != by.id]
    if not Pool.objects.exists():
        seats = [Capacity(by.id, 40), *(Capacity(each.id, 12 + 2 * n) for n, each in enumerate(others))]
        pool = team.keep_pool(pool=None, name="East", role="csm", seats=seats, by=by)
        assigning.add_rule(segment="", pool=pool, method="accounts", by=by)
        sellers = [Capacity(each.id, 20) for each in others[:2]]
        sales = team.keep_pool(pool=None, name="Sales", role="ae", seats=sellers, by=by)
        assigning.add_rule(segment="", pool=sales, method="robin", by=by)
        absences.add_absence(
            member=others[0].id, first=day, last=day + timedelta(days=4), cover=by.id, pool=None, note="Conference",
            by=by,
        )  # fmt: skip
        for account, owner in _of_others(by):
            for title in ("Import of the old orders by March", "A discount for the second site"):
                tasks.add_task(NewTask(title=title, account=account, kind=Kind.PROMISE, assignee=owner), by=by)
            note = EntryDraft(body="Oscar decides. They never read mail.", subject="Handover")
            work.pin_entry(entry=work.write_entry(account=account, draft=note, by=by), by=by)
        handoffs.propose(
            accounts=[_of_others(by)[0][0]], taker=by.id, by=by, note="They like to be called before nine."
        )
    return {
        "pool": Pool.objects.earliest("id").pk,
        "rule": AssignmentRule.objects.latest("id").pk,
        "handoff": Handoff.objects.earliest("id").pk,
        "account": _of_others(by)[1][0],
    }


def _of_others(by: MemberView) -> list[tuple[int, int]]:
    """The first two accounts that others have ever owned, with who."""
    rows = OwnerAssignment.objects.filter(role="csm").exclude(member=by.id).order_by("account", "id")
    return list(rows.values_list("account", "member")[:2])
