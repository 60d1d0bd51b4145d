"""Writes what identity decided: people, accounts, joined ids, memberships. Repeating it changes nothing more."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from django.db import transaction

from tenure.base import clock
from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert, TraitChange
from tenure.ingest.identity import rules
from tenure.ingest.identity.contracts import Decision, Known, Resolved, Said
from tenure.ingest.identity.models import Identifier

_CHUNK = 1_000

type Keep = Callable[[Sequence[tuple[TraitChange, Said]]], None]
"""Told of changed traits, with who said so, in the transaction that changes them."""


def write(decision: Decision, known: Known, *, keep: Keep) -> Resolved:
    """Write it, in transactions of at most 1,000 rows; who everybody is afterwards."""
    people = _people(decision, known, keep)
    accounts = _accounts(decision, known, keep)
    users = rules.ids(decision.users, people)
    visitors = rules.ids(decision.visitors, people)
    _join(rules.ids(decision.joins, people))
    links = {
        (people[who] if isinstance(who, str) else who, accounts[group])
        for who, group in decision.links
        if group in accounts
    }
    concerned = {*users.values(), *visitors.values(), *(person for person, _ in links)}
    belongs = queries.accounts_of_people(concerned)
    new = sorted((person, account) for person, account in links if account not in belongs.get(person, ()))
    if new:
        customers.link_people([PersonLink(person=person, account=account) for person, account in new])
    for person, account in new:
        belongs[person] = tuple(sorted({*belongs.get(person, ()), account}))
    groupings: dict[int, tuple[tuple[datetime, int], ...]] = {}
    for who, named in decision.groupings.items():
        person = people[who] if isinstance(who, str) else who
        together = (*groupings.get(person, ()), *((at, accounts[group]) for at, group in named if group in accounts))
        groupings[person] = tuple(sorted(together))
    return Resolved(
        users=users,
        visitors=visitors,
        groups=accounts,
        accounts_of=belongs,
        groupings=groupings,
        moved=frozenset({*groupings, *(person for person, _ in new)}),
        joined=frozenset(value for kind, value in decision.joins if kind == "anonymous"),
    )


def _people(decision: Decision, known: Known, keep: Keep) -> dict[str, int]:
    rows = [row for external, row in sorted(decision.people.items()) if external not in known.people or _says(row)]
    made: dict[str, int] = dict(known.people)
    for source, said in _by_source(rows, "person", decision).items():
        result = customers.upsert_people(said, source=source, also=_kept("person", decision, keep))
        made |= result.ids
    return made


def _accounts(decision: Decision, known: Known, keep: Keep) -> dict[str, int]:
    rows = [row for external, row in sorted(decision.accounts.items()) if external not in known.accounts or _says(row)]
    made: dict[str, int] = dict(known.accounts)
    for source, said in _by_source(rows, "account", decision).items():
        result = customers.upsert_accounts(said, source=source, also=_kept("account", decision, keep))
        made |= result.ids
    return made


def _by_source[R: (PersonUpsert, AccountUpsert)](
    rows: Sequence[R], entity: str, decision: Decision
) -> dict[str, list[R]]:
    found: dict[str, list[R]] = {}
    for row in rows:
        said = decision.said_at.get((entity, row.external_id))
        found.setdefault(said[1].source if said else "", []).append(row)
    return found


def _says(row: PersonUpsert | AccountUpsert) -> bool:
    """Whether a row says more than that somebody is there."""
    if row.traits or row.name is not None or row.started_on is not None:
        return True
    return isinstance(row, PersonUpsert) and (row.email is not None or row.title is not None)


def _kept(entity: str, decision: Decision, keep: Keep) -> Callable[[Mapping[str, int], Sequence[TraitChange]], None]:
    def also(ids: Mapping[str, int], changes: Sequence[TraitChange]) -> None:
        names = {number: external for external, number in ids.items()}
        keep([(change, decision.said_at[entity, names[change.id]]) for change in changes])

    return also


def _join(joins: Mapping[tuple[str, str], int]) -> None:
    now = clock.now()
    for chunk in batched(sorted(joins.items()), _CHUNK):
        with transaction.atomic():
            Identifier.objects.bulk_create(
                [Identifier(kind=kind, value=value, person_id=who, joined_at=now) for (kind, value), who in chunk],
                update_conflicts=True,
                unique_fields=["workspace", "kind", "value"],
                update_fields=["person", "joined_at"],
            )
