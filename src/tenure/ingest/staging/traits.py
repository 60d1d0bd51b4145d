"""Attributes with their history: what rows say of them, against what the lake holds.

Attributes in a file of accounts or people have no date of their own. The first value is taken to hold since the
account or person began, so that history can be scored; a later, different value holds from the day of its import.
Nothing earlier is rewritten.
"""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from datetime import datetime

import pyarrow as pa

from tenure.base import sql as named
from tenure.events import queries as events
from tenure.events.contracts import TRAITS
from tenure.events.queries import Lake
from tenure.ingest.maps import roles
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.shapes import Shape, trait_values
from tenure.ingest.staging.store import Bench

_COLUMNS = (
    "__file INTEGER, __line BIGINT, entity VARCHAR, id BIGINT, key VARCHAR, value VARCHAR, moment TIMESTAMP,"
    " dated BOOLEAN"
)


# What is said, once for each attribute (and moment, where it has one). The JSON null is: none.
_TOLD = """
    CREATE OR REPLACE TABLE told AS
    SELECT entity, id, key, dated, moment, arg_max(value, (__file, __line)) AS value
    FROM (
        SELECT * REPLACE (
            coalesce(value, 'null') AS value,
            CASE WHEN dated THEN date_trunc('milliseconds', moment) ELSE moment END AS moment
        )
        FROM said_traits
    )
    GROUP BY entity, id, key, dated, moment
"""

# Beside what is held: the latest value where no moment is said, else the one of that moment. What corrects a moment
# comes a microsecond later.
_CHANGES = """
    CREATE OR REPLACE TABLE trait_changes AS
    WITH standing AS (
        SELECT entity, id, key, coalesce(value, 'null') AS value, CAST(moment AS TIMESTAMP) AS moment FROM held
    ), latest AS (
        SELECT entity, id, key, arg_max(value, moment) AS value, max(moment) AS moment
        FROM standing GROUP BY entity, id, key
    ), of_moment AS (
        SELECT entity, id, key, date_trunc('milliseconds', moment) AS base, arg_max(value, moment) AS value,
            max(moment) AS moment
        FROM standing GROUP BY entity, id, key, base
    ), beside AS (
        SELECT t.*, h.value AS before,
            CASE
                WHEN h.moment IS NULL THEN coalesce(t.moment, __now)
                ELSE greatest(__now, h.moment + INTERVAL 1 MICROSECOND)
            END AS dated_at
        FROM told t LEFT JOIN latest h ON h.entity = t.entity AND h.id = t.id AND h.key = t.key
        WHERE NOT t.dated
        UNION ALL
        SELECT t.*, h.value AS before, coalesce(h.moment + INTERVAL 1 MICROSECOND, t.moment) AS dated_at
        FROM told t
        LEFT JOIN of_moment h ON h.entity = t.entity AND h.id = t.id AND h.key = t.key AND h.base = t.moment
        WHERE t.dated
    )
    SELECT entity, id, key, dated, moment AS base, value, before, dated_at AS moment,
        coalesce(before, 'null') <> value AS differs
    FROM beside
"""

_OUTCOMES = """
    INSERT INTO outcomes
    SELECT s.__file, s.__line,
        CASE
            WHEN bool_or(c.differs AND c.before IS NOT NULL) THEN 'updated'
            WHEN bool_or(c.differs) THEN 'created'
            ELSE 'unchanged'
        END
    FROM said_traits s
    JOIN trait_changes c ON c.entity = s.entity AND c.id = s.id AND c.key = s.key
        AND c.base = date_trunc('milliseconds', s.moment)
    WHERE s.dated AND c.dated
    GROUP BY s.__file, s.__line
"""


def prepare(bench: Bench) -> None:
    """An empty table `said_traits`."""
    bench.run(f"CREATE TABLE said_traits ({_COLUMNS})")


def gather(bench: Bench, shape: Shape, chosen: str) -> None:
    """Add what the rows of a role say of attributes."""
    role = shape.role
    match role:
        case roles.Accounts() | roles.People():
            ids = "account_ids" if isinstance(role, roles.Accounts) else "person_ids"
            entity = "account" if isinstance(role, roles.Accounts) else "person"
            start = sql.name(shape.alias("started_on")) if role.started_on is not None else "CAST(NULL AS TIMESTAMP)"
            for key, value in trait_values(shape, role.traits):
                _add(bench, chosen, ids, shape.alias("key"), entity, sql.text(key), value, start, dated=False)
        case roles.TraitHistory():
            of_account = role.account is not None
            ids, entity = ("account_ids", "account") if of_account else ("person_ids", "person")
            who = shape.alias("account!") if of_account else shape.alias("person")
            at = sql.name(shape.alias("at"))
            for key, value in trait_values(shape, role.traits):
                _add(bench, chosen, ids, who, entity, sql.text(key), value, at, dated=True)
            if role.name is not None:
                value = f"to_json({sql.name(shape.alias('value'))})"
                _add(bench, chosen, ids, who, entity, sql.name(shape.alias("name")), value, at, dated=True)
        case _:
            return


def _add(
    bench: Bench, chosen: str, ids: str, who: str, entity: str, key: str, value: str, moment: str, *, dated: bool
) -> None:
    bench.run(
        f"INSERT INTO said_traits SELECT r.__file, r.__line, {sql.text(entity)}, i.id, {key}, CAST({value} AS VARCHAR),"
        f" {moment}, {dated} FROM {sql.name(chosen)} r JOIN {ids} i ON i.external = r.{sql.name(who)}"
    )


def outgoing(bench: Bench, lake: Lake, *, source: str, now: datetime) -> pa.Table:
    """The attribute changes to append; notes the outcomes of rows that are nothing but attribute history."""
    wanted = bench.table("SELECT DISTINCT entity, key FROM said_traits")
    held = events.engine().query(
        named.load("tenure.ingest", "held_traits"), relations={"traits": lake.relation("traits"), "wanted": wanted}
    )
    bench.put("held", held)
    moment = f"TIMESTAMP {sql.text(now.strftime('%Y-%m-%d %H:%M:%S.%f'))}"
    bench.run(_TOLD)
    bench.run(_CHANGES.replace("__now", moment))
    bench.run(_OUTCOMES)
    changes = bench.table(
        "SELECT entity, id, key, nullif(value, 'null') AS value, timezone('UTC', moment) AS \"at\","
        f" __day(moment) AS day, __day(moment) AS known_day, {sql.text(source)} AS source"
        " FROM trait_changes WHERE differs"
    )
    return changes.cast(TRAITS)
