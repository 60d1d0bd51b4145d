"""From text to typed tree.

sqlglot reads the words and decides what binds tighter; it never sees brackets or what a name means.
Every name and constant becomes a numbered identifier, every bracket is read from the inside out and
becomes one too. So sqlglot's recursion does not grow with the text, each leaf keeps its offsets, and
nothing of SQL is reachable but the operators of `words.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token, TokenType

from tenure.measures.contracts import Catalogue, Level
from tenure.measures.language.checking import DEEPEST, Checker, UnknownWord
from tenure.measures.language.errors import ExpressionError
from tenure.measures.language.tree import Constant, Name, Node, walk
from tenure.measures.language.words import Word, read_words

_PREFIXES = 20

type Leaf = Node | tuple[Constant, ...]


@dataclass(slots=True)
class _Bracket:
    """A bracket being read: the word that opened it, what stands before it, and its items so far."""

    opened: Word | None
    function: Word | None = None
    is_list: bool = False
    items: list[Node] = field(default_factory=list)
    words: list[Word | Leaf] = field(default_factory=list)


def read_tree(text: str, catalogue: Catalogue, *, max_level: Level = "derived") -> Node:
    """The typed tree of `text`; its type is boolean. Raises ExpressionError."""
    words = read_words(text)
    if not words:
        raise ExpressionError("The expression is empty.", 0, len(text))
    tree = _Reader(Checker(catalogue, max_level)).read(words)
    if tree.type != "boolean":
        raise ExpressionError(
            f"This is a {tree.type}; an expression says yes or no, as in ‘{text.strip()[:40]} > 0’."
            if tree.type == "number"
            else f"This is a {tree.type}; an expression says yes or no: compare it with something.",
            tree.start,
            tree.end,
        )
    for node, depth in walk(tree):
        if depth > DEEPEST:
            raise ExpressionError(f"The expression nests more than {DEEPEST} levels.", node.start, node.end)
    return tree


class _Reader:
    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def read(self, words: tuple[Word, ...]) -> Node:
        stack = [_Bracket(opened=None)]
        before: Word | None = None
        for word in words:
            if word.kind == "open":
                stack.append(self._open(word, before, depth=len(stack)))
            elif word.kind == "close":
                inner = stack.pop()
                if inner.opened is None:
                    raise ExpressionError("This bracket closes nothing.", word.start, word.end)
                stack[-1].words.append(self._close(inner, word))
            else:
                self._take(stack[-1], word)
            before = word
        last = stack[-1]
        if last.opened:
            raise ExpressionError("This bracket is never closed.", last.opened.start, last.opened.end)
        return self._flat(last.words, words[-1])

    def _open(self, word: Word, before: Word | None, *, depth: int) -> _Bracket:
        if depth > DEEPEST:
            raise ExpressionError(f"The expression nests more than {DEEPEST} levels.", word.start, word.end)
        function = before if before and before.kind == "function" else None
        return _Bracket(opened=word, function=function, is_list=bool(before and before.operator is TokenType.IN))

    def _take(self, here: _Bracket, word: Word) -> None:
        match word.kind:
            case "comma":
                if not (here.function or here.is_list):
                    raise ExpressionError("A comma stands only in a list or between arguments.", word.start, word.end)
                here.items.append(self._item(here, word))
            case "function":
                self._checker.function(word)
            case "name":
                here.words.append(self._checker.name(word))
            case "constant":
                here.words.append(self._checker.constant(word))
            case "unknown":
                here.words.append(UnknownWord(type="boolean", start=word.start, end=word.end))
            case _:
                here.words.append(word)

    def _item(self, bracket: _Bracket, until: Word) -> Node:
        if not bracket.words:
            raise ExpressionError(f"Something is missing before this ‘{until.text}’.", until.start, until.end)
        node = self._flat(bracket.words, until)
        bracket.words = []
        return node

    def _close(self, bracket: _Bracket, word: Word) -> Leaf:
        assert bracket.opened is not None
        start, end = bracket.opened.start, word.end
        if bracket.function:
            if bracket.words or bracket.items:
                bracket.items.append(self._item(bracket, word))
            return self._checker.call(bracket.function, tuple(bracket.items), end)
        if not bracket.words and not bracket.items:
            raise ExpressionError("There is nothing in these brackets.", start, end)
        bracket.items.append(self._item(bracket, word))
        if bracket.is_list:
            return self._checker.options(tuple(bracket.items))
        return replace(bracket.items[0], start=start, end=end)

    def _flat(self, words: list[Word | Leaf], last: Word) -> Node:
        """The tree of words that hold no bracket any more."""
        if len(words) == 1 and isinstance(words[0], (Constant, Name)):
            return words[0]
        leaves: list[Leaf] = []
        tokens: list[Token] = []
        prefixes = 0
        for index, word in enumerate(words):
            if isinstance(word, Word):
                kind = word.operator or TokenType.VAR
                _check_order(words[index - 1] if index else None, word)
                prefixes = prefixes + 1 if kind in _PREFIX_WORDS else 0
                if prefixes > _PREFIXES:
                    raise ExpressionError(f"‘{word.text}’ is repeated too often.", word.start, word.end)
                text = word.text
            else:
                kind, text, prefixes = TokenType.IDENTIFIER, str(len(leaves)), 0
                leaves.append(word)
                if isinstance(word, tuple):
                    tokens.append(Token(TokenType.L_PAREN, "(", 1, index, index, index))
            tokens.append(Token(kind, text, 1, index, index, index))
            if isinstance(word, tuple):
                tokens.append(Token(TokenType.R_PAREN, ")", 1, index, index, index))
        try:
            trees = DuckDB().parser().parse_into(exp.Condition, tokens, " " * len(words))
        except ParseError as error:
            raise _misplaced(words, last, error) from None
        tree = trees[0] if len(trees) == 1 else None
        if tree is None:
            raise ExpressionError("The expression cannot be read.", last.start, last.end)
        return self._checker.node(tree, leaves)


_PREFIX_WORDS = (TokenType.NOT, TokenType.DASH, TokenType.PLUS)
_AFTER_NOT = (TokenType.IN, TokenType.BETWEEN, TokenType.LIKE, TokenType.ILIKE)


def _check_order(before: Word | Leaf | None, word: Word) -> None:
    """Refuses an operator that has nothing on its left."""
    if word.operator in _PREFIX_WORDS or (before is not None and not isinstance(before, Word)):
        return
    if isinstance(before, Word) and before.operator is TokenType.NOT and word.operator in _AFTER_NOT:
        return
    raise ExpressionError(f"Something is missing before ‘{word.text}’.", word.start, word.end)


def _misplaced(words: list[Word | Leaf], last: Word, error: ParseError) -> ExpressionError:
    """sqlglot's refusal, said about the word it stopped at."""
    details = error.errors[0] if error.errors else {}
    at = min(int(details.get("col") or 0), len(words) - 1)
    word = words[at]
    for each in words:
        if (
            isinstance(each, Word)
            and each.operator is TokenType.BETWEEN
            and "Between" in str(details.get("description"))
        ):
            return ExpressionError("‘between’ takes two bounds, as in ‘between 1 and 5’.", each.start, each.end)
    if isinstance(word, tuple):
        return ExpressionError("A list stands only after ‘in’.", word[0].start, word[-1].end)
    if isinstance(word, Word) and at == len(words) - 1:
        return ExpressionError(f"Something is missing after ‘{word.text}’.", word.start, word.end)
    if isinstance(word, Word):
        return ExpressionError(f"‘{word.text}’ is not expected here.", word.start, word.end)
    return ExpressionError(
        "This is not expected here: an operator such as ‘and’ or ‘=’ is missing before it.", word.start, word.end
    )
