"""What a change of a task says, as people read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tenure.customers.queries import people_by_ids
from tenure.tasks.contracts import Kind, Priority, Repeat
from tenure.tasks.rules import NEVER, read_repeat
from tenure.tenants.queries import members_by_id

type Said = Mapping[str, str | int | None]

NOTHING = "nothing"
_LABELS = {
    "title": "Title", "detail": "Details", "kind": "Kind", "due": "Due", "assignee": "Assignee", "priority": "Priority",
    "promised_to": "Promised to", "repeat": "Repeats", "reason": "Reason", "minutes": "Minutes",
    "work_type": "Work type", "item": "Checklist",
}  # fmt: skip
_UNITS = {"weekly": "week", "monthly": "month"}


def repeats(repeat: Repeat | None) -> str:
    """`Every working day`, `Every 2 weeks`; empty for once."""
    if repeat is None:
        return ""
    if repeat.unit == "daily":
        return "Every working day"
    unit = _UNITS[repeat.unit]
    return f"Every {unit}" if repeat.every == 1 else f"Every {repeat.every} {unit}s"


def said(changes: Sequence[tuple[Said, Said]]) -> list[tuple[tuple[str, str, str], ...]]:
    """For each change (what, before, after). Up to two queries, for the names in all of them."""
    both = [each for pair in changes for each in pair]
    members = members_by_id(_ids(both, "assignee"))
    people = people_by_ids(_ids(both, "promised_to"))
    names: dict[str, Callable[[int], str]] = {
        "assignee": lambda key: members[key].label if key in members else "somebody",
        "promised_to": lambda key: people[key].name or people[key].email if key in people else "somebody",
    }
    return [
        tuple(
            (_LABELS.get(key, key), _shown(key, before.get(key), names), _shown(key, after.get(key), names))
            for key in after
        )
        for before, after in changes
    ]


def _ids(said: Sequence[Said], key: str) -> list[int]:
    return sorted({value for each in said if isinstance(value := each.get(key), int)})


def _shown(key: str, value: str | int | None, names: Mapping[str, Callable[[int], str]]) -> str:
    if value in (None, ""):
        return NOTHING
    if key in names:
        return names[key](int(value))
    if key == "priority":
        return Priority(int(value)).label
    if key == "kind":
        return Kind(str(value)).label
    if key == "repeat":
        return repeats(read_repeat(str(value)))
    if key == "due":
        day = date.fromisoformat(str(value))
        return NOTHING if day == NEVER else f"{day.day} {day:%b %Y}"
    return str(value)
