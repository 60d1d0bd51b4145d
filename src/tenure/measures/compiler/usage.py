"""The part of the facts that reads the usage rollups: sums, active days, distinct people and features, last seen.

Days are summed into segments once; `u_steps` then says at which as-of day a segment's sum enters and leaves each
window (`tenure.measures.spine`), so that the work grows with the days that exist, not with days × as-of days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tenure.measures.compiler.needs import SCALE, SCALED, Distinct, Needs
from tenure.measures.compiler.parts import Parts, day
from tenure.measures.spine import Window, in_order

MANY = 3  # as-of days from which on distinct members are followed by their steps instead of day by day


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are read, and which: `own` leaves out our own people, `some` keeps only the ids asked for."""

    entity: str
    first: date
    last: date
    as_of: tuple[date, ...]
    own: bool
    some: bool

    @property
    def many(self) -> bool:
        return len(self.as_of) > 1


def usage_parts(needs: Needs, scope: Scope, parts: Parts) -> None:
    """Add the tables that answer what `needs` wants of the usage rollups."""
    if needs.usage:
        _sums(needs, scope, parts)
    for need, windows in needs.distinct.items():
        _distinct(need, in_order(windows), scope, parts)
    for number in sorted(needs.last_usage):
        _last(number, scope, parts)


def rows_of(scope: Scope, columns: Iterable[str], *, where: str, people: bool = False) -> str:
    """The rollup's rows with `id` and `columns`; own people's share is taken away from the accounts'."""
    wanted = list(columns)
    by_person = scope.entity == "person" or people
    member = ["person"] if people else []
    table = "usage_person_day" if by_person else "usage_account_day"
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
            f" union all select u.account as id, {negative} from usage_person_day u"
            f" where {' and '.join(kept)} and u.person in (select person from own_people)"
        )
    return sql


NUMBERS = {"events", "rows", "seconds", "value", "valued", "errors"}


def _in_windows(scope: Scope) -> str:
    return f"u.day >= {day(scope.first)} and u.day < {day(scope.last)} and u.known_day <= {day(scope.as_of[-1])}"


_LATE = "case when u.known_day > c.first_as_of then u.known_day end"


def _sums(needs: Needs, scope: Scope, parts: Parts) -> None:
    sums = sorted(needs.usage, key=lambda n: n.alias)
    plain = [n for n in sums if n.column != "active"]
    active = [n for n in sums if n.column == "active"]
    columns = sorted({n.column for n in plain} | ({"rows"} if active else set()))
    parts.add("u_rows", rows_of(scope, ["day", "known_day", "name", *columns], where=_in_windows(scope)))
    totals = [f"sum(case when n.s{n.names} then {_finite(n.column)} end) as {n.alias}" for n in plain]
    totals += [f"sum(case when n.s{n.names} then u.rows end) as {n.alias}" for n in active]
    keys = "u.id, u.day, c.segment" if active else "u.id, c.segment"
    parts.add(
        "u_days",
        f"select {keys}, {_LATE} as late_day, {', '.join(totals)} from u_rows u join names n on n.name = u.name"
        f" join u_calendar c on c.day = u.day group by {keys}, {_LATE}",
    )
    if active and scope.many:
        _running_rows(parts, [n.alias for n in active])
    if active:
        flags = [
            f"sum({_flag(n.alias, many=scope.many)}) as {n.alias}"
            if n.column == "active"
            else f"sum(u.{n.alias}) as {n.alias}"
            for n in sums
        ]
        parts.add(
            "u_cells",
            f"select u.id, u.segment, u.late_day, {', '.join(flags)} from u_days u group by u.id, u.segment, u.late_day",
        )
    cells = "u_cells" if active else "u_days"
    moved = []
    for n in sums:
        scaled = f"round(u.{n.alias} * {SCALE})" if n.column in SCALED else f"u.{n.alias}"
        moved += [(f"{n.alias}_{w.column}", scaled, w) for w in in_order(needs.usage[n])]
    moves(parts, "u_moves", cells, moved, steps="u_steps")


def _finite(column: str) -> str:
    """A column without what no sum survives (infinity and what is not a number compare as greatest)."""
    return f"case when abs(u.{column}) < 1e15 then u.{column} end" if column in SCALED else f"u.{column}"


def _running_rows(parts: Parts, aliases: list[str]) -> None:
    """Late rows may make a day active, or no longer active: the rows so far say which."""
    over = "over (partition by u.id, u.day order by coalesce(u.late_day, cast('1900-01-01' as date)))"
    running = ", ".join(f"sum(coalesce(u.{a}, 0)) {over} as {a}_so_far" for a in aliases)
    last, rows = parts.tables.pop()
    parts.add("u_day_rows", rows)
    parts.add(last, f"select u.*, {running} from u_day_rows u")


def _flag(alias: str, *, many: bool) -> str:
    if not many:
        return f"case when u.{alias} > 0 then 1 else 0 end"
    after, rows = f"u.{alias}_so_far", f"coalesce(u.{alias}, 0)"
    return f"case when {after} > 0 then 1 else 0 end - case when {after} - {rows} > 0 then 1 else 0 end"


def moves(parts: Parts, name: str, cells: str, moved: list[tuple[str, str, Window]], *, steps: str) -> None:
    """Carry cells (id, segment, late_day, …) to the as-of days at which they enter and leave the windows."""
    totals = ", ".join(f"sum({value} * s.{window.column}) as {column}" for column, value, window in moved)
    parts.add(
        name,
        f"select u.id, s.ordinal, {totals} from {cells} u"
        " left join arrivals a on a.day = u.late_day"
        f" join {steps} s on s.segment = u.segment and s.late = coalesce(a.ordinal, 0) group by u.id, s.ordinal",
    )
    parts.moves(name, sums=[column for column, _, _ in moved])


