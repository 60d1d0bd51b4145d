"""Settings · Audit trail: who changed what, when. Nobody can change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.customers import queries as customers
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants import queries
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import AuditView


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line; `changes` are (what, before, after)."""

    at: str
    at_iso: str
    actor: str
    action: str
    object: str
    changes: tuple[tuple[str, str, str], ...]
    undo: str = ""


@page(Permission.VIEW_AUDIT)
@require_GET
def audit(request: TeamRequest) -> HttpResponse:
    """Newest first, 50 a page."""
    found = queries.audit_trail(cursor=request.GET.get("after") or None)
    zone = ZoneInfo(request.workspace.timezone)
    merges = {entry.id: merge for entry in found.rows if (merge := _merge(entry)) is not None}
    standing = customers.undoable(merges.values()) if merges and request.member.may(Permission.EDIT_ACCOUNTS) else ()
    undo = {
        entry: to(request, "workspace:merge-undoings", merge=merge)
        for entry, merge in merges.items()
        if merge in standing
    }
    context = {
        "section": "audit",
        "rows": [_row(entry, zone, undo.get(entry.id, "")) for entry in found.rows],
        "next": found.next,
        "later": "after" in request.GET,
    }
    return render(request, "workspace/settings/audit.html", context)


def _merge(entry: AuditView) -> int | None:
    """The merge that an entry tells of."""
    made = entry.after.get("merge") if isinstance(entry.after, Mapping) else None
    return made if entry.action.endswith(".merged") and isinstance(made, int) else None


def _row(entry: AuditView, zone: ZoneInfo, undo: str) -> AuditRow:
    return AuditRow(
        at=formats.moment(entry.at.astimezone(zone)),
        at_iso=entry.at.isoformat(),
        actor=entry.actor,
        action=entry.action.replace(".", " ").replace("_", " ").capitalize().replace("Api ", "API "),
        object=entry.on,
        changes=_changes(entry.before, entry.after),
        undo=undo,
    )


def _changes(before: object, after: object) -> tuple[tuple[str, str, str], ...]:
    """What differs between the two records."""
    old = before if isinstance(before, Mapping) else {}
    new = after if isinstance(after, Mapping) else {}
    names = [*old, *(name for name in new if name not in old)]
    return tuple(
        (str(name).replace("_", " "), _written(old.get(name)), _written(new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    )


def _written(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
