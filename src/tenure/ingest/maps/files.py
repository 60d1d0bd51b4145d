"""Source maps as YAML files: read with line numbers, so that a wrong map is refused at its place."""

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from tenure.base.refusals import Invalid, Problem
from tenure.ingest.maps.document import SourceMap


class WrongMap(Invalid):
    """The map is no source map; `problems` says where and what was expected."""

    code = "wrong_map"


def read_map(path: Path) -> SourceMap:
    """The source map in a YAML file; refuses with `WrongMap`: file, line, what is expected."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongMap(f"{path} cannot be read: {error}.") from None
    return parse_map(text, where=str(path))


def parse_map(text: str, *, where: str) -> SourceMap:
    """The source map in a YAML text; `where` is how problems call it."""
    try:
        document = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        problem = Problem(str(error.problem or error), where, *((mark.line + 1, mark.column + 1) if mark else ()))
        raise WrongMap(f"{where} is no YAML.", [problem]) from None
    if not isinstance(document, CommentedMap):
        raise WrongMap(f"{where} is no source map: expected `source` and `files`. See docs/importing.md.")
    try:
        return SourceMap.model_validate(_plain(document))
    except ValidationError as error:
        problems = [_problem(document, item["loc"], item["type"], item["msg"], where) for item in error.errors()]
        raise WrongMap(f"{where} is not a source map. See docs/importing.md.", problems) from None


def _plain(node: object) -> object:
    match node:
        case dict():
            return {str(key): _plain(value) for key, value in node.items()}
        case list():
            return [_plain(value) for value in node]
        case _:
            return node


def _problem(document: CommentedMap, place: tuple[int | str, ...], kind: str, message: str, where: str) -> Problem:
    """The problem with the line of the deepest part of its place that the file has."""
    node: object = document
    line: int | None = 1
    known: list[str] = []
    for step in place:
        if isinstance(node, CommentedMap) and step in node:
            line, node = node.lc.key(step)[0] + 1, node[step]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line, node = node.lc.item(step)[0] + 1, node[step]
        elif isinstance(node, CommentedBase) and isinstance(step, int):
            continue  # a single mapping where a list is allowed
        known.append(str(step))
    told = {"extra_forbidden": "is not a word of source maps here", "missing": "is missing"}.get(kind)
    text = told or message.removeprefix("Value error, ")
    return Problem(f"{'.'.join(known)}: {text}" if known else text, where, line)
