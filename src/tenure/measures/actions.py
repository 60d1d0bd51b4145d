"""Writes of measures: putting the proposed catalogue in force."""

from datetime import date

from tenure.definitions import actions as definitions
from tenure.measures import published
from tenure.measures.proposal import Proposal, propose
from tenure.tenants.contracts import MemberView

NOTE = "Proposed from the data that is there"


def publish_proposal(*, by: MemberView | None = None, as_of: date | None = None) -> Proposal:
    """Publish every proposed measure that has no document in force; what the workspace wrote stays as it is.

    Doing it again publishes only what new data made possible.
    """
    proposal = propose(as_of)
    existing = published.published()
    for key, measure in proposal.measures.items():
        if key not in existing:
            body = measure.model_dump(mode="json", exclude_defaults=True)
            definitions.publish_body(kind=published.KIND, key=key, body=body, by=by, note=NOTE)
    return proposal
