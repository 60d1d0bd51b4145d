"""What the builder proposes while one types: fields by name or label, values from the data."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render

from tenure.measures.contracts import Field
from tenure.measures.language.writing import write_name
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.completion import values_of
from tenure.segments import builder, queries
from tenure.segments.contracts import Entity
from tenure.tenants.contracts import Permission

LIMIT = 40
_KINDS = {"measure": "measure", "trait": "trait", "segment": "segment", "attribute": "field"}


def entity_asked(request: TeamRequest) -> Entity:
    """What the builder is of."""
    return "person" if (request.POST.get("of") or request.GET.get("of")) == "person" else "account"


@page(Permission.VIEW)
def fields(request: TeamRequest) -> HttpResponse:
    """`?text=…` → the fields whose name or label has all words of it, those that begin with it first."""
    typed = request.GET.get("text", "").casefold().strip()
    catalogue = queries.catalogue(entity_asked(request))
    ways = (way for each in catalogue for way in _ways(each, write_name(catalogue.name_of(each))))
    found = [way for way in ways if all(word in f"{way[0]} {way[1]}".casefold() for word in typed.split())]
    found.sort(key=lambda way: (way[0].casefold() != typed, not way[0].casefold().startswith(typed), "." in way[0]))
    options = [(0, name, name, f"{label} · {kind}") for name, label, kind in found[:LIMIT]]
    return render(request, "segments/_options.html", {"options": options})


def _ways(field: Field, name: str) -> Iterator[tuple[str, str, str]]:
    """A field as lines can ask for it: name, label, kind."""
    label = field.label or field.key
    kind = f"{_KINDS[field.kind]} of the account" if field.through else _KINDS[field.kind]
    label = label.removesuffix(" of the account") if field.through else label
    yield name, label, kind
    if field.kind == "measure":
        yield f"change({name})", f"{label}, change", kind
        yield f"previous({name})", f"{label}, window before", kind


@page(Permission.VIEW)
def values(request: TeamRequest) -> HttpResponse:
    """`?field=…&text=…` → the commonest values of the field, for what stands after the last comma where `several`."""
    entity = entity_asked(request)
    found = builder.subject(request.GET.get("field", ""), queries.catalogue(entity, values=True))
    text = request.GET.get("text", "")
    start = text.rfind(",") + 1 if request.GET.get("several") else 0
    typed = text[start:].strip().casefold()
    known = found.field.values if found else ()
    if found and not known:
        known = values_of(entity, request.as_of)(found.field, typed)
    options = [
        (start, f"{' ' if start else ''}{each.value}", each.value, f"{each.count:,}" if each.count else "")
        for each in known
        if typed in each.value.casefold()
    ]
    return render(request, "segments/_options.html", {"options": options[:LIMIT]})
