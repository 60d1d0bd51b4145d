"""Why a request with facts is refused as a whole. What is wrong with one row is said in that row's result."""

from typing import ClassVar

from tenure.base.refusals import Conflict, Invalid, Refusal


class ServerKeyNeeded(Refusal):
    """A browser key is public: it may not state facts of the business."""

    status, code = 403, "server_key_needed"


class NotJson(Refusal):
    """The body cannot be read as JSON."""

    status, code = 400, "not_json"


class NotJsonType(Refusal):
    """The body is labelled as something else than JSON."""

    status, code = 415, "not_json_type"


class WrongBatch(Invalid):
    """The body is JSON and no batch of rows."""

    code = "wrong_batch"


class WrongKey(Refusal):
    """The Idempotency-Key cannot be one."""

    status, code = 400, "wrong_idempotency_key"


class KeyReused(Invalid):
    """The Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"


class StillRunning(Conflict):
    """The first request with this Idempotency-Key has not ended."""

    code = "still_running"
    retry_after: ClassVar[int] = 5


class Busy(Refusal):
    """Other requests with facts of this workspace are being taken in."""

    status, code = 503, "busy"
    retry_after: ClassVar[int] = 5
