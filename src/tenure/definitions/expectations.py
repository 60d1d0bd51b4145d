"""What is expected where a document is wrong, in words."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Literal, TypeAliasType, Union, cast, get_args, get_origin

from pydantic import BaseModel

UNKNOWN_NAME = "is not known here"

_EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen": "a list",
    "dict": "lines of ‘name: value’",
    "model": "lines of ‘name: value’",
    "date": "a day such as 2024-01-31",
    "datetime": "a moment such as 2024-01-31T12:00:00Z",
}
_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
}


def expectation(schema: type[BaseModel], location: Sequence[str | int], error: Mapping[str, object]) -> str:
    """One sentence about one of pydantic's errors, with the nearest word where a word is wrong."""
    kind = str(error["type"])
    context = cast("Mapping[str, object]", error.get("ctx") or {})
    found = _found(error.get("input"))
    if kind == "extra_forbidden":
        return _unknown_name(schema, location)
    if kind == "missing":
        return "is missing"
    if kind in ("literal_error", "enum"):
        return f"expected {context['expected']}{found}{_near(error.get('input'), _quoted(str(context['expected'])))}"
    if kind == "union_tag_invalid":
        tags = str(context["expected_tags"])
        near = _near(context["tag"], _quoted(tags))
        return f"{_bare(context['discriminator'])}: expected {tags}, found {context['tag']!r}{near}"
    if kind == "union_tag_not_found":
        return f"{_bare(context['discriminator'])}: is missing"
    if kind in _BOUNDS:
        return f"expected {_BOUNDS[kind].format(**context)}{found}"
    expected = _EXPECTED.get(kind.partition("_")[0])
    if expected and kind.endswith(("_type", "_parsing", "_from_float", "_attributes_type", "_set_type")):
        return f"expected {expected}{found}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _found(value: object) -> str:
    if value is None:
        return ", found nothing"
    if isinstance(value, bool):
        return f", found {'true' if value else 'false'}"
    if isinstance(value, str):
        return f", found {value[:60]!r}"
    if isinstance(value, int | float):
        return f", found {value}"
    return ", found a list" if isinstance(value, list) else ", found lines of ‘name: value’"


def _bare(discriminator: object) -> str:
    return str(discriminator).strip("'")


def _quoted(listed: str) -> list[str]:
    """The words of a list that pydantic wrote: 'a', 'b' or 'c'."""
    return listed.split("'")[1::2]


def _near(word: object, words: Sequence[str]) -> str:
    near = get_close_matches(str(word), words, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unknown_name(schema: type[BaseModel], location: Sequence[str | int]) -> str:
    name = str(location[-1])
    names = sorted({each for model in _models_at(schema, location[:-1]) for each in _names(model)})
    hint = _near(name, names)
    if not hint and names:
        hint = f"; known are {', '.join(names)}"
    return f"{name!r} {UNKNOWN_NAME}{hint}"


def _names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


def _models_at(schema: type[BaseModel], location: Sequence[str | int]) -> list[type[BaseModel]]:
    """The models that may stand at a place of a document, variants of a union chosen as pydantic's location says."""
    here: list[object] = [schema]
    for part in location:
        deeper = [each for one in here for each in _inside(one, part)]
        here = deeper or here
    return [each for each in here if isinstance(each, type) and issubclass(each, BaseModel)]


def _inside(one: object, part: str | int) -> Iterator[object]:
    """The types one step deeper, unions spread out."""
    if isinstance(one, type) and issubclass(one, BaseModel):
        for name, field in one.model_fields.items():
            if part in (name, field.alias):
                yield from _variants(field.annotation)
        if part == one.__name__ or part in _tags(one):
            yield one
    elif isinstance(part, int) and get_origin(one) in (list, tuple, set, frozenset):
        yield from _variants(get_args(one)[0])
    elif get_origin(one) in (dict, Mapping) and len(get_args(one)) == 2:
        yield from _variants(get_args(one)[1])


def _tags(model: type[BaseModel]) -> Iterator[object]:
    """The constants that tell this variant of a union from the others."""
    for field in model.model_fields.values():
        if get_origin(field.annotation) is Literal:
            yield from get_args(field.annotation)


def _variants(annotation: object) -> Iterator[object]:
    if isinstance(annotation, TypeAliasType):
        yield from _variants(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _variants(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _variants(each)
    else:
        yield annotation
