"""Bodies come back as they were, and repetitive ones take little room."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.inbox.packing import packed, unpacked


@given(st.binary(max_size=5_000))
def test_what_was_packed_comes_back(body: bytes) -> None:
    kept = packed(body)
    assert unpacked(kept, len(body)) == body
    assert len(kept) <= len(body) + len(body) // 255 + 16


@given(st.binary(min_size=1, max_size=500), st.integers(0, 5_000))
def test_what_is_broken_raises_nothing(kept: bytes, size: int) -> None:
    found = unpacked(kept, size)
    assert found == kept or len(found) <= size


def test_calls_that_say_mostly_the_same_take_a_fifth_at_most() -> None:
    calls = [
        {"type": "track", "event": "Report Exported", "userId": f"user-{n * 7919 % 1000}", "messageId": f"{n * 7919:x}"}
        for n in range(100)
    ]
    body = json.dumps({"batch": calls}).encode()
    assert len(packed(body)) * 5 < len(body)
