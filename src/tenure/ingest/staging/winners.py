"""Which row speaks for a key: the last one. Earlier rows that say the same are repeats, others are superseded."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Sequence

from tenure.ingest.staging import text as sql
from tenure.ingest.staging.shapes import Shape, joined_key
from tenure.ingest.staging.store import Bench

SUPERSEDED = "superseded by a later row with the same key"
_LONGEST_KEY = 200


def choose(bench: Bench, rows: str, shape: Shape) -> str:
    """The name of a table or view of the rows that count for this role, with their key as `__key`.

    The others are noted as unchanged, and counted as superseded where they say something else.
    """
    chosen = f"{rows}:{shape.name}"
    key = joined_key(shape)
    keyed = (
        f"SELECT *, CASE WHEN length({key}) > {_LONGEST_KEY} THEN md5({key}) ELSE {key} END AS __key"
        f" FROM {sql.name(rows)} WHERE {present(shape)}"
    )
    repeats = bench.number(f"SELECT count(*) - count(DISTINCT __key) FROM ({keyed})")
    if not repeats:
        bench.run(f"CREATE VIEW {sql.name(chosen)} AS {keyed}")
        return chosen
    said = ", ".join(sql.name(cell.alias) for cell in shape.cells)
    bench.run(
        f"CREATE TABLE {sql.name(chosen)} AS SELECT *, row_number() OVER w AS __rank, hash(row({said})) AS __said,"
        f" first_value(hash(row({said}))) OVER w AS __last FROM ({keyed})"
        " WINDOW w AS (PARTITION BY __key ORDER BY __file DESC, __line DESC)"
    )
    bench.run(f"INSERT INTO outcomes SELECT __file, __line, 'unchanged' FROM {sql.name(chosen)} WHERE __rank > 1")
    bench.run(
        f"INSERT INTO warnings SELECT __file, {sql.text(SUPERSEDED)}, count(*) FROM {sql.name(chosen)}"
        " WHERE __rank > 1 AND __said <> __last GROUP BY __file"
    )
    bench.run(f"DELETE FROM {sql.name(chosen)} WHERE __rank > 1")
    return chosen


def present(shape: Shape) -> str:
    """A row takes part in a role when it has the role's key."""
    if shape.whole_row or not shape.key:
        return "TRUE"
    return " AND ".join(f"{sql.name(cell.alias)} IS NOT NULL" for cell in shape.key)


def forget(bench: Bench, names: Sequence[str]) -> None:
    """Drop what `choose` made, table or view."""
    for name in names:
        for kind, catalogue in (("VIEW", "duckdb_views()"), ("TABLE", "duckdb_tables()")):
            column = "view_name" if kind == "VIEW" else "table_name"
            if bench.number(f"SELECT count(*) FROM {catalogue} WHERE {column} = {sql.text(name)}"):
                bench.run(f"DROP {kind} {sql.name(name)}")
