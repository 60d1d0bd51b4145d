"""Accounts of the reader that moved into the lowest band or out of it, with what moved them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tenure.digests.contracts import Line, Reader, Section
from tenure.digests.rules import FARTHEST
from tenure.digests.sections import MOST
from tenure.health import current, lists
from tenure.health import queries as health
from tenure.health.contracts import Change

ROUNDED = 1.0
"""The course of a score is kept in whole points: who was that near to the edge is looked up exactly."""
REASONS = 2


def in_and_out_of_red(reader: Reader) -> Section | None:
    """Since the last digest; who fell comes first."""
    card = health.scorecard()
    bands = card[2].bands_ascending() if card else ()
    if len(bands) < 2:
        return None
    try:
        state = health.state_as_of(reader.as_of)
    except health.NoScores:
        return None
    red, edge = bands[0], bands[1].start
    back = max(min(reader.day - reader.since, FARTHEST).days, 1)
    ids = lists.account_ids(reader.as_of, owners=[reader.member.id])
    columns = ["id", "name", "sparkline", *health.REASONS_NEED]
    rows = [
        row
        for row in current.rows_by_id(state, ids, list(dict.fromkeys(columns)))
        if (then := _then(row, back)) is not None and _score(row) is not None and _may_have_moved(row, then, edge)
    ]
    told = health.changes_of(rows, reader.as_of - timedelta(days=back), reader.as_of)
    moved = [(row, told.get(int(str(row["id"])))) for row in rows]
    fell = [_line(row, change, "fell") for row, change in moved if _crossed(row, change, back, edge) < 0]
    rose = [_line(row, change, "recovered") for row, change in moved if _crossed(row, change, back, edge) > 0]
    lines = (*fell, *rose)
    if not lines:
        return None
    title = f"In or out of “{red.label or red.key}”"
    return Section(title, lines[:MOST], max(len(lines) - MOST, 0), "accounts/")


def _then(row: Mapping[str, object], back: int) -> float | None:
    """The score of so many days ago, in whole points; None where there was none."""
    course = row["sparkline"]
    if not isinstance(course, Sequence) or len(course) <= back or course[-1 - back] is None:
        return None
    found = float(course[-1 - back])
    return found if found >= 0 else None


def _score(row: Mapping[str, object]) -> float | None:
    score = row["score"]
    return float(score) if isinstance(score, int | float) and score == score else None


def _may_have_moved(row: Mapping[str, object], then: float, edge: float) -> bool:
    score = _score(row)
    assert score is not None
    return then >= edge - ROUNDED if score < edge else then <= edge + ROUNDED


def _crossed(row: Mapping[str, object], change: Change | None, back: int, edge: float) -> int:
    """−1 into red, 1 out of it, 0 neither; by the exact score of then where that is written."""
    then = change.then if change else _then(row, back)
    score = _score(row)
    if then is None or score is None:
        return 0
    return (score >= edge) - (then >= edge)


def _line(row: Mapping[str, object], change: Change | None, verb: str) -> Line:
    reasons = sorted((each for each in change.reasons if each.shown), key=lambda r: -abs(r.effect)) if change else []
    why = "; ".join(f"{_without_days(each.words, change)} ({each.shown:+d})" for each in reasons[:REASONS])
    write = health.score_writer()
    what = f"{verb} from {write(change.then)} to {write(change.now)}" if change else verb
    return Line(str(row["name"]), f"accounts/{row['id']}/", f"{what}: {why}" if why else what)


def _without_days(words: str, change: Change | None) -> str:
    """The reason without its two days: the digest speaks of those since the last one."""
    for day in change.days if change else ():
        words = words.replace(f" ({day.day} {day:%b %Y})", "")
    return words
