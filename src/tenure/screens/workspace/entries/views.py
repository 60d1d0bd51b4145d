"""Entries of an account: written, edited, pinned."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Invalid, NotFound
from tenure.customers import queries as customers
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.limits import takes
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.screens.workspace.entries import forms
from tenure.screens.workspace.entries.cards import file_of, item_of, may_edit
from tenure.screens.workspace.entries.history import versions
from tenure.screens.workspace.tasks.noted import take_up, with_tasks
from tenure.tenants.contracts import Permission
from tenure.work import actions, attachments, library, queries
from tenure.work.actions import EditConflict
from tenure.work.contracts import EntryView


@takes(attachments.MOST_REQUEST_BYTES)
@page(Permission.VIEW, writes=Permission.WRITE_NOTES)
@follows_merges
def entries(request: TeamRequest, account: int) -> HttpResponse:
    """POST: write an entry. GET: to the entries on the timeline."""
    header = customers.account_header(account)
    check_stands(request, header)
    timeline = to(request, "workspace:account-timeline", account=account)
    if request.method != "POST":
        return redirect(f"{timeline}{'&' if '?' in timeline else '?'}kind=team")
    try:
        written = _write(request, account)
    except Invalid as refusal:
        form = forms.posted(forms.empty(request, account), request.POST.dict(), refusal)
        return _new_page(request, account, form, problem=refusal.message)
    return _back(request, account, written)


def _write(request: TeamRequest, account: int) -> int:
    files = _files(request)
    draft = forms.read(request)
    attachments.check(files)
    with transaction.atomic():
        written = actions.write_entry(account=account, draft=draft, by=request.member)
        made = take_up(account=account, entry=written, before="", after=draft.body, by=request.member)
        attachments.add(entry=written, files=files, by=request.member)
        if request.POST.get("pin"):
            actions.pin_entry(entry=written, by=request.member)
    if made:
        messages.success(request, f"{formats.capital(formats.count(made, 'task'))} made of it.")
    return written


@page(Permission.WRITE_NOTES)
@require_GET
@follows_merges
def entry_new(request: TeamRequest, account: int) -> HttpResponse:
    """The form with everything an entry can have; `?template=` begins with a text, `?new=` with a type."""
    check_stands(request, customers.account_header(account))
    form = forms.empty(request, account)
    chosen = request.GET.get("template", "")
    for each in library.templates():
        if chosen and chosen in (str(each.id), each.name):
            form = forms.of_template(form, each)
    return _new_page(request, account, form, chosen=chosen)


def _new_page(
    request: TeamRequest, account: int, form: forms.Form, *, problem: str = "", chosen: str = ""
) -> HttpResponse:
    context = {
        "active": "accounts",
        "account": customers.account_header(account).account,
        "form": form,
        "problem": problem,
        "templates": [(str(each.id or each.name), each.name) for each in library.templates()],
        "chosen": chosen,
        "accepted": attachments.ACCEPTED,
        "listed": attachments.LISTED,
    }
    return render(request, "entries/new.html", context, status=422 if problem else 200)


@takes(attachments.MOST_REQUEST_BYTES)
@page(Permission.VIEW, writes=Permission.WRITE_NOTES)
@follows_merges
def entry(request: TeamRequest, account: int, entry: int) -> HttpResponse:
    """An entry with its history, and the form where the member may change it. POST: change it."""
    found = _found(account, entry)
    if request.method != "POST":
        return _page(request, account, found, forms.of_entry(request, account, found))
    try:
        _change(request, found)
    except EditConflict as refusal:
        return _conflict(request, account, _found(account, entry), refusal)
    except Invalid as refusal:
        form = forms.posted(forms.of_entry(request, account, found), request.POST.dict(), refusal)
        return _page(request, account, found, form, problem=refusal.message, status=422)
    return _back(request, account, entry)


def _change(request: TeamRequest, found: EntryView) -> None:
    files = _files(request)
    draft = forms.read(request)
    revision = request.POST.get("revision", "")
    attachments.check(files)
    with transaction.atomic():
        actions.edit_entry(
            entry=found.id, draft=draft, revision=int(revision) if revision.isdecimal() else 0, by=request.member
        )
        take_up(account=found.account_id, entry=found.id, before=found.body, after=draft.body, by=request.member)
        attachments.add(entry=found.id, files=files, by=request.member)


def _conflict(request: TeamRequest, account: int, now: EntryView, refusal: EditConflict) -> HttpResponse:
    """Both texts side by side; saving again is on top of what the other one wrote, which the history keeps."""
    form = forms.posted(forms.of_entry(request, account, now), request.POST.dict())
    form = forms.on_top_of(form, now.revision)
    return _page(request, account, now, form, problem=refusal.message, status=409, theirs=True)


def _page(
    request: TeamRequest,
    account: int,
    found: EntryView,
    form: forms.Form,
    *,
    problem: str = "",
    status: int = 200,
    theirs: bool = False,
) -> HttpResponse:
    context = {
        "active": "accounts",
        "account": customers.account_header(account).account,
        "entry": found,
        "item": item_of(request, account, with_tasks(request, [found])[0]),
        "form": form,
        "problem": problem,
        "theirs": theirs,
        "may_change": may_edit(request, found),
        "versions": versions(request, found),
        "files": [
            (file_of(request, each), to(request, "workspace:attachment-removals", attachment=each.id))
            for each in found.attachments
        ],
        "accepted": attachments.ACCEPTED,
        "listed": attachments.LISTED,
    }
    return render(request, "entries/entry.html", context, status=status)


@page(Permission.WRITE_NOTES)
@require_POST
@follows_merges
def entry_pins(request: TeamRequest, account: int, entry: int) -> HttpResponse:
    """POST `pinned` yes or no: make it the account's handover note, or an entry like the others."""
    _found(account, entry)
    if request.POST.get("pinned") == "no":
        actions.unpin_entry(entry=entry, by=request.member)
        messages.success(request, "It is a handover note no more.")
    else:
        actions.pin_entry(entry=entry, by=request.member)
        messages.success(request, "It stands on top of the timeline now, as the handover note.")
    return redirect(to(request, "workspace:account-timeline", account=account))


def _found(account: int, entry: int) -> EntryView:
    found = queries.entry(entry)
    if found is None or found.account_id not in (customers.members_of("account", account) or (account,)):
        raise NotFound("There is no such entry.")
    return found


def _files(request: TeamRequest) -> "list[UploadedFile[bytes]]":
    return request.FILES.getlist("files")


def _back(request: TeamRequest, account: int, entry: int) -> HttpResponse:
    """To where it stands on the timeline. `written` tells the page that the draft in the browser may go."""
    address = to(request, "workspace:account-timeline", account=account)
    return redirect(f"{address}{'&' if '?' in address else '?'}written={entry}#entry-{entry}")
