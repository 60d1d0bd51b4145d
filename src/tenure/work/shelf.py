"""Links and files of an account: addresses elsewhere, and every file at its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from tenure.base import clock
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids, members_of
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.work import actions, attachments
from tenure.work.contracts import EntryDraft
from tenure.work.models import AccountLink, Attachment

LONGEST_TITLE = 120
LONGEST_URL = 2000
MOST_LINKS = 200
"""Of an account."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link of an account; `host` is where it leads, `by` who added it (`by_id`)."""

    id: int
    title: str
    url: str
    host: str
    by: str
    by_id: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class FileView:
    """A file at an entry of the account."""

    id: int
    name: str
    bytes: int
    entry: int
    by: str
    by_id: int
    added_at: datetime


def links(account: int, *, until: datetime) -> list[LinkView]:
    """The account's links as they stood at a moment, by title. One query, besides that for merges."""
    rows = AccountLink.objects.filter(_of("account", account), added_at__lte=until)
    rows = rows.filter(Q(removed_at=None) | Q(removed_at__gt=until)).select_related("added_by__user")
    found = [
        LinkView(row.pk, row.title, row.url, _host(row.url), str(row.added_by.user), row.added_by_id, row.added_at)
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.title.casefold(), each.id))


def files(
    account: int, *, until: datetime, before: int | None = None, limit: int = 50
) -> tuple[list[FileView], int | None]:
    """The files at the account's entries that were there at a moment, newest first, and the id to go on `before` where
    there are more. One query, besides that for merges."""
    rows = Attachment.objects.filter(_of("entry__account", account), added_at__lte=until)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [
        FileView(row.pk, row.name, row.bytes, row.entry_id, str(row.added_by.user), row.added_by_id, row.added_at)
        for row in rows.select_related("added_by__user").order_by("-pk")[: limit + 1]
    ]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _of(field: str, account: int) -> Q:
    return Q(**{f"{field}__in": members_of("account", account) or (account,)})


@transaction.atomic
def add_link(*, account: int, title: str, url: str, by: MemberView) -> int:
    """Keep a link; its id. Refuses with `Invalid` what is no address of the web, with `Conflict` too many. Audited."""
    if account not in accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    checked, address = checked_link(title, url)
    if AccountLink.objects.filter(account=account, removed_at=None).count() >= MOST_LINKS:
        raise Conflict(f"This account has {MOST_LINKS} links already. Take one away first.")
    row = AccountLink(account_id=account, title=checked, url=address, added_at=clock.now(), added_by_id=by.id)
    row.save()
    record_audit(by=by, action="link.added", object=f"account {account}", after={"title": checked, "url": address})
    return row.pk


@transaction.atomic
def remove_link(*, link: int, by: MemberView) -> int:
    """Take a link away: one's own or, with the permission, another's; the account it was of. Audited."""
    row = AccountLink.objects.select_for_update().filter(pk=link, removed_at=None).first()
    if row is None:
        raise NotFound("There is no such link, or it was taken away.")
    if row.added_by_id != by.id and not by.may(Permission.EDIT_ENTRIES):
        raise Forbidden("Only who added a link, or who may edit others' entries, can take it away.")
    row.removed_at, row.removed_by_id = clock.now(), by.id
    row.save(update_fields=["removed_at", "removed_by"])
    record_audit(
        by=by, action="link.removed", object=f"account {row.account_id}", before={"title": row.title, "url": row.url}
    )
    return int(row.account_id)


def bring_files(*, account: int, files: Sequence["UploadedFile[Any]"], note: str, by: MemberView) -> int:
    """Put files on the account's timeline, with a note that says what they are or names them; the entry. Refuses them
    all with `Invalid` when one of them is not taken. Audited."""
    if not files:
        raise Invalid("Choose a file, or drop one.", [Problem("choose a file, or drop one", "files")])
    names = [name for name, _ in attachments.check(files)]
    with transaction.atomic():
        entry = actions.write_entry(account=account, draft=EntryDraft(body=note.strip() or _named(names)), by=by)
        attachments.add(entry=entry, files=files, by=by)
        record_audit(by=by, action="attachment.added", object=f"entry {entry}", after={"files": names})
    return entry


def _named(names: Sequence[str]) -> str:
    """What a note says of files that come without a word. Backticks keep a name from being read as Markdown."""
    return f"Added {', '.join(f'`{name}`' for name in names)}."


def checked_link(title: str, url: str) -> tuple[str, str]:
    """The title, else where the link leads, and the address; refuses with `Invalid` other than http and https, and
    addresses with a name and password in them."""
    address, said = url.strip(), " ".join(title.split())
    long = f"A title has at most {LONGEST_TITLE} characters." if len(said) > LONGEST_TITLE else ""
    problems = [Problem(wrong, where) for where, wrong in (("title", long), ("url", _wrong(address))) if wrong]
    if problems:
        raise Invalid(" ".join(each.message for each in problems), problems)
    return said or _host(address)[:LONGEST_TITLE], address


def _wrong(address: str) -> str:
    if len(address) > LONGEST_URL:
        return f"An address has at most {LONGEST_URL} characters."
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        parts, host = None, None
    unsafe = any(each.isspace() or not each.isprintable() or each in '<>"`\\' for each in address)
    if parts is None or parts.scheme not in ("http", "https") or not host or unsafe:
        return "Give an address of the web, such as https://drive.example.com/acme."
    if parts.username is not None or parts.password is not None:
        return "This address has a name or password in it, which everybody here would read. Leave that out."
    return ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
