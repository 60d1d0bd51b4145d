"""What changed in what we know and believe of an account, as items of its timeline: bands, segments, traits."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pyarrow as pa
from markupsafe import Markup

from tenure.base.soon import soon
from tenure.events import queries as events
from tenure.events.contracts import TimelineKey
from tenure.health import queries as health
from tenure.health.contracts import HistoryPoint
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts.items import Item, clock_of, midnight
from tenure.screens.workspace.accounts.wording import day_or_text
from tenure.segments import queries as segments
from tenure.segments.contracts import Move
from tenure.segments.queries import catalogue
from tenure.traits.queries import said_by

SCORES = timedelta(days=730)
"""How far back moves between bands are read from a page's newest item."""


def asked(
    request: TeamRequest, account: int, members: tuple[int, ...], *, before: TimelineKey, limit: int
) -> Callable[[], list[Item]]:
    """The newest moves strictly older than `before`, at most `limit`. The lake is asked at once, beside the caller."""
    last = min(before.at.date(), request.as_of)
    scores = soon(partial(health.history, account, first=last - SCORES, last=last))
    moves = soon(partial(segments.moves_of_member, "account", account, last))
    lake = events.open_lake(request.workspace.slug)
    traits = soon(partial(events.trait_changes, lake, members, before=before, limit=limit, as_of=request.as_of))

    def answer() -> list[Item]:
        found = [*bands(request, scores()), *_segments(request, moves()), *_traits(request, traits())]
        older = [item for item in found if (item.at, item.key) < (before.at, before.message_id)]
        return sorted(older, key=lambda item: (item.at, item.key), reverse=True)[:limit]

    return answer


def bands(request: TeamRequest, points: tuple[HistoryPoint, ...]) -> list[Item]:
    """Each day on which the account stood in another band than on the day before."""
    known, write = _band_labels(), health.score_writer()
    found = []
    for before, after in pairwise(points):
        if before.band == after.band or before.score is None or after.score is None:
            continue
        rose = after.score >= before.score
        new_card = (before.scorecard, before.version) != (after.scorecard, after.version)
        found.append(
            Item(
                at=midnight(request, after.day),
                key=f"band-{after.day}",
                icon="trending-up" if rose else "trending-down",
                tone="good" if rose else "bad",
                title=Markup("Score {} from {} to {}: now <strong>{}</strong>, before {}").format(
                    "rose" if rose else "fell", write(before.score), write(after.score),
                    known.get(after.band, formats.capital(after.band)),
                    known.get(before.band, formats.capital(before.band)),
                ),
                time="",
                body=Markup("With version {} of the scorecard").format(after.version) if new_card else Markup(""),
            )
        )  # fmt: skip
    return found


def _band_labels() -> dict[str, str]:
    card = health.scorecard()
    return {band.key: band.label for band in card[2].bands} if card else {}


def _segments(request: TeamRequest, moved: dict[str, list[Move]]) -> list[Item]:
    names = {field.key: field.label for field in catalogue().fields if field.kind == "segment"} if moved else {}
    return [
        Item(
            at=midnight(request, move.day),
            key=f"segment-{key}-{move.day}",
            icon="layers",
            tone="",
            title=Markup("{} the segment <strong>{}</strong>").format(
                "Entered" if move.entered else "Left", names.get(key, key)
            ),
            time="",
            body=Markup("With version {} of the segment").format(move.version) if move.redefined else Markup(""),
        )
        for key, moves in moved.items()
        for move in moves
    ]


def _traits(request: TeamRequest, rows: pa.Table) -> list[Item]:
    members = said_by(rows["source"].to_pylist())
    return [
        Item(
            at=row["at"],
            key=f"trait-{row['key']}-{row['at'].isoformat()}",
            icon="tag",
            tone="",
            title=Markup("<strong>{}</strong> changed from {} to {}").format(
                formats.capital(row["key"].replace("_", " ")), _value(row["before"]), _value(row["value"])
            ),
            time=clock_of(request, row["at"]),
            body=Markup("By {}").format(members[row["source"]])
            if row["source"] in members
            else Markup("Said by {}").format(row["source"]),
        )
        for row in rows.to_pylist()
    ]


def _value(text: str | None) -> str:
    """A trait's value of the log (JSON), as people read it."""
    value = json.loads(text) if text is not None else None
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return formats.number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))[:200] or "nothing"
    return day_or_text(value)[:200]
