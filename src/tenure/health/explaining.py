"""Explanations: one account's score, taken apart to the measure, its window and the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import pyarrow as pa

from tenure.base import tenancy
from tenure.base.refusals import NotFound
from tenure.base.soon import soon
from tenure.customers.contracts import AccountRow
from tenure.customers.queries import accounts_by_ids
from tenure.definitions.queries import version_body
from tenure.events.contracts import SCORES
from tenure.health import belief, current, schemes, scoring, store, words
from tenure.health.belief import Setting
from tenure.health.card import KIND, activate
from tenure.health.contracts import Change, Explanation, MeasureReading, OverrideView, Reason
from tenure.health.hand import in_force, overrides_of
from tenure.health.rules import reasons
from tenure.health.rules.reasons import Input, Line, Scored
from tenure.health.rules.score import nominal_weights
from tenure.health.scorecard import CardMeasure, Dimension, Profile, Scorecard
from tenure.measures.queries import evidence
from tenure.measures.queries import facts as facts_of
from tenure.tenants.queries import as_of_day, here

REASONS_NEED = ("score", "raw", "band", "coverage", "scorecard", "scorecard_version", "scorecard_profile",
                "inputs", "adjustments")  # fmt: skip
STATE = ("name", "external_id", "status", *REASONS_NEED)


def explain(
    account: int, as_of: date | None = None, *, count_events: bool = False, known: AccountRow | None = None
) -> Explanation:
    """Why the account's score is what it is on a day (the current state's when left out).

    `count_events` also counts the rows of the log behind each measure: one more query over the lake a measure.
    `known` is the account's row, if the caller has read it: one query less.
    Refuses with `NotFound` for an account of another workspace.
    """
    given, day = _setting(as_of)
    found = known or accounts_by_ids([account]).get(account)
    if found is None:
        raise NotFound("There is no such account.")
    status, scored = _scored(given, account, day)
    card = _card_of(scored, given)
    bands = card.bands_ascending() if card else ()
    profile = card.profile(scored.profile) if card and scored else None
    nothing = scored is None or (scored.raw is None and not scored.adjustments)
    total = None if scored is None or nothing else scored.total
    override = _override(scored, account, day)
    return Explanation(
        account=account,
        external_id=found.external_id,
        name=found.name,
        as_of=day,
        status=status,
        score=scored.score if scored else None,
        total=total,
        total_shown=schemes.shown(total, "number", bands if scored and scored.score is not None else ()),
        shown=schemes.shown(scored.score if scored else None, card.scheme if card else "number", bands),
        band=scored.band if scored else "",
        band_label=schemes.label_of(scored.band, bands) if scored else "Not scored",
        colour=schemes.colour_of(scored.band, bands) if scored else "grey",
        coverage=scored.coverage if scored else 0.0,
        coverage_floor=card.coverage_floor if card else 0.0,
        scorecard=scored.scorecard if scored else "",
        version=scored.version if scored else 0,
        profile=scored.profile if scored else "",
        reasons=_level(scored, profile, given.known.names) if scored and not nothing else (),
        measures=_readings(scored, profile, given, day, count_events) if scored else (),
        override=override,
    )


def _override(scored: Scored | None, account: int, day: date) -> OverrideView | None:
    """The override that set the score on the day; looked up only where one did."""
    if scored is None or not any(each.kind == "override" for each in scored.adjustments):
        return None
    return next((each for each in overrides_of(account) if in_force(each, day)), None)


def changes(account: int, then: date, now: date, *, computed: bool = True) -> Change | None:
    """Why the score moved between two days; None when it was not scored, or nothing was known, on one of them.

    A day that was never scored is computed, which takes as long as its facts; without `computed` there is no answer.
    """
    given, _ = _setting(now)
    _, after = _scored(given, account, now)
    if after is None or after.raw is None:
        return None
    if not computed and then not in belief.stored_days(given.lake):
        return None
    _, before = _scored(given, account, then)
    if before is None or before.raw is None:
        return None
    return _change(given, before, after)


def changes_of(rows: Sequence[Mapping[str, object]], then: date, now: date) -> dict[int, Change]:
    """As `changes`, of several accounts by one question to the lake; `rows` are theirs in the current state of `now`,
    with the columns `REASONS_NEED`. Who was not scored on both days, or by another scorecard, is left out."""
    given, _ = _setting(now)
    found = {int(str(row["id"])): _of_state(row, int(str(row["id"])), now) for row in rows}
    if not found or then not in belief.stored_days(given.lake):
        return {}
    written = store.scored(belief.stored_scores_of(given.lake, [(account, then) for account in found]))
    told = {}
    for before in written:
        after = found[before.account]
        if after is None or after.raw is None or before.raw is None:
            continue
        if (before.scorecard, before.version) == (after.scorecard, after.version):
            told[before.account] = _change(given, before, after)
    return told


def _change(given: Setting, before: Scored, after: Scored) -> Change:
    account, then, now = after.account, before.day, after.day
    restated = None
    if (before.scorecard, before.version) != (after.scorecard, after.version):
        restated = _restated(given, account, then, after)
    lines = reasons.change(before, after, restated=restated)
    card = _card_of(after, given)
    profile = card.profile(after.profile) if card else None
    told = tuple(
        _reason(line, words.change_line(line, restated or before, after, profile, given.known.names), profile)
        for line in lines
    )
    return Change(account, (then, now), before.total, after.total, told)


def ask_ahead(account: int, day: date) -> None:
    """Look up what was written of the account on a day, while the caller does other things; `changes` finds it then."""
    given, _ = _setting(day)
    if day in belief.stored_days(given.lake):
        _stored(given, account, day)


def scored_on(account: int, day: date) -> Scored | None:
    """The account's score on a day with everything that went into it; None when it was no customer then."""
    given, _ = _setting(day)
    return _scored(given, account, day)[1]


