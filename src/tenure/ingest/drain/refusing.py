"""What was not taken is kept with its reason, so that somebody can see it, mend it and send it again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched

import msgspec

from tenure.ingest.drain.models import EventReject
from tenure.ingest.identity.contracts import Refusal, Sender
from tenure.ingest.inbox import Row
from tenure.ingest.messages import RAW_LIMIT, Message, Refused

KEPT_DAYS = 90
MOST_PARTS = 100
"""Refused parts of one kind and path that a run keeps as examples: the events themselves were taken."""
_CHUNK = 500

UNREADABLE_BATCH = "unreadable_batch"
REASONS: dict[str, str] = {
    "protected_money": "A browser key may not set money",
    "protected_plan": "A browser key may not set the plan",
    "protected_seats": "A browser key may not set seats",
    "protected_owner": "A browser key may not set the owner",
    "protected_status": "A browser key may not set the status",
    "protected_dates": "A browser key may not set dates of the contract",
    "protected_external_id": "A browser key may not set external ids",
    "email_taken": "A browser key may not take over somebody's e-mail address",
    "merge_not_allowed": "A browser key may not make two people one",
    "two_people": "An alias of two people we know",
    "nobody_yet": "Traits of a visitor whom nobody has named",
    "too_many_traits": "More different traits than a workspace can have",
    "unreadable": "The request can no longer be read",
    UNREADABLE_BATCH: "The request made the drain fail, and was set aside whole",
}
"""Reasons of identity, beside those of the dialects (`tenure.ingest.messages.REASONS`)."""


def refusals(identity: Sequence[Refusal], *, run: int) -> list[EventReject]:
    """Identity's refusals as rows; of parts only some examples each."""
    shown: dict[tuple[str, str, str], int] = {}
    rows = []
    for each in identity:
        if each.partial:
            key = each.sender.source, each.reason, each.path
            shown[key] = shown.get(key, 0) + 1
            if shown[key] > MOST_PARTS:
                continue
        rows.append(
            _row(
                each.sender, run, each.reason, each.path, each.detail, as_sent(each.message), partial=each.partial
            )
        )  # fmt: skip
    return rows


def unread(sender: Sender, refused: Iterable[Refused], *, run: int) -> list[EventReject]:
    """A dialect's refusals as rows."""
    return [_row(sender, run, each.reason, each.path, each.detail, each.raw) for each in refused]


def whole(batch: Row, error: str, *, run: int) -> EventReject:
    """A request that was set aside, with all of its body."""
    detail = f"Reading this request failed ({error}); the others went in. It is kept whole and can be sent again."
    row = _row(batch, run, UNREADABLE_BATCH, "", detail, b"")
    row.raw = batch.body
    return row


def keep(rows: Sequence[EventReject]) -> None:
    """Write them."""
    for chunk in batched(rows, _CHUNK):
        EventReject.objects.bulk_create(chunk)


def undo(run: int) -> None:
    """Forget those of a run that is repeated."""
    EventReject.objects.filter(run=run).delete()


def prune(now: datetime) -> None:
    """Drop those older than 90 days."""
    EventReject.objects.filter(received_at__lt=now - timedelta(days=KEPT_DAYS)).delete()


def as_sent(message: Message) -> bytes:
    """A message in the words of Segment's API, whatever dialect it came in."""
    said = {
        "type": message.type, "messageId": message.message_id, "timestamp": message.at, "userId": message.user_id,
        "anonymousId": message.anonymous_id, "previousId": message.previous_id, "groupId": message.group_id,
        "traits": message.traits or None, "properties": message.properties or None,
    }  # fmt: skip
    if message.type == "track":
        said["event"] = message.name
    elif message.type in ("page", "screen"):
        said["name"] = message.name.removeprefix("Viewed ").removesuffix(f" {message.type}")
    return msgspec.json.encode({key: value for key, value in said.items() if value is not None})


def _row(
    sender: Sender, run: int, reason: str, path: str, detail: str, raw: bytes, *, partial: bool = False
) -> EventReject:
    return EventReject(
        run=run,
        received_at=sender.received_at,
        source=sender.source,
        trust=sender.trust,
        kind=sender.kind,
        reason=reason,
        path=path[:300],
        detail=detail,
        raw=raw[:RAW_LIMIT],
        partial=partial,
    )
