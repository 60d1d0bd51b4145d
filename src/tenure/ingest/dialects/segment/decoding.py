"""The bytes of one event → its fields. What is not JSON is explained, and mended where nothing is lost by it."""

import json

import msgspec

from tenure.ingest.dialects.segment.values import Bad

EVENT_BYTES = 32 * 1024


class Event(msgspec.Struct, rename="camel"):
    """An event's fields as they came: any of them may be of any type."""

    type: object = None
    message_id: object = None
    user_id: object = None
    anonymous_id: object = None
    previous_id: object = None
    group_id: object = None
    event: object = None
    name: object = None
    category: object = None
    traits: object = None
    properties: object = None
    context: object = None
    timestamp: object = None
    original_timestamp: object = None
    sent_at: object = None


_decoder = msgspec.json.Decoder(Event)


def decode(raw: bytes | msgspec.Raw, *, clean: bool) -> Event:
    """The event; refuses with `Bad`. `clean` says that the body has NUL characters somewhere."""
    size = len(memoryview(raw))
    if size > EVENT_BYTES:
        raise Bad("too_large", "", f"The event has {size:,} bytes; send at most {EVENT_BYTES:,}.")
    try:
        found = _decoder.decode(raw)
    except UnicodeDecodeError:
        raise Bad("bad_utf8", "", "The event has bytes that are not UTF-8.") from None
    except RecursionError:
        raise Bad("too_deep", "", "The event is nested deeper than we read. Flatten it.") from None
    except msgspec.ValidationError as error:
        if "out of range" in str(error):
            raise Bad("not_a_number", _path(error), "A number is too large to be kept.") from None
        raise Bad("not_an_object", "", "Send each event as a JSON object.") from None
    except msgspec.DecodeError:
        return _mended(bytes(raw))
    return _cleaned(found) if clean else found


def _path(error: Exception) -> str:
    return str(error).rpartition("`$.")[2].removesuffix("`").removesuffix("[...]") if "`$." in str(error) else ""


def _mended(raw: bytes) -> Event:
    """Half a pair of surrogates (a cut emoji) is replaced; everything else is refused with what is wrong."""
    try:
        found = json.loads(raw.decode(), parse_constant=_refuse, parse_float=_finite)
        return msgspec.convert(_clean(found), Event)
    except UnicodeDecodeError:
        raise Bad("bad_utf8", "", "The event has bytes that are not UTF-8.") from None
    except RecursionError:
        raise Bad("too_deep", "", "The event is nested deeper than we read. Flatten it.") from None
    except msgspec.ValidationError:
        raise Bad("not_an_object", "", "Send each event as a JSON object.") from None
    except _NotANumber:
        raise Bad("not_a_number", _where(raw), "NaN and Infinity are not JSON. Leave the property out.") from None
    except ValueError:
        raise Bad("bad_json", "", "The event is not JSON.") from None


class _NotANumber(Exception):
    """NaN or Infinity, which Python's JSON writes and no standard knows."""


def _refuse(constant: str) -> object:
    raise _NotANumber(constant)


def _finite(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise _NotANumber(digits)
    return found


def _where(raw: bytes) -> str:
    """The path to the first NaN: the names of the objects around it."""
    found: list[str] = []

    def look(value: object, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                look(inner, f"{path}.{name}" if path else str(name))
        elif isinstance(value, list):
            for inner in value:
                look(inner, path)
        elif isinstance(value, _Constant):
            found.append(path)

    look(json.loads(raw, parse_constant=_Constant), "")
    return found[0] if found else ""


class _Constant(str):
    """Where a NaN stood."""

    __slots__ = ()


def _cleaned(event: Event) -> Event:
    for name in event.__struct_fields__:
        setattr(event, name, _clean(getattr(event, name)))
    return event


def _clean(value: object) -> object:
    """Without NUL, which PostgreSQL cannot keep in a text, and without halves of characters."""
    if isinstance(value, str):
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", "")
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return value
