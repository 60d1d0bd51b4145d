"""Source maps as YAML files: a wrong map is refused with file, line and what is expected."""

from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

from tenure.base.refusals import Invalid, Problem
from tenure.definitions.yamlio import Document, read_text
from tenure.ingest.maps.document import SourceMap

_SEE = "See docs/importing.md."


class WrongMap(Invalid):
    """The map is no source map; `problems` says where and what was expected."""

    code = "wrong_map"


def read_map(path: Path) -> SourceMap:
    """The source map in a YAML file; refuses with `WrongMap`, or `WrongDocument` when it is no YAML."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise WrongMap(f"{path} cannot be read: {error.strerror}.") from None
    return parse_map(raw, where=str(path))


def parse_map(raw: bytes, *, where: str) -> SourceMap:
    """The source map in the bytes of a YAML file; `where` is how problems call it."""
    document = read_text(raw, name=where)
    try:
        return SourceMap.model_validate(document.body)
    except ValidationError as error:
        problems = [
            document.located(Problem(_told(item["type"], item["msg"], item["loc"]), _path(document, item["loc"])))
            for item in error.errors()
        ]
        raise WrongMap(f"{where} is not a source map. {_SEE}", problems) from None


def _path(document: Document, place: tuple[int | str, ...]) -> str:
    """The place as a path of the document, in which a single mapping may stand for a list of one."""
    path = ""
    for step in place:
        deeper = f"{path}.{step}" if path else str(step)
        if isinstance(step, int) and deeper not in document.values:
            continue
        path = deeper
    return path


def _told(kind: str, message: str, place: tuple[int | str, ...]) -> str:
    match kind:
        case "extra_forbidden":
            near = get_close_matches(str(place[-1]), _WORDS, n=1)
            return f"is not known here{f'; did you mean {near[0]!r}?' if near else ''}"
        case "missing":
            return "is missing"
        case _:
            return message.removeprefix("Value error, ").replace("Input should be", "expected").rstrip(".")


def _words(model: type[BaseModel], seen: set[type]) -> set[str]:
    """All words that source maps know."""
    if model in seen:
        return set()
    seen.add(model)
    words = set(model.model_fields)
    waiting: list[object] = [field.annotation for field in model.model_fields.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            words |= _words(one, seen)
        waiting += [*get_args(one), *([one.__value__] if hasattr(one, "__value__") else [])]
    return words


_WORDS = sorted(_words(SourceMap, set()))
