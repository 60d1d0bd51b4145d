"""The events that chosen rows state, and how they differ from what the lake holds of them."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from tenure.events import queries as events
from tenure.events.contracts import EVENTS
from tenure.events.queries import Lake
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.shapes import Facet, Shape
from tenure.ingest.staging.store import Bench

FACTS = "facts"
DIFFERENCE = "difference"
CHUNK = 400_000
_SEP = "chr(31)"


def gather(bench: Bench, *, source: str, entry: str, chosen: Sequence[tuple[Shape, str]], currency: str) -> None:
    """Fill the table `facts` with all that the chosen rows of an entry state; some role of it has facets.

    Facets that a row could state and does not are there too (`stands` false): they may have to be taken back.
    """
    selects = [
        _select(facet, shape, table, source=source, entry=entry, currency=currency)
        for shape, table in chosen
        for facet in shape.facets
    ]
    bench.drop(FACTS)
    bench.run(f"CREATE TABLE {FACTS} AS {' UNION ALL '.join(selects)}")


def _select(facet: Facet, shape: Shape, table: str, *, source: str, entry: str, currency: str) -> str:
    """One facet of all chosen rows."""
    account = sql.name(shape.alias("account!")) if shape.name != "accounts" else sql.name(shape.alias("key"))
    person = sql.name(shape.alias("person")) if shape.person is not None else "CAST(NULL AS VARCHAR)"
    inner = (
        "SELECT r.__file, r.__line,"
        f" {sql.text(f'{source}/{entry}/')} || r.__key || {sql.text(f'/{facet.facet}')} AS message_id,"
        f" a.id AS account, p.id AS person, coalesce({facet.when}, FALSE) AS stands,"
        f" {sql.text('usage' if facet.usage else 'record')} AS class, {facet.name} AS name,"
        f' CAST({facet.at} AS TIMESTAMP) AS moment, {facet.day} AS day, CAST({facet.count} AS DOUBLE) AS "count",'
        f" {facet.seconds} AS seconds, {facet.value} AS value, {facet.errors} AS errors,"
        f" {sql.json_object(facet.properties)} AS properties"
        f" FROM (SELECT *, {sql.text(currency)} AS __currency FROM {sql.name(table)}) r"
        f" JOIN account_ids a ON a.external = r.{account}"
        f" LEFT JOIN person_ids p ON p.external = r.{person if shape.person is not None else '__none'}"
    )
    if shape.person is None:
        inner = inner.replace(" LEFT JOIN person_ids p ON p.external = r.__none", "").replace(
            "p.id AS person", "CAST(NULL AS BIGINT) AS person"
        )
    parts = ("account", "coalesce(CAST(person AS VARCHAR), '')", "name", "epoch_us(moment)", "day", '"count"',
             "coalesce(CAST(seconds AS VARCHAR), '')", "coalesce(CAST(value AS VARCHAR), '')",
             "coalesce(CAST(errors AS VARCHAR), '')", "coalesce(properties, '')")  # fmt: skip
    content = f"CAST(md5_number_lower(concat_ws({_SEP}, {', '.join(parts)})) >> 1 AS BIGINT)"
    return f"SELECT *, {content} AS content FROM ({inner})"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where in the lake the rows of an entry can be: their classes, and the months when the key names the day."""

    classes: frozenset[str]
    months: frozenset[str] | None


