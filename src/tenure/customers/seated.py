"""Reads of who is what at an account: the source's words for roles, and what members said over them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.db.models.functions import Coalesce

from tenure.base.refusals import NotFound
from tenure.customers.contracts import Belonging, PersonFile, PersonRow, SaidSeat, Seated
from tenure.customers.merged import members_of, merged, none_known
from tenure.customers.models import Merge, Person, PersonAccount, SaidRole
from tenure.customers.seats import Seat

_WHO = ("external_id", "name", "email", "title")
_SAID = (
    "id", "account_id", "role", "since", "until", "said_at", "said_by__user__name", "said_by__user__email",
    "ended_by__user__name", "ended_by__user__email",
)  # fmt: skip


def seated(account: int, as_of: date) -> list[Seated]:
    """Everybody who belongs to an account and those merged into it, each once, by name, with what members had said on
    a day. One query, besides `merged`; one more where people were merged."""
    members, aliases = members_of("account", account) or (account,), merged().people
    stood = Q(person__said_roles__until=None) | Q(person__said_roles__until__gt=as_of)
    word = FilteredRelation(
        "person__said_roles",
        condition=stood & Q(person__said_roles__account__in=members, person__said_roles__since__lte=as_of),
    )
    rows = PersonAccount.objects.filter(account__in=members, until=None).annotate(word=word).order_by("id")
    best: dict[int, tuple[tuple[bool, bool], PersonRow]] = {}
    words: dict[int, list[_Word]] = {}
    for person, of, external_id, name, email, title, role, since, *word_said in rows.values_list(
        "person_id", "account_id", *(f"person__{each}" for each in _WHO), "role", "since",
        *(f"word__{each}" for each in _SAID),
    ):  # fmt: skip
        one = aliases.holder(person)
        rank = (person == one, of == members[0])
        if one not in best or rank > best[one][0]:
            best[one] = (rank, PersonRow(one, external_id, name, email, title, role, since))
        words.setdefault(one, []).extend(_word(word_said))
    found = {one: row for one, (_, row) in best.items()}
    found |= _by_own_name([row for (own, _), row in best.values() if not own])
    made = [Seated(row, _said(max(words[one], key=_newest)) if words[one] else None) for one, row in found.items()]
    return sorted(made, key=lambda each: (each.name.casefold(), each.person.id))


def person_file(person: int, as_of: date) -> PersonFile:
    """Who somebody is and where she belongs; refuses with `NotFound`. Two queries, three where merges were made."""
    any_merges = Exists(Merge.every_workspace.filter(workspace=OuterRef("workspace")))
    row = Person.objects.annotate(any_merges=any_merges).filter(pk=person).first()
    if row is None:
        raise NotFound("There is no such person.")
    if not row.any_merges:
        none_known()
    records = members_of("person", person) or (person,)
    accounts = _belongings(records, as_of)
    return PersonFile(
        person=PersonRow(row.pk, row.external_id, row.name, row.email, row.title, role="", since=None),
        records=records,
        accounts=accounts,
        account_records=tuple(
            each for one in accounts for each in members_of("account", one.account) or (one.account,)
        ),
        survivor=row.survivor_id,
        first_seen_at=row.first_seen_at,
        traits=row.traits,
    )


def _belongings(records: Sequence[int], as_of: date) -> tuple[Belonging, ...]:
    """Where these records of one person belong or belonged, each account once: where she still is first, by name."""
    holder = merged().accounts.holder
    rows = PersonAccount.objects.filter(person__in=records).order_by("-person", "-account")
    name = Coalesce("account__survivor__name", "account__name")
    said: dict[int, set[_Word]] = {}
    found: dict[int, Belonging] = {}
    for account, called, role, since, until, *word in sorted(
        rows.values_list(
            "account_id", name, "role", "since", "until", *(f"person__said_roles__{each}" for each in _SAID)
        ),
        key=lambda row: row[4] is None,
    ):
        found[holder(account)] = Belonging(holder(account), called, role, since, until)
        for each in _word(word):
            if each.since <= as_of:
                said.setdefault(holder(each.account), set()).add(each)
    told = {
        account: replace(each, said=tuple(map(_said, sorted(said.get(account, ()), key=_newest, reverse=True))))
        for account, each in found.items()
    }
    return tuple(sorted(told.values(), key=lambda each: (each.until is not None, each.name.casefold(), each.account)))


def said_roles() -> dict[tuple[int, int], str]:
    """What members say now people are, by person and account, in words as sources have them. One query."""
    rows = SaidRole.objects.filter(until=None).values_list("person_id", "account_id", "role")
    return {(person, account): Seat(role).label.lower() for person, account, role in rows}


def _by_own_name(rows: Collection[PersonRow]) -> dict[int, PersonRow]:
    """Those who belong only through a record merged into theirs, by their own names. One query, none for nobody."""
    if not rows:
        return {}
    held = {row.id: row for row in rows}
    found = Person.objects.filter(pk__in=held).values_list("id", *_WHO)
    return {
        one: PersonRow(one, external_id, name, email, title, held[one].role, held[one].since)
        for one, external_id, name, email, title in found
    }


@dataclass(frozen=True, slots=True)
class _Word:
    """A row of `SaidRole`, joined to a membership."""

    id: int
    account: int
    role: str
    since: date
    until: date | None
    said_at: datetime
    by: str
    ended_by: str


def _word(row: Sequence[Any]) -> list[_Word]:
    """The columns `_SAID` of a row; nothing where nothing was said."""
    if row[0] is None:
        return []
    said, account, role, since, until, said_at, by, by_email, ended_by, ended_by_email = row
    return [_Word(said, account, role, since, until, said_at, by or by_email, ended_by or ended_by_email or "")]


def _newest(word: _Word) -> tuple[datetime, int]:
    return word.said_at, word.id


def _said(word: _Word) -> SaidSeat:
    return SaidSeat(Seat(word.role), word.by, word.since, word.until, word.ended_by)