def _distinct(need: Distinct, windows: list[Window], scope: Scope, parts: Parts) -> None:
    """Different members in each window: every member counts where its first active segment of the window is."""
    prefix, member = need.alias, need.member
    source = rows_of(scope, ["day", "known_day", "name", "rows"], where=_in_windows(scope), people=member == "person")
    weight = f", max(n.w{need.names}) as weight" if need.weighted else ""
    parts.add(f"{prefix}_rows", source)
    parts.add(
        f"{prefix}_cells",
        f"select u.id, u.{member} as member, c.segment, {_LATE} as late_day, sum(u.rows) as rows{weight}"
        f" from {prefix}_rows u join names n on n.name = u.name and n.s{need.names}"
        f" join u_calendar c on c.day = u.day group by u.id, u.{member}, c.segment, {_LATE}",
    )
    counted = "weight" if need.weighted else "1"
    columns = {f"{prefix}_{w.column}": w for w in windows}
    if len(scope.as_of) < MANY:
        _day_by_day(prefix, f"{prefix}_cells", columns, counted, parts)
        return
    parts.add(f"{prefix}_noisy", f"select distinct u.id, u.member from {prefix}_cells u where u.late_day is not null")
    parts.add(
        f"{prefix}_calm",
        f"select u.* from {prefix}_cells u left join {prefix}_noisy x on x.id = u.id and x.member = u.member"
        " where x.id is null and u.rows > 0",
    )
    parts.add(
        f"{prefix}_loud",
        f"select u.* from {prefix}_cells u join {prefix}_noisy x on x.id = u.id and x.member = u.member",
    )
    parts.add(
        f"{prefix}_ordered",
        f"select u.id, u.segment, {'u.weight' if need.weighted else '1'} as weight,"
        " coalesce(case when r.reach <= lag(u.segment) over (partition by u.id, u.member order by u.segment)"
        " then lag(u.segment) over (partition by u.id, u.member order by u.segment) end, -1) as previous"
        f" from {prefix}_calm u join u_reach r on r.segment = u.segment",
    )
    parts.add(
        f"{prefix}_firsts",
        f"select u.id, u.segment, u.previous, sum(u.weight) as weight from {prefix}_ordered u"
        " group by u.id, u.segment, u.previous",
    )
    totals = ", ".join(f"sum(u.weight * s.{w.column}) as {column}" for column, w in columns.items())
    parts.add(
        f"{prefix}_moves",
        f"select u.id, s.ordinal, {totals} from {prefix}_firsts u"
        " join u_first_steps s on s.segment = u.segment and s.previous = u.previous group by u.id, s.ordinal",
    )
    parts.moves(f"{prefix}_moves", sums=list(columns))
    _day_by_day(prefix, f"{prefix}_loud", columns, counted, parts)


def _day_by_day(prefix: str, cells: str, columns: dict[str, Window], counted: str, parts: Parts) -> None:
    """For each as-of day apart: which members have standing rows in each window, as known on that day."""
    held = ", ".join(f"sum(u.rows * m.{w.column}) as {column}" for column, w in columns.items())
    weight = ", max(u.weight) as weight" if counted == "weight" else ""
    parts.add(
        f"{prefix}_seen",
        f"select u.id, u.member, m.ordinal, {held}{weight} from {cells} u"
        " left join arrivals a on a.day = u.late_day"
        " join u_membership m on m.segment = u.segment and m.ordinal >= coalesce(a.ordinal, 0)"
        " group by u.id, u.member, m.ordinal",
    )
    counts = ", ".join(f"sum(case when u.{column} > 0 then {counted} else 0 end) as {column}" for column in columns)
    parts.add(f"{prefix}_held", f"select u.id, u.ordinal, {counts} from {prefix}_seen u group by u.id, u.ordinal")
    parts.holds(f"{prefix}_held", list(columns))


def _last(number: int, scope: Scope, parts: Parts) -> None:
    """The last day with standing rows. Days of which rows were taken back are looked at on each as-of day apart."""
    where = f"u.day <= {day(scope.as_of[-1])} and u.known_day <= {day(scope.as_of[-1])}"
    column = f"u{number}_last"
    named = f"join names n on n.name = u.name and n.s{number}"
    parts.add(f"{column}_rows", rows_of(scope, ["day", "known_day", "name", "rows"], where=where))
    parts.add(f"{column}_shaky", f"select distinct u.id, u.day from {column}_rows u {named} where u.rows < 0")
    parts.add(
        f"{column}_moves",
        f"select u.id, coalesce(a.ordinal, 0) as ordinal, max(u.day) as {column} from {column}_rows u {named}"
        f" left join {column}_shaky x on x.id = u.id and x.day = u.day"
        " left join arrivals a on a.day = greatest(u.day, u.known_day)"
        " where x.id is null group by u.id, coalesce(a.ordinal, 0)",
    )
    parts.moves(f"{column}_moves", tops=[column])
    parts.add(
        f"{column}_days",
        f"select u.id, u.day, o.ordinal from {column}_rows u {named}"
        f" join {column}_shaky x on x.id = u.id and x.day = u.day"
        " join as_of_days o on o.as_of >= greatest(u.day, u.known_day)"
        " group by u.id, u.day, o.ordinal having sum(u.rows) > 0",
    )
    parts.add(
        f"{column}_held",
        f"select u.id, u.ordinal, max(u.day) as {column} from {column}_days u group by u.id, u.ordinal",
    )
    parts.holds(f"{column}_held", [column])
