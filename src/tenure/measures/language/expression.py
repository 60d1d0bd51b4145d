"""An expression that has been read: its fields, its SQL, its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.measures.contracts import Catalogue, Field, Level
from tenure.measures.language.errors import ExpressionError
from tenure.measures.language.evaluation import truth
from tenure.measures.language.parsing import read_tree
from tenure.measures.language.sql import AS_OF, Dialect, to_sql, weight
from tenure.measures.language.tree import Call, Name, Node, walk
from tenure.measures.language.writing import write

_HEAVIEST = 5_000


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition on one row of facts. `str()` is its canonical text; read again it gives an equal expression."""

    text: str
    tree: Node
    catalogue: Catalogue

    def __str__(self) -> str:
        return write(self.tree, self.catalogue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.tree == other.tree

    def __hash__(self) -> int:
        return hash(self.tree)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields it names, each once, in the order of their first mention."""
        return tuple(dict.fromkeys(node.field for node, _ in walk(self.tree) if isinstance(node, Name)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the facts it reads, each once; `as_of` among them when it counts days."""
        found: dict[str, None] = {}
        for node, _ in walk(self.tree):
            if isinstance(node, Name):
                found[node.column] = None
            elif isinstance(node, Call) and node.function in ("days_since", "days_until", "today"):
                found[AS_OF] = None
        return tuple(found)

    def to_sql(self, dialect: Dialect = "duckdb", *, table: str | None = None) -> str:
        """A condition over the columns of `facts`, constants quoted. Rows where it is unknown are not selected."""
        return to_sql(self.tree, dialect, table)

    def holds(self, row: Mapping[str, object]) -> bool | None:
        """What the condition says of one row (columns as in `facts`); None when unknown."""
        return truth(self.tree, row)


def parse(text: str, catalogue: Catalogue, *, max_level: Level = "derived") -> Expression:
    """Reads and types `text`. Names above `max_level` are refused. Raises ExpressionError."""
    tree = read_tree(text, catalogue, max_level=max_level)
    if weight(tree) > _HEAVIEST:
        raise ExpressionError("The expression is too complicated: its divisions nest too deep.", 0, len(text))
    return Expression(text=text, tree=tree, catalogue=catalogue)
