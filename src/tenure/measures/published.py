"""The measures in force: published documents of kind `measure`, with their versions."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.definitions import queries as definitions
from tenure.measures.contracts import Entity
from tenure.measures.document import Measure, Measures

KIND = "measure"


@dataclass(frozen=True, slots=True)
class Published:
    """A measure in force and the version of its document."""

    key: str
    version: int
    measure: Measure


def published() -> dict[str, Published]:
    """All measures in force, by key. One query."""
    found = {}
    for each in definitions.published(KIND):
        assert isinstance(each.body, Measure)
        found[each.key] = Published(each.key, each.version, each.body)
    return found


def of_entity(measures: Mapping[str, Published], entity: Entity) -> dict[str, Measure]:
    """Those that an account, or a person, can have: a measure over others needs both of them."""
    plain = {key: p.measure for key, p in measures.items() if entity in p.measure.entities}
    return {key: m for key, m in plain.items() if _complete(m, plain)}


def _complete(measure: Measure, measures: Mapping[str, Measure]) -> bool:
    counts = measure.counts
    return not isinstance(counts, Measures) or (counts.of in measures and counts.over in measures)


def with_components(chosen: Mapping[str, Measure], measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """`chosen` with the measures that they are made of."""
    parts = [name for m in chosen.values() if isinstance(m.counts, Measures) for name in (m.counts.of, m.counts.over)]
    return {**{name: measures[name] for name in parts}, **chosen}
