"""What the inbox takes and gives, and how it says no."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from tenure.base.refusals import Refusal

type Values = tuple[int | str | bytes | datetime, ...]
type Trust = Literal["browser", "server"]

SOURCE_LENGTH = 60


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One request, accepted as a whole. `id` is 0 until it is stored; ids are never used twice.

    `body` is the request's JSON, unzipped; `events` how many it holds; `kind` the call it was sent to
    (identify, track, page, screen, group, alias, batch, import); `source` the slug of the key's name.
    """

    workspace_id: int
    key_id: int
    trust: Trust
    kind: str
    source: str
    received_at: datetime
    body: bytes
    events: int
    id: int = 0


class Waiting(msgspec.Struct, frozen=True):
    """What of a workspace is acknowledged and not yet drained; `oldest` is the receipt of the first of it."""

    batches: int
    events: int
    oldest: datetime | None


class Busy(Refusal):
    """Taking more would put memory or disk at risk: come again in `retry_after` seconds."""

    status: ClassVar[int] = 429
    code: ClassVar[str] = "busy"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Full(Refusal):
    """The disk took nothing more. Nothing that was acknowledged is lost."""

    status: ClassVar[int] = 507
    code: ClassVar[str] = "disk_full"
    retry_after: ClassVar[int] = 30
