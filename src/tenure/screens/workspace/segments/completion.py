"""What the builder proposes while one types: fields by name or label, values from the data."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render

from tenure.measures.contracts import Field
from tenure.measures.language import Completion
from tenure.measures.language.writing import write_name
from tenure.screens.access import TeamRequest, page
from tenure.segments import builder, queries
from tenure.tenants.contracts import Permission

LIMIT = 40
_KINDS = {"measure": "measure", "trait": "trait", "segment": "segment", "attribute": "field"}


@page(Permission.VIEW)
def fields(request: TeamRequest) -> HttpResponse:
    """`?text=…` → the fields whose name or label has all words of it."""
    words = request.GET.get("text", "").casefold().split()
    catalogue = queries.catalogue()
    found: list[Completion] = []
    end = len(request.GET.get("text", ""))
    for each in catalogue:
        name = write_name(catalogue.name_of(each))
        for insert, label, kind in _ways(each, name):
            said = f"{insert} {label}".casefold()
            if all(word in said for word in words):
                found.append(Completion(insert, f"{label} · {kind}", "field", kind, 0, end))
    found.sort(key=lambda c: not c.insert.casefold().startswith(" ".join(words)))
    return render(request, "components/_completions.html", {"completions": found[:LIMIT]})


def _ways(field: Field, name: str) -> Iterator[tuple[str, str, str]]:
    label = field.label or field.key
    yield name, label, _KINDS[field.kind]
    if field.kind == "measure":
        yield f"change({name})", f"{label}, change", "measure"
        yield f"previous({name})", f"{label}, window before", "measure"


@page(Permission.VIEW)
def values(request: TeamRequest) -> HttpResponse:
    """`?field=…&text=…` → the commonest values of the field, for what stands after the last comma."""
    catalogue = queries.catalogue(values=True)
    found = builder.subject(request.GET.get("field", ""), catalogue)
    text = request.GET.get("text", "")
    start = text.rfind(",") + 1 if request.GET.get("several") else 0
    typed = text[start:].strip().casefold()
    begun = f"{' ' if start else ''}"
    offered = [
        Completion(begun + each.value, each.value, "value", f"{each.count:,}" if each.count else "", start, len(text))
        for each in (found.field.values if found else ())
        if typed in each.value.casefold()
    ]
    return render(request, "components/_completions.html", {"completions": offered[:LIMIT]})
