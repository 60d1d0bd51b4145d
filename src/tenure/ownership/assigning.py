"""Automatic assignment: which rules there are, who would get what, and the stage that gives accounts their owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.db.models import Max

from tenure.base import clock
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.money import Money, exponent
from tenure.base.refusals import Invalid, NotFound
from tenure.customers import queries as customers
from tenure.customers.actions import change_owners
from tenure.customers.contracts import CSM
from tenure.health import lists
from tenure.health import queries as health
from tenure.measures.language import parse
from tenure.ownership import absences, rules, team
from tenure.ownership.contracts import Capacity, Choice, Load, Method, PoolView, RuleView, Trial
from tenure.ownership.models import AssignmentRule, Placement, Pool, PoolMember
from tenure.ownership.rules import Candidate, Team
from tenure.segments import queries as segments
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import as_of_day, here, members

AT_ONCE = 500
LOOKED_AFTER = "status in ('customer', 'trial')"
"""Whom a rule without a segment is for."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An account that found nobody in a role, and why."""

    account: int
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Money:
    """MRR as the state has it (whole units), in minor units, by account."""

    by_account: Mapping[int, int]
    currency: str

    def write(self, minor: int) -> str:
        amount = Money(minor, self.currency).major
        return f"{amount:,.{0 if amount == int(amount) else exponent(self.currency)}f} {self.currency}"


def listed(*, active_only: bool = False) -> list[RuleView]:
    """The rules of pools in force by role, in their order. Two queries at most."""
    rows = AssignmentRule.objects.select_related("pool").filter(pool__retired_at=None).order_by("place", "id")
    if active_only:
        rows = rows.filter(active=True)
    found = [
        RuleView(row.pk, row.pool.role, row.segment, row.pool_id, row.pool.name, Method(row.method), row.active)
        for row in rows
    ]
    order = {each.key: n for n, each in enumerate(team.roles(retired=True))} if found else {}
    return sorted(found, key=lambda each: order.get(each.role, len(order)))


def one(rule: int) -> RuleView:
    """A rule of a pool in force; refuses with `NotFound`."""
    found = next((each for each in listed() if each.id == rule), None)
    if found is None:
        raise NotFound("There is no such rule.")
    return found


@transaction.atomic
def add_rule(*, segment: str, pool: int, method: str, by: MemberView) -> int:
    """A rule at the end of its role's, not yet active; its id."""
    held = Pool.objects.filter(pk=pool, retired_at=None).first()
    if held is None:
        raise Invalid("Choose a pool from the list.")
    if segment and (segment not in segments.in_force() or segments.entity_of(segment) != "account"):
        raise Invalid("Choose a segment of accounts from the list.")
    if method not in {each.value for each in Method}:
        raise Invalid("Choose a method from the list.")
    last = AssignmentRule.objects.aggregate(last=Max("place"))["last"] or 0
    row = AssignmentRule.objects.create(pool=held, segment=segment, method=method, place=last + 1)
    record_audit(by=by, action="assignment_rule.added", object=_title(row, held.name), after=_told(row))
    return row.pk


@transaction.atomic
def switch_rule(*, rule: int, active: bool, by: MemberView) -> None:
    """Let a rule assign from the next cycle on, or rest."""
    row = _row(rule)
    if row.active == active:
        return
    row.active = active
    row.save(update_fields=["active"])
    action = "assignment_rule.switched_on" if active else "assignment_rule.switched_off"
    record_audit(by=by, action=action, object=_title(row, row.pool.name), after=_told(row))


@transaction.atomic
def move_rule(*, rule: int, by: MemberView) -> None:
    """One place up among the rules of its role."""
    row = _row(rule)
    of_role = AssignmentRule.objects.filter(pool__role=row.pool.role, place__lt=row.place)
    above = of_role.select_related("pool").order_by("-place").first()
    if above is None:
        return
    row.place, above.place = above.place, row.place
    AssignmentRule.objects.bulk_update([row, above], ["place"])
    record_audit(by=by, action="assignment_rule.moved", object=_title(row, row.pool.name), after=_told(row))


@transaction.atomic
def remove_rule(*, rule: int, by: MemberView) -> None:
    """What it assigned stays."""
    row = _row(rule)
    record_audit(by=by, action="assignment_rule.removed", object=_title(row, row.pool.name), before=_told(row))
    row.delete()


def _row(rule: int) -> AssignmentRule:
    row = AssignmentRule.objects.select_for_update().filter(pk=rule).first()
    if row is None:
        raise NotFound("There is no such rule.")
    return row


def _title(row: AssignmentRule, pool: str) -> str:
    return f"rule {row.segment or 'everybody'} → {pool}"


def _told(row: AssignmentRule) -> dict[str, object]:
    return {
        "segment": row.segment, "pool": row.pool_id, "method": row.method, "place": row.place, "active": row.active,
    }  # fmt: skip


