"""What was said of each fact so far."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import batched

from tenure.ingest.facts.kinds import CHANGES, Kind
from tenure.ingest.facts.merging import Name, Values
from tenure.ingest.facts.models import StatedFact

_CHUNK = 500


def known(kind: Kind, external_ids: Collection[str]) -> dict[Name, Values]:
    """All that is known of facts of a kind with these external ids."""
    return {
        (row.external_id, row.part): row.said
        for chunk in batched(sorted(set(external_ids)), _CHUNK)
        for row in StatedFact.objects.filter(kind=kind.name, external_id__in=chunk)
    }


def with_changes(external_ids: Collection[str]) -> set[str]:
    """Which of these subscriptions have changes."""
    return {
        found
        for chunk in batched(sorted(external_ids), _CHUNK)
        for found in StatedFact.objects.filter(kind=CHANGES.name, external_id__in=chunk).values_list(
            "external_id", flat=True
        )
    }


def keep(kind: Kind, facts: Mapping[Name, Values], *, at: datetime) -> None:
    """Remember what was said; at most 500 rows a transaction."""
    for chunk in batched(facts.items(), _CHUNK):
        StatedFact.objects.bulk_create(
            [
                StatedFact(kind=kind.name, external_id=external_id, part=part, said=said, changed_at=at)
                for (external_id, part), said in chunk
            ],
            update_conflicts=True,
            unique_fields=["workspace", "kind", "external_id", "part"],
            update_fields=["said", "changed_at"],
        )
