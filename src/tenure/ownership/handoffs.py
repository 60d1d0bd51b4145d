"""Handoffs: an account goes from one member to another through a checklist; only then does the owner change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from tenure.base import clock, cursors, outbox
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.customers import queries as customers
from tenure.customers.actions import change_owners
from tenure.customers.contracts import CSM
from tenure.ownership import checklist, rules, team
from tenure.ownership.contracts import (
    Check,
    HandoffDone,
    HandoffProposed,
    HandoffReturned,
    HandoffView,
    ItemView,
    State,
)
from tenure.ownership.models import Handoff, HandoffItem, SeenPromise
from tenure.tasks import queries as tasks
from tenure.tasks.actions import hand_over
from tenure.tasks.contracts import TaskView
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import here, members_by_id
from tenure.work import queries as work
from tenure.work.contracts import EntryView

MOST_AT_ONCE, LONGEST_TEXT = 100, 2_000
SALES = "ae"
"""The role of who sold an account."""
OPEN = [each.value for each in State if each.open]


class GateClosed(Conflict):
    """The checklist is not done, or the new owner has not accepted."""

    code = "gate_closed"


@dataclass(frozen=True, slots=True)
class Opened:
    """A handoff with all that its page shows: items, open promises with those that the new owner has read, the handover
    note. `waits` says what the gate waits for."""

    view: HandoffView
    items: tuple[ItemView, ...]
    promises: tuple[TaskView, ...]
    seen: frozenset[int]
    note: EntryView | None
    waits: tuple[str, ...]


def handoff(handoff: int) -> Opened:
    """One handoff; refuses with `NotFound`. About eight queries."""
    row = Handoff.objects.filter(pk=handoff).first()
    if row is None:
        raise NotFound("There is no such handoff.")
    return _opened(row)


def _opened(row: Handoff) -> Opened:
    promises = tuple(tasks.promises_of_account(row.account_id))
    seen = frozenset(SeenPromise.objects.filter(handoff=row).values_list("task", flat=True))
    note = next(iter(work.entries(row.account_id, pinned=True, limit=1)), None)
    items = checklist.items_of(row.pk, noted=note is not None, promises=[each.id for each in promises], seen=seen)
    waits = rules.missing(items)
    if row.state != State.ACCEPTED:
        waits = (*waits, "The new owner accepts it")
    return Opened(_view(row), tuple(items), promises, seen, note, waits)


def handoffs(
    *, member: int | None = None, done: bool = False, cursor: str | None = None, limit: int = 50
) -> tuple[list[HandoffView], str | None]:
    """Handoffs that are open (or that are not any more), newest first, of everybody or those that a member gives or
    takes; with the cursor of the next page. One query."""
    rows = Handoff.objects.exclude(state__in=OPEN) if done else Handoff.objects.filter(state__in=OPEN)
    if member is not None:
        rows = rows.filter(giver=member) | rows.filter(taker=member)
    if cursor:
        rows = rows.filter(pk__lt=cursors.decode(cursor)[0])
    found = list(rows.order_by("-pk")[: limit + 1])
    more = cursors.encode([found[limit - 1].pk]) if len(found) > limit else None
    return [_view(row) for row in found[:limit]], more


def open_of_account(account: int) -> list[HandoffView]:
    """The account's handoffs under way. One query."""
    return [_view(row) for row in Handoff.objects.filter(account=account, state__in=OPEN).order_by("-pk")]


def stuck_since(day: date) -> int:
    """How many handoffs are under way that were proposed before the day. One query."""
    zone = ZoneInfo(here().timezone)
    return Handoff.objects.filter(state__in=OPEN, proposed_at__lt=datetime.combine(day, time(), zone)).count()


def waiting_for(member: int) -> list[HandoffView]:
    """What a member has to look at: proposed to her, or returned to her. One query."""
    to_her = Handoff.objects.filter(taker=member, state=State.PROPOSED.value)
    back = Handoff.objects.filter(giver=member, state=State.RETURNED.value)
    return [_view(row) for row in (to_her | back).order_by("-pk")]


