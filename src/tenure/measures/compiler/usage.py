"""The part of the facts that reads the usage rollups: sums, active days, distinct people and features, last seen.

Days are summed into segments once, and segments from the first on; a window is the difference of two such sums
(`tenure.measures.spine`), so that the work grows with the days that exist, not with days × as-of days. Sums are whole
numbers, so nothing is lost in the difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.measures.compiler.needs import SCALE, SCALED, Needs, UsageSum
from tenure.measures.compiler.parts import Parts, day
from tenure.measures.spine import Window, in_order

type Bounds = Mapping[Window, tuple[str, str]]


ACCOUNT_DAYS, PERSON_DAYS = ROLLUPS = ("usage_account_day", "usage_person_day")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are read, and which: `own` leaves out our own people, `some` keeps only the ids asked for.
    `merged`: entities come in stretches of days, with `tid`, `shown_from` and
    `shown_to`; the relation `together` tells which records stand behind a `tid` that is not the id."""

    entity: str
    first: date
    last: date
    as_of: tuple[date, ...]
    own: bool
    some: bool
    merged: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """The rollups that tell what the entities did, whoever did it."""
        if self.entity == "person":
            return (PERSON_DAYS,)
        return ROLLUPS if self.own else (ACCOUNT_DAYS,)

    @property
    def many(self) -> bool:
        return len(self.as_of) > 1


def usage_parts(needs: Needs, scope: Scope, parts: Parts, bounds: Bounds) -> None:
    """Add the tables that answer what `needs` wants of the usage rollups."""
    if needs.usage:
        _sums(needs, scope, parts, bounds)
    for number in sorted(needs.last_usage):
        _last(number, scope, parts)


def columns(needs: Needs) -> frozenset[str]:
    """The columns of the rollups that any part of `needs` reads."""
    of_every_row = {"account", "person", "class", "day", "known_day", "name", "rows"}
    return frozenset(of_every_row | ({need.column for need in needs.usage} - {"active"}))


def rows_of(scope: Scope, columns: Iterable[str], *, where: str, people: bool = False) -> str:
    """The rollup's rows with `id` and `columns`; own people's share is taken away from the accounts'."""
    wanted = list(columns)
    by_person = scope.entity == "person" or people
    member = ["person"] if people else []
    table = PERSON_DAYS if by_person else ACCOUNT_DAYS
    entity = "u.person" if scope.entity == "person" else "u.account"
    kept = ["u.class = 'usage'", where]
    if by_person:
        kept.append("u.person <> 0")
    if scope.some:
        kept.append(f"{entity} in (select id from wanted)")
    subtract = scope.own and not by_person
    if scope.own and by_person:
        kept.append("u.person not in (select person from own_people)")
    listed = ", ".join([f"{entity} as id", *(f"u.{c}" for c in [*member, *wanted])])
    sql = f"select {listed} from {table} u where {' and '.join(kept)}"
    if subtract:
        negative = ", ".join(f"-u.{c} as {c}" if c in NUMBERS else f"u.{c}" for c in wanted)
        sql += (
            f" union all select u.account as id, {negative} from {PERSON_DAYS} u"
            f" where {' and '.join(kept)} and u.person in (select person from own_people)"
        )
    return sql


NUMBERS = {"events", "rows", "seconds", "value", "valued", "errors"}


def in_windows(scope: Scope) -> str:
    return f"u.day >= {day(scope.first)} and u.day < {day(scope.last)} and u.known_day <= {day(scope.as_of[-1])}"


LATE = "case when u.known_day > c.first_as_of then u.known_day end"


