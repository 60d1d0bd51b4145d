"""Who owns an account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from tenure.base.refusals import Invalid
from tenure.customers import actions, queries
from tenure.customers.actions import EditedMeanwhile
from tenure.customers.contracts import CSM
from tenure.ownership import assigning, team
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission


@page(Permission.EDIT_ACCOUNTS)
@follows_merges
def owner(request: TeamRequest, account: int) -> HttpResponse:
    """GET: the choice, for `role` (the CSM where none is named). POST `member` (empty: nobody) and `began`, who owned
    it when the form was opened: set it from the page's day on; 409 with both where somebody else changed it since."""
    header = queries.account_header(account)
    check_stands(request, header)
    refused: EditedMeanwhile | None = None
    role = team.in_force(request.POST.get("role") or request.GET.get("role") or CSM)
    owners = queries.owners_of_account(account, history=True)
    now = {each.role: each for each in owners if each.until is None}
    held = str(now[role.key].member) if role.key in now else ""
    chosen = held
    if request.method == "POST":
        chosen = request.POST.get("member", "")
        member, began = _member(chosen), _member(request.POST.get("began", ""))
        try:
            actions.change_owner(
                account=account, member=member, began=began, by=request.member, on=request.as_of, role=role.key
            )
        except EditedMeanwhile as conflict:
            refused = conflict
        else:
            messages.success(request, f"{header.account.name} has a new owner." if member else "Nobody owns it now.")
            return redirect(to(request, "workspace:account", account=account))
    options = [("", "Nobody"), *((str(o.member), o.name) for o in queries.owner_options())]
    why = assigning.why(account, role.key)
    labels = team.role_labels()
    context = {
        "active": "accounts",
        "account": header.account,
        "role": role,
        "options": options,
        "owner": chosen,
        "began": held,
        "refused": refused,
        "wanted": dict(options).get(chosen, ""),
        "why": why[1] if why and why[0] == (int(held) if held else None) else "",
        "others": [
            (each.label, now[each.key].name if each.key in now else "", f"?{urlencode({'role': each.key})}")
            for each in team.roles()
            if each.key != role.key
        ],
        "history": [(each, labels.get(each.role, each.role)) for each in owners],
    }
    return render(request, "accounts/owner.html", context, status=409 if refused else 200)


def _member(given: str) -> int | None:
    if given and not (given.isascii() and given.isdigit()):
        raise Invalid("Choose an owner from the list.")
    return int(given) if given else None