def compare(bench: Bench, lake: Lake, *, source: str, dated_key: bool) -> Reach:
    """Make `difference`: facts with `known` (the content that the lake holds) beside them, and note rows' outcomes.

    When the key names the day, only the touched months are read; otherwise a row may come from any month.
    """
    months = {str(row[0]) for row in bench.rows(f"SELECT DISTINCT strftime(day, '%Y-%m') FROM {FACTS}") if row[0]}
    classes = frozenset(str(row[0]) for row in bench.rows(f"SELECT DISTINCT class FROM {FACTS}"))
    reach = Reach(classes, frozenset(months) if dated_key else None)
    bench.put("known", events.message_index(lake, source=source, months=reach.months, classes=reach.classes))
    bench.drop(DIFFERENCE)
    bench.run(
        f"CREATE TABLE {DIFFERENCE} AS SELECT f.*, k.content AS known,"
        " CASE WHEN f.stands AND k.content IS NULL THEN 'new' WHEN f.stands AND k.content <> f.content THEN 'changed'"
        " WHEN f.stands THEN 'same' WHEN k.content IS NOT NULL THEN 'gone' ELSE 'none' END AS verdict"
        f" FROM {FACTS} f LEFT JOIN known k ON k.message_id = f.message_id"
    )
    bench.drop(FACTS)
    bench.drop("known")
    bench.run(
        "INSERT INTO outcomes SELECT __file, __line,"
        " CASE WHEN bool_and(verdict IN ('same', 'none')) THEN 'unchanged'"
        " WHEN bool_and(verdict IN ('new', 'none')) THEN 'created' ELSE 'updated' END"
        f" FROM {DIFFERENCE} GROUP BY __file, __line"
    )
    return reach


def outgoing(
    bench: Bench, lake: Lake, *, source: str, reach: Reach, received: str, known_from: date | None = None
) -> Iterator[pa.Table]:
    """What has to be appended, in chunks of about 400,000 rows that never part what one row states.

    A changed row gives its old row with sign −1 and the new one; both in one chunk, so in one commit. Both are known
    from the day on which they happened, or from `known_from` when that is later.
    """
    known = "{}" if known_from is None else f"greatest({{}}, DATE {sql.text(known_from.isoformat())})"
    stale = bench.table(f"SELECT message_id FROM {DIFFERENCE} WHERE verdict IN ('changed', 'gone')")
    total = bench.number(f"SELECT count(*) FROM {DIFFERENCE} WHERE verdict IN ('new', 'changed', 'gone')")
    if not total:
        return
    columns = ", ".join(f'"{name}"' for name in EVENTS.names)
    moment = f"timezone('UTC', TIMESTAMP {sql.text(received)})"
    fresh = (
        f"SELECT __file, __line, class, strftime(day, '%Y-%m') AS month, day, {known.format('day')} AS known_day,"
        f" timezone('UTC', moment) AS \"at\", {moment} AS received_at, account, person,"
        f' {sql.text(source)} AS source, name, message_id, content, CAST(1 AS TINYINT) AS sign, "count", seconds,'
        f" value, errors, properties FROM {DIFFERENCE} WHERE verdict IN ('new', 'changed')"
    )
    pieces = fresh
    if stale.num_rows:
        ids = stale.column("message_id").combine_chunks()
        bench.put(
            "standing",
            events.standing_events(lake, ids, source=source, months=reach.months, classes=reach.classes),
        )
        old = ", ".join(
            {
                "sign": "CAST(-1 AS TINYINT) AS sign",
                "received_at": f"{moment} AS received_at",
                "known_day": f"{known.format('s.known_day')} AS known_day",
            }.get(n, f's."{n}"')
            for n in EVENTS.names
        )
        pieces += (
            f" UNION ALL BY NAME SELECT d.__file, d.__line, {old}"
            f" FROM standing s JOIN {DIFFERENCE} d USING (message_id)"
        )
    if total <= CHUNK:
        yield bench.table(f"SELECT {columns} FROM ({pieces})").cast(EVENTS)
        return
    bench.run(
        "CREATE OR REPLACE TABLE chunked AS SELECT *, CAST((sum(n) OVER (ORDER BY month, __file, __line) - 1)"
        f" // {CHUNK} AS INTEGER) AS chunk FROM (SELECT __file, __line, min(month) AS month, count(*) AS n"
        f" FROM ({pieces}) GROUP BY ALL)"
    )
    for chunk in range(bench.number("SELECT max(chunk) + 1 FROM chunked")):
        yield bench.table(
            f"SELECT {columns} FROM ({pieces}) JOIN (SELECT __file, __line FROM chunked WHERE chunk = {chunk})"
            " USING (__file, __line)"
        ).cast(EVENTS)
