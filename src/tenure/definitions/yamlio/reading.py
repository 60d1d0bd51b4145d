"""From the text of a YAML file to a plain body that knows its lines.

A careful subset of YAML 1.2: one document, no anchors and aliases (and so no bombs), no tags, no merge keys, no key
twice. Days stay text, `yes` and `no` too; only `true` and `false` are booleans.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from tenure.base.refusals import Problem
from tenure.definitions.contracts import WrongDocument
from tenure.definitions.expectations import UNKNOWN_NAME

LONGEST_BYTES = 256 * 1024
DEEPEST = 40

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INTEGER = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_ENDLESS = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")

type Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """A body and where its parts stand; paths are dotted, as in `dimensions.0.weight`."""

    name: str
    body: Mapping[str, object]
    values: Mapping[str, Place]
    keys: Mapping[str, Place]

    def place(self, path: str) -> Place:
        """Where `path` stands, or what is nearest around it."""
        while path and path not in self.values:
            path = path.rpartition(".")[0]
        return self.values.get(path, (1, 1))

    def located(self, problem: Problem) -> Problem:
        """The problem of a body, said of the file: at the name when it is unknown or its value begins further down."""
        line, column = self.place(problem.where)
        name = self.keys.get(problem.where)
        if name and (name[0] < line or UNKNOWN_NAME in problem.message):
            line, column = name
        return Problem(_of(problem), self.name, line, column)


def _of(problem: Problem) -> str:
    return f"{problem.where}: {problem.message}" if problem.where else problem.message


def read_text(raw: bytes, *, name: str) -> Document:
    """The body in a file's bytes. Refuses with `WrongDocument` and the place of what cannot be read."""
    if len(raw) > LONGEST_BYTES:
        raise _wrong(name, f"the file has {len(raw):,} bytes; {LONGEST_BYTES:,} is the most", 1, 1)
    text = _decoded(raw, name)
    reader = _Reader(name)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            reader.take(event)
    except ReaderError as error:
        line, column = _line_of(text, int(error.position))
        raise _wrong(name, "a control character stands here, which YAML does not allow", line, column) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _wrong(
            name, _plain_words(str(error.problem or error.context), str(error.context)), line, column
        ) from None
    except YAMLError as error:
        raise _wrong(name, str(error).splitlines()[0], 1, 1) from None
    return reader.document()


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        line, column = _line_of(before, len(before))
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise _wrong(name, "the file is UTF-16; save it as UTF-8", 1, 1) from None
        raise _wrong(
            name, f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8", line, column
        ) from None


def _line_of(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _plain_words(problem: str, context: str) -> str:
    """The parser's complaint in words that say what to do."""
    if "'\\t'" in problem:
        return "a tab stands here; indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a second ‘:’ stands here; put the text in quotes, or check the indentation"
    if "could not find expected ':'" in problem:
        return "expected ‘name: value’"
    if "end of stream" in problem and "quoted" in context:
        return "a quote that was opened is never closed"
    if "<stream end>" in problem:
        return "the file ends in the middle of something; a bracket or a value is missing"
    if "block end" in problem:
        return "the indentation does not fit what stands above"
    return problem


@dataclass(slots=True)
class _Open:
    """A mapping or list being read. `key` is the name that waits for its value."""

    path: str
    items: dict[str, object] | list[object]
    key: str | None = None


@dataclass(slots=True)
class _Reader:
    name: str
    values: dict[str, Place] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    root: object = None
    documents: int = 0

    def document(self) -> Document:
        if self.root is None:
            raise _wrong(self.name, "the file is empty; expected ‘name: value’", 1, 1)
        if not isinstance(self.root, dict):
            raise _wrong(self.name, "expected ‘name: value’ lines at the outermost level", 1, 1)
        return Document(self.name, self.root, self.values, self.keys)

    def take(self, event: Event) -> None:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _wrong(self.name, "anchors (&) and aliases (*) are not taken; write it out", line, column)
        if tag := getattr(event, "tag", None):
            raise _wrong(self.name, f"tags such as {tag} are not taken", line, column)
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _wrong(self.name, "a second document begins here; one file holds one document", line, column)
            case MappingStartEvent():
                self._open({}, line, column)
            case SequenceStartEvent():
                self._open([], line, column)
            case MappingEndEvent() | SequenceEndEvent():
                self.stack.pop()
            case ScalarEvent():
                self._scalar(event, line, column)

    def _open(self, items: dict[str, object] | list[object], line: int, column: int) -> None:
        if len(self.stack) >= DEEPEST:
            raise _wrong(self.name, f"this nests more than {DEEPEST} levels", line, column)
        path = self._put(items, line, column)
        self.stack.append(_Open(path, items))

    def _put(self, value: object, line: int, column: int) -> str:
        """Put a value where it belongs; the path it has now."""
        if not self.stack:
            self.root = value
            self.values[""] = (line, column)
            return ""
        here = self.stack[-1]
        if isinstance(here.items, list):
            path = _join(here.path, str(len(here.items)))
            here.items.append(value)
        else:
            if here.key is None:
                raise _wrong(self.name, "a name is one word or text, not a list or mapping", line, column)
            path = _join(here.path, here.key)
            here.items[here.key] = value
            here.key = None
        self.values[path] = (line, column)
        return path

    def _scalar(self, event: ScalarEvent, line: int, column: int) -> None:
        here = self.stack[-1] if self.stack else None
        text = str(event.value)
        if here and isinstance(here.items, dict) and here.key is None:
            self._key(here, text, plain=bool(event.implicit[0]), line=line, column=column)
            return
        value = self._resolved(text, line, column) if event.implicit[0] else text
        self._put(value, line, column)

    def _key(self, here: _Open, text: str, *, plain: bool, line: int, column: int) -> None:
        if plain and text == "<<":
            raise _wrong(self.name, "merge keys (<<) are not taken; write it out", line, column)
        if plain and text in ("", "~", "null"):
            raise _wrong(self.name, "a name is missing before the ‘:’", line, column)
        path = _join(here.path, text)
        if text in here.items:
            raise _wrong(self.name, f"‘{text}’ stands here twice; first in line {self.keys[path][0]}", line, column)
        self.keys[path] = (line, column)
        here.key = text

    def _resolved(self, text: str, line: int, column: int) -> object:
        """A plain word as YAML 1.2's core schema has it."""
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if len(text) <= 300:
            if _INTEGER.match(text):
                return int(text)
            if _OTHER_INTEGER.match(text):
                return int(text, 0)
            if _FLOAT.match(text):
                number = float(text)
                if number in (float("inf"), float("-inf")):
                    raise _wrong(self.name, f"‘{text}’ is too large a number", line, column)
                return number
        if _ENDLESS.match(text):
            raise _wrong(self.name, f"‘{text}’ is not a number that can be used", line, column)
        return text


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


def _wrong(name: str, message: str, line: int, column: int) -> WrongDocument:
    problem = Problem(message, name, line, column)
    return WrongDocument(f"{problem}.", (problem,))
