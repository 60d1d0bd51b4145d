"""The people of the small company: three in each account, some with roles, one in two accounts, one who changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from tenure.base import clock
from tenure.base.cycle import StageReport, StageRun
from tenure.base.tests import again
from tenure.customers.actions import link_people, upsert_people
from tenure.customers.contracts import PersonLink, PersonUpsert
from tenure.events.actions import append
from tenure.events.contracts import TRAITS
from tenure.events.queries import open_lake
from tenure.health import people
from tenure.health.tests import company
from tenure.tenants.models import Workspace

ROLES = ("champion", "decision maker", None)


def gathered(workspace: Workspace, accounts: Mapping[str, int]) -> dict[str, int]:
    """Make them, with their use; ids by external id (P-1 … P-36, three an account in order).

    The first of an account comes every second day, the second once a week, the third never. Champions of even accounts
    stop 20 days before as-of. P-3 is also in A-2 since 40 days before as-of; P-6 left A-2 and is in A-5 since 30 days.
    """
    started = company.FIRST
    rows = [
        PersonUpsert(
            f"P-{n}", email=f"p{n}@example.com", name=f"Person {n:02}", title="Engineer" if n % 2 else "",
            started_on=company.AS_OF - timedelta(days=5) if n % 9 == 0 else started, traits={"seat": n % 2},
        )
        for n in range(1, 37)
    ]  # fmt: skip
    ids = dict(upsert_people(rows).ids)
    links = [
        PersonLink(ids[f"P-{n}"], accounts[f"A-{(n - 1) // 3 + 1}"], role=ROLES[(n - 1) % 3]) for n in range(1, 37)
    ]
    links[5] = PersonLink(ids["P-6"], accounts["A-2"], until=company.AS_OF - timedelta(days=30))
    links.append(PersonLink(ids["P-3"], accounts["A-2"], role="user", since=company.AS_OF - timedelta(days=40)))
    links.append(PersonLink(ids["P-6"], accounts["A-5"], since=company.AS_OF - timedelta(days=30)))
    link_people(links)
    company.arrive(workspace.slug, [row for n in range(1, 37) for row in _use(n, ids, accounts)])
    told = [_trait("person", ids[f"P-{n}"], "seat", n % 2) for n in range(1, 37)]
    told += [_trait("account", accounts[f"A-{n}"], "tier", n % 3) for n in range(1, company.ACCOUNTS + 1)]
    append(open_lake(workspace.slug), "traits", pa.Table.from_pylist(told, schema=TRAITS), writer="test", run=1)
    return ids


@again.once
def computed(workspace: Workspace) -> dict[str, int]:
    """The small company with its people after both their stages have run once; ids of the people by external id."""
    ids = gathered(workspace, company.founded(workspace))
    company.cycle(workspace)
    cycle(workspace)
    return ids


def _trait(entity: str, of: int, key: str, value: int) -> dict[str, object]:
    at = datetime(company.FIRST.year, company.FIRST.month, company.FIRST.day, tzinfo=UTC)
    return {
        "entity": entity, "id": of, "key": key, "value": str(value), "at": at, "day": company.FIRST,
        "known_day": company.FIRST, "source": "test",
    }  # fmt: skip


def _use(n: int, ids: Mapping[str, int], accounts: Mapping[str, int]) -> list[company.Row]:
    number, kind = (n - 1) // 3 + 1, (n - 1) % 3
    last = company.AS_OF - timedelta(days=20 if kind == 0 and number % 2 == 0 else 1)
    days = (company.FIRST + timedelta(days=k) for k in range((last - company.FIRST).days))
    every = {0: 2, 1: 7}.get(kind)
    came = [day for day in days if every and day.toordinal() % every == number % every]
    return [_came(accounts[f"A-{number}"], ids[f"P-{n}"], day) for day in came]


def _came(account: int, person: int, day: date) -> company.Row:
    return {**company.use(account, day), "person": person, "message_id": f"p-{person}-{day}"}


def cycle(workspace: Workspace, *, history: bool = True) -> StageReport:
    """The people's stage alone, a minute from now."""
    run = StageRun(workspace.pk, workspace.slug, workspace.as_of or company.AS_OF, (), history=history)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        return people.stage(run)
