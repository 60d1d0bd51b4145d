"""Looks up, in a handful of queries a run, what is known of everybody a run names."""

from collections.abc import Iterable
from itertools import batched

from tenure.base import tenancy
from tenure.base.many import Many
from tenure.customers import queries as customers
from tenure.customers.contracts import Entity
from tenure.ingest.identity.contracts import Asked, Known
from tenure.ingest.identity.models import Identifier

_CHUNK = 20_000
_BY_ID = 5_000
_ENTITIES: tuple[Entity, ...] = ("person", "account")


def known(asked: Asked) -> Known:
    """What is known of those asked for. One query for each 20,000 of a kind, and two for the traits there are."""
    people = customers.people_ids(asked.users)
    users = identified("user", asked.users - people.keys())
    visitors = identified("anonymous", asked.visitors)
    emails = customers.people_by_email(asked.emails)
    names = {person: external for external, person in people.items()}
    unnamed = {*users.values(), *visitors.values(), *(each for owners in emails.values() for each in owners)}
    for chunk in batched(sorted(unnamed - names.keys()), _BY_ID):
        names |= {row.id: row.external_id for row in customers.people_by_ids(chunk).values()}
    return Known(
        people=people,
        users=users,
        visitors=visitors,
        emails=emails,
        accounts=customers.account_ids(asked.groups),
        names=names,
        trait_keys={entity: frozenset(t.key for t in customers.trait_definitions(entity)) for entity in _ENTITIES},
    )


def identified(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Whose these anonymous ids or other user ids are."""
    tenancy.current_workspace_id()
    found: dict[str, int] = {}
    for chunk in batched(sorted(values), _CHUNK):
        rows = Identifier.objects.filter(kind=kind, value__among=Many(chunk))
        found |= dict(rows.values_list("value", "person_id"))
    return found
