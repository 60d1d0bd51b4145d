"""Reads of merges: who stands for whom, and what a merge would join."""

from collections.abc import Iterable
from typing import cast

from django.db.models import Q
from django.db.models.functions import Coalesce

from tenure.base import tenancy
from tenure.base.refusals import NotFound
from tenure.customers.aliases import NOTHING, Aliases, Merged
from tenure.customers.contracts import Entity, MergeRow, MergeView, PersonRecord, PersonRow
from tenure.customers.models import Account, Merge, Person, PersonAccount

_KEY = "merged"


def merged() -> Merged:
    """All merges of the workspace. One query a stay, none where `none_known` was called."""
    return tenancy.remembered(_KEY, read)


def none_known() -> None:
    """What was read beside something else: this workspace has no merges."""
    tenancy.remembered(_KEY, lambda: NOTHING)


def read() -> Merged:
    """`merged`, from the database."""
    rows = [view(row) for row in Merge.objects.order_by("id")]
    accounts, people = (tuple(each for each in rows if each.entity == entity) for entity in ("account", "person"))
    return Merged(Aliases(accounts), Aliases(people)) if rows else NOTHING


def view(row: Merge) -> MergeView:
    return MergeView(row.pk, cast("Entity", row.entity), row.absorbed, row.survivor, row.on, row.until, row.number)


def holders(entity: Entity, ids: Iterable[int]) -> tuple[int, ...]:
    """Who stands for these now, each once, ascending. As `merged`."""
    known = merged().of(entity)
    return tuple(sorted({known.holder(each) for each in ids}))


def members_of(entity: Entity, id: int) -> tuple[int, ...]:
    """Whom the record stands for now, itself first. As `merged`."""
    return merged().of(entity).members(id)


def merge(id: int) -> MergeRow | None:
    """One merge, undone or not; None when there is none in this workspace. Two queries."""
    found = _rows(Merge.objects.filter(pk=id).select_related("made_by__user"))
    return found[0] if found else None


def open_merges(entity: Entity, id: int) -> list[MergeRow]:
    """The merges that the record stands on now, newest first; none of them undone. Two queries, none without merges."""
    members = members_of(entity, id)
    if len(members) < 2:
        return []
    rows = Merge.objects.filter(entity=entity, absorbed__in=members[1:], undone_at=None)
    return _rows(rows.select_related("made_by__user").order_by("-made_at", "-id"))


def undoable(ids: Iterable[int]) -> frozenset[int]:
    """Which of these merges are in force. One query."""
    return frozenset(Merge.objects.filter(pk__in=list(ids), undone_at=None).values_list("pk", flat=True))


def person_record(person: int) -> PersonRecord:
    """A person as a merge of people shows her; refuses with `NotFound`. Two queries, besides `merged`."""
    row = Person.objects.filter(pk=person).first()
    if row is None:
        raise NotFound("There is no such person.")
    known = merged()
    theirs = PersonAccount.objects.filter(person__in=known.people.members(person) or (person,), until=None)
    names = dict(theirs.values_list("account_id", Coalesce("account__survivor__name", "account__name")))
    shown = {known.accounts.holder(account): name for account, name in names.items()}
    one = PersonRow(row.pk, row.external_id, row.name, row.email, row.title, role="", since=None)
    return PersonRecord(one, tuple(sorted(shown.values())), row.survivor_id)


def find_people(text: str, *, limit: int = 10) -> list[PersonRow]:
    """People whose name, address or external id contains the text, by name; none who was merged. One query."""
    says = Q(name__icontains=text) | Q(email__icontains=text) | Q(external_id__icontains=text)
    rows = Person.objects.filter(says, survivor=None).order_by("name", "id")[:limit]
    return [PersonRow(r.pk, r.external_id, r.name, r.email, r.title, role="", since=None) for r in rows]


def by_external_id(entity: Entity, external_id: str) -> int:
    """The record of that name itself, merged or not; refuses with `NotFound`. One query."""
    model = Account if entity == "account" else Person
    found = model.objects.filter(external_id=external_id).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"There is no {entity} {external_id!r}.")
    return found


def all_merges(*, limit: int = 200) -> list[MergeRow]:
    """The newest merges, undone ones too. Three queries."""
    return _rows(Merge.objects.select_related("made_by__user").order_by("-made_at", "-id")[:limit])


def _rows(found: Iterable[Merge]) -> list[MergeRow]:
    rows = list(found)
    wanted: dict[str, set[int]] = {"account": set(), "person": set()}
    for row in rows:
        wanted[row.entity] |= {row.absorbed, row.survivor}
    accounts = Account.objects.in_bulk(wanted["account"]) if wanted["account"] else {}
    people = Person.objects.in_bulk(wanted["person"]) if wanted["person"] else {}
    records: dict[str, dict[int, Account] | dict[int, Person]] = {"account": accounts, "person": people}
    return [
        MergeRow(
            view(row), str(records[row.entity][row.absorbed]), records[row.entity][row.absorbed].external_id,
            str(records[row.entity][row.survivor]), str(row.made_by.user) if row.made_by else "", row.made_at,
        )
        for row in rows
    ]  # fmt: skip
