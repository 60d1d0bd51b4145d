"""Columns of the current state that a domain above derives from the rest: which segments an account or person is in.

Such a domain registers in `tenure.config.registrations`. Each column has a mark of what it was made from, so that a
state whose columns are behind the configuration is completed when it is read: nobody waits for the next cycle.
"""

from dataclasses import replace

from tenure.base import tenancy
from tenure.health.contracts import Derived
from tenure.health.current.files import State
from tenure.measures.contracts import Entity, Field

_REMEMBERED = 8


_registered: list[Derived] = []
_completed: dict[tuple[object, ...], State] = {}


def register(derived: Derived) -> None:
    """Make a domain's columns known. Called once at start."""
    if derived not in _registered:
        _registered.append(derived)


def fields(entity: Entity = "account") -> tuple[Field, ...]:
    """The fields of all of them."""
    return tuple(field for each in _of(entity) for field in each.fields())


def elsewhere(entity: Entity = "account") -> dict[str, str]:
    """Names that expressions of this entity cannot read, with what to write instead."""
    return {name: said for each in _of(entity) for name, said in each.elsewhere().items()}


def marks(entity: Entity = "account") -> dict[str, str]:
    """The columns there should be, each with its mark."""
    return {column: mark for each in _of(entity) for column, mark in each.marks().items()}


def _of(entity: Entity) -> list[Derived]:
    return [each for each in _registered if each.entity == entity]


def bare(state: State) -> State:
    """The state without what was derived."""
    there = [name for name in state.marks if name in state.table.column_names]
    return replace(state, table=state.table.drop_columns(there), marks={}) if state.marks else state


def completed(state: State) -> State:
    """As `complete`, remembered for who reads the same state again."""
    wanted = marks(state.entity)
    if wanted == state.marks:
        return state
    key = (
        tenancy.current_workspace_id(), state.entity, state.as_of, state.made_at,
        state.accounts.made_at if state.accounts else None, tuple(sorted(wanted.items())),
    )  # fmt: skip
    found = _completed.get(key)
    if found is None:
        found = _completed[key] = complete(state)
        while len(_completed) > _REMEMBERED:
            _completed.pop(next(iter(_completed)), None)
    return found


def complete(state: State) -> State:
    """The state with the columns in force: what is behind is computed, what is gone is left out."""
    wanted = marks(state.entity)
    if wanted == state.marks:
        return state
    stale = [name for name, mark in state.marks.items() if wanted.get(name) != mark]
    table = state.table.drop_columns([name for name in stale if name in state.table.column_names])
    missing = [name for name in wanted if name not in table.column_names]
    accounts = state.accounts.table if state.accounts else None
    for each in _of(state.entity):
        for name, column in each.columns(table, missing, accounts).items():
            table = table.append_column(name, column)
    return replace(state, table=table, marks=wanted)
