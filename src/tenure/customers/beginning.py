"""People by the beginning of their name or address, on an index of each, however many there are."""

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Collate, Lower

from tenure.customers.contracts import PersonRow
from tenure.customers.models import Person

_LAST = chr(0x10FFFF)


def people_beginning(text: str, *, limit: int = 5) -> list[PersonRow]:
    """People whose name begins with the text, whatever the capitals, then those whose address does, each by that; none
    who was merged into another. Two queries."""
    small = text.lower()
    found: dict[int, PersonRow] = {}
    for key in ("name", "email"):
        for row in _between(key, small)[: limit if len(found) < limit else 0]:
            found.setdefault(row[0], PersonRow(*row[:5], role="", since=None))
    return list(found.values())[:limit]


def _between(key: str, small: str) -> QuerySet[Person, tuple[int, str, str, str, str]]:
    """Those whose value stands from the text to the last that begins with it. On PostgreSQL the indexes for it compare
    bytes, since in the order of a language a beginning is no range."""
    value = Lower(key) if key == "name" else F(key)
    compared = Collate(value, "C") if connection.vendor == "postgresql" else value
    rows = Person.objects.filter(survivor=None).annotate(at=compared)
    rows = rows.filter(at__gte=small, at__lt=small + _LAST).order_by("at", "id")
    return rows.values_list("id", "external_id", "name", "email", "title")
