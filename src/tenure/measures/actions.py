"""Writes of measures: putting the proposed catalogue in force."""

from datetime import date

from tenure.base.refusals import NotFound
from tenure.definitions import actions as definitions
from tenure.definitions import queries as documents
from tenure.measures import published
from tenure.measures.proposal import Proposal, propose
from tenure.tenants.contracts import MemberView

NOTE = "Proposed from the data that is there"


def publish_proposal(*, by: MemberView | None = None, as_of: date | None = None) -> Proposal:
    """Publish every proposed measure that never had a document; what the workspace wrote or archived stays so.

    Doing it again publishes only what new data made possible.
    """
    proposal = propose(as_of)
    existing = published.published()
    for key, measure in proposal.measures.items():
        if key not in existing and not _was_there(key):
            body = measure.model_dump(mode="json", exclude_defaults=True)
            definitions.publish_body(kind=published.KIND, key=key, body=body, by=by, note=NOTE)
    return proposal


def _was_there(key: str) -> bool:
    """Whether the measure has, or had, any version."""
    try:
        return bool(documents.versions(published.KIND, key))
    except NotFound:
        return False
