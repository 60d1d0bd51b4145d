"""What a workspace believes of its accounts on a day, computed from facts: shared by the jobs and the pages."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from tenure.base import sql, tenancy
from tenure.events.contracts import SCORES
from tenure.events.queries import Lake, LakeRelation, engine, open_lake
from tenure.health import card as cards
from tenure.health import current, naming, scoring, state
from tenure.health.card import ActiveCard
from tenure.health.models import Override
from tenure.health.naming import Known
from tenure.measures.contracts import Catalogue
from tenure.measures.queries import catalogue as catalogue_of
from tenure.measures.queries import facts as facts_of

PACKAGE = "tenure.health"
NEEDED = ("status", "external_id", "parent", "mrr")


@dataclass(frozen=True, slots=True)
class Setting:
    """A workspace as scoring sees it: its lake, fields, scorecard and names."""

    slug: str
    lake: Lake
    catalogue: Catalogue
    card: ActiveCard | None
    known: Known


def setting(slug: str) -> Setting:
    """The configuration in force, read once a stay inside the workspace."""
    return tenancy.remembered(("health", slug), lambda: _setting(slug))


def shown(slug: str) -> Setting:
    """As `setting`, for pages: with the traits that the current state has columns for. A query less."""
    return tenancy.remembered(("health shown", slug), lambda: _setting(slug, current.traits(slug)))


def _setting(slug: str, traits: Mapping[str, str] | None = None) -> Setting:
    catalogue = catalogue_of("account", traits=traits)
    known = naming.known(catalogue)
    return Setting(slug, open_lake(slug), catalogue, cards.active(catalogue, known.versions), known)


def scores_of(given: Setting, days: Sequence[date]) -> tuple[pa.Table, int]:
    """The scores of these days, and how many accounts the facts of one have."""
    assert given.card is not None
    facts = facts_of(entity="account", as_of=list(days), only=_needed(given))
    scored = scoring.score(facts, given.card, overrides=overrides(days[0], days[-1]))
    return scored, facts.num_rows // len(days)


def _needed(given: Setting) -> list[str]:
    assert given.card is not None
    return list(dict.fromkeys((*given.card.columns, *NEEDED)))


def overrides(first: date, last: date) -> list[scoring.HandSet]:
    """Scores set by hand that are in force on some day from `first` to `last`; of two, the later made last."""
    rows = Override.objects.filter(since__lte=last, until__gte=first).order_by("made_at", "id")
    found = []
    for row in rows:
        until = row.until if row.ended_on is None else min(row.until, row.ended_on - timedelta(days=1))
        if until >= max(row.since, first):
            found.append(scoring.HandSet(row.account_id, row.value, row.since, until))
    return found


def configuration(given: Setting) -> int:
    """A number for the scorecard and the measures in force, and for the fields that the product knows: another version
    of it may know more."""
    card = (given.card.key, given.card.version) if given.card else None
    fields = sorted(each.key for each in given.catalogue if each.kind == "attribute")
    return zlib.crc32((repr(sorted(given.known.versions.items())) + repr(card) + repr(fields)).encode())


_stored: dict[str, tuple[LakeRelation, frozenset[date]]] = {}


def stored_days(lake: Lake) -> frozenset[date]:
    """The days that have been scored. Asked again only when the table has changed."""
    relation = lake.relation("scores")
    known = _stored.get(relation.uri)
    if known is None or known[0] != relation:
        found = engine().query(sql.load(PACKAGE, "stored_days"), relations={"scores": relation})
        known = _stored[relation.uri] = (relation, frozenset(found["day"].to_pylist()))
    return known[1]


def built(
    given: Setting,
    as_of: date,
    *,
    before: current.State | None = None,
    accounts: Sequence[int] | None = None,
    kept: bool = False,
) -> pa.Table:
    """Facts, scores and reasons of the accounts on a day, as the current state keeps them.

    `before` is a state of the same day to take the past from. `kept` takes the scores that were written on that day,
    where there are any, in place of new ones.
    """
    facts = facts_of(entity="account", as_of=as_of, ids=accounts).sort_by("id").combine_chunks()
    if given.card is None:
        scores = scoring.nothing()
    elif kept and as_of in stored_days(given.lake):
        scores = stored_scores(given.lake, as_of)
    else:
        scores = scoring.score(facts, given.card, overrides=overrides(as_of, as_of))
    ids = facts["id"].combine_chunks()
    past = state.past(ids, _recent(given.lake, as_of), as_of) if before is None else state.past_of(before.table, ids)
    return state.build(facts=facts, scores=scores, before=past, card=given.card, names=given.known.names)


def stored_scores(lake: Lake, day: date, account: int | None = None) -> pa.Table:
    """The scores written for a day, of all accounts or one."""
    span = None if account is None else (account, account)
    relation = lake.relation("scores", months={f"{day:%Y-%m}"}, accounts=span, days=(day, day))
    found = engine().query(
        sql.load(PACKAGE, "scores_of_day"), relations={"scores": relation}, params={"day": day, "account": account}
    )
    return found.select(SCORES.names).cast(SCORES)


def stored_scores_of(
    lake: Lake, wanted: Collection[tuple[int, date]], columns: Sequence[str] = SCORES.names
) -> pa.Table:
    """These columns of the scores written for accounts, each on its day. One question, none for nobody."""
    schema = pa.schema([SCORES.field(name) for name in columns])
    if not wanted:
        return schema.empty_table()
    accounts, days = [account for account, _ in wanted], [day for _, day in wanted]
    relation = lake.relation(
        "scores", months={f"{day:%Y-%m}" for day in days}, accounts=(min(accounts), max(accounts)),
        days=(min(days), max(days)),
    ).only({*columns, "account", "day"})  # fmt: skip
    pairs = pa.table({"account": pa.array(accounts, pa.int64()), "day": pa.array(days, pa.date32())})
    found = engine().query(
        sql.load(PACKAGE, "scores_of_pairs"), relations={"scores": relation, "wanted": pairs}, params={}
    )
    return found.select(schema.names).cast(schema)


def _recent(lake: Lake, as_of: date) -> pa.Table:
    """account, day and score of the days a sparkline shows."""
    first = as_of - timedelta(days=state.DAYS)
    months = {f"{first + timedelta(days=n):%Y-%m}" for n in range(state.DAYS + 1)}
    return engine().query(
        sql.load(PACKAGE, "recent_scores"),
        relations={"scores": lake.relation("scores", months=months)},
        params={"first": first, "as_of": as_of},
    )
