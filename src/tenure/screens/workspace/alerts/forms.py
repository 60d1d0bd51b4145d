"""A rule as a web form carries it: from the request to the document and back."""

from collections.abc import Mapping

from django.http import QueryDict

from tenure.alerts.contracts import (
    PRIORITIES,
    TYPES,
    AlertRule,
    BandMove,
    Begins,
    DateNear,
    MeasureMove,
    SegmentMove,
    SourceTrouble,
)
from tenure.base.refusals import Problem

NAMES = (
    "name", "description", "type", "reason", "priority", "role", "due_days", "guidance", "evidence", "closes_itself",
    "active", "segment", "move", "to_bands", "out_of", "measure", "aspect", "measure_move", "value", "date_field",
    "days", "side", "silent", "parked",
)  # fmt: skip
PLACES: Mapping[str, str] = {
    "name": "Name", "reason": "Reason", "when": "When", "when.segment": "Segment", "when.measure": "Measure",
    "when.value": "Value", "when.field": "Day", "when.days": "Days", "when.to": "Bands", "when.parked": "Parked events",
    "where": "Only where", "due_days": "Due", "evidence": "Evidence",
}  # fmt: skip
NEW = {"type": "risk", "priority": "normal", "role": "csm", "due_days": "5", "active": "1", "move": "enters",
       "to_bands": "risk", "aspect": "value", "measure_move": "falls_to", "days": "90", "side": "before",
       "silent": "1"}  # fmt: skip


def document(given: QueryDict, kind: str, condition: str) -> dict[str, object]:
    """The document of the form. What is empty and needed is left to the kind to refuse."""
    body: dict[str, object] = {
        "name": given.get("name", "").strip(), "description": given.get("description", "").strip(),
        "active": bool(given.get("active")), "when": _when(given, kind, condition),
        "type": given.get("type", ""), "reason": given.get("reason", "").strip(),
        "priority": given.get("priority", ""), "role": "admins" if kind == "sources" else given.get("role", ""),
        "due_days": number(given.get("due_days", "")), "guidance": given.get("guidance", "").strip(),
        "evidence": _listed(given.get("evidence", "")), "closes_itself": bool(given.get("closes_itself")),
    }  # fmt: skip
    if kind not in ("condition", "sources") and condition:
        body["where"] = condition
    return body


def _when(given: QueryDict, kind: str, condition: str) -> dict[str, object]:
    found: dict[str, object] = {"kind": kind}
    if kind == "segment":
        found |= {"segment": given.get("segment", ""), "move": given.get("move", "")}
    elif kind == "band":
        found |= {"to": given.getlist("to_bands"), "out_of": given.getlist("out_of")}
    elif kind == "measure":
        value = number(given.get("value", ""))
        share = given.get("aspect") == "change" and isinstance(value, int | float)
        found |= {
            "measure": given.get("measure", "").strip(), "of": given.get("aspect", ""),
            "move": given.get("measure_move", ""), "value": float(str(value)) / 100 if share else value,
        }  # fmt: skip
    elif kind == "date":
        found |= {
            "field": given.get("date_field", "").strip(), "days": number(given.get("days", "")),
            "side": given.get("side", ""),
        }  # fmt: skip
    elif kind == "condition":
        found["condition"] = condition
    elif kind == "sources":
        parked = given.get("parked", "").strip()
        found |= {"silent": bool(given.get("silent")), **({"parked": number(parked)} if parked else {})}
    return found


def number(text: str) -> object:
    """A number as typed, else the text as it is, which the kind refuses with what it expects."""
    plain = text.strip().replace("−", "-").replace(" ", "").rstrip("%")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))


def values(body: AlertRule) -> QueryDict:
    """A document as the form's values."""
    found = QueryDict(mutable=True)
    found.update(
        {
            "name": body.name, "description": body.description, "type": body.type, "reason": body.reason,
            "priority": body.priority, "role": body.role, "due_days": str(body.due_days), "guidance": body.guidance,
            "evidence": ", ".join(body.evidence), "closes_itself": "1" if body.closes_itself else "",
            "active": "1" if body.active else "",
        }
    )  # fmt: skip
    match body.when:
        case SegmentMove() as when:
            found.update({"segment": when.segment, "move": when.move})
        case BandMove() as when:
            found.setlist("to_bands", list(when.to))
            found.setlist("out_of", list(when.out_of))
        case MeasureMove() as when:
            shown = when.value * 100 if when.of == "change" else when.value
            found.update(
                {"measure": when.measure, "aspect": when.of, "measure_move": when.move, "value": f"{shown:.12g}"}
            )
        case DateNear() as when:
            found.update({"date_field": when.field, "days": str(when.days), "side": when.side})
        case SourceTrouble() as when:
            found.update({"silent": "1" if when.silent else "", "parked": str(when.parked or "")})
        case _:
            pass
    return found


def condition(body: AlertRule) -> str:
    """What stands in the builder: the condition of a rule that has one, else what narrows it."""
    return body.when.condition if isinstance(body.when, Begins) else body.where or ""


def located(problem: Problem) -> str:
    """A problem with the name of its place in the form."""
    place = next((PLACES[p] for p in (problem.where, problem.where.partition(".")[0]) if p in PLACES), problem.where)
    return f"{place or 'Rule'}: {problem.message}"


CHOICES = {"types": list(TYPES.items()), "priorities": list(PRIORITIES.items())}
