"""The inbox keeps what it took until it is done with, and knows whose it is."""

from datetime import timedelta

import pytest

from tenure.ingest import inbox
from tenure.ingest.inbox import statements
from tenure.ingest.inbox.store import _adapter
from tenure.ingest.inbox.tests.rows import NOON, row

pytestmark = pytest.mark.django_db


def test_a_stored_row_comes_back_as_it_was() -> None:
    given = row(body='{"batch":[{"name":"Zoë"}]}'.encode(), events=1)
    inbox.store(given)
    claimed = inbox.claim(1, 1, 100)
    assert [(r.body, r.events, r.received_at, r.key_id, r.trust, r.kind, r.source) for r in claimed] == [
        (given.body, 1, NOON, 7, "server", "batch", "backend")
    ]
    assert claimed[0].id > 0


def test_a_run_takes_the_oldest_batches_that_begin_within_its_limit() -> None:
    for number in range(5):
        inbox.store(row(body=b"%d" % number, events=40))
    assert [r.body for r in inbox.claim(1, 1, 100)] == [b"0", b"1", b"2"]
    assert [r.body for r in inbox.claim(1, 2, 40)] == [b"3"]
    assert [r.body for r in inbox.claim(1, 3, 1)] == [b"4"]
    assert inbox.claim(1, 4, 100) == []


def test_a_batch_larger_than_the_limit_is_taken_alone() -> None:
    inbox.store(row(events=2_500))
    inbox.store(row(events=1))
    assert [r.events for r in inbox.claim(1, 1, 100)] == [2_500]


def test_a_run_can_be_read_again_until_it_is_done() -> None:
    inbox.store(row(body=b"a"))
    inbox.store(row(body=b"b"))
    first = inbox.claim(1, 9, 1)
    assert inbox.of_run(1, 9) == first
    assert inbox.waiting(1).batches == 2
    assert inbox.done(1, 9) == 1
    assert inbox.of_run(1, 9) == []
    assert inbox.done(1, 9) == 0
    assert [r.body for r in inbox.claim(1, 10, 1)] == [b"b"]


def test_workspaces_do_not_see_each_other() -> None:
    inbox.store(row(workspace=1, body=b"ours"))
    inbox.store(row(workspace=2, body=b"theirs"))
    assert inbox.workspaces() == [1, 2]
    assert [r.body for r in inbox.claim(1, 1, 100)] == [b"ours"]
    assert inbox.of_run(2, 1) == []
    assert inbox.done(2, 1) == 0
    assert inbox.waiting(2).batches == 1


def test_waiting_counts_and_knows_the_oldest() -> None:
    assert inbox.waiting(1) == inbox.Waiting(0, 0, None)
    inbox.store(row(events=3, at=NOON + timedelta(seconds=1)))
    inbox.store(row(events=4, at=NOON))
    assert inbox.waiting(1) == inbox.Waiting(2, 7, NOON)


def test_an_id_is_never_used_twice() -> None:
    """Events without a message id get one made of the row's."""
    inbox.store(row())
    first = inbox.claim(1, 1, 1)[0].id
    inbox.done(1, 1)
    inbox.store(row())
    assert inbox.claim(1, 2, 1)[0].id > first


def test_claims_go_with_their_batches_also_after_a_crash_in_between() -> None:
    for body in (b"a", b"b"):
        inbox.store(row(body=body))
    inbox.claim(1, 1, 1)
    inbox.claim(1, 2, 1)
    assert _claims() == 2
    assert inbox.done(1, 1) == 1
    assert _claims() == 1
    _adapter().change(statements.DONE, (1, 2))
    assert _claims() == 1
    assert inbox.done(1, 2) == 0
    assert _claims() == 0


def _claims() -> int:
    return _adapter().change("UPDATE ingest_claim SET run = run", ())
