"""How people call what a scorecard reads: labels, units and windows out of the published measures and fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.health.words import Name
from tenure.measures.contracts import Catalogue
from tenure.measures.queries import Published, published


@dataclass(frozen=True, slots=True)
class Known:
    """Names by key, and the measures in force."""

    names: Mapping[str, Name]
    measures: Mapping[str, Published]

    @property
    def versions(self) -> dict[str, int]:
        """The version of each measure in force."""
        return {key: each.version for key, each in self.measures.items()}


def known(catalogue: Catalogue) -> Known:
    """Names of everything the facts hold. One query."""
    measures = published()
    names = {
        field.key: Name(
            field.label or field.key.replace("_", " "),
            field.unit,
            measures[field.key].measure.window if field.key in measures and field.kind == "measure" else None,
        )
        for field in catalogue
    }
    return Known(names, measures)
