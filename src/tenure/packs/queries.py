"""Reads of board packs: those there are, their files, when they are made, who gets them."""

from datetime import date

from django.conf import settings
from django.core import signing

from tenure.base import clock, jobs
from tenure.base.refusals import Conflict, NotFound
from tenure.packs import keeping, when
from tenure.packs.contracts import PackView, Plan, ReaderView
from tenure.packs.models import Pack, PackReader, PackSchedule
from tenure.tenants.queries import here, members_by_id

SHOWN = 60
_SALT = "tenure.packs.leave"


def packs(limit: int = SHOWN) -> list[PackView]:
    """The packs, newest first. One query, and one for each that is not ready."""
    return [_view(row) for row in Pack.objects.select_related("by__user").order_by("-id")[:limit]]


def pack(number: int) -> PackView:
    """One of them; refuses with `NotFound`."""
    row = Pack.objects.select_related("by__user").filter(pk=number).first()
    if row is None:
        raise NotFound("There is no such board pack.")
    return _view(row)


def pdf(number: int) -> bytes:
    """The document of a pack that is ready."""
    return keeping.pdf(number, _ready(number).sha256)


def page(number: int, place: int) -> bytes:
    """The picture of one of its pages, from 1."""
    if not 1 <= place <= len(_ready(number).pages):
        raise NotFound("This pack has no such page.")
    return keeping.page(number, place)


def _ready(number: int) -> PackView:
    found = pack(number)
    if found.state != "ready":
        raise Conflict("This pack is not ready yet. Open its page to see how far it is.")
    return found


def plan() -> Plan:
    """When packs are made by themselves; never, before anybody has said so. One query."""
    row = PackSchedule.objects.first()
    return Plan() if row is None else plan_of(row)


def plan_of(row: PackSchedule) -> Plan:
    """The plan of a row."""
    return Plan(row.active, row.working_day, row.nth, row.hour, row.revision)


def next_pack() -> tuple[date, date] | None:
    """(month, day): the next pack that is made by itself; None where none is. One query."""
    row = PackSchedule.objects.filter(active=True).first()
    return when.next_due(plan_of(row), here().timezone, clock.now(), row.last_month) if row else None


def readers() -> list[ReaderView]:
    """Who gets packs by mail, members first; members that are gone get none. Two queries."""
    rows = list(PackReader.objects.order_by("id"))
    known = members_by_id([each for row in rows for each in (row.member_id, row.by_id) if each])
    found = []
    for row in rows:
        member, by = known.get(row.member_id or 0), known.get(row.by_id or 0)
        if row.member_id and (member is None or not member.active):
            continue
        name, address = (member.label, member.email) if member else (row.address, row.address)
        said = by.label if by else ""
        found.append(ReaderView(row.pk, row.member_id, name, address, said, row.added_at, row.left_at))
    return sorted(found, key=lambda each: (each.member is None, each.name.casefold()))


def _name(member: object) -> str:
    return str(getattr(member, "user", ""))


def outsider(token: str) -> tuple[str, str, bool]:
    """(company, address, whether it wants no more) of the link in a mail to an address outside. Refuses with `NotFound`
    what is none, and who was taken off the list."""
    row = mailed_to(token)
    if row is None:
        raise NotFound("This link is of no list any more: nothing will be sent to you.")
    return row.workspace.name, row.address, row.left_at is not None


def leaving(workspace: int, reader: int) -> str:
    """Where an address outside ends its mails, without signing in."""
    return f"{settings.TENURE_BASE_URL}/packs/leave/{signing.dumps([workspace, reader], salt=_SALT)}/"


def mailed_to(token: str) -> PackReader | None:
    """The reader behind a link, of whatever workspace; None where there is none."""
    try:
        workspace, reader = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    rows = PackReader.every_workspace.select_related("workspace").filter(workspace_id=workspace, pk=reader)
    return rows.first()


def _view(row: Pack) -> PackView:
    state, problem = _state(row)
    return PackView(
        id=row.pk, month=row.month, as_of=row.as_of, by=_name(row.by) if row.by else "", asked_at=row.asked_at,
        made_at=row.made_at, sha256=row.sha256, size=row.size, pages=tuple(row.pages), lacks=row.lacks, state=state,
        step=row.step, problem=problem, mailed=row.mailed,
    )  # fmt: skip


def _state(row: Pack) -> tuple[str, str]:
    if row.made_at:
        return "ready", ""
    if row.problem:
        return "failed", row.problem
    waits, died = jobs.course(row.task) if row.task else (True, "")
    if died:
        return "failed", f"The work ended before it was done: {died}. Make the pack again."
    return ("waits", "") if waits else ("under way", "")
