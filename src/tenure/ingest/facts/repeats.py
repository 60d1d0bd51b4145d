"""Idempotency-Key: the same request with the same key is answered as it was, and done once."""

import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction

from tenure.base import clock
from tenure.ingest.facts.actions import WAIT_S, WORK_S
from tenure.ingest.facts.models import FactsRequest
from tenure.ingest.facts.refusals import KeyReused, StillRunning, WrongKey

KEPT = timedelta(hours=48)
_WORK = timedelta(seconds=WAIT_S + WORK_S)
"""After this long without an answer the first request is taken for dead, and may be repeated."""
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def once(key: str, *, name: str, body: bytes, work: Callable[[], bytes]) -> tuple[bytes, bool]:
    """The answer, and whether it is that of an earlier request. `name` and `body` are what the key stands for.

    An answer is kept for 48 hours. A request that was refused or failed leaves its key free.
    Refuses with `WrongKey`, `KeyReused` or `StillRunning`.
    """
    if not _KEY.fullmatch(key):
        raise WrongKey("An Idempotency-Key has 1 to 255 printable ASCII characters without spaces, such as a UUID.")
    digest = hashlib.sha256(name.encode() + b"\0" + body).digest()
    row, answer = _claimed(key, digest)
    if answer is not None:
        return answer, True
    try:
        done = work()
    except BaseException:
        FactsRequest.objects.filter(pk=row.pk, until=row.until).delete()
        raise
    FactsRequest.objects.filter(pk=row.pk).update(answer=zlib.compress(done))
    return done, False


def _claimed(key: str, digest: bytes) -> tuple[FactsRequest, bytes | None]:
    """The row of this key, ours to work at, or with the answer that was given."""
    now = clock.now()
    FactsRequest.objects.filter(started_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return FactsRequest.objects.create(key=key, digest=digest, started_at=now, until=now + _WORK), None
    except IntegrityError:
        row = FactsRequest.objects.filter(key=key).first()
    if row is not None and bytes(row.digest) != digest:
        raise KeyReused("This Idempotency-Key was used for another request. Take a new one for each request.")
    if row is not None and row.answer is not None:
        return row, zlib.decompress(row.answer)
    if row is None or not FactsRequest.objects.filter(pk=row.pk, answer=None, until__lt=now).update(until=now + _WORK):
        raise StillRunning("The first request with this Idempotency-Key is still at work. Send again in some seconds.")
    row.until = now + _WORK
    return row, None
