"""The engines of a process: one for questions, one for work that nobody waits for."""

from tenure.base import paths
from tenure.events.adapters import duck

PATIENT_MEMORY = "96MB"


def engine() -> duck.Engine:
    """The process's analytics engine."""
    return duck.shared_engine(paths.home() / "spill", paths.engine_threads(), footers_mb=paths.engine_footers_mb())


def patient_engine() -> duck.Engine:
    """One for work that nobody waits for: sorting a month takes it little memory and the rest from the disk."""
    return duck.shared_engine(paths.home() / "spill", 1, PATIENT_MEMORY)
