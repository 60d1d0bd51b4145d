"""From a plain body to a typed document, and what is wrong with one that does not fit."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from pydantic import BaseModel, ValidationError

from tenure.base.refusals import Problem
from tenure.definitions.contracts import Kind, WrongDocument


def typed(kind: Kind, key: str, body: Mapping[str, object]) -> BaseModel:
    """The body as the kind's schema; refuses with `WrongDocument` and every problem found."""
    document, problems = read(kind, key, body)
    if document is None or problems:
        said = "; ".join(str(problem) for problem in problems[:3])
        raise WrongDocument(f"The {kind.name} {key!r} cannot be used: {said}.", problems)
    return document


def read(kind: Kind, key: str, body: Mapping[str, object]) -> tuple[BaseModel | None, tuple[Problem, ...]]:
    """The typed body, if it fits the schema, and what is wrong with it, `where` as a dotted path."""
    try:
        document = kind.schema.model_validate(body)
    except ValidationError as error:
        return None, tuple(_problem(kind, cast("Mapping[str, object]", each)) for each in error.errors())
    return document, tuple(kind.check(key, document)) if kind.check else ()


def plain(document: BaseModel) -> dict[str, object]:
    """The body as it is stored: JSON values, defaults left out."""
    return document.model_dump(mode="json", exclude_defaults=True)


def _problem(kind: Kind, error: Mapping[str, object]) -> Problem:
    path = tuple(cast("Sequence[str | int]", error["loc"]))
    where = ".".join(map(str, path))
    if error["type"] == "extra_forbidden":
        return Problem(_unknown(kind, path), where)
    if error["type"] == "missing":
        return Problem("is missing", where)
    message = str(error["msg"])
    return Problem(message[:1].lower() + message[1:], where)


def _unknown(kind: Kind, path: tuple[str | int, ...]) -> str:
    """An unknown name, with the nearest one that exists anywhere in the schema."""
    name = str(path[-1])
    near = get_close_matches(name, _names(kind.schema), n=1)
    return f"{name!r} is not known here" + (f"; did you mean {near[0]!r}?" if near else "")


def _names(schema: type[BaseModel]) -> list[str]:
    """Every property name in a schema and those inside it."""
    found = schema.model_json_schema()
    definitions = cast("Mapping[str, Mapping[str, Mapping[str, object]]]", found.get("$defs", {}))
    names = set(found.get("properties", {}))
    for each in definitions.values():
        names |= set(each.get("properties", {}))
    return sorted(names)
