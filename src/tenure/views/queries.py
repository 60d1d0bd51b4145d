"""Which views a member sees."""

from django.db.models import Exists, OuterRef, Q

from tenure.base.refusals import NotFound
from tenure.tenants.contracts import MemberView
from tenure.views.contracts import Entity, Listed, SavedView
from tenure.views.models import Home, View


def visible(by: MemberView, entity: Entity, *, removed: int | None = None) -> tuple[SavedView, ...]:
    """The team's views and the member's own, by name; with the one `removed` just now, if it is named. One query."""
    standing = Q(removed_at=None) if removed is None else Q(removed_at=None) | Q(pk=removed)
    return _read(by, standing & Q(entity=entity))


def one(view: int, by: MemberView) -> SavedView:
    """One view, removed or not; refuses with `NotFound` what the member does not see. One query."""
    found = _read(by, Q(pk=view))
    if not found:
        raise NotFound("There is no such view, or it is somebody else's own.")
    return found[0]


def _read(by: MemberView, wanted: Q) -> tuple[SavedView, ...]:
    homes = Home.objects.filter(member=by.id, view=OuterRef("pk"))
    rows = View.objects.filter(wanted, Q(shared=True) | Q(owner=by.id)).annotate(home=Exists(homes))
    found = [_view(row, home=row.home) for row in rows.order_by("id")]
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def _view(row: View, *, home: bool) -> SavedView:
    given = row.listed
    return SavedView(
        id=row.pk,
        entity="person" if row.entity == "person" else "account",
        name=row.name,
        listed=Listed(given["scope"], given["where"], given["sort"], given["group"], tuple(given["columns"])),
        owner=row.owner_id,
        shared=row.shared,
        home=home,
        removed=row.removed_at is not None,
    )
