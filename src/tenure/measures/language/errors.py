"""What the language refuses, pointing at the words it is about."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from tenure.base.refusals import Problem, Refusal


class ExpressionError(Refusal):
    """An expression that cannot be read.

    `start` and `end` are character offsets of the words the message is about (`text[start:end]`), and
    `suggestion` is what could stand there instead, if one thing is likely.
    """

    status: ClassVar[int] = 422
    code: ClassVar[str] = "expression"

    def __init__(self, message: str, start: int, end: int, suggestion: str | None = None) -> None:
        said = f"{message} Did you mean {suggestion}?" if suggestion else message
        super().__init__(said, (Problem(said, column=start + 1),))
        self.start = start
        self.end = end
        self.suggestion = suggestion

    def as_problem(self) -> dict[str, object]:
        """The problem body, with the offsets for an editor to underline."""
        return {**super().as_problem(), "start": self.start, "end": self.end, "suggestion": self.suggestion}


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The one of `words` most like `word`, whatever the case; None when nothing is close."""
    by_fold = {each.casefold(): each for each in words}
    found = get_close_matches(word.casefold(), by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None
