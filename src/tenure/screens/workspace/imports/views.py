"""Imports: what came in, what did not, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.ingest import queries, uploads
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.imports import rows
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
@require_GET
def imports(request: TeamRequest) -> HttpResponse:
    """The history, newest first, and what each source delivers."""
    found = queries.runs(cursor=request.GET.get("after") or None)
    zone = request.workspace.timezone
    may_import = request.member.may(Permission.IMPORT_DATA)
    context = {
        "rows": [rows.run(view, zone) for view in found.runs],
        "sources": rows.sources(queries.sources_delivering(), request.as_of),
        "next": found.next,
        "later": "after" in request.GET,
        "may_import": may_import,
        "open_uploads": rows.uploads(uploads.open_uploads(), zone) if may_import else [],
    }
    return render(request, "workspace/imports/list.html", context)


@page(Permission.VIEW)
@require_GET
def import_(request: TeamRequest, run: int) -> HttpResponse:
    """One import: its files, and the rows it rejected, 50 a page, of one file or all."""
    view = queries.run(run)
    file = request.GET.get("file") or None
    found = queries.rejects(run, file=file, cursor=request.GET.get("after") or None)
    context = {
        "run": rows.run(view, request.workspace.timezone),
        "files": [rows.file(each) for each in view.files],
        "rejects": found.rejects,
        "file": file,
        "reject_count": sum(each.rejected for each in view.files if file in (None, each.file)),
        "next": found.next,
        "later": "after" in request.GET,
        "may_export": request.member.may(Permission.EXPORT),
    }
    return render(request, "workspace/imports/import.html", context)
