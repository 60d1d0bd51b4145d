"""Refused events are sent again after what was wrong with them has been mended."""

from itertools import groupby

import msgspec
from django.db import transaction

from tenure.base import clock, tenancy
from tenure.ingest import inbox
from tenure.ingest.dialects import segment
from tenure.ingest.drain.models import EventReject
from tenure.ingest.drain.refusing import UNREADABLE_BATCH
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

AT_ONCE = 500


def replay(*, reason: str, by: MemberView, source: str | None = None) -> tuple[int, int]:
    """Send refused events of a reason through the inbox again: how many were sent, how many cannot be.

    Parts of events are not sent again (the event was taken without them), nor what was cut at 4 kB. An event keeps
    its message id, so that what has been taken meanwhile is not counted twice. Their time is that of the event.
    """
    rows = EventReject.objects.filter(reason=reason, replayed_at=None)
    if source is not None:
        rows = rows.filter(source=source)
    last = rows.order_by("-id").values_list("id", flat=True).first() or 0
    sent = left = after = 0
    while chunk := list(rows.filter(id__gt=after, id__lte=last, partial=False).order_by("id")[:AT_ONCE]):
        after = chunk[-1].pk
        whole = [row for row in chunk if _is_whole(bytes(row.raw))]
        if reason == UNREADABLE_BATCH:
            for row in whole:
                body = bytes(row.raw)
                _store(body, segment.check(body, row.kind).events, row.kind, source=row.source, trust=row.trust)
        else:
            for (name, trust), events in groupby(sorted(whole, key=_sender), _sender):
                bodies = [bytes(row.raw) for row in events]
                _store(b'{"batch":[' + b",".join(bodies) + b"]}", len(bodies), "batch", source=name, trust=trust)
        EventReject.objects.filter(id__in=[row.pk for row in whole]).update(replayed_at=clock.now())
        sent, left = sent + len(whole), left + len(chunk) - len(whole)
    with transaction.atomic():
        record_audit(by=by, action="events.replayed", object=reason, after={"sent": sent, "left": left})
    return sent, left


def _sender(row: EventReject) -> tuple[str, str]:
    return row.source, row.trust


def _store(body: bytes, events: int, kind: str, *, source: str, trust: str) -> None:
    inbox.store(
        inbox.Row(
            workspace_id=tenancy.current_workspace_id(), key_id=0,
            trust="server" if trust == "server" else "browser", kind=kind, source=source, received_at=clock.now(),
            body=body, events=events,
        )
    )  # fmt: skip


def _is_whole(raw: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(raw), dict)
    except msgspec.DecodeError:
        return False
