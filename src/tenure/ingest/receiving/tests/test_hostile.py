"""Whatever is sent: bounded, explained, and nothing of it kept that was refused."""

import gzip
import io
import json
import tracemalloc

import pytest

from tenure.ingest import inbox
from tenure.ingest.dialects.segment import read
from tenure.ingest.receiving import bodies
from tenure.ingest.receiving.refusals import TooLarge
from tenure.ingest.receiving.tests.calling import call
from tenure.tenants.contracts import MadeKey
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db
GOOD = {"type": "track", "event": "X", "userId": "u", "messageId": "good"}


def _batch(bad: bytes) -> bytes:
    return b'{"batch":[' + json.dumps(GOOD).encode() + b"," + bad + b"]}"


def _traits(count: int) -> bytes:
    return b'{"type":"identify","userId":"u","traits":{%s}}' % b",".join(b'"%d":1' % n for n in range(count))


@pytest.mark.parametrize("chunked", [False, True])
def test_ten_megabytes(chunked: bool, server: MadeKey, workspace: Workspace) -> None:
    body = b'{"batch":["' + b"x" * 10_000_000 + b'"]}'
    got = call("POST", "/v1/batch", body, key=server.key, chunked=chunked)
    assert (got.status, got.code) == (413, "too_large")
    assert got.json["detail"] == "A request may have 512,000 bytes, unzipped too. Send smaller batches."
    assert inbox.waiting(workspace.pk).batches == 0


def test_a_zip_bomb_is_never_unzipped_whole(server: MadeKey, workspace: Workspace) -> None:
    bomb = gzip.compress(b" " * 300_000_000, 9, mtime=0)
    assert len(bomb) < 512_000
    environ: dict[str, object] = {"wsgi.input": io.BytesIO(bomb), "CONTENT_LENGTH": str(len(bomb))}
    tracemalloc.start()
    with pytest.raises(TooLarge):
        bodies.read(environ)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
    got = call("POST", "/v1/batch", bomb, key=server.key, content_encoding="gzip")
    assert (got.status, got.code) == (413, "too_large")
    assert inbox.waiting(workspace.pk).batches == 0


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"\x1f\x8bnot gzip", "gzip", 400, "bad_encoding"),
        (gzip.compress(b'{"batch":[]}', mtime=0)[:-9], "gzip", 400, "bad_encoding"),
        (b'{"batch":[]}', "br", 415, "unsupported_encoding"),
        (b'{"batch":[]}', "deflate, gzip", 415, "unsupported_encoding"),
        (b"", "gzip", 400, "bad_json"),
        (b"\xff\xfe\x00", "", 400, "bad_json"),
        (b'{"batch":' + b"[" * 400_000, "", 400, "bad_json"),
        (b'{"batch":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "", 200, ""),
        (b'{"batch":[' + b",".join([b"{}"] * 2_501) + b"]}", "", 413, "too_many_events"),
        (b'{"api_key":"phc_1","batch":[{"event":"x","distinct_id":"u"}]}', "", 400, "wrong_dialect"),
    ],
)
def test_bodies(body: bytes, encoding: str, status: int, code: str, server: MadeKey, workspace: Workspace) -> None:
    got = call("POST", "/v1/batch", body, key=server.key, content_encoding=encoding)
    assert got.status == status
    assert (got.json.get("code") or "") == code
    assert inbox.waiting(workspace.pk).batches == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"type":"track","userId":"u","event":"x","properties":{"a":NaN}}', "not_a_number"),
        (b'{"type":"track","userId":"u","event":"\xff"}', "bad_utf8"),
        (b'{"type":"track","userId":"u","event":"x","timestamp":"0001-01-01T00:00:00Z"}', "out_of_range"),
        (b'{"type":"track","userId":"u","event":"x","timestamp":"9999-12-31T23:59:59Z"}', "out_of_range"),
        (b'{"type":"identify","userId":"u","traits":' + b'{"a":' * 3_000 + b"1" + b"}" * 3_001, "too_deep"),
        (_traits(3_300), "too_many_names"),
        (_traits(5_000), "too_large"),
    ],
)
def test_one_bad_event_is_told_and_the_good_one_beside_it_taken(
    bad: bytes, reason: str, server: MadeKey, workspace: Workspace
) -> None:
    got = call("POST", "/v1/batch?strict=1", _batch(bad), key=server.key)
    assert (got.status, got.json["accepted"]) == (200, 1)
    assert [(r["index"], r["reason"]) for r in got.json["refused"]] == [(1, reason)]
    row = inbox.claim(workspace.pk, 1, 10)[0]
    reading = read(row.body, kind=row.kind, received_at=row.received_at, message_id_seed=str(row.id))
    assert [m.message_id for m in reading.messages] == ["good"]
    assert [r.reason for r in reading.refused] == [reason]
