"""From the body of a request to rows: what cannot be read refuses the whole, what is wrong in a row only that row."""

from dataclasses import dataclass

import msgspec
from pydantic import ValidationError

from tenure.base.refusals import Problem
from tenure.ingest.facts.contracts import MOST_ROWS, Row
from tenure.ingest.facts.refusals import NotJson, WrongBatch

_SEE = 'Send {"rows": [{"external_id": …}, …]}; see docs/facts-api.md.'


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    rows: list[msgspec.Raw]
    history: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Rows as they were sent."""

    rows: tuple[bytes, ...]
    history: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row is rejected. `code` is a name of `words.REASONS`."""

    code: str
    reason: str
    field: str | None = None
    external_id: str | None = None


def unpacked(body: bytes) -> Sent:
    """The rows of a body; refuses with `NotJson` or `WrongBatch`."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise NotJson(f"The body is not UTF-8: byte {error.start} cannot be read.") from None
    if not body.strip():
        raise NotJson(f"The body is empty. {_SEE} A request needs a Content-Length.")
    try:
        found = msgspec.json.decode(body, type=_Envelope)
    except msgspec.ValidationError as error:
        raise WrongBatch(f"The body is no batch of rows: {error}. {_SEE}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise NotJson("The body is nested too deeply: a row is flat.") from None
    if not found.rows:
        raise WrongBatch(f"There are no rows. {_SEE}", [Problem("is empty", where="rows")])
    if len(found.rows) > MOST_ROWS:
        told = f"There are {len(found.rows):,} rows; a request may have {MOST_ROWS:,}. Send several requests."
        raise WrongBatch(told, [Problem(f"more than {MOST_ROWS:,} rows", where="rows")])
    return Sent(tuple(bytes(row) for row in found.rows), found.history)


def read_row[R: Row](raw: bytes, model: type[R]) -> R | Wrong:
    """The row, or why there is none."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0])[:200] if first["loc"] else None
        return Wrong("fact_wrong", _told(first["type"], first["msg"], model), field, _external_id(raw))


def _told(kind: str, message: str, model: type[Row]) -> str:
    match kind:
        case "extra_forbidden":
            return f"is not known here; fields are: {', '.join(model.model_fields)}"
        case "missing":
            return "is missing"
        case "string_pattern_mismatch" if "x00" in message:
            return "may not hold the character NUL"
        case "json_invalid":
            return f"the row cannot be read: {message}"
        case "model_type":
            return 'a row is an object: {"external_id": …}'
        case _:
            return message.removeprefix("Value error, ").replace("Input should", "should")


def _external_id(raw: bytes) -> str | None:
    """What a wrong row calls itself, so that its sender finds it."""
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    said = found.get("external_id") if isinstance(found, dict) else None
    return said[:200].replace("\x00", "␀") if isinstance(said, str) else None
