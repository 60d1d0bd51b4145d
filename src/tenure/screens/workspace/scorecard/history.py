"""Versions of the scorecard and what changed between them, in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tenure.definitions.contracts import Change, VersionView
from tenure.health import studio
from tenure.screens import formats

SHOWN = 60  # letters of a value
LISTED = 40


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference: where, what was, what is; `—` for nothing."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version. `span` says when it was in force."""

    version: int
    state: str
    note: str
    author: str
    span: str
    changes: tuple[ChangeRow, ...]
    more: int
    can_return: bool


def changes(found: Sequence[Change]) -> list[ChangeRow]:
    """Differences as rows: `usage · logins_28d · weight`, 3 → 2."""
    return [ChangeRow(place(each.path), value(each.before), value(each.after)) for each in found]


_SILENT = {"dimensions": "", "measures": "", "profiles": "profile ", "exceptions": "exception ", "bands": "band "}
_NAMES = {"from": "begins at", "at": "value", "applies_to": "applies to", "coverage_floor": "coverage floor"}


def place(path: str) -> str:
    """A path as people read it: lists by their items' names, points of a curve by their number."""
    said: list[str] = []
    parts, kind = path.split("."), ""
    for n, part in enumerate(parts):
        if part in _SILENT and n < len(parts) - 1:
            kind = _SILENT[part]
            continue
        if part in ("knots", "steps"):
            said.append("point" if n < len(parts) - 1 else "points")
        elif part.isdecimal() and n and parts[n - 1] in ("knots", "steps"):
            said[-1] = f"point {int(part) + 1}"
        else:
            said.append(kind + _NAMES.get(part, part))
            kind = ""
    return " · ".join(each.replace("_", " ") for each in said)


def value(found: object) -> str:
    """A value in a few letters."""
    if found is None:
        return formats.UNKNOWN
    if isinstance(found, bool | str):
        text = str(found)
    elif isinstance(found, int | float):
        text = f"{found:g}"
    elif isinstance(found, dict):
        text = str(found.get("label") or found.get("key") or found.get("measure") or _short(found))
    elif isinstance(found, list):
        text = ", ".join(value(each) for each in found)
    else:
        text = _short(found)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _short(found: object) -> str:
    if isinstance(found, dict) and all(isinstance(each, int | float) for each in found.values()):
        return " → ".join(f"{each:g}" for each in found.values())
    return json.dumps(found, ensure_ascii=False)


def versions(found: Sequence[VersionView]) -> list[VersionRow]:
    """The versions, newest first, each with what it changed of the one before. `found` comes newest first."""
    rising = [each for each in reversed(found) if each.state != "draft"]
    before = {each.version: rising[n - 1] if n else None for n, each in enumerate(rising)}
    return [_version(each, before.get(each.version)) for each in found if each.state != "draft"]


def _version(each: VersionView, before: VersionView | None) -> VersionRow:
    changed = changes(studio.changes(before.body, each.body)) if before else []
    return VersionRow(
        version=each.version,
        state=each.state,
        note=each.note,
        author=each.author,
        span=_span(each),
        changes=tuple(changed[:LISTED]),
        more=max(0, len(changed) - LISTED),
        can_return=each.state != "published",
    )


def _span(each: VersionView) -> str:
    since = formats.day(each.published_at)
    return f"In force since {since}" if each.ended_at is None else f"{since} – {formats.day(each.ended_at)}"
