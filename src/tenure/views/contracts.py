"""What others may hold of saved views and layouts."""

from dataclasses import dataclass

from tenure.measures.contracts import Entity
from tenure.views.layout import KIND, SECTIONS, TABS, Layout

__all__ = ["KIND", "SECTIONS", "TABS", "Entity", "Layout", "Listed", "SavedView"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows. `where` is an expression, `sort` a column (with `-` the greatest first), `group` a column or
    empty, `columns` in their order; none are the usual ones. Whether the fields still exist is the list's to find out.
    """

    scope: str = "all"
    where: str = ""
    sort: str = "score"
    group: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list with a name. `home` says that it opens first for the member who asks, `removed` that it can be brought
    back."""

    id: int
    entity: Entity
    name: str
    listed: Listed
    owner: int
    shared: bool
    home: bool
    removed: bool
