"""The measures' stage of the cycle."""

from tenure.base.cycle import StageReport, StageRun
from tenure.measures import published
from tenure.measures.actions import publish_proposal


def propose_stage(run: StageRun) -> StageReport:
    """Give a workspace without any measure those that its data can fill; later ones are its own decision."""
    if published.published():
        return StageReport()
    proposal = publish_proposal(as_of=run.as_of)
    return StageReport(len(proposal.measures), " ".join(proposal.notes))
