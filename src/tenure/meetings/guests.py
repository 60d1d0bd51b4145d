"""Who is asked to a meeting: names as typed become members of the team and people of the account."""

from collections.abc import Sequence

from tenure.base.refusals import Problem
from tenure.customers.queries import names_of_people
from tenure.meetings.contracts import GuestView
from tenure.meetings.models import Guest, Meeting
from tenure.tenants.queries import members
from tenure.work.mentions import Directory, Somebody

type Key = tuple[bool, int]


def directory(account: int) -> Directory:
    """Everybody who can be asked to a meeting with an account. Three queries, besides that for merges."""
    team = [Somebody(one.id, is_member=True, name=one.name, email=one.email) for one in members(active_only=True)]
    theirs = [
        Somebody(person, is_member=False, name=name, email=email)
        for person, (name, email) in names_of_people(account).items()
    ]
    return Directory([*team, *theirs])


def resolve(
    account: int, people: Sequence[str], problems: list[Problem], *, were: Sequence[GuestView] = ()
) -> dict[Key, str]:
    """Whom the names mean, each once, with the address; what is wrong is added to `problems`. Who was asked before may
    stay, though she has left."""
    here = directory(account)
    found: dict[Key, str] = {}
    for said in people:
        who = here.called(said)
        before = next((one for one in were if said.casefold() in (one.name.casefold(), one.email.casefold())), None)
        if who is not None:
            found[who.key] = who.email
        elif before is not None:
            found[(before.is_member, before.id)] = before.email
        elif said.casefold() in here.shared:
            problems.append(Problem(f"Several people are called {said}: give the e-mail address.", "people"))
        else:
            problems.append(Problem(f"Nobody here is called {said}.", "people"))
    return found


def names_to_write(account: int, guests: Sequence[GuestView]) -> tuple[str, ...]:
    """The guests by names that an entry understands; who cannot be named any more is left out."""
    here = directory(account)
    known = [(one, here.called(one.email) or here.called(one.name)) for one in guests]
    return tuple(here.name_of(who) for one, who in known if who is not None and who.key == (one.is_member, one.id))


def names_to_type(account: int, guests: Sequence[GuestView]) -> tuple[str, ...]:
    """The guests as a line of names between commas takes them: by address who shares her name or has a comma in it."""
    here = directory(account)
    known = [(one, here.called(one.email) or here.called(one.name)) for one in guests]
    names = [here.name_of(who) if who is not None else one.name for one, who in known]
    return tuple(one.email if "," in name else name for name, (one, _) in zip(names, known, strict=True))


def write(rows: Sequence[Meeting], keys: dict[Key, str]) -> None:
    """Keep who is asked, in place of who was; who stays keeps whether she was invited."""
    wanted = set(keys)
    held: dict[int, set[Key]] = {row.pk: set() for row in rows}
    gone = []
    for guest in Guest.objects.filter(meeting__in=rows):
        key = (guest.member_id is not None, guest.member_id or guest.person_id or 0)
        held[guest.meeting_id].add(key)
        if key not in wanted:
            gone.append(guest.pk)
    Guest.objects.filter(pk__in=gone).delete()
    Guest.objects.bulk_create(
        Guest(meeting=row, member_id=who if is_member else None, person_id=None if is_member else who)
        for row in rows
        for is_member, who in keys
        if (is_member, who) not in held[row.pk]
    )
