"""The kinds of changes there are: each knows what it may be, how it is said, how it is made and undone."""

from collections.abc import Mapping
from dataclasses import asdict

from tenure.changes.contracts import Edit, Kind, OwnerEdit, SpreadEdit
from tenure.changes.kinds.owner import OwnerChange
from tenure.changes.kinds.spread import SpreadChange
from tenure.changes.kinds.trait import TraitChange
from tenure.traits.contracts import TraitEdit


def kind_of(edit: Edit) -> Kind:
    """An edit as it can be made; refuses one that may not be."""
    match edit:
        case OwnerEdit():
            return OwnerChange.of(edit)
        case SpreadEdit():
            return SpreadChange(edit)
        case _:
            return TraitChange.of(edit)


def stored(edit: Edit) -> dict[str, object]:
    """An edit as a change set keeps it."""
    of = "owner" if isinstance(edit, OwnerEdit) else "spread" if isinstance(edit, SpreadEdit) else "trait"
    return {"of": of, **asdict(edit)}


def begun(held: Mapping[str, object]) -> Kind:
    """The kind of a change set that was accepted once: it is made and undone whatever has been retired since."""
    of, given = held["of"], {name: value for name, value in held.items() if name != "of"}
    if of == "owner":
        return OwnerChange(OwnerEdit(**given))  # type: ignore[arg-type]
    if of == "spread":
        return SpreadChange(SpreadEdit(**given))  # type: ignore[arg-type]
    return TraitChange(TraitEdit(**given))  # type: ignore[arg-type]
