"""Settings · Assignment: the rules that give accounts an owner, what one would do, and who found nobody."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.money import Money
from tenure.base.refusals import Invalid
from tenure.customers.queries import accounts_by_ids
from tenure.health.queries import NoScores
from tenure.ownership import assigning, team
from tenure.ownership.contracts import Load, Method, RuleView, Trial
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day, members_by_id

EXAMPLES, LISTED = 20, 50
EVERYBODY = "Customers and trials"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list; `first` stands on top of its role's."""

    id: int
    role: str
    segment: str
    pool: str
    method: str
    active: bool
    first: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with who gets it (empty: nobody) and why."""

    name: str
    href: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What a member has and would have."""

    name: str
    gets: str
    before: str
    after: str
    mrr: str


@page(Permission.VIEW)
@require_GET
def assignment(request: TeamRequest) -> HttpResponse:
    """The rules by role, and the accounts that found nobody."""
    return _page(request)


@page(Permission.CONFIGURE)
@require_POST
def rules(request: TeamRequest) -> HttpResponse:
    """Add a rule of `segment`, `pool` and `method`, at rest; then look at what it would do."""
    given = request.POST
    pool = given.get("pool", "")
    try:
        made = assigning.add_rule(
            segment=given.get("segment", ""), pool=int(pool) if pool.isdecimal() and len(pool) < 18 else 0,
            method=given.get("method", ""), by=request.member,
        )  # fmt: skip
    except Invalid as refusal:
        return _page(request, problem=refusal.message, status=refusal.status)
    return redirect(to(request, "workspace:assignment-rule", assignment_rule=made))


@page(Permission.CONFIGURE)
def rule(request: TeamRequest, assignment_rule: int) -> HttpResponse:
    """What a rule would do now. POST `do`: on, off, up, remove."""
    if request.method == "POST":
        match request.POST.get("do"):
            case "on" | "off" as state:
                assigning.switch_rule(rule=assignment_rule, active=state == "on", by=request.member)
            case "up":
                assigning.move_rule(rule=assignment_rule, by=request.member)
            case "remove":
                assigning.remove_rule(rule=assignment_rule, by=request.member)
            case _:
                assigning.one(assignment_rule)
                raise Invalid("Choose what to do with the rule.")
        return redirect(to(request, "workspace:assignment-settings"))
    view = assigning.one(assignment_rule)
    found: Trial | None = None
    try:
        found = assigning.trial(assignment_rule, as_of_day(request.workspace))
    except NoScores as nothing:
        problem = nothing.message
    else:
        problem = ""
    context = {
        "section": "assignment",
        "rule": view,
        "segment": _segment(view),
        "role": team.role_labels().get(view.role, view.role),
        "problem": problem,
        "trial": found,
        **(_tried(request, found) if found else {}),
    }
    return render(request, "workspace/settings/assignment_rule.html", context)


def _page(request: TeamRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    labels, seen = team.role_labels(), set()
    rows = []
    for each in assigning.listed():
        first = each.role not in seen
        seen.add(each.role)
        rows.append(
            RuleRow(
                each.id, labels.get(each.role, each.role), _segment(each), each.pool_name, each.method.label,
                each.active, first,
            )
        )  # fmt: skip
    left, total = assigning.unplaced(limit=LISTED)
    names = accounts_by_ids([each.account for each in left])
    context = {
        "section": "assignment",
        "rules": rows,
        "pools": [(str(each.id), f"{each.name} ({labels.get(each.role, each.role)})") for each in team.pools()],
        "segments": [("", EVERYBODY), *_segments()],
        "methods": [(each.value, each.label) for each in Method],
        "unplaced": [
            (AccountLine(names[each.account].name, _account(request, each.account), "", each.reason), labels[each.role])
            for each in left
            if each.account in names
        ],
        "total": total,
        "problem": problem,
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/assignment.html", context, status=status)


def _segment(rule: RuleView) -> str:
    known = segments.in_force()
    if not rule.segment:
        return EVERYBODY
    return known[rule.segment].name if rule.segment in known else f"{rule.segment} (not there any more)"


def _segments() -> list[tuple[str, str]]:
    return [(key, each.name) for key, each in segments.in_force().items() if each.entity == "account"]


def _account(request: TeamRequest, account: int) -> str:
    return to(request, "workspace:account", account=account)


def _tried(request: TeamRequest, found: Trial) -> dict[str, object]:
    got = Counter(each.member for each in found.choices if each.member is not None)
    people = members_by_id(list(got))
    shown = found.choices[:EXAMPLES]
    names = accounts_by_ids([each.account for each in shown])
    nobody = Counter(each.reason for each in found.choices if each.member is None)
    currency = request.workspace.currency

    def line(member: int, number: int) -> MemberLine:
        before, after = found.before.get(member, Load()), found.after[member]
        return MemberLine(
            people[member].label, formats.number(number), formats.number(before.accounts),
            formats.number(after.accounts), formats.money(Money(after.mrr, currency), digits=0),
        )  # fmt: skip

    return {
        "given": sum(got.values()),
        "nobody": [(formats.count(number, "account"), reason) for reason, number in nobody.most_common()],
        "people": [line(member, number) for member, number in sorted(got.items(), key=lambda e: people[e[0]].label)],
        "examples": [
            AccountLine(
                names[each.account].name, _account(request, each.account),
                people[each.member].label if each.member is not None else "", each.reason,
            )
            for each in shown
            if each.account in names
        ],
        "more": len(found.choices) - len(shown),
    }  # fmt: skip
