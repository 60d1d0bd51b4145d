"""A trait of an account or a person, and an account's tags, changed where they stand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.customers.actions import EditedMeanwhile
from tenure.customers.contracts import Entity
from tenure.screens import undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.screens.workspace.traits import fields
from tenure.tenants.contracts import Permission
from tenure.traits import actions, queries, rules
from tenure.traits.contracts import TAGS


@page(Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
@follows_merges
def account_trait(request: TeamRequest, account: int) -> HttpResponse:
    """`key` names the trait. GET: the form, which the page of facts takes in. POST `value` (empty: clear it) and
    `began`, what it was when the form was opened; 409 with both where somebody else changed it since."""
    header = customers.account_header(account)
    check_stands(request, header)
    return _trait(request, "account", account, header.account.name)


@page(Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def person_trait(request: TeamRequest, person: int) -> HttpResponse:
    """As `account_trait`, of a person."""
    who = customers.person_file(person, request.as_of).person
    return _trait(request, "person", person, who.name or who.email or who.external_id)


def _trait(request: TeamRequest, entity: Entity, subject: int, name: str) -> HttpResponse:
    _check_present(request)
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    trait = queries.editable(entity, given.get("key", ""))
    began = rules.typed(customers.trait_values(entity, trait.key, [subject]).get(subject))
    value, status, problem = (given.get("value", "") if posted else began), 200, ""
    back = to(request, "workspace:account-facts", account=subject) if entity == "account" else ""
    back = back or to(request, "workspace:person", person=subject)
    refused: EditedMeanwhile | None = None
    if posted:
        try:
            actions.say_trait(
                entity=entity, subject=subject, key=trait.key, text=value, began=given.get("began", ""),
                by=request.member,
            )  # fmt: skip
        except EditedMeanwhile as conflict:
            refused, status = conflict, 409
        except Invalid as wrong:
            problem, status = (wrong.problems[0].message if wrong.problems else wrong.message), 422
        else:
            said = f"{trait.label} is {value.strip()} now." if value.strip() else f"{trait.label} is cleared."
            messages.success(request, f"{said} Lists show it within a minute.")
            return redirect(back)
    context = {
        "active": "accounts",
        "trait": trait,
        "name": name,
        "began": began,
        "refused": refused,
        "wanted": value.strip() or "nothing",
        "control": fields.control(entity, trait.key, trait.type, value, problem),
        "action": to(request, f"workspace:{entity}-traits", **{entity: subject}),
        "back": back,
    }
    return render(request, "traits/trait.html", context, status=status)


@page(Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
@follows_merges
def account_tags(request: TeamRequest, account: int) -> HttpResponse:
    """GET: the tags with the choice of another. POST `tag` puts one on, `remove` takes one off."""
    header = customers.account_header(account)
    check_stands(request, header)
    _check_present(request)
    tag, status, problem = "", 200, ""
    if request.method == "POST":
        tag, remove = request.POST.get("tag", ""), request.POST.get("remove", "")
        try:
            name = actions.tag_account(account=account, tag=remove or tag, by=request.member, on=not remove)
        except Invalid as wrong:
            problem, status = wrong.message, 422
        else:
            _say_tagged(request, account, name, on=not remove)
            return redirect(to(request, "workspace:account", account=account))
    held = rules.items(customers.trait_values("account", TAGS, [account]).get(account))
    context = {
        "active": "accounts",
        "account": header.account,
        "tags": held,
        "tag": tag,
        "problem": problem,
        "offered": [(each.name, each.name) for each in queries.tags() if each.name not in held],
        "may_configure": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "traits/tags.html", context, status=status)


def _say_tagged(request: TeamRequest, account: int, name: str, *, on: bool) -> None:
    """Say it with its undoing; a tag that is retired cannot be put on again."""
    said = f"The tag {name} is put on." if on else f"The tag {name} is taken off."
    if on or any(each.name == name for each in queries.tags()):
        action = to(request, "workspace:account-tags", account=account)
        undo.tell(request, said, action=action, **{"remove" if on else "tag": name})
    else:
        messages.success(request, said)


def _check_present(request: TeamRequest) -> None:
    if not fields.is_present(request):
        raise Invalid("Traits are changed from now on. Go back to the present first, then change them.")
