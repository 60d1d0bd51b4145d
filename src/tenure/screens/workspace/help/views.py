"""The documentation inside the product: its pages, and a search over them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.refusals import NotFound
from tenure.screens.access import TeamRequest, page
from tenure.screens.help import documents, glossary
from tenure.screens.workspace.help.found import found
from tenure.tenants.contracts import Permission

LIMIT = 30


@page(Permission.VIEW)
@require_GET
def pages(request: TeamRequest) -> HttpResponse:
    """What there is to read; with `?q=` the sections in which those words stand."""
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "active": "help",
        "words_asked": words,
        "found": found(request, words, limit=LIMIT) if words else [],
        "documents": documents.documents().values(),
    }
    return render(request, "help/list.html", context)


@page(Permission.VIEW)
@require_GET
def document(request: TeamRequest, document: str) -> HttpResponse:
    """A page of it."""
    this = documents.documents().get(document)
    if this is None:
        raise NotFound("There is no such page in the help. Look for it by a word.")
    context = {
        "active": "help",
        "this": this,
        "documents": documents.documents().values(),
        "parts": [each for each in this.sections if each.level == 2],
        "glossary": glossary.glossary().values() if document == "words" else (),
    }
    return render(request, "help/page.html", context)