def _sums(needs: Needs, scope: Scope, parts: Parts, bounds: Bounds) -> None:
    sums = sorted(needs.usage, key=lambda n: n.alias)
    active = [n for n in sums if n.column == "active"]
    columns = sorted({n.column for n in sums if n.column != "active"} | ({"rows"} if active else set()))
    source = rows_of(scope, ["day", "known_day", "name", *columns], where=in_windows(scope))
    sets = ", ".join(f"n.s{number}" for number in sorted({n.names for n in sums}))
    rows = (
        f"select u.*, {sets}, c.segment, c.day_bit, {LATE} as late_day from ({source}) u"
        " join names n on n.name = u.name join u_calendar c on c.day = u.day"
    )
    totals = ", ".join(f"{_total(n)} as {n.alias}" for n in sums)
    parts.add(
        "u_cells",
        f"select u.id, u.segment, u.late_day, {totals} from ({rows}) u group by u.id, u.segment, u.late_day",
    )
    in_windows_of = {n: in_order(needs.usage[n]) for n in sums}
    scaled = {n.alias: f"round(u.{n.alias} * {SCALE})" if n.column in SCALED else f"u.{n.alias}" for n in sums}
    listed = [(n.alias, w) for n in sums for w in in_windows_of[n]]
    windows_of(parts, "u", listed, scaled, bounds)
    if scope.many:
        late_in_windows(parts, "u_cells", "u", listed, scaled, where="u.late_day is not null")
    if active:
        _days_again(rows, active, scope, parts)
        again = [(n.alias, w) for n in active for w in in_windows_of[n]]
        late_in_windows(parts, "u_day_cells", "u", again, {n.alias: f"u.{n.alias}" for n in active})


def _total(need: UsageSum) -> str:
    """A sum over a segment; active days are the bits of the days with rows known in time."""
    if need.column == "active":
        bits = f"bit_or(case when u.s{need.names} and u.rows > 0 and u.late_day is null then u.day_bit end)"
        return f"coalesce(bit_count({bits}), 0)"
    return f"sum(case when u.s{need.names} then {_finite(need.column)} end)"


def _days_again(rows: str, active: list[UsageSum], scope: Scope, parts: Parts) -> None:
    """The difference to the active days made by rows that came late or were taken back, by the day they were known."""
    odd = "u.late_day is not null or u.rows < 0" if scope.many else "u.rows < 0"
    parts.add("u_odd_days", f"select distinct u.id, u.day from ({rows}) u where {odd}")
    totals = ", ".join(
        f"sum(case when u.s{n.names} then u.rows else 0 end) as {n.alias},"
        f" max(case when u.s{n.names} and u.rows > 0 and u.late_day is null then 1 else 0 end) as {n.alias}_counted"
        for n in active
    )
    parts.add(
        "u_day_rows",
        f"select u.id, u.day, u.segment, u.late_day, {totals} from ({rows}) u"
        " join u_odd_days x on x.id = u.id and x.day = u.day group by u.id, u.day, u.segment, u.late_day",
    )
    over = "over (partition by u.id, u.day order by coalesce(u.late_day, cast('1900-01-01' as date)))"
    running = ", ".join(f"sum(u.{n.alias}) {over} as {n.alias}_so_far" for n in active)
    parts.add("u_day_states", f"select u.*, {running} from u_day_rows u")
    changes = ", ".join(f"sum({_difference(n.alias)}) as {n.alias}" for n in active)
    parts.add(
        "u_day_cells",
        f"select u.id, u.segment, u.late_day, {changes} from u_day_states u group by u.id, u.segment, u.late_day",
    )


def _difference(alias: str) -> str:
    """Whether the day is active after these rows, less whether it was before; in time, less whether it was counted."""
    after, before = f"u.{alias}_so_far > 0", f"u.{alias}_so_far - u.{alias} > 0"
    counted = f"case when u.late_day is null then u.{alias}_counted when {before} then 1 else 0 end"
    return f"case when {after} then 1 else 0 end - {counted}"


def _finite(column: str) -> str:
    """A column without what no sum survives (infinity and what is not a number compare as greatest)."""
    return f"case when abs(u.{column}) < 1e15 then u.{column} end" if column in SCALED else f"u.{column}"


EDGES = 65_536  # more than there are days between two dates of any run: an id and an edge make one number


