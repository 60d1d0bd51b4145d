"""The facts: every measure, attribute and trait of accounts or people, as they were on one or many days.

Nothing here is stored. Only rows with `day <= as_of and known_day <= as_of` are read, so the facts of a past day
never change when something arrives later.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

import pyarrow as pa

from tenure.customers import queries as customers
from tenure.events.queries import Relation, composed, engine, moved, of_accounts, span
from tenure.measures import joined, published, sources
from tenure.measures.compiler.build import Compiled, Question, compile_facts
from tenure.measures.compiler.fields import Attribute, attributes
from tenure.measures.contracts import Entity
from tenure.measures.deliveries import deliveries
from tenure.measures.document import Measure
from tenure.measures.sources import House, Population
from tenure.measures.spine import BEGINNING
from tenure.subscriptions import queries as subscriptions

TRAIT = "t__"
SUFFIXES = ("__previous", "__change", "__stale_since")
EVER = (date.min, date.max)
_READ = {"number", "text", "boolean", "date", "list"}


def facts(
    *,
    entity: Entity,
    as_of: date | Sequence[date],
    ids: Sequence[int] | None = None,
    only: Collection[str] | None = None,
    known: pa.Table | None = None,
    before: bool = True,
) -> pa.Table:
    """One row for each as-of day and entity that had begun by then, sorted by both.

    Columns: `as_of`, `id`, attributes, traits (`t__<key>`) and of each measure m `m`, `m__previous`, `m__change`
    (double, null = unknown) and `m__stale_since` (date, null = fresh). `only` names the columns wanted: attributes,
    traits, measures (any column of a measure brings all four), what other domains join (`tenure.measures.joined`);
    unknown names are left out. `known` is the customers' `accounts_table` of the accounts `ids`, if the caller has read
    it. Without `before` there is no `m__previous` and no `m__change`, for half the price.

    About seven database queries and two over the lake; as few as none and one for a single measure.
    """
    days = (as_of,) if isinstance(as_of, date) else tuple(sorted(set(as_of)))
    house = sources.house()
    measures = published.of_entity(published.published(), entity)
    found = facts_of(house, entity, days, measures, ids=ids, only=only, known=known, before=before)
    return joined.with_columns(found, entity, only)


def facts_of(
    house: House,
    entity: Entity,
    days: tuple[date, ...],
    measures: Mapping[str, Measure],
    *,
    ids: Sequence[int] | None = None,
    only: Collection[str] | None = None,
    known: pa.Table | None = None,
    before: bool = True,
) -> pa.Table:
    """As `facts`, of these measures whether published or not: for previews of a draft."""
    parents = only is None or "parent" in only
    people = sources.population(entity, ids, house.own_domains, known=known, parents=parents)
    question = _question(house, entity, days, measures, only, some=ids is not None, people=people, before=before)
    compiled = compile_facts(question)
    relations = _relations(house, entity, compiled, question, people, ids, known)
    return engine().query(compiled.sql, relations=relations).sort_by([("as_of", "ascending"), ("id", "ascending")])


def trait_types(entity: Entity) -> dict[str, str]:
    """The traits that a field can hold, by key: all but objects. One query."""
    return {t.key: t.type for t in customers.trait_definitions(entity) if t.type in _READ}


def _question(
    house: House,
    entity: Entity,
    days: tuple[date, ...],
    measures: Mapping[str, Measure],
    only: Collection[str] | None,
    *,
    some: bool,
    people: Population,
    before: bool,
) -> Question:
    wanted = None if only is None else {column.removesuffix(s) for column in only for s in ("", *SUFFIXES)}
    chosen = {key: m for key, m in measures.items() if wanted is None or key in wanted}
    needed = published.with_components(chosen, measures)
    delivered = deliveries(house.lake, days[-1])
    numbers, clocks = sources.clocks(needed, days, delivered)
    taken: Sequence[Attribute] = [a for a in attributes(entity) if only is None or a.field.key in only]
    traits = {
        key: of_type
        for key, of_type in (trait_types(entity) if _wants_traits(only) else {}).items()
        if only is None or f"{TRAIT}{key}" in only
    }
    return Question(
        entity=entity, as_of=days, measures=chosen, also=needed, clock_of=numbers, clocks=clocks, attributes=taken,
        traits=traits, names=delivered.names, own_people=people.own.num_rows > 0, some=some,
        starts_known=people.table["started_on"].null_count == 0, beginning=delivered.first or BEGINNING,
        merged=people.merged, before=before,
    )  # fmt: skip


def _wants_traits(only: Collection[str] | None) -> bool:
    return only is None or any(column.startswith(TRAIT) for column in only)


def _relations(
    house: House,
    entity: Entity,
    compiled: Compiled,
    question: Question,
    people: Population,
    ids: Sequence[int] | None,
    known: pa.Table | None,
) -> dict[str, Relation]:
    lake, found = house.lake, dict[str, Relation](compiled.tables)
    found["entities"], found["own_people"] = people.table, people.own
    merges, together = customers.merged(), people.together
    if ids is not None:
        found["wanted"] = pa.table({"id": pa.array([*ids, *together], pa.int64())})
    if people.merged:
        pairs = [(one, member) for one, members in together.items() for member in members]
        found["together"] = pa.table([pa.array(c, pa.int64()) for c in _columns(pairs)], ["id", "member"])
    concerned = {*ids, *together, *chain(*together.values())} if ids and entity == "account" else set[int]()
    ends = span(merges, concerned)
    for name in compiled.reads:
        if name == "records":
            found[name] = of_accounts(
                moved(lake.relation("events", classes={"record"}, accounts=ends), merges), concerned
            )
        elif name == "owners":
            found[name] = customers.owners_table("csm", accounts=concerned or None)
        elif name == "traits":
            found[name] = composed(lake.relation(name), entity, together)
        else:
            days = compiled.days.get(name, EVER)
            rollup = lake.relation(name, accounts=ends, days=days).only(compiled.columns)
            found[name] = of_accounts(rollup, concerned, days=days)
    if compiled.states:
        found["account_state"] = _states(house, question.as_of, compiled.states, ids, known, people)
    return found


def _columns(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[pair[place] for pair in pairs] for place in (0, 1)]


def _states(
    house: House,
    days: Sequence[date],
    ago: Sequence[int],
    ids: Sequence[int] | None,
    known: pa.Table | None,
    people: Population,
) -> pa.Table:
    """The accounts' subscriptions on each day and so many days before; of several put together, those of all."""
    wanted = sorted({day - timedelta(days=back) for day in days for back in ago})
    if not people.merged:
        return subscriptions.account_state(house.lake, as_of=wanted, accounts=ids, known=known)
    accounts = None if ids is None else sorted(customers.merged().accounts.sources(ids))
    return subscriptions.account_state(house.lake, as_of=wanted, accounts=accounts, together=people.together)
