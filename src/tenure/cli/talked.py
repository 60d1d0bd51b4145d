"""What the demo's team wrote down, onto the timelines of the accounts it was imported with."""

from itertools import batched

from tenure.customers.queries import account_ids
from tenure.demo.contracts import Scenario
from tenure.demo.queries import TAGS, Talk, talks
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Role
from tenure.work import actions, library, queries
from tenure.work.contracts import EntryDraft, EntryFilter, Flow, Kind, WorkType

AT_ONCE = 500


def write(scenario: Scenario) -> int:
    """Write every talk as an entry, unless the workspace has entries; how many."""
    if queries.search(EntryFilter(), limit=1).rows:
        return 0
    team = {one.email: one for one in tenants.members()}
    owner = next(one for one in team.values() if one.role is Role.OWNER)
    known = {tag.name for tag in queries.tags()}
    for name in TAGS:
        if name not in known:
            library.add_tag(name=name, by=owner)
    written = 0
    for chunk in batched(talks(scenario), AT_ONCE):
        accounts = account_ids({talk.account for talk in chunk})
        rows = [(accounts[talk.account], team[talk.author].id, draft_of(talk)) for talk in chunk]
        ids = actions.load_entries(rows)
        for entry, talk in zip(ids, chunk, strict=True):
            if talk.pinned:
                actions.pin_entry(entry=entry, by=team[talk.author])
        written += len(ids)
    return written


def draft_of(talk: Talk) -> EntryDraft:
    """The talk as an entry."""
    return EntryDraft(
        kind=Kind(talk.kind),
        body=talk.body,
        subject=talk.subject,
        happened_at=talk.at,
        reason=talk.reason,
        flow=Flow(talk.flow),
        minutes=talk.minutes,
        work_type=WorkType(talk.work_type) if talk.work_type else None,
        people=talk.people,
        tags=talk.tags,
    )
