"""From a plain body to YAML that people like to edit, keeping the comments of a file that is there already."""

from collections.abc import Mapping
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarstring import LiteralScalarString


def write_text(body: Mapping[str, object], *, over: str | None = None) -> str:
    """The body as YAML. With `over`, the text of the file there is: names that stay keep their comments and places."""
    yaml = YAML()
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    there = yaml.load(over) if over else None
    if isinstance(there, CommentedMap):
        _take_numbers_as_they_are(there)
        _bring_in(there, body)
        document: object = there
    else:
        document = _pretty(body)
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _take_numbers_as_they_are(there: object) -> None:
    """Plain floats for ruamel's own, which it writes with as many digits as it read: too few for some."""
    items = there.items() if isinstance(there, CommentedMap) else enumerate(there) if isinstance(there, list) else ()
    for name, value in list(items):
        if isinstance(value, ScalarFloat):
            there[name] = float(value)  # type: ignore[index]
        else:
            _take_numbers_as_they_are(value)


def _bring_in(there: CommentedMap, body: Mapping[str, object]) -> None:
    """Make `there` say what `body` says, touching only what differs."""
    for name in [name for name in there if str(name) not in body]:
        del there[name]
    for name, value in body.items():
        found = there.get(name)
        if isinstance(found, CommentedMap) and isinstance(value, Mapping):
            _bring_in(found, value)
        elif name not in there or _bare(found) != value:
            there[name] = _pretty(value)


def _bare(value: object) -> object:
    """A loaded value without its comments, comparable with a body's."""
    if isinstance(value, Mapping):
        return {str(name): _bare(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_bare(each) for each in value]
    return value


def _pretty(value: object) -> object:
    """The value with texts of several lines as blocks."""
    if isinstance(value, Mapping):
        return CommentedMap((name, _pretty(each)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return [_pretty(each) for each in value]
    if isinstance(value, str) and "\n" in value and _may_be_a_block(value):
        return LiteralScalarString(value)
    return value


def _may_be_a_block(text: str) -> bool:
    """Whether a literal block brings the text back as it is."""
    lines = text.split("\n")
    return all(line == line.strip() and line.isprintable() for line in lines) and bool(lines[0])
