"""Reads of the team's work."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import FETCH_RAISE, Count, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from tenure.base import cursors
from tenure.base.many import Many
from tenure.base.refusals import Invalid
from tenure.customers.queries import accounts_by_ids, members_of, merged, people_like
from tenure.tenants.queries import here, members
from tenure.work import index, naming
from tenure.work.contracts import EarlierText, EntryFilter, EntryView, Flow, Found, FoundPage, Kind, TagView, WorkType
from tenure.work.mentions import listed
from tenure.work.models import Entry, EntryEdit, EntryPerson, EntryTag, Tag
from tenure.work.naming import NOTHING, Parts
from tenure.work.rules import entry_at, first_place
from tenure.work.rules import html_of as html_of  # noqa: PLC0414
from tenure.work.words import asked, excerpt, marked

_KEY = "entry-"
_OFFERED = 8


def entries(
    account: int,
    *,
    before: tuple[datetime, str] | None = None,
    where: EntryFilter | None = None,
    pinned: bool | None = None,
    limit: int = 50,
) -> list[EntryView]:
    """The account's entries and those of accounts merged into it, newest first, strictly older than `before`: a moment
    and an entry's key. Two queries, besides that for merges.

    The key is that of an entry or of any other thing shown in the same stream; keys are compared as text. Of `where`
    the kind, author, tag and flow count.
    """
    rows = Entry.objects.filter(account__in=members_of("account", account) or (account,))
    if before is not None:
        rows = rows.filter(_older(*before))
    if pinned is not None:
        rows = rows.filter(pinned_at__isnull=not pinned)
    rows = _narrowed(rows, where or EntryFilter())
    return _views(_told(rows).order_by("-happened_at", "-id")[:limit])


def mark(account: int) -> str:
    """Another text whenever an entry of the account, or of one merged into it, was written, edited, pinned or taken
    away. One query, besides that for merges."""
    rows = Entry.objects.filter(account__in=members_of("account", account) or (account,))
    told = rows.aggregate(Count("id"), Max("id"), Sum("revision"), Count("pinned_at"), Max("pinned_at"))
    return repr(sorted(told.items()))


def latest(account: int, *, before: tuple[datetime, str], limit: int) -> tuple[list[EntryView], EntryView | None]:
    """The account's newest entries, as `entries`, and the newest contact among all of them, None where no contact is
    written down. Two queries, besides that for merges."""
    of_account = Entry.objects.filter(account__in=members_of("account", account) or (account,))
    rows = of_account.filter(_older(*before)).order_by("-happened_at", "-id")
    newest = rows.values("pk")[:limit]
    contact = rows.exclude(kind=Kind.NOTE.value).values("pk")[:1]
    # The account is said again so that a database finds the rows by its index.
    both = of_account.filter(Q(pk__in=newest) | Q(pk__in=contact))
    found = _views(_told(both).order_by("-happened_at", "-id"))
    return found[:limit], next((each for each in found if each.kind.is_contact), None)


def last_contacts(accounts: Collection[int], *, kinds: Collection[Kind], until: datetime) -> dict[int, datetime]:
    """When each of the accounts (or one merged into it) had its last contact of these kinds; those without one are left
    out. One query, besides that for merges."""
    aliases = merged().accounts
    holder = {member: account for account in accounts for member in (aliases.members(account) or (account,))}
    rows = Entry.objects.filter(
        account__among=Many(sorted(holder)), kind__in=[kind.value for kind in kinds], happened_at__lte=until
    )
    found: dict[int, datetime] = {}
    for account, at in rows.order_by().values_list("account").annotate(at=Max("happened_at")):
        found[holder[account]] = max(at, found.get(holder[account], at))
    return found


def entries_naming(
    people: Sequence[int], *, until: datetime, before: tuple[datetime, str] | None = None, limit: int = 20
) -> list[EntryView]:
    """The entries that name one of these records of a person, of any account, newest first: those up to `until`, and
    as `entries` strictly older than `before`. Two queries."""
    naming_her = EntryPerson.objects.filter(person__in=people)
    rows = Entry.objects.filter(pk__in=naming_her.values("entry"), happened_at__lte=until)
    if before is not None:
        rows = rows.filter(_older(*before))
    return _views(_told(rows).order_by("-happened_at", "-id")[:limit])


def entry(entry: int) -> EntryView | None:
    """One entry; None when there is none in this workspace. Two queries."""
    return next(iter(_views(_told(Entry.objects.filter(pk=entry)))), None)


def earlier_texts(entry: int) -> list[EarlierText]:
    """What the entry said before its edits, newest first. One query."""
    rows = EntryEdit.objects.filter(entry=entry).select_related("edited_by__user").order_by("-edited_at", "-id")
    return [
        EarlierText(
            row.subject,
            row.body,
            html_of(row.body),
            row.edited_at,
            str(row.edited_by.user) if row.edited_by else "",
            row.fields,
        )
        for row in rows
    ]


def search(where: EntryFilter, *, cursor: str | None = None, limit: int = 50) -> FoundPage:
    """The workspace's entries that fit, newest first, with the words marked. Four queries, one more with an account.

    Every word must stand in subject, reason or text, as a word or as its beginning; between quotation marks a phrase.
    """
    accounts: Collection[int] = members_of("account", where.account) if where.account is not None else ()
    first, before = _range(where)
    if cursor:
        last = _place(cursor)
        before = min(last, before) if before is not None else last
    places = index.places(where, accounts=accounts, first=first, before=before, limit=limit + 1)
    shown = places[:limit]
    rows_shown = _told(Entry.objects.filter(pk__in=[entry_at(place) for place in shown]))
    found = {row.id: row for row in _views(rows_shown, rendered=False)}
    names = {row.id: row.name for row in accounts_by_ids([*{row.account_id for row in found.values()}]).values()}
    parts = asked(where.words)
    rows = tuple(
        Found(
            entry=row,
            account=names.get(row.account_id, ""),
            excerpt=marked(excerpt(row.body, parts), parts),
            title=marked(row.subject, parts),
        )
        for place in shown
        if (row := found.get(entry_at(place))) is not None
    )
    return FoundPage(rows, cursors.encode([shown[-1]]) if len(places) > limit else None)


def choices() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(id, name) of the members who may have written and of all tags, each by name. Two queries."""
    return [(one.id, one.label) for one in members()], [(tag.id, tag.name) for tag in tags()]


