"""What each part of the facts' query hands to the whole: tables by name, and the columns they hold."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Parts:
    """Common table expressions in order, and what is to be summed up or kept along the as-of days.

    A *move* is a table of (id, ordinal, …) whose columns change at that ordinal: `sums` are added up over the
    ordinals so far, `tops` are the greatest so far. A *state* is a table whose columns hold at that ordinal as
    they are; it may add to a move's column of the same name.
    """

    tables: list[tuple[str, str]] = field(default_factory=list)
    sums: dict[str, list[str]] = field(default_factory=dict)
    tops: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, sql: str) -> str:
        """Name a table; later ones may read it."""
        self.tables.append((name, sql))
        return name

    def moves(self, name: str, *, sums: list[str] | None = None, tops: list[str] | None = None) -> None:
        self.sums[name] = sums or []
        self.tops[name] = tops or []

    def holds(self, name: str, columns: list[str]) -> None:
        self.held[name] = columns


def day(value: date) -> str:
    """A date as SQL."""
    return f"cast('{value.isoformat()}' as date)"


def text(value: str) -> str:
    """A string as SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """An identifier as SQL."""
    return '"' + value.replace('"', '""') + '"'
