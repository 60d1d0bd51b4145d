"""The current-state file: one row an account (another file: a person), swapped whole; readers map it into memory and
share its pages.

An Arrow IPC file: a filter over one column reads that column, a row costs microseconds, and a swap is a rename.
`latest.arrow` is a link to the newest; who has the one before open keeps reading it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
from numpy.typing import NDArray

from tenure.base import kept
from tenure.measures.contracts import Entity

LATEST = "latest.arrow"
KEPT = 2
_META = b"tenure"
_PART: Mapping[Entity, str] = {"account": "", "person": "people/"}
TRAIT = "t__"
_TYPES = (
    (pa.types.is_floating, "number"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
    (pa.types.is_list, "list"),
    (lambda _: True, "text"),
)


@dataclass(frozen=True, slots=True)
class State:
    """A workspace's accounts as of a day: facts, score, band, coverage, trend, top reason, sparkline, inputs.

    Sorted by `id`. `seen` are the versions of the lake's tables it was made from. `marks` names the columns that
    other domains derived from the rest, each with what it was made from (`tenure.health.derived`).

    Of people (`entity`) it holds their facts and their `account`; what is asked of that account is read out of
    `accounts`, the state of the same day, whenever it is asked for.
    """

    table: pa.Table
    as_of: date
    made_at: datetime
    scorecard: str
    version: int
    seen: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    entity: Entity = "account"
    accounts: "State | None" = None

    @property
    def ids(self) -> NDArray[np.int64]:
        """Whom it is of, ascending: looked up in place, not copied."""
        column = self.table["id"]
        whole = (
            column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], pa.int64())])
        )
        found: NDArray[np.int64] = whole.to_numpy()
        return found

    @property
    def traits(self) -> dict[str, str]:
        """Its columns of traits as a catalogue has them: type by key."""
        return {
            each.name.removeprefix(TRAIT): next(name for is_type, name in _TYPES if is_type(each.type))
            for each in self.table.schema
            if each.name.startswith(TRAIT)
        }


def write(slug: str, state: State, *, is_over: bool = False) -> Path:
    """Put `state` in the place of the newest; readers see the old one or the new one, never half. `is_over`: it is of a
    day that is, and is kept beside the present."""
    folder = _folder(slug, state.entity, state.as_of if is_over else None)
    table = state.table.combine_chunks().replace_schema_metadata({_META: json.dumps(_described(state)).encode()})
    number = max((_number(path) for path in folder.glob("state-*.arrow")), default=0) + 1
    path = folder / f"state-{number:09d}.arrow"
    kept.replace(path, lambda part: _fill(part, table))
    kept.replace(folder / LATEST, lambda link: link.symlink_to(path.name))
    for old in sorted(folder.glob("state-*.arrow"), key=_number)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def _fill(part: Path, table: pa.Table) -> None:
    with pa.OSFile(str(part), "wb") as sink, ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def latest(slug: str, entity: Entity = "account") -> State | None:
    """The newest state, mapped, not read; None before the first. Costs a stat when nothing changed."""
    return kept.read(_folder(slug, entity) / LATEST, lambda path: _read(path, entity))


def of_day(slug: str, day: date, entity: Entity = "account") -> State | None:
    """The state of a day: the newest where it is of that day, else what is kept of the day by itself."""
    return kept.of_day(slug, day, f"{_PART[entity]}{LATEST}", lambda path: _read(path, entity))


def traits(slug: str, entity: Entity = "account") -> Mapping[str, str] | None:
    """The traits that the newest state has, with their types; None before the first."""
    state = latest(slug, entity)
    return state.traits if state else None


def _read(path: Path, entity: Entity) -> State:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    described = cast("dict[str, object]", json.loads(table.schema.metadata[_META]))
    return State(
        table=table,
        as_of=date.fromisoformat(str(described["as_of"])),
        made_at=datetime.fromisoformat(str(described["made_at"])),
        scorecard=str(described["scorecard"]),
        version=int(str(described["version"])),
        seen=cast("dict[str, int]", described["seen"]),
        marks=cast("dict[str, str]", described.get("marks", {})),
        entity=entity,
    )


def _described(state: State) -> dict[str, object]:
    return {
        "as_of": state.as_of.isoformat(),
        "made_at": state.made_at.isoformat(),
        "scorecard": state.scorecard,
        "version": state.version,
        "seen": dict(state.seen),
        "marks": dict(state.marks),
    }


def _folder(slug: str, entity: Entity, day: date | None = None) -> Path:
    return kept.folder(slug, day) / _PART[entity]


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("state-"))
