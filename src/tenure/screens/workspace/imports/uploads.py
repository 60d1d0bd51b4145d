"""Files through the browser, step by step: upload, map, check, import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Refusal
from tenure.ingest import uploads as ingest
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission

STAGES = (
    ("Read the files", ("reading",)),
    ("Correct the map", ("mapping", "checking")),
    ("Look at the difference", ("checked",)),
    ("Import", ("importing", "done")),
)
DOING = {
    "reading": "Reading the files and guessing what they are",
    "checking": "Finding out what an import would do",
    "importing": "Importing",
}
FATES = {"created": "good", "updated": "accent", "unchanged": "unknown", "rejected": "bad"}


@page(Permission.IMPORT_DATA)
@require_POST
def uploads(request: TeamRequest) -> HttpResponse:
    """Take the files and begin."""
    try:
        upload = ingest.begin(files=request.FILES.getlist("files"), workspace=request.workspace, by=request.member)
    except Refusal as refusal:
        messages.error(request, " ".join([refusal.message, *map(str, refusal.problems)]))
        return redirect("workspace:imports", slug=request.workspace.slug)
    return redirect("workspace:upload", slug=request.workspace.slug, upload=upload)


@never_cache
@page(Permission.IMPORT_DATA)
@require_GET
def upload(request: TeamRequest, upload: int) -> HttpResponse:
    """Where the upload stands; while something works on it the page asks again every second."""
    return _page(request, ingest.upload(upload))


@page(Permission.IMPORT_DATA)
@require_POST
def upload_map(request: TeamRequest, upload: int) -> HttpResponse:
    """Keep the map and check it against the files."""
    try:
        ingest.edit(upload=upload, text=request.POST.get("map", ""))
        ingest.check(upload=upload, workspace=request.workspace)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, ingest.upload(upload), wrong=refusal)
    return redirect("workspace:upload", slug=request.workspace.slug, upload=upload)


@page(Permission.IMPORT_DATA)
@require_POST
def upload_imports(request: TeamRequest, upload: int) -> HttpResponse:
    """Import what was checked."""
    ingest.start(upload=upload, workspace=request.workspace, by=request.member)
    return redirect("workspace:upload", slug=request.workspace.slug, upload=upload)


@page(Permission.IMPORT_DATA)
@require_POST
def upload_discards(request: TeamRequest, upload: int) -> HttpResponse:
    """Delete the files."""
    ingest.discard(upload=upload, workspace=request.workspace, by=request.member)
    messages.success(request, "The files are deleted. Nothing of them was imported.")
    return redirect("workspace:imports", slug=request.workspace.slug)


@page(Permission.EXPORT)
@require_GET
def rejects(request: TeamRequest, run: int) -> HttpResponse:
    """The rejected rows of an import as CSV."""
    answer = HttpResponse(ingest.rejects_file(run), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejects-{run}.csv"'
    return answer


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of a file with what would become of it; `span` when it could not be divided into cells."""

    line: str
    fate: str
    tone: str
    column: str
    reason: str
    cells: tuple[str, ...]
    span: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, and what would become of all."""

    name: str
    note: str
    columns: tuple[str, ...]
    more: str
    rows: tuple[PreviewRow, ...]


def _page(request: TeamRequest, view: ingest.UploadView, *, wrong: Refusal | None = None) -> HttpResponse:
    report = view.report or {"files": []}
    totals = {
        name: sum(file[name] for file in report["files"])
        for name in ("read", "created", "updated", "unchanged", "rejected")
    }
    come = totals["created"] + totals["updated"]
    context = {
        "upload": view,
        "started": formats.moment(view.created_at.astimezone(ZoneInfo(request.workspace.timezone))),
        "files": [f"{name} ({filesizeformat(size)})" for name, size in view.files],
        "stages": [(name, view.status in statuses) for name, statuses in STAGES],
        "doing": DOING.get(view.status, ""),
        "editing": view.status == "mapping" or "edit" in request.GET,
        "problem_title": "The map does not fit these files" if view.status == "mapping" else "The import stopped",
        "wrong": wrong,
        "totals": {name: formats.number(count) for name, count in totals.items()},
        "done": _done(totals["rejected"]),
        "go": f"Import {formats.count(come, 'row')}" if come else "Import all the same: nothing would change",
        "previews": _previews(report),
    }
    return render(request, "workspace/imports/upload.html", context, status=422 if wrong else 200)


def _done(rejected: int) -> str:
    """What happens next after an import, and what to do about rows that did not come in."""
    told = "The next round of the worker computes measures and scores with them."
    if not rejected:
        return told
    rows = formats.count(rejected, "row")
    return f"{rows} {'was' if rejected == 1 else 'were'} rejected: see why, correct them and upload them again. {told}"


def _previews(report: Mapping[str, Any]) -> list[Preview]:
    counts = {file["file"]: file for file in report["files"]}
    return [_preview(each, counts[each["file"]]) for each in report.get("previews", ())]


def _preview(each: Mapping[str, Any], counts: Mapping[str, Any]) -> Preview:
    columns = tuple(each["columns"])
    told = [f"{formats.number(counts[fate])} {fate}" for fate in FATES if counts[fate]]
    odd = [f"{formats.number(number)} {what}" for what, number in counts["warnings"].items()]
    return Preview(
        name=each["file"],
        note=f"{formats.count(counts['read'], 'row')}: {', '.join([*told, *odd])}. The first {len(each['rows'])}:",
        columns=columns,
        more=f"+ {each['more']} more" if each["more"] else "",
        rows=tuple(
            PreviewRow(
                line=formats.number(row["line"]),
                fate=row["fate"].capitalize(),
                tone=FATES[row["fate"]],
                column=row["column"],
                reason=row["reason"],
                cells=tuple(row["cells"]),
                span=len(columns) + bool(each["more"]) if len(row["cells"]) != len(columns) else 0,
            )
            for row in each["rows"]
        ),
    )
