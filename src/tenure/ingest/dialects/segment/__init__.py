"""Segment's HTTP tracking API, with the habits of RudderStack's clients.

`check` is for the hot path: is this a body we can keep? `said` is for the drain: what does it say? `read` makes
messages of that. All are pure; the same bytes are always read into the same messages.
https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
"""

from tenure.ingest.dialects.segment.envelope import BATCH_EVENTS, BODY_BYTES, KINDS, Checked, Unreadable, check
from tenure.ingest.dialects.segment.reading import read, said

__all__ = ["BATCH_EVENTS", "BODY_BYTES", "KINDS", "Checked", "Unreadable", "check", "read", "said"]