@transaction.atomic
def propose(
    *, accounts: Sequence[int], taker: int, by: MemberView, role: str = CSM, note: str = "", giver: int | None = None
) -> list[int]:
    """Propose that accounts go to another member in a role; their handoffs. Each goes from who owns it in the role;
    where nobody does, from `giver`, else from who sold it (its account executive), else from who proposes it. All or
    none.

    Refuses accounts that are merged, hers already, or on their way in this role.
    """
    label, said, ids = team.in_force(role).label, note.strip(), list(dict.fromkeys(accounts))
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise Invalid(f"Choose 1 to {MOST_AT_ONCE} accounts.")
    if len(said) > LONGEST_TEXT:
        text = f"A note has at most {LONGEST_TEXT:,} characters."
        raise Invalid(text, [Problem(text, "note")])
    who = _who(taker, giver)
    held = customers.owners_among(set(ids), role=role)
    _check_free(ids, held, who, role, label)
    sold = {} if giver or role == SALES else customers.owners_among(set(ids) - held.keys(), role=SALES)
    made = []
    for each in ids:
        row = Handoff(
            account_id=each, role=role, giver_id=held.get(each) or giver or sold.get(each) or by.id, taker_id=taker,
            held_id=held.get(each), note=said, proposed_by_id=by.id, proposed_at=clock.now(),
        )  # fmt: skip
        if row.giver_id == taker:
            raise Conflict("Nobody hands over to herself. Choose who hands over.")
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise Conflict("One of them is being handed over already. Load the page again.") from None
        made.append(row)
    checklist.begin(made)
    outbox.add_all([HandoffProposed(r.pk, r.account_id, role, r.giver_id, r.taker_id, by.id) for r in made])
    for row in made:
        _audit(row, "proposed", by, {"role": role, "giver": row.giver_id, "taker": row.taker_id})
    return [row.pk for row in made]


def _who(taker: int, giver: int | None) -> MemberView:
    """Who takes over; refuses who cannot, and a giver whom nobody knows."""
    known = members_by_id([taker, *([giver] if giver else [])])
    who = known.get(taker)
    if who is None or not who.may(Permission.WORK):
        raise Invalid("Choose who takes over from the list.", [Problem("Choose who takes over.", "taker")])
    if giver is not None and giver not in known:
        raise Invalid("Choose who hands over from the list.", [Problem("Choose who hands over.", "giver")])
    return who


def _check_free(ids: Sequence[int], held: Mapping[int, int], who: MemberView, role: str, label: str) -> None:
    rows, stuck = customers.accounts_by_ids(ids), customers.unchangeable(set(ids))
    if set(ids) - rows.keys():
        raise NotFound("There is no such account.")
    open_ones = Handoff.objects.filter(account__in=ids, role=role, state__in=OPEN)
    under_way = set(open_ones.values_list("account", flat=True))
    for each in ids:
        if each in stuck:
            raise Conflict(f"{rows[each].name}: {stuck[each]}")
        if held.get(each) == who.id:
            raise Conflict(f"{who.label} owns {rows[each].name} already as {label}.")
        if each in under_way:
            raise Conflict(f"{rows[each].name} is being handed over already. Finish or withdraw that first.")


@transaction.atomic
def propose_again(*, handoff: int, by: MemberView, note: str = "") -> None:
    """Propose a returned handoff once more; what was ticked stays. A note takes the place of the one before."""
    row = _locked(handoff, State.RETURNED)
    _may(row, by, taker=False)
    row.state, row.note = State.PROPOSED.value, note.strip()[:LONGEST_TEXT] or row.note
    row.save(update_fields=["state", "note"])
    _audit(row, "proposed_again", by)
    outbox.add(HandoffProposed(row.pk, row.account_id, row.role, row.giver_id, row.taker_id, by.id))


@transaction.atomic
def tick(*, handoff: int, item: int, done: bool, by: MemberView) -> None:
    """Say that an item is done, or not; those that the data shows are not ticked."""
    row = _locked(handoff, State.PROPOSED, State.ACCEPTED, State.RETURNED)
    _may(row, by)
    held = HandoffItem.objects.select_for_update().filter(pk=item, handoff=row).first()
    if held is None:
        raise NotFound("There is no such item.")
    if rules.by_data(Check(held.kind)):
        raise Conflict(f"“{held.label}” is seen in the data and not ticked by hand.")
    if (held.done_at is not None) == done:
        return
    held.done_by_id, held.done_at = (by.id, clock.now()) if done else (None, None)
    held.save(update_fields=["done_by", "done_at"])
    _audit(row, "ticked" if done else "unticked", by, {"item": held.label})


@transaction.atomic
def see_promise(*, handoff: int, task: int, by: MemberView) -> None:
    """The new owner has read an open promise of the account."""
    row = _locked(handoff, State.PROPOSED, State.ACCEPTED, State.RETURNED)
    _taker(row, by)
    if task not in {each.id for each in tasks.promises_of_account(row.account_id)}:
        raise NotFound("There is no such open promise. Load the page again.")
    _, made = SeenPromise.objects.get_or_create(
        handoff=row, task=task, defaults={"seen_by_id": by.id, "seen_at": clock.now()}
    )
    if made:
        _audit(row, "promise_seen", by, {"task": task})


@transaction.atomic
def accept(*, handoff: int, by: MemberView, on: date) -> bool:
    """The new owner takes it; whether it is done with that, as it is where the checklist waits for nothing."""
    row = _locked(handoff, State.PROPOSED)
    _taker(row, by)
    row.state, row.accepted_at = State.ACCEPTED.value, clock.now()
    row.save(update_fields=["state", "accepted_at"])
    _audit(row, "accepted", by)
    if _opened(row).waits:
        return False
    _finish(row, by=by, on=on)
    return True


