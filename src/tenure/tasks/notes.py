"""Lines of a note that are something to do: `- [ ] send the deck @Ben by 2026-12-01`, or `promise: the report`.

Pure: who is meant by a name is looked up by the caller.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from hashlib import blake2b

from tenure.tasks.contracts import Kind
from tenure.tasks.rules import LONGEST_TITLE

MOST_LINES = 50
_LINE = re.compile(
    r"^\s{0,12}(?:(?:[-*+]|\d{1,3}[.)])\s+(?:\[(?P<box>[ xX])\]\s+)?)?(?P<promise>promise:\s*)?(?P<text>\S.*)$",
    re.IGNORECASE,
)
_BY = re.compile(r"\s*\bby\s+(\d{4}-\d{2}-\d{2})\b", re.IGNORECASE)
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Line:
    """Something to do, as it was written. `names` are what followed an @; `key` is that of what it says;
    `boxed` says that it has a box to tick."""

    title: str
    detail: str
    kind: Kind
    done: bool
    due: date | None
    names: tuple[str, ...]
    key: str
    boxed: bool


def lines(body: str, names: Collection[str] = ()) -> list[Line]:
    """The lines of a text that are something to do, in their order; those that say the same have keys of their own.
    `names` are those that may follow an @. What stands between fences is code."""
    found: list[Line] = []
    code = False
    for text in body.splitlines():
        if _FENCE.match(text):
            code = not code
        match = None if code else _LINE.match(text)
        if match and (match["box"] is not None or match["promise"]) and len(found) < MOST_LINES:
            found.append(_line(match, names, found))
    return found


def _line(match: re.Match[str], names: Collection[str], before: Sequence[Line]) -> Line:
    said = match["text"].strip()
    due, text = _due(said)
    meant, text = _named(text, names)
    title = " ".join(text.split()).strip(" ,;") or said
    same = sum(line.key.partition(".")[0] == _key(said) for line in before)
    return Line(
        title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
        detail="" if len(title) <= LONGEST_TITLE else title,
        kind=Kind.PROMISE if match["promise"] else Kind.TASK,
        done=(match["box"] or " ") in "xX",
        due=due,
        names=meant,
        key=_key(said) + (f".{same}" if same else ""),
        boxed=match["box"] is not None,
    )


def _key(said: str) -> str:
    return blake2b(said.casefold().encode(), digest_size=8).hexdigest()


def _due(text: str) -> tuple[date | None, str]:
    """The day after `by`, and the text without it; a day that does not exist stays in the text."""
    match = _BY.search(text)
    if match is None:
        return None, text
    try:
        return date.fromisoformat(match[1]), text[: match.start()] + text[match.end() :]
    except ValueError:
        return None, text


def _named(text: str, names: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The names after an @, longest first so that `Ana Ortiz` is not `Ana`, and the text without them."""
    meant: list[str] = []
    for name in sorted(names, key=len, reverse=True):
        pattern = re.compile(rf"\s*@{re.escape(name)}(?!\w)", re.IGNORECASE)
        if name and pattern.search(text):
            meant.append(name)
            text = pattern.sub("", text)
    return tuple(meant), text


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a line: `before` None is new, `after` None is gone; with both it was reworded or ticked."""

    before: Line | None
    after: Line | None


def edits(before: Sequence[Line], after: Sequence[Line]) -> list[Edited]:
    """What an edit of a text did to its lines; those that say the same in both are pairs too."""
    found: list[Edited] = []
    matched = SequenceMatcher(None, [line.key for line in before], [line.key for line in after], autojunk=False)
    for _, first, last, start, end in matched.get_opcodes():
        for step in range(max(last - first, end - start)):
            old = before[first + step] if first + step < last else None
            new = after[start + step] if start + step < end else None
            found.append(Edited(old, new))
    return found