def reasons_of_row(row: Mapping[str, object], given: Setting, day: date) -> tuple[Reason, ...]:
    """Why the account of a row of the current state (columns `REASONS_NEED`) scores what it scores, all lines."""
    scored = _of_state(row, int(str(row["id"])), day)
    if scored is None or (scored.raw is None and not scored.adjustments):
        return ()
    card = _card_of(scored, given)
    return _level(scored, card.profile(scored.profile) if card else None, given.known.names)


def _setting(as_of: date | None) -> tuple[Setting, date]:
    view = here()
    if as_of is not None:
        return belief.shown(view.slug), as_of
    now = current.latest(view.slug)
    return belief.shown(view.slug), now.as_of if now else as_of_day(view)


def _scored(given: Setting, account: int, day: date) -> tuple[str, Scored | None]:
    """Status and score: of the current state, as it was written on the day, or computed."""
    now = current.latest(given.slug)
    if now is not None and now.as_of == day:
        for row in current.rows_by_id(now, [account], STATE):
            return str(row["status"] or ""), _of_state(row, account, day)
    if day in belief.stored_days(given.lake):
        written = next(store.scored(_stored(given, account, day)()), None)
        return (scoring.CUSTOMER, written) if written else ("", None)
    return _computed(given, account, day)


def _stored(given: Setting, account: int, day: date) -> Callable[[], pa.Table]:
    """What was written of the account on the day; asked for once."""
    question = partial(belief.stored_scores, given.lake, day, account)
    return tenancy.remembered(("stored score", account, day), lambda: soon(question))


def _of_state(row: Mapping[str, object], account: int, day: date) -> Scored | None:
    if row["band"] is None:
        return None
    columns = {
        "month": f"{day:%Y-%m}", "day": day, "account": account, "scorecard": row["scorecard"],
        "version": row["scorecard_version"], "profile": row["scorecard_profile"],
        **{name: row[name] for name in ("score", "raw", "band", "coverage", "inputs", "adjustments")},
    }  # fmt: skip
    table = pa.Table.from_pylist([columns], schema=SCORES)
    return next(store.scored(table))


