"""For whom the rules hold: all of them in one pass over the current state, and who moved since the pass before."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.alerts import conditions
from tenure.alerts.contracts import KIND, AlertRule
from tenure.alerts.models import RuleNow
from tenure.alerts.packing import NOBODY, Ids, began, kept_still, packed, unpacked
from tenure.base import clock
from tenure.definitions.contracts import PublishedDefinition
from tenure.definitions.queries import published
from tenure.health import current
from tenure.health.contracts import FIELDS
from tenure.ingest.sources import silences
from tenure.measures.contracts import Catalogue
from tenure.measures.language import Expression, ExpressionError, explain, parse
from tenure.measures.queries import published as measures
from tenure.segments import jobs as segments
from tenure.segments import queries as segment_queries

OUTAGE = timedelta(days=7)
"""So long after its last word a silent source explains what the numbers do; by then they are frozen, or it is gone."""
_SCORED = frozenset(field.key for field in FIELDS)
_ASPECTS = ("__previous", "__change")
_NOW, _BEFORE = "now__", "before__"


@dataclass(frozen=True, slots=True)
class Watched:
    """A rule in force whose conditions can be read. `reads` are the columns they rest on, those of their segments
    too; `measured` says that measures or scores are among these."""

    key: str
    version: int
    body: AlertRule
    now: Expression
    before: Expression | None
    reads: frozenset[str]
    measured: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a pass found of a rule: for whom it holds, and for whom it began to. `fresh`: it was looked at like this
    for the first time, so that nobody began."""

    rule: Watched
    members: Ids
    began: Ids
    before: Ids | None
    fresh: bool


def in_force() -> dict[str, PublishedDefinition]:
    """The rules in force by key. No query where definitions were read before."""
    return {each.key: each for each in published(KIND)}


def body_of(each: PublishedDefinition) -> AlertRule:
    assert isinstance(each.body, AlertRule)
    return each.body


def active() -> dict[str, tuple[int, AlertRule]]:
    """Version and body of the rules that are on."""
    return {key: (each.version, body_of(each)) for key, each in in_force().items() if body_of(each).active}


def look(state: current.State) -> tuple[Seen, ...]:
    """All active rules on accounts, evaluated together; empty when nothing changed since they were last looked at."""
    rules = list(watched(segment_queries.catalogue(), state))
    known = {row.rule: row for row in RuleNow.objects.all()}
    if all(_is_current(known.get(each.key), each, state) for each in rules):
        return ()
    return tuple(_seen(rules, state, known))


def _is_current(row: RuleNow | None, rule: Watched, state: current.State) -> bool:
    return row is not None and row.mark == rule.mark and row.state_at == state.made_at


def keep(seen: Sequence[Seen], state: current.State) -> None:
    """Remember for whom the rules hold; who goes out of force or is turned off is forgotten, and begins anew later."""
    rows = [
        RuleNow(rule=each.rule.key, mark=each.rule.mark, members=packed(each.members),
                before=None if each.before is None else packed(each.before), state_at=state.made_at)
        for each in seen
    ]  # fmt: skip
    RuleNow.objects.exclude(rule__in=[each.rule.key for each in seen]).delete()
    RuleNow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["workspace", "rule"],
        update_fields=["mark", "members", "before", "state_at"],
    )  # fmt: skip


def watched(catalogue: Catalogue, state: current.State) -> Iterator[Watched]:
    """The active rules on accounts that can be read."""
    around = _Around.of(state)
    for key, (version, body) in active().items():
        asked = conditions.asked(body)
        if asked is None:
            continue
        try:
            now = parse(asked.now, catalogue)
            before = parse(asked.before, catalogue) if asked.before else None
        except ExpressionError:
            continue
        yield _watched(key, version, body, (now, before), around)