def windows_of(
    parts: Parts, prefix: str, listed: Sequence[tuple[str, Window]], values: Mapping[str, str], bounds: Bounds
) -> None:
    """What was known in time, summed over windows: the sum up to where a window ends, less that to where it begins.

    Reads `<prefix>_cells` (id, segment, late_day, …) by `<prefix>_edges` and `<prefix>_bounds`; `values` are SQL.
    """
    over = "over (partition by g.id order by g.edge)"
    sums = ", ".join(f"sum(coalesce(cast({sql} as double), 0.0)) {over} as {alias}" for alias, sql in values.items())
    ids = f"(select distinct u.id from {prefix}_cells u) e"
    parts.add(f"{prefix}_edge_grid", f"select e.id, g.edge from {ids} cross join {prefix}_edges g")
    parts.add(
        f"{prefix}_sums",
        f"select g.id * {EDGES} + g.edge as place, {sums} from {prefix}_edge_grid g left join {prefix}_cells u"
        " on u.id = g.id and u.segment = g.edge - 1 and u.late_day is null",
    )
    used = sorted({name for _, w in listed for name in bounds[w]})
    places = ", ".join(f"e.id * {EDGES} + b.{name} as {name}" for name in used)
    parts.add(f"{prefix}_places", f"select e.id, b.ordinal, {places} from {ids} cross join {prefix}_bounds b")
    columns = ", ".join(f"{bounds[w][1]}.{alias} - {bounds[w][0]}.{alias} as {alias}_{w.column}" for alias, w in listed)
    joins = "".join(f" join {prefix}_sums {name} on {name}.place = p.{name}" for name in used)
    parts.add(f"{prefix}_windows", f"select p.id, p.ordinal, {columns} from {prefix}_places p{joins}")
    parts.holds(f"{prefix}_windows", [f"{alias}_{w.column}" for alias, w in listed])


def late_in_windows(
    parts: Parts,
    cells: str,
    prefix: str,
    listed: Sequence[tuple[str, Window]],
    values: Mapping[str, str],
    *,
    where: str = "true",
) -> None:
    """Few rows that were known late, added to the windows of each as-of day from then on."""
    totals = ", ".join(f"sum({values[alias]} * m.{w.column}) as {alias}_{w.column}" for alias, w in listed)
    parts.add(
        f"{cells}_late",
        f"select u.id, m.ordinal, {totals} from {cells} u left join arrivals a on a.day = u.late_day"
        f" join {prefix}_membership m on m.segment = u.segment and m.ordinal >= coalesce(a.ordinal, 0)"
        f" where {where} group by u.id, m.ordinal",
    )
    parts.holds(f"{cells}_late", [f"{alias}_{w.column}" for alias, w in listed])


def _last(number: int, scope: Scope, parts: Parts) -> None:
    """The last day with standing rows. Days of which rows were taken back are looked at on each as-of day apart."""
    where = f"u.day <= {day(scope.as_of[-1])} and u.known_day <= {day(scope.as_of[-1])}"
    column = f"u{number}_last"
    rows = rows_of(scope, ["day", "known_day", "name", "rows"], where=where)
    named = f"join names n on n.name = u.name and n.s{number}"
    parts.add(f"{column}_shaky", f"select distinct u.id, u.day from ({rows}) u {named} where u.rows < 0")
    parts.add(
        f"{column}_known",
        f"select u.id, u.day, case when u.known_day > u.day then u.known_day end as later from ({rows}) u {named}"
        f" left join {column}_shaky x on x.id = u.id and x.day = u.day where x.id is null",
    )
    parts.add(
        f"{column}_moves",
        f"select u.id, coalesce(a.ordinal, 0) as ordinal, max(u.day) as {column} from {column}_known u"
        " left join arrivals a on a.day = coalesce(u.later, u.day) group by u.id, coalesce(a.ordinal, 0)",
    )
    parts.moves(f"{column}_moves", tops=[column])
    parts.add(
        f"{column}_days",
        f"select u.id, u.day, o.ordinal from ({rows}) u {named}"
        f" join {column}_shaky x on x.id = u.id and x.day = u.day"
        " join as_of_days o on o.as_of >= greatest(u.day, u.known_day)"
        " group by u.id, u.day, o.ordinal having sum(u.rows) > 0",
    )
    parts.add(
        f"{column}_held",
        f"select u.id, u.ordinal, max(u.day) as {column} from {column}_days u group by u.id, u.ordinal",
    )
    parts.holds(f"{column}_held", [column])
