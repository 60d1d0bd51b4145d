"""How people call what a scorecard reads: labels, units and windows out of the published measures and fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.definitions.queries import published
from tenure.health.words import Name
from tenure.measures.contracts import Catalogue, Measure


@dataclass(frozen=True, slots=True)
class Known:
    """Names by key, and the documents of the published measures."""

    names: Mapping[str, Name]
    measures: Mapping[str, Measure]
    versions: Mapping[str, int]


def known(catalogue: Catalogue) -> Known:
    """Names of everything the facts hold. One query."""
    documents = {each.key: each for each in published("measure")}
    bodies = {key: each.body for key, each in documents.items() if isinstance(each.body, Measure)}
    names = {
        field.key: Name(
            field.label or field.key.replace("_", " "),
            field.unit,
            bodies[field.key].window if field.key in bodies and field.kind == "measure" else None,
        )
        for field in catalogue
    }
    return Known(names, bodies, {key: each.version for key, each in documents.items()})
