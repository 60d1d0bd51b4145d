"""The part of the facts that counts different people and different features in a window, exactly.

Of each member (a person, an event name) one row is kept, with a bit for each segment in which it was active; a window
is a mask over these bits. That reads each row once and holds for what was known in time. Rows that came late or were
taken back are few: on the as-of days that they touch, their members are counted again and the difference is added.
"""

from collections.abc import Sequence

from tenure.measures.compiler.needs import Distinct, Member, Needs
from tenure.measures.compiler.parts import Parts
from tenure.measures.compiler.usage import LATE, Scope, in_windows, rows_of
from tenure.measures.spine import Window, in_order

type Columns = Sequence[tuple[Distinct, Window]]


def distinct_parts(needs: Needs, scope: Scope, parts: Parts, *, words: int) -> None:
    """Add the tables that answer what `needs` wants to be counted once: one pass for names, one a set for people."""
    groups: dict[tuple[Member, int], list[tuple[Distinct, Window]]] = {}
    for need, windows in needs.distinct.items():
        group = (need.member, need.names if need.member == "person" else -1)
        groups.setdefault(group, []).extend((need, window) for window in in_order(windows))
    for number, ((member, _), columns) in enumerate(groups.items()):
        rows = _rows(member, columns, scope)
        _by_bits(f"d{number}", rows, columns, words, parts)
        _again(f"d{number}", rows, columns, scope, parts)


def _name(need: Distinct, window: Window) -> str:
    return f"{need.alias}_{window.column}"


def _windows(columns: Columns) -> list[Window]:
    return in_order(window for _, window in columns)


def _rows(member: Member, columns: Columns, scope: Scope) -> str:
    """The members' rows with the segment of their day; `late_day` is empty for what was known in time."""
    sets = " or ".join(f"n.s{number}" for number in sorted({need.names for need, _ in columns}))
    source = rows_of(scope, ["day", "known_day", "name", "rows"], where=in_windows(scope), people=member == "person")
    return (
        f"select u.id, u.{member} as member, c.segment, c.word, c.bit, {LATE} as late_day, u.rows"
        f" from ({source}) u join names n on n.name = u.name and ({sets}) join u_calendar c on c.day = u.day"
    )


def _worth(columns: Columns, flags: dict[Window, str]) -> str:
    """What the members count for in each column, where a window's flag is 1, 0 or −1."""
    listed = []
    for need, window in columns:
        here = flags[window]
        if need.member == "name":
            worth = f"n.w{need.names}" if need.weighted else "1"
            here = f"case when n.s{need.names} then ({here}) * {worth} else 0 end"
        listed.append(f"sum({here}) as {_name(need, window)}")
    return ", ".join(listed)


def _counted(columns: Columns, active: dict[Window, str]) -> str:
    """The same, where members only are or are not active in a window: to count costs half of summing ones."""
    listed = []
    for need, window in columns:
        here = f"({active[window]})"
        if need.member == "name":
            here = f"n.s{need.names} and {here}"
        counted = f"sum(case when {here} then n.w{need.names} else 0 end)" if need.weighted else f"count_if({here})"
        listed.append(f"{counted} as {_name(need, window)}")
    return ", ".join(listed)


def _named(columns: Columns) -> str:
    return " join names n on n.name = u.member" if columns[0][0].member == "name" else ""


def _by_bits(prefix: str, rows: str, columns: Columns, words: int, parts: Parts) -> None:
    """What was known in time, for all as-of days at once."""
    bits = ", ".join(f"coalesce(bit_or(case when u.word = {n} then u.bit end), 0) as b{n}" for n in range(words))
    parts.add(
        f"{prefix}_bits",
        f"select u.id, u.member, {bits} from ({rows}) u where u.late_day is null and u.rows > 0"
        " group by u.id, u.member",
    )
    active = {w: " or ".join(f"u.b{n} & m.{w.column}_{n} <> 0" for n in range(words)) for w in _windows(columns)}
    parts.add(
        f"{prefix}_counts",
        f"select u.id, m.ordinal, {_counted(columns, active)} from {prefix}_bits u cross join u_masks m"
        f"{_named(columns)} group by u.id, m.ordinal",
    )
    parts.holds(f"{prefix}_counts", [_name(*each) for each in columns])


def _again(prefix: str, rows: str, columns: Columns, scope: Scope, parts: Parts) -> None:
    """The difference made by rows that came late or were taken back, on the as-of days whose windows hold them."""
    odd = "u.late_day is not null or u.rows < 0" if scope.many else "u.rows < 0"
    parts.add(f"{prefix}_odd", f"select distinct u.id, u.member, u.segment from ({rows}) u where {odd}")
    parts.add(
        f"{prefix}_cells",
        "select u.id, u.member, u.segment, u.late_day, sum(u.rows) as rows,"
        " sum(case when u.late_day is null and u.rows > 0 then 1 else 0 end) as counted,"
        " sum(case when u.rows < 0 then 1 else 0 end) as taken_back"
        f" from ({rows}) u join (select distinct x.id, x.member from {prefix}_odd x) x"
        " on x.id = u.id and x.member = u.member group by u.id, u.member, u.segment, u.late_day",
    )
    parts.add(
        f"{prefix}_changed",
        "select u.id, u.member, u.segment,"
        " min(case when u.late_day is null and u.taken_back = 0 then null else coalesce(a.ordinal, 0) end) as since"
        f" from {prefix}_cells u left join arrivals a on a.day = u.late_day group by u.id, u.member, u.segment"
        " having sum(u.taken_back) > 0"
        " or (sum(u.counted) = 0 and sum(case when u.late_day is not null then 1 else 0 end) > 0)",
    )
    parts.add(
        f"{prefix}_touched",
        f"select distinct u.id, u.member, m.ordinal from {prefix}_changed u"
        " join u_membership m on m.segment = u.segment and m.ordinal >= u.since",
    )
    held = ", ".join(
        f"sum(u.rows * m.{w.column}) as {w.column}, sum(u.counted * m.{w.column}) as {w.column}_counted"
        for w in _windows(columns)
    )
    parts.add(
        f"{prefix}_seen",
        f"select t.id, t.member, t.ordinal, {held} from {prefix}_touched t"
        f" join {prefix}_cells u on u.id = t.id and u.member = t.member"
        " left join arrivals a on a.day = u.late_day"
        " join u_membership m on m.segment = u.segment and m.ordinal = t.ordinal"
        " where coalesce(a.ordinal, 0) <= t.ordinal group by t.id, t.member, t.ordinal",
    )
    flags = {
        w: f"case when u.{w.column} > 0 then 1 else 0 end - case when u.{w.column}_counted > 0 then 1 else 0 end"
        for w in _windows(columns)
    }
    parts.add(
        f"{prefix}_difference",
        f"select u.id, u.ordinal, {_worth(columns, flags)} from {prefix}_seen u{_named(columns)}"
        " group by u.id, u.ordinal",
    )
    parts.holds(f"{prefix}_difference", [_name(*each) for each in columns])