@transaction.atomic
def give_back(*, handoff: int, reason: str, by: MemberView) -> None:
    """The new owner does not take it as it is, and says why."""
    row = _locked(handoff, State.PROPOSED, State.ACCEPTED)
    _taker(row, by)
    row.returned_reason = _reason(reason, "Say what is missing, so that it can be mended.")
    row.state, row.accepted_at = State.RETURNED.value, None
    row.save(update_fields=["state", "accepted_at", "returned_reason"])
    _audit(row, "returned", by, {"reason": row.returned_reason})
    outbox.add(HandoffReturned(row.pk, row.account_id, row.giver_id, by.id))


@transaction.atomic
def withdraw(*, handoff: int, by: MemberView) -> None:
    """It does not take place; everything stays as it is."""
    row = _locked(handoff, State.PROPOSED, State.ACCEPTED, State.RETURNED)
    _may(row, by, taker=False)
    row.state, row.done_at, row.done_by_id = State.WITHDRAWN.value, clock.now(), by.id
    row.save(update_fields=["state", "done_at", "done_by"])
    _audit(row, "withdrawn", by)


@transaction.atomic
def complete(*, handoff: int, by: MemberView, on: date, override: str = "") -> None:
    """Give the account, its tasks and promises to the new owner. Refuses with `GateClosed` while something is missing,
    unless who manages the team says in `override` why it is not waited for."""
    row = _locked(handoff, State.PROPOSED, State.ACCEPTED)
    _may(row, by)
    waits = _opened(row).waits
    if waits and override.strip():
        if not by.may(Permission.MANAGE_TEAM):
            raise Forbidden("Only who manages the team may hand over past the checklist. Ask a manager.")
        row.override = _reason(override, "Say why the checklist is not waited for.")
    elif waits:
        raise GateClosed(f"The handoff still waits for: {'; '.join(waits)}.")
    _finish(row, by=by, on=on)


def _finish(row: Handoff, *, by: MemberView, on: date) -> None:
    outcome = change_owners(
        wanted={row.account_id: row.taker_id}, by=by, on=on, role=row.role, only_from={row.account_id: row.held_id},
        because={row.account_id: f"Handoff {row.pk}"},
    )[0]  # fmt: skip
    if outcome.outcome == "refused":
        raise Conflict(f"{outcome.reason} Withdraw this handoff, and propose another if it is still wanted.")
    row.tasks_moved = hand_over(row.account_id, from_member=row.giver_id, to_member=row.taker_id, by=by)
    row.state, row.done_at, row.done_by_id = State.DONE.value, clock.now(), by.id
    row.save(update_fields=["state", "done_at", "done_by", "override", "tasks_moved"])
    told = {"override": row.override} if row.override else {}
    _audit(row, "done", by, {"role": row.role, "taker": row.taker_id, "tasks": row.tasks_moved, **told})
    outbox.add(
        HandoffDone(
            row.pk, row.account_id, row.role, row.giver_id, row.taker_id, by.id, row.tasks_moved, bool(row.override)
        )
    )


def _reason(text: str, problem: str) -> str:
    said = text.strip()
    if not 0 < len(said) <= LONGEST_TEXT:
        raise Invalid(problem, [Problem(problem, "reason")])
    return said


def _locked(handoff: int, *states: State) -> Handoff:
    row = Handoff.objects.select_for_update().filter(pk=handoff).first()
    if row is None:
        raise NotFound("There is no such handoff.")
    if row.state not in states:
        raise Conflict(f"This handoff is {row.state} by now. Load the page again.")
    return row


def _may(row: Handoff, by: MemberView, *, taker: bool = True) -> None:
    concerned = {row.giver_id, row.proposed_by_id, *([row.taker_id] if taker else [])}
    if by.id not in concerned and not by.may(Permission.MANAGE_TEAM):
        raise Forbidden("This handoff is between others. Ask them, or a manager.")


def _taker(row: Handoff, by: MemberView) -> None:
    if by.id != row.taker_id:
        raise Forbidden("Only the new owner does this.")


def _audit(row: Handoff, action: str, by: MemberView, after: dict[str, object] | None = None) -> None:
    record_audit(by=by, action=f"handoff.{action}", object=f"handoff {row.pk} of account {row.account_id}", after=after)


def _view(row: Handoff) -> HandoffView:
    return HandoffView(
        row.pk, row.account_id, row.role, row.giver_id, row.taker_id, row.held_id, row.note, State(row.state),
        row.proposed_by_id, row.proposed_at, row.accepted_at, row.returned_reason, row.done_at, row.done_by_id,
        row.override, row.tasks_moved,
    )  # fmt: skip
