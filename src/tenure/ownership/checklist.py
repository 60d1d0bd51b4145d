"""The checklist that every new handoff gets, and the items of one handoff with what the data shows of them."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max

from tenure.base import clock
from tenure.base.refusals import Invalid, NotFound
from tenure.ownership import rules
from tenure.ownership.contracts import Check, ItemView
from tenure.ownership.models import ChecklistItem, Handoff, HandoffItem
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

LONGEST_LABEL, MOST_ITEMS = 120, 30
READY = (
    ItemView(0, "Handover note pinned", Check.NOTE, True),
    ItemView(0, "Promises reviewed", Check.PROMISES, True),
    ItemView(0, "Intro meeting planned", Check.HAND, True),
    ItemView(0, "Customer told who takes over", Check.HAND, False),
)
"""Used until a workspace makes a checklist of its own."""


def template(*, retired: bool = False) -> list[ItemView]:
    """The items that a new handoff gets, in their order; retired ones, last, only when asked for. One query."""
    rows = list(ChecklistItem.objects.order_by("place", "id"))
    if not rows:
        return list(READY)
    found = [
        ItemView(row.pk, row.label, Check(row.kind), row.required, retired=row.retired_at is not None) for row in rows
    ]
    return sorted((each for each in found if retired or not each.retired), key=lambda each: each.retired)


@transaction.atomic
def add_item(*, label: str, check: str, required: bool, by: MemberView) -> None:
    """An item at the end; the ready-made ones become the workspace's own with the first. Handoffs that are under way
    keep the checklist that they began with."""
    said = " ".join(label.split())
    if not 0 < len(said) <= LONGEST_LABEL:
        raise Invalid(f"Say what is to be done, in at most {LONGEST_LABEL} characters.")
    if check not in {each.value for each in Check}:
        raise Invalid("Choose how the item is done from the list.")
    _own()
    rows = ChecklistItem.objects.all()
    if rows.filter(retired_at=None).count() >= MOST_ITEMS:
        raise Invalid(f"A checklist has at most {MOST_ITEMS} items. Retire one first.")
    place = (rows.aggregate(last=Max("place"))["last"] or 0) + 1
    ChecklistItem.objects.create(label=said, kind=check, required=required, place=place)
    record_audit(
        by=by, action="checklist_item.added", object=f"item {said}", after={"check": check, "required": required}
    )


@transaction.atomic
def take_up(*, by: MemberView) -> None:
    """Make the ready-made items the workspace's own, to be changed."""
    if _own():
        record_audit(by=by, action="checklist.taken_up", object="checklist of handoffs")


@transaction.atomic
def change_item(*, item: int, by: MemberView, required: bool | None = None, retired: bool | None = None) -> None:
    """Require an item or not, retire it or bring it back; for new handoffs."""
    row = ChecklistItem.objects.select_for_update().filter(pk=item).first()
    if row is None:
        raise NotFound("There is no such item.")
    before = {"required": row.required, "retired": row.retired_at is not None}
    if required is not None:
        row.required = required
    if retired is not None:
        row.retired_at = clock.now() if retired else None
    row.save(update_fields=["required", "retired_at"])
    after = {"required": row.required, "retired": row.retired_at is not None}
    record_audit(by=by, action="checklist_item.changed", object=f"item {row.label}", before=before, after=after)


def _own() -> bool:
    """Make the ready-made items rows of the workspace where it has none; whether it had none."""
    ready = not ChecklistItem.objects.exists()
    if ready:
        ChecklistItem.objects.bulk_create(
            ChecklistItem(label=each.label, kind=each.check.value, required=each.required, place=n)
            for n, each in enumerate(READY, 1)
        )
    return ready


def begin(handoffs: Sequence[Handoff]) -> None:
    """Give new handoffs the checklist as it is now. Two queries."""
    wanted = template()
    HandoffItem.objects.bulk_create(
        HandoffItem(handoff=each, label=item.label, kind=item.check.value, required=item.required, place=n)
        for each in handoffs
        for n, item in enumerate(wanted, 1)
    )


def items_of(handoff: int, *, noted: bool, promises: Collection[int], seen: Collection[int]) -> list[ItemView]:
    """The items of a handoff, by what the data shows: whether a handover note is pinned, which promises are open, which
    of them the new owner has read. One query."""
    shown = {Check.NOTE: noted, Check.PROMISES: rules.promises_done(promises, seen)}
    rows = HandoffItem.objects.filter(handoff=handoff).select_related("done_by__user").order_by("place", "id")
    return [
        ItemView(
            row.pk, row.label, Check(row.kind), row.required, shown.get(Check(row.kind), row.done_at is not None),
            str(row.done_by.user) if row.done_by else "", row.done_at,
        )
        for row in rows
    ]  # fmt: skip
