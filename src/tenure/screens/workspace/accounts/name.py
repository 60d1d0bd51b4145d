"""What an account is called."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenure.base.refusals import Invalid
from tenure.customers import actions, queries
from tenure.customers.actions import LONGEST_NAME, EditedMeanwhile
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission


@page(Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
@follows_merges
def name(request: TeamRequest, account: int) -> HttpResponse:
    """GET: the form, which the head of the account's pages takes in. POST `name` and `began`, what it was called when
    the form was opened: rename it; 409 with both names where somebody else did since."""
    header = queries.account_header(account)
    check_stands(request, header)
    given, status, problem = header.account.name, 200, ""
    refused: EditedMeanwhile | None = None
    if request.method == "POST":
        given = request.POST.get("name", "")
        try:
            actions.rename_account(account=account, name=given, began=request.POST.get("began", ""), by=request.member)
        except EditedMeanwhile as conflict:
            refused, status = conflict, 409
        except Invalid as wrong:
            problem, status = wrong.problems[0].message, 422
        else:
            messages.success(request, "The account has its new name. Lists show it within a minute.")
            return redirect(to(request, "workspace:account", account=account))
    context = {
        "active": "accounts",
        "account": header.account,
        "given": given,
        "problem": problem,
        "refused": refused,
        "longest": LONGEST_NAME,
    }
    return render(request, "accounts/name.html", context, status=status)
