"""Words of a text, made equal for searching: the same rules for both databases, so that both find the same. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')
MOST_WORDS = 12
_LONGEST_WORD = 60


def folded(text: str) -> str:
    """Small letters without accents, one character for one of `text` where that is possible."""
    return text.lower() if text.isascii() else "".join(_fold(character) for character in text)


def _fold(character: str) -> str:
    if character.isascii():
        return character.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return bare.casefold() or character


def words_of(text: str) -> list[str]:
    """The words in their order, as they are kept in the index."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(folded(text))]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: each part must be there. A part of several words is a phrase; the words of a part that
    is `whole` stand for themselves, the last word of any other for all that begin so."""

    words: tuple[str, ...]
    whole: bool


def asked(text: str) -> tuple[Asked, ...]:
    """`renewal "price list"` → the word that begins with renewal, and the phrase. At most twelve words."""
    parts: list[Asked] = []
    left = MOST_WORDS
    for match in _ASKED.finditer(text):
        phrase, word = match.groups()
        words = tuple(words_of(phrase if phrase is not None else word)[:left])
        if words:
            parts.append(Asked(words, whole=phrase is not None))
            left -= len(words)
    return tuple(parts)


def marked(text: str, parts: Sequence[Asked]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it matches one of the parts."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for begin, end in _matches(text, parts):
        if begin > at:
            pieces.append((text[at:begin], False))
        if end > at:
            pieces.append((text[max(begin, at) : end], True))
            at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return tuple(pieces)


def excerpt(text: str, parts: Sequence[Asked], *, length: int = 240) -> str:
    """Some of the text, one line, around the first match; from its beginning without one."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    first = next(_matches(line, parts), (0, 0))[0]
    begin = max(0, min(first - length // 3, len(line) - length))
    if begin:
        begin = line.find(" ", begin) + 1 or begin
    end = min(len(line), begin + length)
    if end < len(line):
        end = line.rfind(" ", begin, end) if " " in line[begin:end] else end
    return f"{'… ' if begin else ''}{line[begin:end]}{' …' if end < len(line) else ''}"


def _matches(text: str, parts: Sequence[Asked]) -> Iterator[tuple[int, int]]:
    spans = [match.span() for match in _WORD.finditer(text)]
    found = [folded(text[begin:end]) for begin, end in spans]
    for at in range(len(found)):
        ends = [at + len(part.words) - 1 for part in parts if _fits(found[at : at + len(part.words)], part)]
        if ends:
            yield spans[at][0], spans[max(ends)][1]


def _fits(found: Sequence[str], part: Asked) -> bool:
    if len(found) < len(part.words) or tuple(found[:-1]) != part.words[:-1]:
        return False
    return found[-1] == part.words[-1] if part.whole else found[-1].startswith(part.words[-1])
