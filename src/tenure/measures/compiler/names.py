"""Which event names a measure counts: patterns of a document against the names that the data has."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from tenure.measures.document import Features, Usage


@dataclass(frozen=True, slots=True)
class NameSet:
    """Event names by pattern; `weights` go with the patterns of core features, in their order."""

    names: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()

    def weight(self, name: str) -> float | None:
        """What an event name weighs in this set: 1 without weights, None when the name is not in it."""
        if any(matches(pattern, name) for pattern in self.but_not):
            return None
        for position, pattern in enumerate(self.names):
            if matches(pattern, name):
                return self.weights[position] if self.weights else 1.0
        return None

    @property
    def total(self) -> float:
        """The sum of all weights."""
        return float(sum(self.weights)) if self.weights else float(len(self.names))


def name_set(counts: Usage | Features) -> NameSet:
    """The names that `counts` speaks of."""
    if isinstance(counts, Features):
        return NameSet(tuple(counts.weights), weights=tuple(counts.weights.values()))
    return NameSet(counts.names, counts.but_not)


def matches(pattern: str, name: str) -> bool:
    """Whether `name` fits `pattern`, where `*` stands for any letters and case does not matter."""
    return _compiled(pattern).fullmatch(name.casefold()) is not None


@lru_cache(maxsize=10_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in pattern.casefold().split("*"))
    return re.compile(".*".join(parts), re.DOTALL)


def names_table(names: Iterable[str], sets: Sequence[NameSet]) -> pa.Table:
    """One row for each name in any set: `s0`, `s1`… say whether it is in that set, `w0`, `w1`… what it weighs there."""
    rows = [(name, [each.weight(name) for each in sets]) for name in sorted(set(names))]
    rows = [(name, weights) for name, weights in rows if any(w is not None for w in weights)]
    columns = {"name": pa.array([name for name, _ in rows], pa.string())}
    for index in range(len(sets)):
        columns[f"s{index}"] = pa.array([w[index] is not None for _, w in rows], pa.bool_())
        columns[f"w{index}"] = pa.array([w[index] or 0.0 for _, w in rows], pa.float64())
    return pa.table(columns)
