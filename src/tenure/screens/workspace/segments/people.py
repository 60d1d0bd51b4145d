"""People in segments: rows of a list, and a person's page with every segment and why she is in it or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tenure.customers import queries as customers
from tenure.customers.contracts import PersonRow
from tenure.health import queries as health
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.segments import account as shown
from tenure.segments import queries
from tenure.tenants.contracts import Permission

DAYS, SEEN = "active_days_28d", "days_since_last_seen"
COLUMNS = ("external_id", "name", "email", "title", "role", "account", DAYS, SEEN)
SORTS = ("name", "role", DAYS, SEEN)


@dataclass(frozen=True, slots=True)
class PersonMember:
    """A person in the segment, finished. `why` is where her reasons are."""

    id: int
    href: str
    why: str
    name: str
    email: str
    external_id: str
    title: str
    role: str
    account: str
    account_href: str
    days: str
    seen: str


def rows(request: TeamRequest, found: Sequence[Mapping[str, object]], key: str = "") -> list[PersonMember]:
    """Rows of the people's state as the tables show them. One query, for the names of their accounts."""
    accounts = sorted({account for row in found if isinstance(account := row.get("account"), int)})
    known = customers.accounts_by_ids(accounts) if accounts else {}
    made = []
    for row in found:
        held, days = row.get("account"), row.get(DAYS)
        of = known.get(held) if isinstance(held, int) else None
        href = to(request, "workspace:person-segments", person=int(str(row["id"])))
        made.append(
            PersonMember(
                id=int(str(row["id"])),
                href=to(request, "workspace:person", person=int(str(row["id"]))),
                why=f"{href}{'&' if '?' in href else '?'}segment={key}#segment-{key}" if key else "",
                name=str(row.get("name") or row.get("email") or row["external_id"]),
                email=str(row.get("email") or ""),
                external_id=str(row["external_id"]),
                title=str(row.get("title") or ""),
                role=formats.capital(str(row.get("role") or "")),
                account=of.name if of else "",
                account_href=to(request, "workspace:account-people", account=of.id) if of else "",
                days=formats.number(days) if isinstance(days, int | float) else formats.UNKNOWN,
                seen=_seen(row.get(SEEN)),
            )
        )
    return made


def _seen(days: object) -> str:
    if not isinstance(days, int | float):
        return "Never"
    return "Today" if days < 1 else f"{formats.count(int(days), 'day')} ago"


def names(people: Sequence[int]) -> dict[int, str]:
    """The names of people by id. One query."""
    return {each: row.name or row.email or row.external_id for each, row in customers.people_by_ids(people).items()}


@page(Permission.VIEW)
def segments(request: TeamRequest, person: int) -> HttpResponse:
    """The person's page; `?segment=key` opens that segment and says why, the others say it when they are opened."""
    record = customers.person_record(person)
    try:
        facts = queries.row_of("person", person, request.as_of)
    except health.NoScores as none:
        facts, said = {}, none.message
    else:
        said = "" if facts else _unknown(record.survivor)
    moved = queries.moves_of_member("person", person, request.as_of)
    known = queries.memberships(request.as_of, facts, moved, entity="person")
    (who,) = rows(request, [{**facts, "id": person, **_of_record(record.person)}])
    context = {
        "active": "segments",
        "subject": "person",
        "tier": None,
        "entitled": (),
        "who": who,
        "accounts": record.accounts,
        "since": formats.day(since) if (since := facts.get("started_on")) else formats.UNKNOWN,  # type: ignore[arg-type]
        "said": said,
        "person_href": to(request, "workspace:person", person=person),
        "merge_href": to(request, "workspace:person-merges", person=person),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
        **shown.listed(request, person, known, facts, moved),
    }
    return render(request, "segments/person.html", context)


def _of_record(person: PersonRow) -> dict[str, object]:
    """What is known of her at this moment, whatever the day."""
    return {"external_id": person.external_id, "name": person.name, "email": person.email, "title": person.title}


def _unknown(survivor: int | None) -> str:
    if survivor is not None:
        return "This record was merged into another one, which stands for it."
    return "Nothing is known of this person on this day: not there yet, or one of your own team."
