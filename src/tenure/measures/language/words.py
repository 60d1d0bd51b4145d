"""The words of a text: sqlglot's tokens, cleaned to the few kinds the language knows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from tenure.measures.language.errors import ExpressionError
from tenure.measures.language.tree import Scalar

type WordKind = Literal["name", "function", "constant", "unknown", "operator", "open", "close", "comma"]

LONGEST = 4_000
KEYWORDS = ("and", "or", "not", "in", "between", "like", "ilike", "is", "null", "unknown", "true", "false", "date")

_SYMBOLS = {
    TokenType.EQ: ("=", "=="),
    TokenType.NEQ: ("!=", "<>"),
    TokenType.LT: ("<",),
    TokenType.LTE: ("<=",),
    TokenType.GT: (">",),
    TokenType.GTE: (">=",),
    TokenType.PLUS: ("+",),
    TokenType.DASH: ("-",),
    TokenType.STAR: ("*",),
    TokenType.SLASH: ("/",),
}
_WORD_OPERATORS = {
    "and": TokenType.AND,
    "or": TokenType.OR,
    "not": TokenType.NOT,
    "in": TokenType.IN,
    "between": TokenType.BETWEEN,
    "like": TokenType.LIKE,
    "ilike": TokenType.ILIKE,
    "is": TokenType.IS,
}
_BARE_WORD = re.compile(r"[^\W\d]\w*\Z")
_INSTEAD = {
    TokenType.DPIPE: "Texts cannot be joined here.",
    TokenType.DCOLON: "Types cannot be changed here: every field has its type.",
    TokenType.SEMICOLON: "An expression is one condition: leave out the semicolon.",
    TokenType.MOD: "There is no remainder: use + - * /.",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an expression; `operator` is sqlglot's token type when it is an operator."""

    kind: WordKind
    text: str
    start: int
    end: int
    value: Scalar | None = None
    operator: TokenType | None = None
    quoted: bool = False


def read_words(text: str) -> tuple[Word, ...]:
    """The words of `text`, comments left out. Raises ExpressionError for whatever the language has no word for."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"The expression has {len(text):,} characters; {LONGEST:,} is the most.", LONGEST, len(text)
        )
    for at, character in enumerate(text):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise ExpressionError("This character cannot be part of an expression.", at, at + 1)
    try:
        tokens = DuckDB().tokenize(text)
    except TokenError:
        raise _unfinished(text) from None
    return tuple(_words(text, tokens))


def _words(text: str, tokens: list[Token]) -> Iterator[Word]:
    at = 0
    while at < len(tokens):
        word, taken = _word(text, tokens, at)
        yield word
        at += taken


def _word(text: str, tokens: list[Token], at: int) -> tuple[Word, int]:
    """The word that begins at token `at`, and how many tokens it takes."""
    token = tokens[at]
    start, end = token.start, token.end + 1
    said = text[start:end]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    kind = token.token_type
    if kind is TokenType.STRING:
        return Word("constant", said, start, end, value=token.text), 1
    if kind is TokenType.NUMBER:
        return _number(token.text, said, start, end), 1
    if kind is TokenType.DOT and following and following.token_type is TokenType.NUMBER and following.start == end:
        return _number(f"0.{following.text}", text[start : following.end + 1], start, following.end + 1), 2
    if kind is TokenType.L_PAREN:
        return Word("open", said, start, end), 1
    if kind is TokenType.R_PAREN:
        return Word("close", said, start, end), 1
    if kind is TokenType.COMMA:
        return Word("comma", said, start, end), 1
    if said in _SYMBOLS.get(kind, ()):
        return Word("operator", said, start, end, operator=kind), 1
    if kind is TokenType.IDENTIFIER or _BARE_WORD.match(said):
        return _worded(text, tokens, at)
    hint = _INSTEAD.get(kind, f"‘{said}’ is not part of the expression language.")
    raise ExpressionError(hint, start, end)


def _worded(text: str, tokens: list[Token], at: int) -> tuple[Word, int]:
    token = tokens[at]
    start, end = token.start, token.end + 1
    quoted = token.token_type is TokenType.IDENTIFIER
    said = text[start:end]
    lowered = said.lower()
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if not quoted:
        if lowered in _WORD_OPERATORS:
            return Word("operator", lowered, start, end, operator=_WORD_OPERATORS[lowered]), 1
        if lowered in ("null", "unknown"):
            return Word("unknown", lowered, start, end), 1
        if lowered in ("true", "false"):
            return Word("constant", lowered, start, end, value=lowered == "true"), 1
        if lowered == "date" and following and following.token_type is TokenType.STRING:
            stop = following.end + 1
            return Word("constant", text[start:stop], start, stop, value=read_day(following.text, start, stop)), 2
        if following and following.token_type is TokenType.L_PAREN:
            return Word("function", lowered, start, end), 1
    if following and following.token_type is TokenType.DOT:
        last = tokens[at + 2] if at + 2 < len(tokens) else None
        if last and (last.token_type is TokenType.IDENTIFIER or _BARE_WORD.match(text[last.start : last.end + 1])):
            if _kind_of_account(token, last) and at + 3 < len(tokens) and tokens[at + 3].token_type is TokenType.DOT:
                inner, taken = _worded(text, tokens, at + 2)
                return Word("name", f"{token.text}.{inner.text}", start, inner.end, quoted=True), taken + 2
            return Word("name", f"{token.text}.{last.text}", start, last.end + 1, quoted=True), 3
        raise ExpressionError("A name is missing after the dot.", following.start, following.end + 1)
    return Word("name", token.text, start, end, quoted=quoted), 1


def _kind_of_account(first: Token, second: Token) -> bool:
    """Whether a third part follows: `account.trait.plan`, `account.segment.key`."""
    return first.text.lower() == "account" and second.text.lower() in ("trait", "segment")


def _number(digits: str, said: str, start: int, end: int) -> Word:
    try:
        value = float(digits)
    except ValueError:
        raise ExpressionError(f"‘{said}’ is not a number.", start, end) from None
    if not math.isfinite(value):
        raise ExpressionError(f"‘{said}’ is too large a number.", start, end)
    return Word("constant", said, start, end, value=value)


def read_day(text: str, start: int, end: int) -> date:
    """The day written in `text` as 2024-01-31. Raises ExpressionError over start..end when it is not one."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ExpressionError(f"‘{text}’ is not a day; days are written '2024-01-31'.", start, end) from None


def _unfinished(text: str) -> ExpressionError:
    """Where the quote or comment that has no end begins."""
    pattern = r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?P<open>['\"]|/\*)"
    for found in re.finditer(pattern, text, re.DOTALL):
        if found["open"]:
            return ExpressionError(f"The {found['open']} that opens here is never closed.", found.start(), len(text))
    return ExpressionError("The expression cannot be read.", 0, len(text))
