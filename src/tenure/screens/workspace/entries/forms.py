"""The form of an entry: what it shows, and what somebody wrote into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tenure.base import clock
from tenure.base.refusals import Invalid, Problem
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.entries.cards import ICONS
from tenure.screens.workspace.entries.filtering import one_of
from tenure.work.contracts import REASONS, USUAL_MINUTES, EntryDraft, EntryView, Flow, Kind, TemplateView, WorkType
from tenure.work.mentions import listed

NAMES = ("kind", "body", "subject", "happened_at", "people", "reason", "flow", "minutes", "work_type", "tags")
KEYS = {Kind.NOTE: "n", Kind.CALL: "c", Kind.MEETING: "m", Kind.MAIL: "l", Kind.CHAT: "h"}
FLOWS = (("", "No flow"), *((flow.value, flow.label) for flow in Flow))
WORK_TYPES = (("", "As usual for the flow"), *((work.value, work.label) for work in WorkType))


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A type in the switch: its icon, its key on the keyboard, the minutes it usually takes."""

    value: str
    label: str
    icon: str
    hotkey: str
    usual: str


@dataclass(frozen=True, slots=True)
class Form:
    """The texts of the controls as they stand, what is wrong with them by control, and where they go."""

    action: str
    draft_key: str
    values: Mapping[str, str]
    people_url: str
    tags_url: str
    problems: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys((*NAMES, "files"), ""))
    kinds: tuple[KindChoice, ...] = tuple(
        KindChoice(kind.value, kind.label, ICONS[kind], KEYS[kind], str(USUAL_MINUTES.get(kind, ""))) for kind in Kind
    )
    flows: tuple[tuple[str, str], ...] = FLOWS
    work_types: tuple[tuple[str, str], ...] = WORK_TYPES
    reasons: tuple[str, ...] = REASONS


def empty(request: TeamRequest, account: int) -> Form:
    """A new entry's."""
    kind = one_of(Kind, request.GET.get("new", "")) or Kind.NOTE
    return Form(
        action=to(request, "workspace:account-entries", account=account),
        draft_key=f"new-{request.workspace.id}-{request.member.id}-{account}",
        values={**dict.fromkeys(NAMES, ""), "kind": kind.value},
        people_url=to(request, "workspace:account-names", account=account),
        tags_url=to(request, "workspace:tag-names"),
    )


def of_template(form: Form, template: TemplateView) -> Form:
    """A new entry that begins with a template."""
    begun = {
        "kind": template.kind.value, "subject": template.subject, "body": template.body, "flow": template.flow or "",
        "work_type": template.work_type or "",
    }  # fmt: skip
    return replace(form, values={**form.values, **begun}, draft_key="")


def of_entry(request: TeamRequest, account: int, entry: EntryView) -> Form:
    """One that is edited."""
    local = entry.happened_at.astimezone(ZoneInfo(request.workspace.timezone))
    return replace(
        empty(request, account),
        action=to(request, "workspace:account-entry", account=account, entry=entry.id),
        draft_key=f"edit-{request.workspace.id}-{request.member.id}-{entry.id}-{entry.revision}",
        values={
            "kind": entry.kind.value,
            "body": entry.body,
            "subject": entry.subject,
            "happened_at": local.strftime("%Y-%m-%dT%H:%M"),
            "people": ", ".join(one.name for one in entry.people if one.took_part),
            "reason": entry.reason,
            "flow": entry.flow or "",
            "minutes": "" if entry.minutes is None or entry.minutes_usual else str(entry.minutes),
            "work_type": entry.work_type or "",
            "tags": ", ".join(entry.tags),
            "revision": str(entry.revision),
        },
    )


def posted(form: Form, given: Mapping[str, str], problems: Invalid | None = None) -> Form:
    """The form as somebody sent it, with what is wrong."""
    wrong = dict(form.problems)
    for problem in problems.problems if problems else ():
        wrong[problem.where] = f"{wrong.get(problem.where, '')} {problem.message}".strip()
    sent = {name: given.get(name, form.values.get(name, "")) for name in (*NAMES, "revision")}
    return replace(form, values=sent, problems=wrong)


def on_top_of(form: Form, revision: int) -> Form:
    """The form as it was sent, to be saved over a newer revision."""
    return replace(form, values={**form.values, "revision": str(revision)})


def read(request: TeamRequest) -> EntryDraft:
    """What was sent; refuses with `Invalid` what is no time and no number."""
    given = request.POST
    problems: list[Problem] = []
    draft = EntryDraft(
        kind=one_of(Kind, given.get("kind", "")) or Kind.NOTE,
        body=given.get("body", ""),
        subject=given.get("subject", ""),
        happened_at=_moment(request, given.get("happened_at", "").strip(), problems),
        reason=given.get("reason", ""),
        flow=one_of(Flow, given.get("flow", "")),
        minutes=_minutes(given.get("minutes", "").strip(), problems),
        work_type=one_of(WorkType, given.get("work_type", "")),
        people=listed(given.get("people", "")),
        tags=listed(given.get("tags", "")),
    )
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return draft


def _moment(request: TeamRequest, text: str, problems: list[Problem]) -> datetime | None:
    """The time in the workspace's zone; the present second where the minute is the present one."""
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        problems.append(Problem("Give day and time as 2026-01-31T14:30.", "happened_at"))
        return None
    zone = ZoneInfo(request.workspace.timezone)
    said = local.replace(tzinfo=zone) if local.tzinfo is None else local
    now = clock.now()
    return (
        now
        if said.astimezone(zone).replace(second=0) == now.astimezone(zone).replace(second=0, microsecond=0)
        else said
    )


def _minutes(text: str, problems: list[Problem]) -> int | None:
    if not text:
        return None
    if text.isdecimal() and len(text) < 6:
        return int(text)
    problems.append(Problem("Give whole minutes, or leave it empty.", "minutes"))
    return None
