"""Whom and what an entry names: names become members, people and tags, and are kept beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, F, IntegerField, Value

from tenure.base.refusals import Problem
from tenure.customers.queries import names_of_people
from tenure.tenants.queries import members
from tenure.work.contracts import AttachmentView, Named
from tenure.work.mentions import Directory, Meant, Somebody, unlike
from tenure.work.models import Attachment, Entry, EntryMember, EntryPerson, EntryTag, Tag

type Key = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class Book:
    """Everybody and every tag that an entry of one account may name; tags in force by their name in small letters."""

    directory: Directory
    tags: dict[str, Tag]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom an entry names, each once, with how; and its tags by id."""

    took_part: tuple[Meant, ...] = ()
    mentioned: tuple[Meant, ...] = ()
    tags: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands beside an entry."""

    people: tuple[Named, ...] = ()
    tags: dict[int, str] = field(default_factory=dict)
    attachments: tuple[AttachmentView, ...] = ()

    @property
    def mentioned(self) -> set[Key]:
        return {(one.is_member, one.id) for one in self.people if one.mentioned}

    @property
    def fields(self) -> dict[str, str]:
        """As text, for what an entry was before an edit."""
        with_ = ", ".join(one.name for one in self.people if one.took_part)
        return {"people": with_, "tags": ", ".join(self.tags.values())}


NOTHING = Parts()


def book(account: int) -> Book:
    """Who and what can be named on an account. Four queries at most."""
    team = [Somebody(one.id, is_member=True, name=one.name, email=one.email) for one in members(active_only=True)]
    theirs = [
        Somebody(person, is_member=False, name=name, email=email)
        for person, (name, email) in names_of_people(account).items()
    ]
    return Book(Directory([*team, *theirs]), {tag.name.casefold(): tag for tag in Tag.objects.filter(retired_at=None)})


def resolve(
    account: int,
    *,
    body: str,
    people: Sequence[str],
    tags: Sequence[str],
    problems: list[Problem],
    known: Book | None = None,
    were: Parts = NOTHING,
) -> Resolved:
    """Names as they were typed become whom they mean; what is wrong with them is added to `problems`.

    What an entry named before (`were`) it may go on to name: a tag that was retired, a member who left.
    """
    if not (people or tags or "@" in body):
        return Resolved()
    here = known or book(account)
    took_part: dict[Key, Meant] = {}
    for said in people:
        who = here.directory.called(said) or _before(were, said)
        if who is not None:
            took_part.setdefault(who.key, Meant(who, here.directory.name_of(who)))
        elif said.casefold() in here.directory.shared:
            problems.append(Problem(f"Several people are called {said}: give the e-mail address.", "people"))
        else:
            problems.append(Problem(f"Nobody here is called {said}.", "people"))
    found = {tag: name for tag, name in were.tags.items() if name.casefold() in {each.casefold() for each in tags}}
    for name in unlike(tags, list(found.values())):
        tag = here.tags.get(name.casefold())
        if tag is not None:
            found[tag.pk] = tag.name
        else:
            problems.append(Problem(f"There is no tag {name}. An admin can add it in the settings.", "tags"))
    return Resolved(tuple(took_part.values()), tuple(here.directory.mentioned(body)), found)


def _before(were: Parts, said: str) -> Somebody | None:
    """Whom the entry named so before."""
    for one in were.people:
        if one.took_part and one.name.casefold() == said.casefold():
            return Somebody(one.id, one.is_member, one.name, "")
    return None


def same(were: Parts, named: Resolved) -> bool:
    """Whether an entry names the same as before."""
    return (
        {(one.is_member, one.id) for one in were.people if one.took_part} == {m.who.key for m in named.took_part}
        and were.mentioned == {meant.who.key for meant in named.mentioned}
        and set(were.tags) == set(named.tags)
    )


def write(row: Entry, named: Resolved) -> None:
    """Keep what the entry names now, in place of what it named before."""
    for model in (EntryPerson, EntryMember, EntryTag):
        model.objects.filter(entry=row).delete()
    write_many([(row, named)])


def write_many(rows: Sequence[tuple[Entry, Resolved]]) -> None:
    """Keep what new entries name."""
    EntryPerson.objects.bulk_create(
        [
            EntryPerson(entry=row, person_id=meant.who.id, said=meant.said, took_part=part, mentioned=mentioned)
            for row, named in rows
            for meant, part, mentioned in _each(named)
            if not meant.who.is_member
        ]
    )
    EntryMember.objects.bulk_create(
        [
            EntryMember(entry=row, member_id=meant.who.id, said=meant.said, took_part=part, mentioned=mentioned)
            for row, named in rows
            for meant, part, mentioned in _each(named)
            if meant.who.is_member
        ]
    )
    EntryTag.objects.bulk_create([EntryTag(entry=row, tag_id=tag) for row, named in rows for tag in named.tags])


def _each(named: Resolved) -> Iterator[tuple[Meant, bool, bool]]:
    """Each once, with whether she took part and whether she is mentioned."""
    part = {meant.who.key for meant in named.took_part}
    mentioned = {meant.who.key: meant for meant in named.mentioned}
    for meant in named.took_part:
        yield mentioned.get(meant.who.key, meant), True, meant.who.key in mentioned
    for meant in named.mentioned:
        if meant.who.key not in part:
            yield meant, False, True


def read(entries: Sequence[int]) -> dict[int, Parts]:
    """What stands beside each entry. One query, none for no entries."""
    if not entries:
        return {}
    people: dict[int, list[Named]] = {}
    tags: dict[int, dict[int, str]] = {}
    files: dict[int, list[AttachmentView]] = {}
    for what, entry, row, said, more, took_part, mentioned, number in _rows(entries):
        if what == "tag":
            tags.setdefault(entry, {})[row] = said
        elif what == "file":
            files.setdefault(entry, []).append(AttachmentView(row, said, more, number))
        else:
            named = Named(row, said, what == "member", took_part, mentioned)
            people.setdefault(entry, []).append(named)
    return {
        entry: Parts(tuple(people.get(entry, ())), tags.get(entry, {}), tuple(files.get(entry, ())))
        for entry in entries
    }


def _rows(entries: Sequence[int]) -> list[tuple[str, int, int, str, str, bool, bool, int]]:
    """(what, entry, id, its name, its media type, took part, mentioned, bytes) of all four kinds."""
    no, none = Value(False, BooleanField()), Value(0, IntegerField())
    nothing = Value("")

    def of(what: str, rows: object, *columns: object) -> object:
        names = ("a_what", "b_entry", "c_row", "d_said", "e_more", "f_part", "g_mentioned", "h_bytes")
        given = dict(zip(names, (Value(what), F("entry_id"), *columns), strict=True))
        return rows.objects.filter(entry__in=entries).annotate(**given).values_list(*names)  # type: ignore[attr-defined]

    parts = (
        of("person", EntryPerson, F("person_id"), F("said"), nothing, F("took_part"), F("mentioned"), none),
        of("member", EntryMember, F("member_id"), F("said"), nothing, F("took_part"), F("mentioned"), none),
        of("tag", EntryTag, F("tag_id"), F("tag__name"), nothing, no, no, none),
        of("file", Attachment, F("pk"), F("name"), F("media_type"), no, no, F("bytes")),
    )
    first, *others = parts
    together = first.union(*others, all=True)  # type: ignore[attr-defined]
    return list(together.order_by("a_what", "d_said", "c_row"))
