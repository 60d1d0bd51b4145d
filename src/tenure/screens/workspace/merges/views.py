"""Merging accounts and people by hand: choose the other one, look at both, confirm; and undoing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid, NotFound, Refusal
from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.contracts import MergeView, PersonRow
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.refusals import told
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.screens.workspace.merges import sides
from tenure.screens.workspace.merges.sides import Candidate, Compared
from tenure.tenants.contracts import MemberView, Permission

SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Record:
    """The record whose page this is, and how its kind is merged."""

    id: int
    name: str
    external_id: str
    kind: str
    back: str
    back_name: str
    find: Callable[[str], list[tuple[int, str, str, str]]]
    compare: Callable[[int, int], list[Compared]]
    merge: Callable[[int, int, MemberView], MergeView]
    name_of: Callable[[int], str]
    lines: Sequence[sides.MergeLine]


@page(Permission.EDIT_ACCOUNTS)
@follows_merges
def account_merges(request: TeamRequest, account: int) -> HttpResponse:
    """GET: what is merged into the account; `q`: others that could be; `other`: both side by side. POST: merge."""
    header = customers.account_header(account)
    check_stands(request, header)
    return _page(
        request,
        _Record(
            id=account,
            name=header.account.name,
            external_id=header.account.external_id,
            kind="account",
            back=to(request, "workspace:account", account=account),
            back_name=header.account.name,
            find=lambda text: [
                (row.id, row.name, row.owner_name, row.external_id)
                for row in customers.find_accounts(text, limit=SHOWN + 1)
            ],
            compare=lambda stays, goes: sides.accounts(request, stays, goes),
            merge=lambda stays, goes, by: actions.merge_accounts(absorbed=goes, into=stays, by=by),
            name_of=lambda other: customers.account_header(other).account.name,
            lines=sides.lines(request, customers.open_merges("account", account)),
        ),
    )


@page(Permission.EDIT_ACCOUNTS)
def person_merges(request: TeamRequest, person: int) -> HttpResponse:
    """As `account_merges`, of a person; `account` is the page that she was chosen on."""
    record = customers.person_record(person)
    if record.survivor is not None:
        return redirect(to(request, "workspace:person-merges", person=record.survivor))
    back = request.GET.get("account", "")
    known = customers.accounts_by_ids([int(back)]) if back.isdecimal() and len(back) < 19 else {}
    home = next(iter(known.values()), None)
    return _page(
        request,
        _Record(
            id=person,
            name=_name(record.person),
            external_id=record.person.external_id,
            kind="person",
            back=to(request, "workspace:account-people", account=home.id)
            if home
            else to(request, "workspace:accounts"),
            back_name=home.name if home else "Accounts",
            find=lambda text: [
                (row.id, _name(row), row.email, row.external_id) for row in customers.find_people(text, limit=SHOWN + 1)
            ],
            compare=sides.people,
            merge=lambda stays, goes, by: actions.merge_people(absorbed=goes, into=stays, by=by),
            name_of=lambda other: _name(customers.person_record(other).person),
            lines=sides.lines(request, customers.open_merges("person", person)),
        ),
    )


@page(Permission.EDIT_ACCOUNTS)
@require_POST
def merge_undoings(request: TeamRequest, merge: int) -> HttpResponse:
    """Split what was merged; then the page of the one that is back, or of what keeps it from coming back."""
    row = customers.merge(merge)
    if row is None:
        raise NotFound("There is no such merge.")
    made, of_account = row.merge, row.merge.entity == "account"
    name = "workspace:account" if of_account else "workspace:person-merges"
    shown = made.survivor
    with told(request):
        actions.undo_merge(merge=merge, by=request.member)
        said = f"{row.absorbed_name} and {row.survivor_name} are two again, each with what is its own."
        messages.success(request, said)
        shown = made.absorbed
    return redirect(to(request, name, **{made.entity: customers.holders(made.entity, [shown])[0]}))


def _page(request: TeamRequest, this: _Record) -> HttpResponse:
    problem, status = "", 200
    chosen = _number(request.POST.get("other") or request.GET.get("other", ""))
    stays, goes = (chosen, this.id) if _keeps_other(request) and chosen else (this.id, chosen)
    if request.method == "POST":
        if not stays or not goes:
            raise Invalid(f"Choose the other {this.kind} first.")
        other = this.name_of(chosen or 0)
        try:
            this.merge(stays, goes, request.member)
        except Refusal as refusal:
            problem, status = refusal.message, refusal.status
        else:
            gone, one = (this.name, other) if stays == chosen else (other, this.name)
            messages.success(request, f"{gone} is part of {one} now. It can be undone here at any time.")
            return redirect(to(request, f"workspace:{this.kind}-merges", **{this.kind: stays}))
    asked = request.GET.get("q", "").strip()[:200]
    found = [each for each in this.find(asked) if each[0] != this.id][:SHOWN] if asked and not chosen else []
    context = {
        "active": "accounts",
        "this": this,
        "asked": asked,
        "found": [Candidate(name, note, key, query(request, other=record)) for record, name, note, key in found],
        "chosen": chosen,
        "other_name": this.name_of(chosen) if chosen else "",
        "rows": this.compare(stays, goes) if stays and goes and chosen != this.id else [],
        "stays": "other" if stays == chosen else "this",
        "swap": query(request, stays="this" if stays == chosen else "other"),
        "again": query(request, other=None, stays=None),
        "problem": problem or (f"That is the same {this.kind}. Choose another one." if chosen == this.id else ""),
        "keep": request.GET.get("account", ""),
    }
    return render(request, "merges/merge.html", context, status=status)


def _keeps_other(request: TeamRequest) -> bool:
    return (request.POST.get("stays") or request.GET.get("stays")) == "other"


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("Choose one from the list.")
    return int(text)


def _name(person: PersonRow) -> str:
    return person.name or person.email or person.external_id
