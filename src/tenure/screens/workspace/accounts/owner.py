"""Who owns an account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.base.refusals import Invalid
from tenure.customers import actions, queries
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission


@page(Permission.EDIT_ACCOUNTS)
@follows_merges
def owner(request: TeamRequest, account: int) -> HttpResponse:
    """GET: the choice. POST `member` (empty: nobody): set it from the page's day on."""
    header = queries.account_header(account)
    check_stands(request, header)
    if request.method == "POST":
        given = request.POST.get("member", "")
        if given and not given.isdigit():
            raise Invalid("Choose an owner from the list.")
        if given:
            actions.assign_owner(account=account, member=int(given), by=request.member, on=request.as_of)
        else:
            actions.release_owner(account=account, by=request.member, on=request.as_of)
        messages.success(request, f"{header.account.name} has a new owner." if given else "Nobody owns it now.")
        return redirect(to(request, "workspace:account", account=account))
    context = {
        "active": "accounts",
        "account": header.account,
        "options": [("", "Nobody"), *((str(o.member), o.name) for o in queries.owner_options())],
        "owner": str(header.account.owner or ""),
        "history": queries.owners_of_account(account, history=True),
    }
    return render(request, "accounts/owner.html", context)