@dataclass(frozen=True, slots=True)
class _Around:
    """What rules rest on, with the versions in force."""

    measures: Mapping[str, int]
    segments: Mapping[str, int]
    scorecard: str

    @classmethod
    def of(cls, state: current.State) -> "_Around":
        counted = {key: each.version for key, each in measures().items()}
        grouped = {key: segment_queries.one(key).version for key in segment_queries.in_force()}
        return cls(counted, grouped, f"{state.scorecard}={state.version}")


def _watched(
    key: str, version: int, body: AlertRule, asked: tuple[Expression, Expression | None], around: _Around
) -> Watched:
    both = [each for each in asked if each is not None]
    named = [f.key for each in both for f in each.fields if f.kind == "segment"]
    closure = segments.history_needed(named, "account") if named else segments.Needed((), ())
    reads = {_bare(c) for c in (*(c for each in both for c in each.columns), *closure.columns)}
    parts = [
        *(str(each) for each in both),
        *(f"{each}={around.segments[each]}" for each in closure.keys if each in around.segments),
        *(f"{each}={around.measures[each]}" for each in sorted(reads) if each in around.measures),
        *([around.scorecard] if reads & _SCORED else []),
    ]
    mark = hashlib.blake2b("\n".join(parts).encode(), digest_size=32).hexdigest()
    measured = bool(reads & (_SCORED | around.measures.keys()))
    return Watched(key, version, body, asked[0], asked[1], frozenset(reads), measured, mark)


def _bare(column: str) -> str:
    """The measure's column of one of its aspects."""
    return next((column.removesuffix(aspect) for aspect in _ASPECTS if column.endswith(aspect)), column)


def _seen(rules: Sequence[Watched], state: current.State, known: Mapping[str, RuleNow]) -> Iterator[Seen]:
    columns: dict[str, Expression] = {}
    for each in rules:
        columns[_NOW + each.key] = each.now
        if each.before is not None:
            columns[_BEFORE + each.key] = each.before
    found = current.evaluate(state.table, [columns])
    outage = _outage()
    for each in rules:
        holding = _ids(state.table, found[_NOW + each.key])
        had = _ids(state.table, found[_BEFORE + each.key]) if each.before is not None else None
        row = known.get(each.key)
        if row is None or row.mark != each.mark:
            yield Seen(each, holding, NOBODY, had, fresh=True)
            continue
        still = state.ids if outage and each.measured else _frozen(state.table, each.reads)
        was, had_then = unpacked(row.members), unpacked(row.before) if had is not None else None
        members = kept_still(holding, was, still)
        if had is not None and had_then is not None:
            had = kept_still(had, had_then, still)
        yield Seen(each, members, began(members, was, had_then), had, fresh=False)


def _ids(table: pa.Table, held: pa.Array) -> Ids:
    found: Ids = table["id"].filter(held).to_numpy()
    return np.sort(found)


def _outage() -> bool:
    """Whether a source fell silent a short while ago: what measures do then says nothing of customers."""
    now = clock.now()
    return any(now - since <= OUTAGE for since in silences().values())


def _frozen(table: pa.Table, reads: frozenset[str]) -> Ids:
    """The accounts for which something that a rule reads stands still."""
    masks = []
    for column in reads:
        since = f"{column}__stale_since"
        if since in table.column_names and table[since].null_count < table.num_rows:
            masks.append(pc.is_valid(table[since]))
    if reads & _SCORED and "frozen_measures" in table.column_names:
        masks.append(pc.fill_null(pc.greater(table["frozen_measures"], 0), False))
    if not masks:
        return NOBODY
    whole = masks[0]
    for each in masks[1:]:
        whole = pc.or_(whole, each)
    return _ids(table, whole)


def holding(text: str, state: current.State, account: int) -> bool:
    """Whether a condition holds for an account; one that cannot be read holds for nobody."""
    try:
        asked = parse(text, segment_queries.catalogue())
    except ExpressionError:
        return False
    rows = current.rows_by_id(state, [account], asked.columns)
    return bool(rows) and explain(asked, rows[0]).truth is True