def _computed(shown: Setting, account: int, day: date) -> tuple[str, Scored | None]:
    given = belief.setting(shown.slug)
    alone = given.card is None or given.card.body.roll_up == "own"
    facts = facts_of(entity="account", as_of=day, ids=[account] if alone else None)
    status = next((str(r["status"] or "") for r in facts.to_pylist() if r["id"] == account), "")
    if given.card is None:
        return status, None
    scores = scoring.score(facts, given.card, overrides=belief.overrides(day, day))
    return status, next((s for s in store.scored(scores) if s.account == account), None)


def _restated(given: Setting, account: int, day: date, after: Scored) -> Scored | None:
    """The facts of a day, scored by the card that scored a later one."""
    body = _card_of(after, given)
    if body is None:
        return None
    given = belief.setting(given.slug)
    card = activate(
        key=after.scorecard, version=after.version, body=body, catalogue=given.catalogue, versions=given.known.versions
    )
    facts = facts_of(entity="account", as_of=day, ids=[account] if body.roll_up == "own" else None)
    return next((s for s in store.scored(scoring.score(facts, card)) if s.account == account), None)


def _card_of(scored: Scored | None, given: Setting) -> Scorecard | None:
    """The document that scored, in its version of then; without a score the one in force."""
    card = given.card
    if scored is None or (card and (card.key, card.version) == (scored.scorecard, scored.version)):
        return card.body if card else None
    try:
        body = version_body(KIND, scored.scorecard, scored.version)
    except NotFound:
        return None
    return body if isinstance(body, Scorecard) else None


def _level(scored: Scored, profile: Profile | None, names: words.Names) -> tuple[Reason, ...]:
    return tuple(
        _reason(line, words.level_line(line, scored, profile, names), profile) for line in reasons.level(scored)
    )


def _reason(line: Line, text: str, profile: Profile | None) -> Reason:
    card = words.card_measure(profile, line.key) if line.kind == "measure" else None
    measure = (card.measure if card else line.key.split(".")[0]) if line.kind == "measure" else None
    return Reason(line.kind, line.key, line.effect, line.shown, text, text.partition(": ")[2], measure)


def _readings(
    scored: Scored, profile: Profile | None, given: Setting, day: date, count_events: bool
) -> tuple[MeasureReading, ...]:
    placed = {m.key: (d, m) for d, m in profile.measures()} if profile else {}
    nominal = dict(zip(placed, nominal_weights(profile).tolist(), strict=True)) if profile else {}
    return tuple(
        _reading(
            each, placed.get(each.measure), nominal.get(each.measure, 0.0), scored.account, given, day, count_events
        )
        for each in scored.inputs
    )


def _reading(
    each: Input,
    placed: tuple[Dimension, CardMeasure] | None,
    nominal: float,
    account: int,
    given: Setting,
    day: date,
    count_events: bool,
) -> MeasureReading:
    dimension, card = placed or (None, None)
    key = card.measure if card else each.measure.split(".")[0]
    name = words.name_of(each.measure, card, given.known.names)
    of = card.of if card else "value"
    published = given.known.measures.get(key)
    document = published.measure if published else None
    at = each.stale_since or day
    days = (at - timedelta(days=document.window), at - timedelta(days=1)) if document and document.window else None
    unit = "%" if of == "change" else name.spoken_unit
    shown = each.text if each.text is not None else "unknown" if each.value is None else words.number(each.value, unit)
    return MeasureReading(
        key=each.measure,
        measure=key,
        label=name.label,
        dimension=(dimension.label or dimension.key) if dimension else "",
        of=of,
        value=each.value,
        text=each.text,
        previous=each.previous,
        shown=shown,
        unit=name.unit,
        window=document.window if document else None,
        days=days,
        weight=each.weight,
        nominal=nominal,
        points=each.points,
        contribution=each.contribution,
        missing=card.missing if card else "ignore",
        stale_since=each.stale_since,
        source=document.feed if document else "",
        version=each.version,
        events=evidence(key, "account", account, day, limit=1).total if count_events and document else None,
        owner=(card.owner if card else None) or (dimension.owner if dimension else None),
        link=(card.link if card else None) or (dimension.link if dimension else None),
    )
