"""Events by the million: the log's shape, one month a chunk, the same for a seed."""

from datetime import date

import numpy as np
import pyarrow.compute as pc

from tenure.demo.contracts import Scenario
from tenure.demo.queries import event_chunks
from tenure.events.contracts import EVENTS

SCENARIO = Scenario(end=date(2026, 7, 1), accounts=50, months=3, seed=5)


def test_chunks_have_the_logs_shape_and_lie_in_one_month_each() -> None:
    chunks = list(event_chunks(SCENARIO, events=30_000, rows=4_000))
    assert {chunk.schema == EVENTS for chunk in chunks} == {True}
    assert [pc.unique(chunk["month"]).to_pylist() for chunk in chunks] == [["2026-04"], ["2026-05"], ["2026-06"]]
    assert {str(pc.min(pc.equal(pc.strftime(c["at"], "%Y-%m"), c["month"])).as_py()) for c in chunks} == {"True"}


def test_the_number_of_events_is_about_what_was_asked_and_exact_for_a_seed() -> None:
    sizes = [[chunk.num_rows for chunk in event_chunks(SCENARIO, events=30_000)] for _ in range(2)]
    assert sizes[0] == sizes[1]
    assert sizes[0] == [1568, 7953, 20427]


def test_ids_are_the_callers_and_no_message_is_there_twice() -> None:
    ids = np.arange(50) * 7 + 1_000
    chunks = list(event_chunks(SCENARIO, events=3_000, ids=ids))
    messages = [message for chunk in chunks for message in chunk["message_id"].to_pylist()]
    accounts = {account for chunk in chunks for account in chunk["account"].to_pylist()}
    assert len(set(messages)) == len(messages)
    assert accounts - set(ids.tolist()) == set()
