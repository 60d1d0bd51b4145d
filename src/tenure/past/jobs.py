"""The stage that gives up days of which something came, and asks for the month that was over last."""

import pyarrow.compute as pc

from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.months import last_day, months_back
from tenure.health import current
from tenure.past import actions, keeping
from tenure.subscriptions.queries import kept_ledger


def stage(run: StageRun) -> StageReport:
    """`rows` counts days that were given up."""
    given_up = keeping.look_again(run.slug)
    movements, state = kept_ledger(run.slug), current.latest(run.slug)
    if movements is not None and state is not None and movements.as_of == state.as_of == run.as_of:
        end = last_day(months_back(run.as_of, 1))
        first = pc.min(movements.ledger["month"]).as_py()
        if first is not None and first <= end and not keeping.is_kept(run.slug, end):
            actions.ask(end, ahead=True)
    return StageReport(given_up)


STAGE = Stage("past", stage)
