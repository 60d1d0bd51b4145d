"""One board pack, page by page, and its files."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from tenure.packs import queries
from tenure.packs.contracts import STEPS, PackView
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.packs.views import row
from tenure.screens.workspace.retention import asked
from tenure.tenants.contracts import Permission

YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a pack: what it says first, its picture and where it opens."""

    number: int
    said: str
    picture: str
    href: str
    current: bool


@page(Permission.VIEW)
@require_GET
def pack(request: TeamRequest, pack: int) -> HttpResponse:
    """A pack: how far it is, or its page `page`."""
    found = queries.pack(pack)
    pages = len(found.pages)
    number = asked.whole(request.GET.get("page", "1"), "page", max(1, pages)) or 1
    sheets = [_sheet(request, found, place, number) for place in range(1, pages + 1)]
    context = {
        "active": "executive",
        "pack": found,
        "row": row(request, found),
        "sheets": sheets,
        "sheet": sheets[number - 1] if sheets else None,
        "before": sheets[number - 2].href if number > 1 else "",
        "after": sheets[number].href if number < pages else "",
        "step": STEPS[min(found.step, len(STEPS) - 1)],
        "steps": len(STEPS),
        "others": [row(request, each) for each in queries.packs() if each.id != pack and each.month == found.month],
    }
    answer = render(request, "packs/pack.html", context)
    if request.headers.get("HX-Request") and not found.busy:
        answer["HX-Refresh"] = "true"  # what is ready has more than the part that waited
    return answer


def _sheet(request: TeamRequest, found: PackView, place: int, current: int) -> Sheet:
    picture = to(request, "workspace:board-pack-page", pack=found.id, place=place)
    return Sheet(place, found.pages[place - 1], picture, query(request, page=place), place == current)


@page(Permission.VIEW)
@require_GET
def pdf(request: TeamRequest, pack: int) -> HttpResponse:
    """The document."""
    found = queries.pack(pack)
    name = f"{slugify(request.workspace.name) or request.workspace.slug}-board-pack-{found.month:%Y-%m}.pdf"
    return _file(queries.pdf(pack), "application/pdf", f'attachment; filename="{name}"')


@page(Permission.VIEW)
@require_GET
def picture(request: TeamRequest, pack: int, place: int) -> HttpResponse:
    """A page as a picture. It never changes."""
    return _file(queries.page(pack, place), "image/png", "inline")


def _file(content: bytes, media_type: str, disposition: str) -> HttpResponse:
    """Kept by the reader's own browser only."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": disposition, "Cache-Control": f"private, max-age={YEAR_S}, immutable"},
    )
