"""The facts as one query: the parts put side by side, a row for each as-of day and entity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenure.measures.compiler.fields import Attribute, trait_sql
from tenure.measures.compiler.measure import Columns
from tenure.measures.compiler.needs import Needs
from tenure.measures.compiler.parts import Parts, name, text
from tenure.measures.compiler.usage import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """The columns of the facts: attributes, traits (key → type) and measures with the clock they live by."""

    attributes: Sequence[Attribute]
    traits: Mapping[str, str]
    measures: Mapping[str, Columns]
    clocks: Mapping[str, int]


def trait_parts(needs: Needs, scope: Scope, parts: Parts) -> None:
    """The newest value of each trait, by the moment it was set."""
    if not needs.traits:
        return
    newest = ", ".join(
        f'max(case when u.key = {text(key)} then struct_pack(moment := u."at", known := u.known_day, value := u.value)'
        f" end) as {column}"
        for key, column in needs.traits.items()
    )
    some = " and u.id in (select id from wanted)" if scope.some else ""
    parts.add(
        "trait_moves",
        f"select u.id, coalesce(a.ordinal, 0) as ordinal, {newest} from traits u"
        " left join arrivals a on a.day = greatest(u.day, u.known_day)"
        f" where u.entity = {text(scope.entity)}"
        f" and greatest(u.day, u.known_day) <= (select max(o.as_of) from as_of_days o){some}"
        " group by u.id, coalesce(a.ordinal, 0)",
    )
    parts.moves("trait_moves", tops=list(needs.traits.values()))


def facts_sql(asked: Asked, needs: Needs, scope: Scope, parts: Parts) -> str:
    """The whole query. Columns: as_of, id, attributes, traits (t__…), and four of each measure."""
    _running(scope, parts)
    listed = ["o.as_of as as_of", "e.id as id"]
    out = ["f.as_of", "f.id"]
    for attribute in asked.attributes:
        listed.append(f"{attribute.sql} as {name(attribute.field.key)}")
        out.append(f"f.{name(attribute.field.key)}")
    for key, of_type in asked.traits.items():
        column = name(f"t__{key}")
        listed.append(f"{trait_sql(f't.{needs.traits[key]}', of_type)} as {column}")
        out.append(f"f.{column}")
    stale = sorted(set(asked.clocks.values()))
    listed += [f"o.stale_c{clock} as stale_c{clock}" for clock in stale]
    for key, columns in asked.measures.items():
        listed.append(f"{columns.value} as {name(key)}")
        value, before = f"f.{name(key)}", f"f.{name(f'{key}__previous')}"
        out.append(value)
        if needs.before:
            listed.append(f"{columns.previous} as {name(f'{key}__previous')}")
            change = f"case when {before} <> 0 then ({value} - {before}) / abs({before}) end"
            out += [before, f"{change} as {name(f'{key}__change')}"]
        out.append(f"f.stale_c{asked.clocks[key]} as {name(f'{key}__stale_since')}")
    joins = ["left join running r on r.id = e.id and r.ordinal = o.ordinal"]
    state_id = "e.tid" if scope.merged else "e.id"
    joins.append(f"left join traits_now t on t.id = {state_id} and t.ordinal = o.ordinal")
    if scope.entity == "account":
        joins += [
            f"left join account_state s{n} on s{n}.account = {state_id} and s{n}.as_of = o.ago_{n}"
            for n in sorted(needs.states)
        ]
    if needs.owners:
        joins.append("left join owners_held w on w.id = e.id and w.ordinal = o.ordinal")
        parts.add(
            "owners_held",
            "select u.account as id, o.ordinal, max(u.name) as owner, max(u.member) as owner_id from owners u"
            " join as_of_days o on u.since <= o.as_of and (u.until is null or u.until > o.as_of)"
            " where u.role = 'csm' group by u.account, o.ordinal",
        )
    parts.add(
        "f",
        f"select {', '.join(listed)} from entities_began e join as_of_days o on e.began <= o.as_of"
        f"{' and o.as_of >= e.shown_from and o.as_of < e.shown_to' if scope.merged else ''} {' '.join(joins)}",
    )
    tables = ", ".join(f"{table} as ({sql})" for table, sql in parts.tables)
    return f"with {tables} select {', '.join(out)} from f"


def began_part(scope: Scope, parts: Parts, *, known: bool) -> None:
    """When each entity began: its own start, else the first day that it was known of."""
    if known:
        parts.add("entities_began", "select e.*, e.started_on as began from entities e")
        return
    column = "person" if scope.entity == "person" else "account"
    table = f"usage_{column}_day"
    parts.add(
        "first_known",
        f"select u.{column} as id, min(u.known_day) as known_day from {table} u"
        f" where (u.{column} in (select id from entities where started_on is null)"
        f"{f' or u.{column} in (select member from together)' if scope.merged else ''})"
        f" group by u.{column}",
    )
    if scope.merged:
        parts.add(
            "first_of_all",
            "select c.id, min(k.known_day) as known_day from together c join first_known k on k.id = c.member"
            " group by c.id",
        )
        parts.add(
            "entities_began",
            "select e.*, coalesce(e.started_on, least(k.known_day, a.known_day, e.seen_on), e.seen_on) as began"
            " from entities e left join first_known k on k.id = e.id left join first_of_all a on a.id = e.tid",
        )
        return
    parts.add(
        "entities_began",
        "select e.*, coalesce(e.started_on, least(k.known_day, e.seen_on), e.seen_on) as began"
        " from entities e left join first_known k on k.id = e.id",
    )


def _running(scope: Scope, parts: Parts) -> None:
    """Moves summed up along the as-of days, with what holds on each day by itself."""
    ids = "(select id from entities union select tid from entities)" if scope.merged else "entities"
    parts.add("grid", f"select e.id, o.ordinal from {ids} e cross join as_of_days o")
    columns: dict[str, list[str]] = {}
    greatest: set[str] = set()
    along: list[str] = []
    total, top = ("sum", "max") if scope.many else ("", "")
    for table, sums in parts.sums.items():
        for column in sums:
            along.append(f"{total}({table}.{column})")
            columns.setdefault(column, []).append(along[-1])
        for column in parts.tops[table]:
            along.append(f"{top}({table}.{column})")
            columns.setdefault(column, []).append(along[-1])
            greatest.add(column)
    for table, held in parts.held.items():
        for column in held:
            columns.setdefault(column, []).append(f"{table}.{column}")
    source = f"grid g{_beside(parts.sums)}"
    if scope.many and along:
        # Apart from what holds by itself: a window sorts whole rows, and there are many such columns.
        places = {term: f"g.m{number}" for number, term in enumerate(along)}
        over = "over (partition by g.id order by g.ordinal)"
        moved = ", ".join(f"{term} {over} as m{number}" for number, term in enumerate(along))
        parts.add("along", f"select g.id, g.ordinal, {moved} from {source}")
        columns = {column: [places.get(term, term) for term in terms] for column, terms in columns.items()}
        source = "along g"
    listed = ["g.id", "g.ordinal"]
    for column, terms in columns.items():
        if len(terms) == 1:
            listed.append(f"{terms[0]} as {column}")
        elif column in greatest:
            listed.append(f"greatest({', '.join(terms)}) as {column}")
        else:
            listed.append(f"{' + '.join(f'coalesce({term}, 0)' for term in terms)} as {column}")
    parts.add("running", f"select {', '.join(listed)} from {source}{_beside(parts.held)}")
    traits = ", ".join(f"r.{column}.value as {column}" for column in _trait_columns(parts))
    parts.add("traits_now", f"select r.id, r.ordinal{', ' + traits if traits else ''} from running r")


def _beside(tables: Iterable[str]) -> str:
    return "".join(f" left join {table} on {table}.id = g.id and {table}.ordinal = g.ordinal" for table in tables)


def _trait_columns(parts: Parts) -> list[str]:
    return parts.tops.get("trait_moves", [])
