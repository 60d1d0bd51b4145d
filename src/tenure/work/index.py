"""The words of entries, to be found again: SQLite's FTS5, or a tsvector with a GIN index on PostgreSQL.

One table, `work_search`: a row an entry, by its place (`rules.place_of`), so that the newest come first without
sorting and a day is a range. Beside the words of subject and body stand *marks*: the workspace, the kind, the author
and so on, each as a word of its own. A filter is then one more word that must be there, and costs as little.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import batched

from django.db import connection

from tenure.base import tenancy
from tenure.work.contracts import EntryFilter
from tenure.work.models import Entry, EntryTag
from tenure.work.words import Asked, asked, words_of

_ROWS = 500
_MOST_LEXEMES = 20_000  # a tsvector holds 1 MB and positions up to 16,383
_SMALLEST, _LARGEST = -(2**62), 2**63 - 1


type Row = tuple[int | None, str, str]
"""A place, the words and the marks there, each list with spaces between."""


def write(entries: Sequence[Entry]) -> None:
    """Make the index say of these entries what they say now; in the caller's transaction."""
    tags: dict[int, list[int]] = {}
    for chunk in batched([entry.pk for entry in entries], _ROWS):
        for entry, tag in EntryTag.objects.filter(entry__in=chunk).order_by("id").values_list("entry", "tag"):
            tags.setdefault(entry, []).append(tag)
    put([row_of(entry, tags.get(entry.pk, ())) for entry in entries])


def row_of(entry: Entry, tags: Iterable[int] = ()) -> Row:
    """What the index holds of an entry."""
    return entry.place, " ".join(_words(entry)), " ".join(_marks(entry, tags))


def put(rows: Sequence[Row]) -> None:
    """Write rows, in place of those that stand at their places."""
    (_POSTGRES if connection.vendor == "postgresql" else _SQLITE).write(rows)


def forget(places: Iterable[int]) -> None:
    """Take what stands at these places out."""
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM work_search WHERE {_place()} = %s", [(place,) for place in places])  # noqa: S608


def places(
    where: EntryFilter, *, accounts: Collection[int], first: int | None, before: int | None, limit: int
) -> list[int]:
    """The places of the entries that fit, newest first: at or after `first`, strictly before `before`.

    `accounts` are those that `where.account` stands for. One query.
    """
    wanted = _wanted(where, accounts)
    ask = _POSTGRES.match if connection.vendor == "postgresql" else _SQLITE.match
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_place()} FROM work_search WHERE {_matches()} AND {_place()} >= %s AND {_place()} < %s "  # noqa: S608
            f"ORDER BY {_place()} DESC LIMIT %s",
            [ask(asked(where.words), wanted), _SMALLEST if first is None else first, before or _LARGEST, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _place() -> str:
    return "place" if connection.vendor == "postgresql" else "rowid"


def _matches() -> str:
    return "words @@ %s::tsquery" if connection.vendor == "postgresql" else "work_search MATCH %s"


def _words(entry: Entry) -> list[str]:
    return words_of(f"{entry.subject}\n{entry.reason}\n{entry.body}")[:_MOST_LEXEMES]


def _marks(entry: Entry, tags: Iterable[int]) -> list[str]:
    marks = [
        f"w{entry.workspace_id}", f"k{entry.workspace_id}x{entry.kind}", f"a{entry.author_id}", f"c{entry.account_id}",
        *(f"t{tag}" for tag in tags),
    ]  # fmt: skip
    return [*marks, f"f{entry.workspace_id}x{entry.flow}"] if entry.flow else marks


def _wanted(where: EntryFilter, accounts: Collection[int]) -> list[list[str]]:
    """Marks that must all be there, each as a choice of several. The workspace's own is always among them."""
    here = tenancy.current_workspace_id()
    wanted = [[f"w{here}"]]
    if where.kind:
        wanted.append([f"k{here}x{where.kind}"])
    if where.author is not None:
        wanted.append([f"a{where.author}"])
    if where.tag is not None:
        wanted.append([f"t{where.tag}"])
    if where.flow:
        wanted.append([f"f{here}x{where.flow}"])
    if where.account is not None:
        wanted.append([f"c{account}" for account in sorted({where.account, *accounts})])
    return wanted


class _Sqlite:
    """An FTS5 table whose rowid is the place; words and marks are two columns."""

    def write(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM work_search WHERE rowid = %s", [(place,) for place, _, _ in rows])
            cursor.executemany("INSERT INTO work_search (rowid, words, marks) VALUES (%s, %s, %s)", rows)

    def match(self, parts: Sequence[Asked], wanted: Sequence[Sequence[str]]) -> str:
        """A query in FTS5's language; every word is quoted, so that none is an operator."""
        words = [f'words : "{" ".join(part.words)}"{"" if part.whole else " *"}' for part in parts]
        marks = [f"marks : ({' OR '.join(choice)})" for choice in reversed(wanted)]
        return " AND ".join([*words, *marks])


class _Postgres:
    """A tsvector a place. Marks are lexemes with a letter in front that no word of a text has: `=`."""

    def write(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO work_search (place, words) VALUES (%s, %s::tsvector) "
                "ON CONFLICT (place) DO UPDATE SET words = excluded.words",
                [(place, _vector(words.split(), marks.split())) for place, words, marks in rows],
            )

    def match(self, parts: Sequence[Asked], wanted: Sequence[Sequence[str]]) -> str:
        """A tsquery; every lexeme is quoted."""
        words = [
            "(" + " <-> ".join(f"'{word}'" for word in part.words) + ("" if part.whole else ":*") + ")"
            for part in parts
        ]
        marks = ["(" + " | ".join(f"'={mark}'" for mark in choice) + ")" for choice in wanted]
        return " & ".join([*words, *marks])


def _vector(words: Sequence[str], marks: Sequence[str]) -> str:
    """A tsvector as PostgreSQL reads it: 'word':1,7 'other':2 '=w1'."""
    at: dict[str, list[int]] = {}
    for position, word in enumerate(words[:16_383], start=1):
        at.setdefault(word, []).append(position)
    said = [f"'{word}':{','.join(map(str, places[:255]))}" for word, places in at.items()]
    return " ".join([*said, *(f"'={mark}'" for mark in marks)])


_SQLITE, _POSTGRES = _Sqlite(), _Postgres()
