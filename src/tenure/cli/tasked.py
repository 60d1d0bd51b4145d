"""What the demo's team has to do and has promised, on the accounts that it spoke with last."""

from datetime import timedelta
from itertools import cycle

from tenure.customers.queries import account_ids
from tenure.demo.contracts import Scenario
from tenure.demo.queries import talks
from tenure.tasks import actions, queries
from tenure.tasks.contracts import Kind, NewTask, Priority, Repeat, Spent, TaskFilter
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Role
from tenure.work.contracts import WorkType

ACCOUNTS = 24
WANTED = (
    NewTask(title="Send the recording of the call", kind=Kind.PROMISE),
    NewTask(title="Ask who takes over as administrator", priority=Priority.HIGH),
    NewTask(title="Check in on how the team uses it", repeat=Repeat("weekly", 2)),
    NewTask(title="Prepare the business review", items=("Goals of the last quarter", "Value in numbers", "Next steps")),
    NewTask(title="Answer their question about exports", kind=Kind.PROMISE),
    NewTask(title="Find out who decides about the renewal"),
    NewTask(title="Invite the new users to the training"),
)
DUE = (-6, -1, 0, 0, 2, 4, 9, 21, None)
DONE_EVERY = 6


def write(scenario: Scenario) -> int:
    """Make them, unless the workspace has tasks; how many. Every third is the owner's."""
    today = tenants.as_of_day(tenants.here())
    if any(queries.tasks(TaskFilter(today, done=done), limit=1).rows for done in (False, True)):
        return 0
    team = {one.email: one for one in tenants.members()}
    owner = next(one for one in team.values() if one.role is Role.OWNER)
    newest = {talk.account: talk for talk in sorted(talks(scenario), key=lambda talk: talk.at)}
    spoken = sorted(newest.values(), key=lambda talk: talk.at, reverse=True)[:ACCOUNTS]
    accounts = account_ids({talk.account for talk in spoken})
    for number, (talk, wanted, days) in enumerate(zip(spoken, cycle(WANTED), cycle(DUE), strict=False)):
        due = today + timedelta(days=days or 0) if days is not None or wanted.repeat else None
        by = owner if number % 3 == 0 else team[talk.author]
        new = NewTask(
            title=wanted.title, kind=wanted.kind, priority=wanted.priority, repeat=wanted.repeat, items=wanted.items,
            account=accounts[talk.account], due=due, assignee=by.id,
        )  # fmt: skip
        made = actions.add_task(new, by=by)
        if number % DONE_EVERY == DONE_EVERY - 1:
            actions.finish(made, by=by, spent=Spent(20, WorkType.RELATIONSHIP))
    return len(spoken)
