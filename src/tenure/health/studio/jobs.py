"""The what-if as a job: today, the last weeks, the back-tests, each kept as soon as it is done. Runs in the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.tasks import task

from tenure.base import tenancy
from tenure.customers.queries import accounts_by_ids
from tenure.health import belief, scoring
from tenure.health.backtest import NothingToTest, compare
from tenure.health.belief import NEEDED, Setting, setting
from tenure.health.card import ActiveCard, activate
from tenure.health.studio import reports
from tenure.health.studio import whatif as rules
from tenure.health.studio.drafting import Draft, working
from tenure.health.studio.whatif import Course, Entries, Moved, Today, WhatIf
from tenure.health.words import name_of
from tenure.measures.queries import facts as facts_of
from tenure.tenants.queries import as_of_day, here

WEEKS = 12
STEPS = 3
ROWS_AT_ONCE = 200_000


@task
def compute(workspace: int, digest: str) -> None:
    """Compute the what-if that `digest` names; nothing where the draft has changed since. May run twice."""
    with tenancy.workspace(workspace):
        draft = working()
        if reports.digest_of(draft) == digest:
            _Run(draft, digest).all()


@dataclass(slots=True)
class _Run:
    """One what-if under way."""

    draft: Draft
    digest: str
    found: WhatIf = field(default_factory=WhatIf)
    done: int = 0

    def all(self) -> None:
        view = here()
        given, as_of = setting(view.slug), as_of_day(view)
        both = _both(given, self.draft)
        self._step("Scoring today's accounts by both cards")
        self.found = replace(self.found, today=_today(given, both, as_of))
        self._step(f"Scoring the last {WEEKS} weeks by both cards")
        self.found = replace(self.found, entries=_entries(both, as_of))
        self._step("Testing both cards on history")
        try:
            course = rules.course(compare(given, both[1], both[0], known=as_of))
        except NothingToTest as refusal:
            course = Course(problem=refusal.message)
        self.found = replace(self.found, course=course)
        reports.write(self.digest, reports.Progress("done", done=STEPS, steps=STEPS, found=self.found))

    def _step(self, name: str) -> None:
        reports.write(self.digest, reports.Progress("running", name, self.done, STEPS, found=self.found))
        self.done += 1


type _Cards = tuple[ActiveCard, ActiveCard]


def _both(given: Setting, draft: Draft) -> _Cards:
    """The published card and the draft, read against the same fields."""
    one, other = (
        activate(
            key=draft.key, version=version, body=body, catalogue=given.catalogue, versions=given.known.versions
        )
        for version, body in ((draft.version, draft.published), (0, draft.card))
    )  # fmt: skip
    return one, other


def _facts(both: _Cards, days: Sequence[date], *more: str) -> pa.Table:
    """The facts of the days that the cards read."""
    wanted = list(dict.fromkeys((*both[0].columns, *both[1].columns, *NEEDED, *more)))
    return facts_of(entity="account", as_of=list(days), only=wanted)


def _today(given: Setting, both: _Cards, as_of: date) -> Today:
    facts, by_hand = _facts(both, [as_of]), belief.overrides(as_of, as_of)
    published, draft = (scoring.score(facts, card, overrides=by_hand) for card in both)
    mrr = (
        dict(zip(facts["id"].to_pylist(), facts["mrr"].to_pylist(), strict=True)) if "mrr" in facts.schema.names else {}
    )
    found = rules.today(published, draft, day=as_of, mrr=mrr)
    known = accounts_by_ids([each.account for each in found.listed])
    labels = _labels(given, both)

    def told(each: Moved) -> Moved:
        row = known.get(each.account)
        reasons = tuple((labels.get(key, key), effect) for key, effect in each.reasons)
        return replace(each, name=row.name if row else "", owner=row.owner_name if row else "", reasons=reasons)

    return replace(found, listed=tuple(told(each) for each in found.listed))


def _labels(given: Setting, both: _Cards) -> Mapping[str, str]:
    """What to call each input and adjustment of the two cards."""
    found = {"roll_up:own": "Family of accounts", "override:override": "Set by hand"}
    for card in both:
        found[f"roll_up:{card.body.roll_up}"] = "Family of accounts"
        for profile in card.body.in_order():
            for _, measure in profile.measures():
                found[measure.key] = name_of(measure.key, measure, given.known.names).label
            for rule in profile.exceptions:
                found[f"{'cap' if rule.cap is not None else 'floor'}:{rule.key}"] = rule.label or rule.when
    return found


def _entries(both: _Cards, as_of: date) -> Entries:
    """Entries into the worst band, week by week up to the day; as many days at once as memory takes."""
    days = [as_of - timedelta(weeks=n) for n in range(WEEKS, -1, -1)]
    parts: list[tuple[pa.Table, pa.Table]] = []
    owners: dict[int, str] = {}
    left = list(days)
    step = 1
    while left:
        chunk, left = left[-step:], left[:-step]
        facts, by_hand = _facts(both, chunk, "owner"), belief.overrides(chunk[0], chunk[-1])
        if not parts:
            owners = _owners(facts)
        one, other = (scoring.verdicts(facts, card, overrides=by_hand) for card in both)
        parts.append((one, other))
        step = max(1, ROWS_AT_ONCE // max(1, facts.num_rows // len(chunk)))
    published, draft = (pa.concat_tables([part[n] for part in parts]) for n in (0, 1))
    worst = tuple(card.body.bands_ascending()[0].key for card in both)
    return rules.entries(published, draft, worst=(worst[0], worst[1]), days=days, owners=owners)


def _owners(facts: pa.Table) -> dict[int, str]:
    """The owner of each customer among the facts of one day; empty for none."""
    rows = facts.filter(pc.equal(facts["status"], scoring.CUSTOMER)) if "status" in facts.schema.names else facts
    if "owner" not in rows.schema.names:
        return dict.fromkeys(rows["id"].to_pylist(), "")
    return dict(zip(rows["id"].to_pylist(), (each or "" for each in rows["owner"].to_pylist()), strict=True))
