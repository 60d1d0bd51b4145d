"""Which views a member sees, and which layout an account has for her."""

from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, Q

from tenure.base.refusals import NotFound
from tenure.definitions.queries import published
from tenure.tenants.contracts import MemberView
from tenure.tenants.permissions import Role
from tenure.views.contracts import KIND, Entity, Layout, Listed, SavedView
from tenure.views.layout import chosen, place
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


def layouts() -> dict[str, tuple[int, Layout]]:
    """The layouts in force by key, with their versions, as they are tried. No query where definitions were read
    before."""
    found = {each.key: (each.version, each.body) for each in published(KIND) if isinstance(each.body, Layout)}
    return dict(sorted(found.items(), key=lambda each: place(each[1][1])))


def layout_with(key: str, layout: Layout, *, role: Role, inside: Collection[str]) -> Layout | None:
    """The layout that would hold for members of a role at an account in these segments if `key` were this one."""
    others = [body for each, (_, body) in layouts().items() if each != key]
    return chosen([*others, layout], role=role, inside=inside)


def layout_for(member: MemberView, inside: Callable[[], Collection[str]]) -> Layout | None:
    """The layout for the member at an account; `inside` says its segments and is asked only where a layout is for one.
    None is the product's own. No query where definitions were read before."""
    known = [body for _, body in layouts().values()]
    if not known:
        return None
    return chosen(known, role=member.role, inside=inside() if any(each.segment for each in known) else ())
