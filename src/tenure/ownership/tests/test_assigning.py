"""The stage that gives accounts an owner: by the first rule that fits, told why, never twice; and its dry run."""

from datetime import date

import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Invalid
from tenure.customers.actions import assign_owner
from tenure.customers.queries import owners_among
from tenure.health.tests import company
from tenure.ownership import absences, assigning, team
from tenure.ownership.contracts import Capacity
from tenure.segments.tests.defining import segment
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Workspace

pytestmark = pytest.mark.django_db
THREE = "external_id in ('A-1', 'A-2', 'A-3')"


def _run(workspace: Workspace) -> StageReport:
    tenancy.forget()
    run = StageRun(workspace.pk, workspace.slug, company.AS_OF, (company.AS_OF,))
    return assigning.assign_stage(run)


def _pool(boss: MemberView, name: str, *seats: Capacity, role: str = "csm") -> int:
    return team.keep_pool(pool=None, name=name, role=role, seats=seats, by=boss)


def _rule(boss: MemberView, pool: int, where: str = "", method: str = "accounts", *, active: bool = True) -> int:
    rule = assigning.add_rule(segment=where, pool=pool, method=method, by=boss)
    assigning.switch_rule(rule=rule, active=active, by=boss)
    return rule


def test_the_first_rule_that_fits_gives_an_owner_and_says_why(
    workspace: Workspace, boss: MemberView, csm: MemberView, dora: MemberView, ids: dict[str, int]
) -> None:
    segment("key_accounts", THREE)
    assign_owner(account=ids["A-12"], member=dora.id, by=boss, on=date(2024, 1, 1))
    _rule(boss, _pool(boss, "Key", Capacity(boss.id, 2)), "key_accounts")
    _rule(boss, _pool(boss, "East", Capacity(csm.id), Capacity(dora.id, 3)))
    told = OutboxMessage.objects.filter(fact="OwnerChanged").count()
    assert (_run(workspace).rows, _run(workspace).rows) == (10, 0)
    owners = owners_among(set(ids.values()))
    got = {member: sorted(n for n, each in ids.items() if owners.get(each) == member) for member in owners.values()}
    assert (got[boss.id], len(got[dora.id]), len(got[csm.id])) == (["A-1", "A-2"], 3, 6)
    assert assigning.why(ids["A-1"]) == (boss.id, "Least accounts in pool Key: 0 of 2.")
    assert assigning.unplaced() == ([assigning.Unplaced(ids["A-3"], "csm", "Pool Key is full.")], 1)
    assert OutboxMessage.objects.filter(fact="OwnerChanged").count() == told + 10
    line = AuditEntry.objects.filter(action="account.owner_changed", object="Account 1").latest("id")
    assert (line.actor_label, (line.after or {})["reason"]) == ("Tenure", "Least accounts in pool Key: 0 of 2.")
    assign_owner(account=ids["A-3"], member=csm.id, by=boss, on=company.AS_OF)
    _run(workspace)
    assert assigning.unplaced() == ([], 0)


def test_who_is_away_gets_nothing_and_without_rules_nobody_is_listed(
    workspace: Workspace, boss: MemberView, csm: MemberView, dora: MemberView, ids: dict[str, int]
) -> None:
    rule = _rule(boss, _pool(boss, "Sales", Capacity(csm.id), role="ae"))
    absences.add_absence(member=csm.id, first=company.AS_OF, last=company.AS_OF, cover=None, pool=None, note="", by=csm)
    assert _run(workspace).rows == 0
    assert assigning.unplaced(limit=1)[0][0].reason == "Everybody in pool Sales is away."
    assert assigning.unplaced()[1] == 12
    assigning.switch_rule(rule=rule, active=False, by=boss)
    _run(workspace)
    assert assigning.unplaced() == ([], 0)


def test_round_robin_goes_on_over_runs(
    workspace: Workspace, boss: MemberView, csm: MemberView, dora: MemberView, ids: dict[str, int]
) -> None:
    segment("odd", "external_id in ('A-1')")
    pool = _pool(boss, "East", Capacity(csm.id), Capacity(dora.id))
    _rule(boss, pool, "odd", "robin")
    _run(workspace)
    _rule(boss, pool, "", "robin")
    _run(workspace)
    owners = owners_among(set(ids.values()))
    inorder = [owners[each] for each in sorted(ids.values())]
    assert inorder == [csm.id, dora.id] * 6


def test_a_dry_run_tells_who_would_get_what_and_writes_nothing(
    workspace: Workspace, boss: MemberView, csm: MemberView, ids: dict[str, int]
) -> None:
    segment("key_accounts", THREE)
    rule = _rule(boss, _pool(boss, "Key", Capacity(csm.id, 2)), "key_accounts", active=False)
    tenancy.forget()
    found = assigning.trial(rule, company.AS_OF)
    assert [each.member for each in found.choices] == [csm.id, csm.id, None]
    assert (found.before.get(csm.id), found.after[csm.id].accounts) == (None, 2)
    assert owners_among(set(ids.values())) == {}


def test_accounts_are_spread_over_a_pool_as_if_nobody_had_them(
    workspace: Workspace, boss: MemberView, csm: MemberView, dora: MemberView, ids: dict[str, int]
) -> None:
    for n in (1, 2, 3, 4):
        assign_owner(account=ids[f"A-{n}"], member=csm.id, by=boss, on=date(2024, 1, 1))
    pool = _pool(boss, "East", Capacity(csm.id, 3), Capacity(dora.id, 1))
    wanted = [ids["A-2"], ids["A-3"], ids["A-4"]]
    taken, left = assigning.spread(wanted, pool=pool, method="accounts", day=company.AS_OF)
    assert (taken, left) == ({ids["A-2"]: dora.id, ids["A-3"]: csm.id, ids["A-4"]: csm.id}, {})
    taken, left = assigning.spread(list(ids.values()), pool=pool, method="accounts", day=company.AS_OF)
    assert (len(taken), set(left.values())) == (4, {"Pool East is full."})


def test_a_rule_names_what_is_there(boss: MemberView) -> None:
    pool = _pool(boss, "East")
    for of, segment_key, method in ((999_999, "", "accounts"), (pool, "nowhere", "accounts"), (pool, "", "dice")):
        with pytest.raises(Invalid, match="from the list"):
            assigning.add_rule(segment=segment_key, pool=of, method=method, by=boss)
    first, second = _rule(boss, pool), _rule(boss, pool, method="robin")
    assigning.move_rule(rule=second, by=boss)
    assert [each.id for each in assigning.listed()] == [second, first]
    assigning.remove_rule(rule=second, by=boss)
    assert [each.id for each in assigning.listed(active_only=True)] == [first]
