"""The inbox: the ranked queue, an alert in full, and what one does with alerts."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tenure.alerts import queries
from tenure.alerts.contracts import Outcome, Shown, Whose
from tenure.base.refusals import Forbidden, Invalid
from tenure.ownership import queries as ownership
from tenure.screens import undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts.head import follows_merges
from tenure.screens.workspace.accounts.head import opened as account_opened
from tenure.screens.workspace.inbox import rows
from tenure.tasks import actions as tasks
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView, Permission, Role

TABS = {Shown.OPEN: "Open", Shown.DIGEST: "In the digest", Shown.SNOOZED: "Snoozed", Shown.CLOSED: "Closed"}
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Of:
    """Whose inbox the page shows, with its name and whether it is one's own."""

    whose: Whose
    name: str
    own: bool
    covered: bool = False


def is_admin(member: MemberView) -> bool:
    """Whether alerts for admins are hers."""
    return member.role in (Role.OWNER, Role.ADMIN)


@page(Permission.VIEW)
def inbox(request: TeamRequest) -> HttpResponse:
    """The queue; `?show=` the digest's, snoozed or closed ones, `?of=` another member's, for those who manage."""
    shown = _shown(request)
    of = _of(request)
    found, following = queries.inbox(of.whose, today=request.as_of, shown=shown, cursor=request.GET.get("cursor"))
    counts = queries.counts(of.whose)
    context = {
        "active": "inbox",
        "groups": [rows.group(request, each, n) for n, each in enumerate(found)],
        "shown": shown,
        "of": of,
        "others": _others(request),
        "tabs": [
            (label, query(request, show=None if key is Shown.OPEN else key.value, cursor=None), key is shown,
             counts.get(key)) for key, label in TABS.items()
        ],
        "budget": queries.budget(),
        "may_answer": request.member.may(Permission.WORK) and shown is not Shown.CLOSED,
        "back": _back(request, of, shown),
        "next": query(request, cursor=following) if following else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        **_answers(request),
    }  # fmt: skip
    return render(request, "inbox/inbox.html", context)


def _shown(request: TeamRequest) -> Shown:
    try:
        return Shown(request.GET.get("show", Shown.OPEN.value))
    except ValueError:
        raise Invalid("The inbox shows open, held, snoozed or closed alerts.") from None


def _of(request: TeamRequest) -> Of:
    wanted, mine = request.GET.get("of", ""), request.member
    if not wanted or wanted == str(mine.id):
        return Of(Whose(mine.id, admin=is_admin(mine)), "", own=True)
    covers = wanted in {str(each) for each in _covered(request)}
    if not (covers or mine.may(Permission.MANAGE_TEAM)):
        raise Forbidden("Your role shows your own inbox. Ask a manager to look at somebody else's.")
    if wanted == NOBODY:
        return Of(Whose(mine.id, nobody=True), "nobody", own=False)
    found = tenants.members_by_id([int(wanted)] if wanted.isdecimal() and len(wanted) < 10 else [])
    if not found:
        raise Invalid("There is no such member. Choose one of the list.")
    member = next(iter(found.values()))
    return Of(Whose(member.id), member.label, own=False, covered=covers)


def _covered(request: TeamRequest) -> list[int]:
    """The members whose work she does today."""
    return [each for each in ownership.works_for(request.member.id, request.as_of) if each != request.member.id]


def _others(request: TeamRequest) -> list[tuple[str, str, bool]]:
    """Whose inbox else she may look at: who manages, everybody's; who covers, theirs."""
    wanted = request.GET.get("of", "")
    if not request.member.may(Permission.MANAGE_TEAM):
        covered = _covered(request)
        theirs = tenants.members_by_id(covered) if covered else {}
        return [
            ("Mine", query(request, of=None, cursor=None), not wanted),
            *((f"{m.label}, whom you cover", query(request, of=m.id, cursor=None), wanted == str(m.id))
              for m in theirs.values()),
        ][: len(theirs) + 1 if theirs else 0]  # fmt: skip
    of_team = [
        (m.label, query(request, of=m.id, cursor=None), wanted == str(m.id))
        for m in tenants.members(active_only=True)
        if m.may(Permission.WORK) and m.id != request.member.id
    ]
    return [
        ("Mine", query(request, of=None, cursor=None), not wanted),
        ("Nobody's", query(request, of=NOBODY, cursor=None), wanted == NOBODY),
        *of_team,
    ]


def _back(request: TeamRequest, of: Of, shown: Shown) -> str:
    """Where answers lead back to: the queue from its start, as it is shown."""
    kept = {"of": request.GET.get("of", ""), "show": "" if shown is Shown.OPEN else shown.value}
    return urlencode({name: value for name, value in kept.items() if value})


def _answers(request: TeamRequest) -> dict[str, object]:
    """What the forms of an answer offer."""
    return {
        "outcomes": list(Outcome),
        "snoozes": rows.snoozes(request.as_of),
        "team": [(m.id, m.label) for m in tenants.members(active_only=True) if m.may(Permission.WORK)],
    }


@page(Permission.VIEW)
def alert(request: TeamRequest, alert: int) -> HttpResponse:
    """An alert in full; a script asks for it without the page around."""
    view = queries.alert(alert, admin=is_admin(request.member))
    context = {
        "active": "inbox",
        "alert": rows.opened(request, view),
        "history": queries.history(alert),
        "may_answer": request.member.may(Permission.WORK) and view.state is not Shown.CLOSED,
        "back": "",
        **_answers(request),
    }
    template = "inbox/_alert.html" if request.headers.get("HX-Request") else "inbox/alert.html"
    return render(request, template, context)


@page(Permission.VIEW)
@follows_merges
def of_account(request: TeamRequest, account: int) -> HttpResponse:
    """What stands of an account, with what it rests on."""
    this = account_opened(request, account, "alerts")
    found = [each for each in queries.of_account(account) if is_admin(request.member) or not each.for_admins]
    context = {
        "active": "accounts",
        "head": this.head,
        "alerts": [rows.opened(request, each) for each in found],
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "inbox/account.html", context)


@page(Permission.WORK)
@require_POST
def done(request: TeamRequest) -> HttpResponse:
    """A task of the queue is done; `reopen` takes that back."""
    given = request.POST.get("task", "")
    if not given.isdecimal() or len(given) > 18:
        raise Invalid("Say which task is done.")
    if request.POST.get("reopen"):
        tasks.reopen(int(given), by=request.member)
        messages.success(request, "The task is open again.")
    else:
        tasks.finish(int(given), by=request.member)
        undo.tell(request, "The task is done.", action=to(request, "workspace:inbox-done"), task=given, reopen="1")
    return redirect(to(request, "workspace:inbox"))
