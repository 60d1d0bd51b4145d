"""Which days can be shown."""

from datetime import date

from tenure.health import current
from tenure.past import keeping
from tenure.subscriptions.queries import kept_ledger
from tenure.tenants.queries import here


def newest() -> date | None:
    """The day that the last cycle stands at; None before the first."""
    movements = kept_ledger(here().slug)
    return movements.as_of if movements else None


def is_coming() -> bool:
    """Whether the cycle is on its way from one day to the next: some of its files are of the new day already."""
    state = current.latest(here().slug)
    return state is not None and newest() != state.as_of


def is_kept(day: date) -> bool:
    """Whether pages of a day that is over can be shown at once. One query at most."""
    return keeping.is_kept(here().slug, day)
