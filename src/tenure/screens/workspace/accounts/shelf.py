"""An account's links, and the files of its timeline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_POST

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid
from tenure.customers import queries as customers
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.limits import takes
from tenure.screens.workspace.accounts.head import check_stands, follows_merges, opened
from tenure.screens.workspace.accounts.items import midnight
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Permission
from tenure.work import attachments, shelf

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A link or a file. `remove` is where it is taken away, empty for who may not; `entry` where a file was brought."""

    name: str
    href: str
    more: str
    by: str
    day: str
    remove: str
    entry: str = ""


@takes(attachments.MOST_REQUEST_BYTES)
@page(Permission.VIEW, writes=Permission.WRITE_NOTES)
@follows_merges
def files(request: TeamRequest, account: int) -> HttpResponse:
    """The page. POST `files`, perhaps with a `note`: put them on the timeline."""
    if request.method != "POST":
        return _page(request, account)
    check_stands(request, customers.account_header(account))
    brought = request.FILES.getlist("files")
    try:
        shelf.bring_files(account=account, files=brought, note=request.POST.get("note", ""), by=request.member)
    except Invalid as refusal:
        return _page(request, account, wrong_file=refusal.message)
    messages.success(request, f"{formats.capital(formats.count(len(brought), 'file'))} added, also to the timeline.")
    return redirect(to(request, "workspace:account-files", account=account))


@page(Permission.WRITE_NOTES)
@require_POST
@follows_merges
def links(request: TeamRequest, account: int) -> HttpResponse:
    """Keep a link: POST `title`, `url`."""
    check_stands(request, customers.account_header(account))
    title, url = request.POST.get("title", ""), request.POST.get("url", "")
    try:
        shelf.add_link(account=account, title=title, url=url, by=request.member)
    except (Invalid, Conflict) as refusal:
        wrong = {each.where: each.message for each in refusal.problems} or {"url": refusal.message}
        return _page(request, account, wrong_link=wrong, title=title, url=url)
    messages.success(request, "The link is added.")
    return redirect(to(request, "workspace:account-files", account=account))


@page(Permission.WRITE_NOTES)
@require_POST
def link_removals(request: TeamRequest, link: int) -> HttpResponse:
    """Take a link away."""
    account = shelf.remove_link(link=link, by=request.member)
    messages.success(request, "The link is taken away.")
    return redirect(to(request, "workspace:account-files", account=account))


def _page(
    request: TeamRequest, account: int, *, wrong_file: str = "", wrong_link: dict[str, str] | None = None,
    title: str = "", url: str = "",
) -> HttpResponse:  # fmt: skip
    this, until = opened(request, account, "files"), _until(request)
    cursor = request.GET.get("cursor", "")
    found, following = shelf.files(
        account, until=until, before=int(cursor) if cursor.isdecimal() else None, limit=LIMIT
    )
    present = request.as_of == tenants.as_of_day(request.workspace)
    context = {
        "active": "accounts",
        "head": this.head,
        "links": [_link(request, each) for each in shelf.links(account, until=until)],
        "files": [_file(request, account, each) for each in found],
        "next": query(request, cursor=following) if following else "",
        "first": query(request, cursor=None) if cursor else "",
        "accepted": attachments.ACCEPTED,
        "listed": attachments.LISTED,
        "most": attachments.MOST_BYTES,
        "wrong_file": wrong_file,
        "wrong_link": {"title": "", "url": "", **(wrong_link or {})},
        "link_title": title,
        "link_url": url,
        "may_write": request.member.may(Permission.WRITE_NOTES) and present,
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/files.html", context, status=422 if wrong_file or wrong_link else 200)


def _until(request: TeamRequest) -> datetime:
    """This moment; on a day that is over its end."""
    if request.as_of == tenants.as_of_day(request.workspace):
        return clock.now()
    return midnight(request, request.as_of + timedelta(days=1))


def _may_remove(request: TeamRequest, by: int) -> bool:
    member = request.member
    return member.may(Permission.EDIT_ENTRIES) or (by == member.id and member.may(Permission.WRITE_NOTES))


def _link(request: TeamRequest, each: shelf.LinkView) -> Row:
    remove = to(request, "workspace:link-removals", link=each.id) if _may_remove(request, each.by_id) else ""
    return Row(each.title, each.url, each.host, each.by, formats.day(each.added_at), remove)


def _file(request: TeamRequest, account: int, each: shelf.FileView) -> Row:
    return Row(
        name=each.name,
        href=to(request, "workspace:attachment", attachment=each.id),
        more=filesizeformat(each.bytes),
        by=each.by,
        day=formats.day(each.added_at),
        remove="",
        entry=to(request, "workspace:account-entry", account=account, entry=each.entry),
    )
