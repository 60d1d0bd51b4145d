"""What a task may say, before it is kept."""

from collections.abc import Sequence
from dataclasses import replace

from tenure.base.refusals import Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids, people_in
from tenure.tasks.contracts import Kind, TaskDraft
from tenure.tasks.rules import LONGEST_DETAIL, LONGEST_ITEM, LONGEST_TITLE, MOST_EVERY, MOST_ITEMS
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import members_by_id


def checked[D: TaskDraft](draft: D, *, account: int | None, assigned_to: int | None = None) -> D:
    """The draft with its texts trimmed. Refuses with `Invalid` what is wrong in it, with `NotFound` an account that is
    not there. Who is `assigned_to` it already may keep it."""
    if account is not None and account not in accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    title = " ".join(draft.title.split())
    detail = draft.detail.replace("\r\n", "\n").strip()
    problems = []
    if not title:
        problems.append(Problem("Say in a few words what is to be done.", "title"))
    if len(title) > LONGEST_TITLE:
        problems.append(
            Problem(f"A title has at most {LONGEST_TITLE} characters; say the rest in the details.", "title")
        )
    if len(detail) > LONGEST_DETAIL:
        problems.append(Problem(f"Details have at most {LONGEST_DETAIL:,} characters.", "detail"))
    if draft.kind is Kind.PROMISE and account is None:
        problems.append(Problem("A promise is made to a customer: choose the account.", "account"))
    if draft.promised_to is not None and not _is_theirs(draft.promised_to, account):
        problems.append(Problem("This person does not belong to the account.", "promised_to"))
    if draft.repeat is not None:
        if draft.due is None:
            problems.append(Problem("What repeats needs the day it is first due on.", "due"))
        if not 0 < draft.repeat.every <= MOST_EVERY:
            problems.append(Problem(f"Repeat it every 1 to {MOST_EVERY} weeks or months.", "repeat"))
    if draft.assignee is not None and draft.assignee != assigned_to:
        problems += _problems_with(members_by_id([draft.assignee]).get(draft.assignee))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return replace(
        draft, title=title, detail=detail, promised_to=draft.promised_to if draft.kind is Kind.PROMISE else None
    )


def checked_items(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines of a checklist without the empty ones."""
    items = tuple(text for line in lines if (text := " ".join(line.split())))
    problems = []
    if len(items) > MOST_ITEMS:
        problems.append(
            Problem(f"A checklist has at most {MOST_ITEMS} lines. Make a second task of the rest.", "items")
        )
    if any(len(text) > LONGEST_ITEM for text in items):
        problems.append(Problem(f"A line of a checklist has at most {LONGEST_ITEM} characters.", "items"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return items


def check_may_have(member: int | None) -> None:
    """Refuse with `Invalid` a member who left or whose role does no tasks."""
    if member is not None and (problems := _problems_with(members_by_id([member]).get(member))):
        raise Invalid(problems[0].message, problems)


def _problems_with(member: MemberView | None) -> list[Problem]:
    if member is None or not member.active:
        return [Problem("Choose somebody who is a member of the workspace.", "assignee")]
    if not member.may(Permission.WORK):
        return [
            Problem(
                f"{member.label} is a {member.role.label.lower()} and does no tasks. Choose somebody else.", "assignee"
            )
        ]
    return []


def _is_theirs(person: int, account: int | None) -> bool:
    return account is not None and person in people_in(account)
