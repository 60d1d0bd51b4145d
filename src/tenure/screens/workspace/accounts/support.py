"""The support of an account: tickets that are open, those closed in the last quarter, and answers to surveys."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from tenure.events.queries import Answer, Ticket
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts import desk
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.tenants.contracts import Permission

DAYS = 90
ROWS = 25


@page(Permission.VIEW)
@follows_merges
def support(request: TeamRequest, account: int) -> HttpResponse:
    """The page; each of its three lists goes on by its own cursor."""
    waiting = desk.asked(request, account)
    this = opened(request, account, "support")
    found = waiting()
    since = request.as_of - timedelta(days=DAYS)
    late = [each for each in found.closed if each.closed_on is not None and each.closed_on > since]
    at = {name: request.GET.get(name, "") for name in ("open", "closed", "answers")}
    newest = tuple(reversed(found.open))
    open_part = desk.part(newest, _opened, at["open"], ROWS)
    closed_part = desk.part(late, _closed, at["closed"], ROWS)
    answers = desk.part(found.answers, _answered, at["answers"], ROWS)
    people = [each.person for each in (*open_part.rows, *closed_part.rows)]
    names = desk.names_of([*people, *(each.person for each in answers.rows)])
    nexts = {"open": open_part.next, "closed": closed_part.next, "answers": answers.next}
    context = {
        "active": "accounts",
        "head": this.head,
        "open": [desk.ticket_row(each, request.as_of, names) for each in open_part.rows],
        "open_count": len(found.open),
        "closed": [desk.ticket_row(each, request.as_of, names) for each in closed_part.rows],
        "closed_count": len(late),
        "answers": [desk.answer_row(each, names) for each in answers.rows],
        "answers_count": len(found.answers),
        "any": bool(found.open or found.closed or found.answers),
        "window": DAYS,
        "first": {name: query(request, **{name: None}) if cursor else "" for name, cursor in at.items()},
        "next": {name: query(request, **{name: cursor}) if cursor else "" for name, cursor in nexts.items()},
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/support.html", context)


def _opened(ticket: Ticket) -> tuple[datetime, str]:
    return ticket.opened_at, ticket.id


def _closed(ticket: Ticket) -> tuple[datetime, str]:
    return ticket.closed_at or ticket.opened_at, ticket.id


def _answered(answer: Answer) -> tuple[datetime, str]:
    return answer.at, answer.key
