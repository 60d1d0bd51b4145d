"""To whom the events of a run belong: asked once for all that speak under the same names."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenure.ingest.drain.hearing import Heard
from tenure.ingest.drain.lines import Rows
from tenure.ingest.drain.rows import NOBODY
from tenure.ingest.identity import rules
from tenure.ingest.identity.contracts import ParkReason, Resolved

_WAITS = -2
"""In the place of an account: none, so that the event waits or its time decides."""


@dataclass(frozen=True, slots=True)
class Found:
    """`rows` with their `people` (`NOBODY` for none) and `accounts`; `waiting` are the rows that have none, and why."""

    rows: Rows
    people: NDArray[np.int64]
    accounts: NDArray[np.int64]
    waiting: list[tuple[int, ParkReason]]


def attribute(heard: Heard, resolved: Resolved) -> Found:
    """Person and account of each new event."""
    answers = [rules.settled(names, resolved) for names in heard.speaking.names]
    taken = [each if isinstance(each, tuple) else (None, _WAITS) for each in answers]
    person_of = np.array([NOBODY if person is None else person for person, _ in taken], np.int64)
    account_of = np.array([account for _, account in taken], np.int64)
    new = heard.rows()
    events = heard.lines.events()[new]
    rows, of = new[events], heard.speaking.of[events]
    people, accounts = person_of[of], account_of[of]
    waiting: list[tuple[int, ParkReason]] = []
    for place in np.flatnonzero(accounts == _WAITS).tolist():
        row = int(rows[place])
        answer = answers[of[place]] or rules.attribute(heard.lines.message(row), resolved)
        if isinstance(answer, tuple):
            people[place], accounts[place] = NOBODY if answer[0] is None else answer[0], answer[1]
        else:
            waiting.append((row, answer))
    kept = accounts != _WAITS
    return Found(rows[kept], people[kept], accounts[kept], waiting)