def tags(*, counted: bool = False) -> list[TagView]:
    """The workspace's tags by name, retired ones last; with how many entries carry each where `counted`. One query."""
    used = EntryTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(n=Count("pk")).values("n")
    count = Coalesce(Subquery(used), 0) if counted else Value(0)
    rows = Tag.objects.annotate(used=count).order_by("name", "id")
    found = [TagView(row.pk, row.name, row.retired_at is not None, row.used) for row in rows]
    return sorted(found, key=lambda tag: (tag.retired, tag.name.casefold()))


def tags_like(text: str, *, given: Sequence[str] = ()) -> list[str]:
    """Names of tags in force that contain the text, those that begin with it first, without those given. One query."""
    names = Tag.objects.filter(retired_at=None, name__icontains=text).values_list("name", flat=True)
    taken = {each.casefold() for each in given}
    wanted = [name for name in names if name.casefold() not in taken]
    start = text.casefold()
    return sorted(wanted, key=lambda name: (not name.casefold().startswith(start), name.casefold()))[:_OFFERED]


def people_to_name(account: int, text: str) -> list[tuple[str, str]]:
    """Whom the text may mean, as (what to write, what she is): members of the team first. A name that two bear is
    written as the address. Two queries, besides that for merges."""
    wanted = text.casefold()
    team = [
        (one.label, one.email, one.role.label)
        for one in members(active_only=True)
        if wanted in one.label.casefold() or wanted in one.email.casefold()
    ]
    theirs = [
        (row.name, row.email, row.title or "at the account") for row in people_like(account, text, limit=_OFFERED)
    ]
    seen = [name.casefold() for name, _, _ in (*team, *theirs)]
    found = [
        (email if email and (not name or seen.count(name.casefold()) > 1) else name, what)
        for name, email, what in (*team, *theirs)
    ]
    return [(said, what) for said, what in found if said and listed(said) == (said,)][:_OFFERED]


def _told(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    return rows.select_related("author__user", "edited_by__user").fetch_mode(FETCH_RAISE)


def _views(rows: QuerySet[Entry], *, rendered: bool = True) -> list[EntryView]:
    """Without `rendered` their HTML is empty."""
    found = list(rows)
    parts = naming.read([row.pk for row in found])
    return [_view(row, parts.get(row.pk, NOTHING), rendered=rendered) for row in found]


def _view(row: Entry, parts: Parts, *, rendered: bool) -> EntryView:
    return EntryView(
        id=row.pk,
        key=f"{_KEY}{row.pk:019d}",
        account_id=row.account_id,
        author_id=row.author_id,
        author=str(row.author.user),
        kind=Kind(row.kind),
        subject=row.subject,
        body=row.body,
        html=html_of(row.body, [one.name for one in parts.people if one.mentioned]) if rendered else "",
        happened_at=row.happened_at,
        reason=row.reason,
        flow=Flow(row.flow) if row.flow else None,
        minutes=row.minutes,
        minutes_usual=row.minutes_usual,
        work_type=WorkType(row.work_type) if row.work_type else None,
        pinned=row.pinned_at is not None,
        revision=row.revision,
        created_at=row.created_at,
        edited_at=row.edited_at,
        edited_by=str(row.edited_by.user) if row.edited_by else "",
        people=parts.people,
        tags=tuple(parts.tags.values()),
        attachments=parts.attachments,
    )


def _narrowed(rows: QuerySet[Entry], where: EntryFilter) -> QuerySet[Entry]:
    if where.kind:
        rows = rows.filter(kind=where.kind.value)
    if where.author is not None:
        rows = rows.filter(author=where.author)
    if where.flow:
        rows = rows.filter(flow=where.flow.value)
    return rows if where.tag is None else rows.filter(tags=where.tag)


def _range(where: EntryFilter) -> tuple[int | None, int | None]:
    """The places of the days, in the workspace's time zone: the first, and the one after the last."""
    if where.since is None and where.until is None:
        return None, None
    zone = ZoneInfo(here().timezone)
    first = datetime.combine(where.since, time(), zone) if where.since else None
    after = datetime.combine(where.until + timedelta(days=1), time(), zone) if where.until else None
    return (first_place(first) if first else None), (first_place(after) if after else None)


def _place(cursor: str) -> int:
    try:
        return int(str(cursors.decode(cursor)[0]))
    except (ValueError, IndexError):
        raise Invalid("This page link cannot be read. Open the list again from its start.") from None


def _older(at: datetime, key: str) -> Q:
    """Earlier than the moment, or of the same moment with a smaller key."""
    number = key.removeprefix(_KEY)
    if key.startswith(_KEY) and number.isdigit():
        return Q(happened_at__lt=at) | Q(happened_at=at, id__lt=int(number))
    return Q(happened_at__lte=at) if key > _KEY else Q(happened_at__lt=at)
