"""The inbox: requests that were acknowledged, safe on disk until they are drained.

`store` returns when the row would survive a power cut. `claim`, `of_run` and `done` are for the one drainer of a
workspace: a run claims rows, works on them, and only then are they gone; after a crash `of_run` gives the same rows.
"""

from tenure.ingest.inbox.contracts import Busy, Full, Row, Trust, Waiting
from tenure.ingest.inbox.store import claim, done, leave, of_run, peek, prepare, store, waiting, whole, workspaces

__all__ = [
    "Busy",
    "Full",
    "Row",
    "Trust",
    "Waiting",
    "claim",
    "done",
    "leave",
    "of_run",
    "peek",
    "prepare",
    "store",
    "waiting",
    "whole",
    "workspaces",
]