def trial(rule: int, day: date) -> Trial:
    """Who would get what in the rule's role if it were active beside those that are; nothing is written. Refuses with
    `NoScores` before the first run of the cycle."""
    wanted = one(rule)
    chosen = [each for each in listed() if each.role == wanted.role and (each.active or each.id == rule)]
    return _tried(wanted.role, chosen, day)


def _tried(role: str, chosen: Sequence[RuleView], day: date) -> Trial:
    state = health.state_as_of(day).table
    without = _without(state, role)
    if not chosen or not len(without):
        return Trial(role, (), {}, {})
    fits = {each.id: _fitting(each.segment, without, day) for each in chosen}
    some = np.any(list(fits.values()), axis=0)
    if not some.any():
        return Trial(role, (), {}, {})
    money = _money(state)
    candidates = [
        Candidate(account, money.by_account.get(account, 0), [rule for rule, held in fits.items() if held[n]])
        for n, account in enumerate(without.tolist())
        if some[n]
    ]
    before = loads(role, money.by_account)
    choices, after = rules.assign(candidates, _teams(chosen, day), before, money=money.write)
    return Trial(role, tuple(choices), before, after)


def _without(state: pa.Table, role: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The accounts of the state that nobody owns in a role, ascending. One query, of owners by the state none where all
    have one."""
    ids = state["id"].to_numpy()
    if role == CSM and "owner_id" in state.column_names:
        ids = state.filter(state["owner_id"].is_null())["id"].to_numpy()
    held = customers.owners_among(set(ids.tolist()), role=role) if len(ids) else {}
    free: np.ndarray[tuple[int], np.dtype[np.int64]] = ids[~np.isin(ids, list(held))]
    return free


def _fitting(
    segment: str, accounts: "np.ndarray[tuple[int], np.dtype[np.int64]]", day: date
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which of the accounts a rule is for. A segment that is not there any more is for nobody."""
    if segment and segment not in segments.in_force():
        return np.zeros(len(accounts), np.bool_)
    where = segments.reading(segment) if segment else parse(LOOKED_AFTER, segments.catalogue())
    return np.isin(accounts, lists.account_ids(day, where=where))


def _money(state: pa.Table) -> _Money:
    currency = here().currency
    if "mrr" not in state.column_names:
        return _Money({}, currency)
    scaled = np.nan_to_num(state["mrr"].to_numpy().astype(float)) * 10 ** exponent(currency)
    return _Money(dict(zip(state["id"].to_pylist(), np.rint(scaled).astype(np.int64).tolist(), strict=True)), currency)


def loads(role: str, mrr: Mapping[int, int]) -> dict[int, Load]:
    """Everybody's book in a role, of the accounts that the MRR is known of. One query."""
    found: dict[int, list[int]] = {}
    for account, member in customers.owners_among(mrr.keys(), role=role).items():
        book = found.setdefault(member, [0, 0])
        book[0], book[1] = book[0] + 1, book[1] + mrr[account]
    return {member: Load(accounts, amount) for member, (accounts, amount) in found.items()}


def _teams(chosen: Sequence[RuleView], day: date) -> dict[int, Team]:
    """The pools of the rules as they are on a day; rules of one pool and method share one. Up to five queries."""
    pools = {each.id: each for each in team.pools()}
    turns = _turns({each.pool for each in chosen})
    there = {each.id for each in members(active_only=True)}
    made: dict[tuple[int, Method], Team] = {}
    for each in chosen:
        if (each.pool, each.method) not in made:
            made[each.pool, each.method] = _team(pools[each.pool], each.method, turns.get(each.pool, {}), there, day)
    return {each.id: made[each.pool, each.method] for each in chosen}


def _team(pool: PoolView, method: Method, turns: Mapping[int, int], there: set[int], day: date) -> Team:
    seats = [seat for seat in pool.seats if seat.member in there]
    gone = absences.away([seat.member for seat in seats], day)
    return Team(pool.name, method, seats, frozenset(gone), turns)


def _turns(pools: set[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for pool, member, turn in PoolMember.objects.filter(pool__in=pools).values_list("pool_id", "member_id", "turn"):
        found.setdefault(pool, {})[member] = turn
    return found


def spread(accounts: Sequence[int], *, pool: int, method: str, day: date) -> tuple[dict[int, int], dict[int, str]]:
    """Who of a pool would take each of these accounts in the pool's role, counting none of them in anybody's book; and
    for the others why nobody can. Deterministic: the same books give the same answer."""
    view = team.pool(pool)
    if view.retired or method not in {each.value for each in Method}:
        raise Invalid("Choose a pool and a method from the list.")
    money = _money(health.state_as_of(day).table)
    wanted = set(accounts)
    others = {account: amount for account, amount in money.by_account.items() if account not in wanted}
    there = {each.id for each in members(active_only=True)}
    chosen = _team(view, Method(method), _turns({pool}).get(pool, {}), there, day)
    candidates = [Candidate(each, money.by_account.get(each, 0), (0,)) for each in sorted(wanted)]
    choices, _ = rules.assign(candidates, {0: chosen}, loads(view.role, others), money=money.write)
    taken = {each.account: each.member for each in choices if each.member is not None}
    return taken, {each.account: each.reason for each in choices if each.member is None}


def unplaced(*, limit: int = 50) -> tuple[list[Unplaced], int]:
    """Accounts that found nobody, the latest first, and how many there are. Two queries."""
    rows = Placement.objects.filter(member=None).order_by("-made_at", "-id")
    found = rows.values_list("account_id", "role", "reason")[:limit]
    return [Unplaced(*each) for each in found], rows.count()


def why(account: int, role: str = CSM) -> tuple[int | None, str] | None:
    """What assignment last did with an account in a role: the member (or nobody) and the reason. One query."""
    row = Placement.objects.filter(account=account, role=role).order_by("-id").first()
    return (row.member_id, row.reason) if row else None


def assign_stage(run: StageRun) -> StageReport:
    """Give accounts without an owner one, by the rules that are active; keep why, and who found nobody."""
    active = listed(active_only=True)
    if not active:
        return StageReport(Placement.objects.filter(member=None).delete()[0], "no rule is active")
    day, given, nobody = as_of_day(here()), 0, 0
    of_roles = {each.role: [rule for rule in active if rule.role == each.role] for each in active}
    Placement.objects.filter(member=None).exclude(role__in=of_roles).delete()
    for role, chosen in of_roles.items():
        try:
            found = _tried(role, chosen, day)
        except health.NoScores:
            return StageReport(0, "nothing is computed yet")
        given += _give(found, {each.id: each.pool for each in chosen}, day)
        nobody += _keep_nobody(role, {c.account: c.reason for c in found.choices if c.member is None})
    return StageReport(given, f"{nobody} found nobody" if nobody else "")


def _give(found: Trial, pools: Mapping[int, int], day: date) -> int:
    """Write the choices that have a member; how many accounts got one. Who was given an owner meanwhile keeps it."""
    given = 0
    for some in batched((each for each in found.choices if each.member is not None), AT_ONCE):
        given += _give_some(found.role, some, pools, day)
    return given


@transaction.atomic
def _give_some(role: str, some: Sequence[Choice], pools: Mapping[int, int], day: date) -> int:
    reasons = {each.account: each.reason for each in some}
    outcomes = change_owners(
        wanted={each.account: each.member for each in some}, by=None, on=day, role=role, because=reasons,
        only_from=dict.fromkeys(reasons),
    )  # fmt: skip
    changed = {each.account for each in outcomes if each.outcome == "changed"}
    Placement.objects.filter(account__in=changed, role=role, member=None).delete()
    now = clock.now()
    Placement.objects.bulk_create(
        Placement(account_id=each.account, role=role, member_id=each.member, reason=each.reason[:200], made_at=now)
        for each in some
        if each.account in changed
    )
    _turn(some, pools)
    return len(changed)


def _turn(some: Sequence[Choice], pools: Mapping[int, int]) -> None:
    """Note whose turn it was, so that the next in turn goes on from there."""
    of = {each.rule: pools[each.rule] for each in some if each.rule is not None}
    seats = {(each.pool_id, each.member_id): each for each in PoolMember.objects.filter(pool__in=set(of.values()))}
    last = {pool: max(seat.turn for key, seat in seats.items() if key[0] == pool) for pool in set(of.values())}
    for each in some:
        pool = of[each.rule or 0]
        last[pool] += 1
        if (seat := seats.get((pool, each.member or 0))) is not None:
            seat.turn = last[pool]
    PoolMember.objects.bulk_update(seats.values(), ["turn"], batch_size=200)


def _keep_nobody(role: str, wanted: Mapping[int, str]) -> int:
    """Let the accounts that found nobody be these; what has not changed is not written."""
    held = {row.account_id: row for row in Placement.objects.filter(role=role, member=None)}
    gone = [row.pk for account, row in held.items() if account not in wanted or row.reason != wanted[account][:200]]
    for some in batched(gone, AT_ONCE):
        Placement.objects.filter(pk__in=some).delete()
    stay = {account for account, row in held.items() if account in wanted and row.reason == wanted[account][:200]}
    now = clock.now()
    Placement.objects.bulk_create(
        (
            Placement(account_id=account, role=role, reason=reason[:200], made_at=now)
            for account, reason in wanted.items()
            if account not in stay
        ),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )
    return len(wanted)


STAGE = Stage("owners", assign_stage)


def capacities(role: str) -> dict[int, Capacity]:
    """The most that any pool of a role gives each member: without a limit where one has none. Two queries."""
    found: dict[int, Capacity] = {}
    for each in team.pools():
        for seat in each.seats if each.role == role else ():
            was = found.get(seat.member, seat)
            found[seat.member] = Capacity(seat.member, _most(was.accounts, seat.accounts), _most(was.mrr, seat.mrr))
    return found


def _most(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
