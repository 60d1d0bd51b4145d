"""From a plain body to a typed document, and what is wrong with one that does not fit."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from pydantic import BaseModel, ValidationError

from tenure.base.refusals import Problem
from tenure.definitions.contracts import Kind, WrongDocument
from tenure.definitions.expectations import expectation


def typed(kind: Kind, key: str, body: Mapping[str, object]) -> BaseModel:
    """The body as the kind's schema; refuses with `WrongDocument` and every problem found."""
    document, problems = read(kind, key, body)
    if document is None or problems:
        said = "; ".join(str(problem) for problem in problems[:3])
        raise WrongDocument(f"The {kind.name} {key!r} cannot be used: {said}.", problems)
    return document


def read(
    kind: Kind, key: str, body: Mapping[str, object], *, check: bool = True
) -> tuple[BaseModel | None, tuple[Problem, ...]]:
    """The typed body, if it fits the schema, and what is wrong with it, `where` as a dotted path.

    Types are taken at their word, as in JSON: "5" is no number and `true` is no 1. Without `check` only the schema
    is asked, not what else there is in the workspace.
    """
    try:
        written = json.dumps(body, default=_in_json, allow_nan=False)
    except (TypeError, ValueError) as error:
        return None, (Problem(f"holds what no document can: {error}"),)
    try:
        document = kind.schema.model_validate_json(written, strict=True)
    except ValidationError as error:
        found = (_problem(kind, body, cast("Mapping[str, object]", each)) for each in error.errors())
        return None, tuple(dict.fromkeys(found))
    return document, kind.problems(key, document) if check else ()


def plain(document: BaseModel) -> dict[str, object]:
    """The body as it is stored and written to files: JSON values, defaults left out."""
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def stored(kind: Kind, key: str, version: int, body: Mapping[str, object]) -> BaseModel:
    """A stored body as the kind's schema. Refuses one that an older Tenure wrote and this one cannot read any more."""
    try:
        return kind.schema.model_validate(body)
    except ValidationError as error:
        problems = tuple(_problem(kind, body, cast("Mapping[str, object]", each)) for each in error.errors())
        raise WrongDocument(
            f"Version {version} of the {kind.name} {key!r} was written for an older Tenure: publish it anew. "
            f"{problems[0]}.",
            problems,
        ) from None


def _in_json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _problem(kind: Kind, body: Mapping[str, object], error: Mapping[str, object]) -> Problem:
    location = tuple(cast("Sequence[str | int]", error["loc"]))
    path = _path(body, location, missing=error["type"] == "missing")
    return Problem(expectation(kind.schema, location, error), ".".join(path))


def _path(body: object, location: Sequence[str | int], *, missing: bool) -> list[str]:
    """The path in the body: what pydantic adds of its own, such as the chosen variant of a union, is left out."""
    path: list[str] = []
    for at, part in enumerate(location):
        inside = _inside(body, part)
        if inside or (missing and at == len(location) - 1):
            path.append(str(part))
        body = inside[0] if inside else body
    return path


def _inside(body: object, part: str | int) -> tuple[object, ...]:
    """What stands at `part` of a body, as the only item; empty where there is nothing."""
    if isinstance(body, Mapping) and part in body:
        return (body[part],)
    if isinstance(body, list | tuple) and isinstance(part, int) and part < len(body):
        return (body[part],)
    return ()
