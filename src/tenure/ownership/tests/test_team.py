"""Roles that are renamed and retired, pools with capacity, and who covers for whom: refusals leave all as it was."""

from datetime import date, timedelta

import pytest

from tenure.base import tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.ownership import absences, queries, team
from tenure.ownership.contracts import Capacity
from tenure.ownership.team import PoolChanged
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


def test_a_role_is_renamed_added_and_retired_but_the_csm_stays(boss: MemberView) -> None:
    assert [each.key for each in team.roles()] == ["csm", "ae", "onboarding", "support", "manager"]
    assert team.add_role(label="Solution  Architect", by=boss) == "solution-architect"
    team.rename_role(role="ae", label="Seller", began="Account executive", by=boss)
    team.retire_role(role="support", by=boss)
    assert [each.label for each in team.roles()] == ["CSM", "Seller", "Onboarding", "Manager", "Solution Architect"]
    assert team.roles(retired=True)[-1].key == "support"
    with pytest.raises(Conflict, match="renamed this role to Seller meanwhile"):
        team.rename_role(role="ae", label="Hunter", began="Account executive", by=boss)
    with pytest.raises(Conflict, match="this role stays"):
        team.retire_role(role="csm", by=boss)
    with pytest.raises(Conflict, match="There is a role seller already"):
        team.add_role(label="seller", by=boss)
    with pytest.raises(Invalid, match="The role Support is retired"):
        team.keep_pool(pool=None, name="Desk", role="support", seats=[], by=boss)
    team.retire_role(role="support", retired=False, by=boss)
    assert team.role_labels()["support"] == "Support"
    assert AuditEntry.objects.filter(action__startswith="owner_role.").count() == 4


def test_a_pool_keeps_turns_and_is_not_written_over(boss: MemberView, csm: MemberView, dora: MemberView) -> None:
    from tenure.ownership.models import PoolMember

    pool = team.keep_pool(pool=None, name="East", role="csm", seats=[Capacity(csm.id, 80), Capacity(dora.id)], by=boss)
    PoolMember.objects.filter(member=csm.id).update(turn=7)
    began = team.pool(pool).changed_at
    assert began is not None
    team.keep_pool(
        pool=pool, name="East", role="csm", seats=[Capacity(csm.id, 60, 900)], by=boss, began=began.isoformat()
    )
    assert team.pool(pool).seats == (Capacity(csm.id, 60, 900),)
    assert PoolMember.objects.get().turn == 7
    with pytest.raises(PoolChanged):
        team.keep_pool(pool=pool, name="West", role="csm", seats=[], by=boss, began=began.isoformat())
    with pytest.raises(Invalid, match="There is a pool east already"):
        team.keep_pool(pool=None, name="east", role="csm", seats=[], by=boss)
    with pytest.raises(Invalid, match="from the list"):
        team.keep_pool(pool=None, name="North", role="csm", seats=[Capacity(999_999)], by=boss)
    team.retire_pool(pool=pool, by=boss)
    assert (team.pools(), [each.name for each in team.pools(retired=True)]) == ([], ["East"])


def test_who_is_away_is_covered_and_covers_are_seen_from_both_sides(
    boss: MemberView, csm: MemberView, dora: MemberView
) -> None:
    absences.add_absence(
        member=csm.id, first=DAY, last=DAY + timedelta(days=4), cover=dora.id, pool=None, note="", by=csm
    )
    pool = team.keep_pool(pool=None, name="East", role="csm", seats=[Capacity(boss.id), Capacity(dora.id)], by=boss)
    absences.add_absence(member=boss.id, first=DAY, last=DAY, cover=None, pool=pool, note="", by=boss)
    assert queries.acting_for([csm.id, dora.id, boss.id], DAY) == {
        csm.id: (dora.id,), dora.id: (dora.id,), boss.id: (dora.id,),
    }  # fmt: skip
    assert queries.works_for(dora.id, DAY) == (dora.id, csm.id, boss.id)
    assert queries.works_for(dora.id, DAY + timedelta(days=1)) == (dora.id, csm.id)
    assert [queries.on_duty(csm.id, DAY + timedelta(days=n)) for n in (4, 5)] == [dora.id, csm.id]
    assert queries.away([boss.id], DAY + timedelta(days=1)) == {}
    Member.objects.filter(pk=dora.id).update(deactivated_at="2026-01-01T00:00:00Z")
    tenancy.forget()
    assert queries.acting_for([csm.id, boss.id], DAY) == {csm.id: (), boss.id: ()}


def test_an_absence_is_ones_own_or_the_managers_to_say_and_overlaps_with_none(
    boss: MemberView, csm: MemberView, dora: MemberView
) -> None:
    def add(first: int, last: int, by: MemberView, cover: int | None = None) -> int:
        days = (DAY + timedelta(days=first), DAY + timedelta(days=last))
        return absences.add_absence(member=csm.id, first=days[0], last=days[1], cover=cover, pool=None, note="", by=by)

    with pytest.raises(Forbidden):
        add(0, 3, dora)
    made = add(0, 3, boss)
    for first, last, wrong in ((3, 5, "away from 05.01.2026"), (6, 5, "before the first"), (6, 999, "at most 366")):
        with pytest.raises((Conflict, Invalid), match=wrong):
            add(first, last, csm)
    with pytest.raises(Invalid, match="Nobody covers for herself"):
        add(8, 9, csm, cover=csm.id)
    assert len(absences.absences(since=DAY)) == 1
    with pytest.raises(Forbidden):
        absences.end_absence(absence=made, by=dora, on=DAY)
    absences.end_absence(absence=made, by=csm, on=DAY + timedelta(days=2))
    assert absences.absences(since=DAY)[0].last == DAY + timedelta(days=1)
    absences.end_absence(absence=made, by=csm, on=DAY)
    assert absences.absences(since=DAY) == []
    with pytest.raises(NotFound):
        absences.end_absence(absence=made, by=csm, on=DAY)
