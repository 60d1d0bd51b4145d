"""An entry of the team as an item of a timeline."""

from django.template.defaultfilters import filesizeformat
from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.items import Card, File, Item, clock_of
from tenure.tenants.contracts import Permission
from tenure.work.contracts import AttachmentView, EntryView, Kind

ICONS = {
    Kind.NOTE: "notebook-pen", Kind.CALL: "phone", Kind.MEETING: "users", Kind.MAIL: "mail",
    Kind.CHAT: "message-square",
}  # fmt: skip
VERBS = {
    Kind.NOTE: "wrote a note", Kind.CALL: "logged a call", Kind.MEETING: "logged a meeting",
    Kind.MAIL: "logged a mail", Kind.CHAT: "logged a chat",
}  # fmt: skip


def item_of(request: TeamRequest, account: int, entry: EntryView) -> Item:
    """The entry with what the member may do with it."""
    title = Markup("<strong>{}</strong> {}").format(entry.author, VERBS[entry.kind])
    if entry.subject:
        title += Markup(': <span class="timeline-subject">{}</span>').format(entry.subject)
    return Item(
        at=entry.happened_at,
        key=entry.key,
        icon=ICONS[entry.kind],
        tone="accent",
        title=title,
        time=clock_of(request, entry.happened_at),
        card=card_of(request, account, entry),
    )


def card_of(request: TeamRequest, account: int, entry: EntryView) -> Card:
    """The parts of the entry."""
    at = {"account": account, "entry": entry.id}
    href = to(request, "workspace:account-entry", **at)
    writes = request.member.may(Permission.WRITE_NOTES)
    return Card(
        id=entry.id,
        href=href,
        html=Markup(entry.html),  # noqa: S704 - cleaned by nh3 in the domain
        meta=meta_of(entry),
        people=tuple((one.name, one.is_member) for one in entry.people if one.took_part),
        tags=entry.tags,
        files=tuple(file_of(request, file) for file in entry.attachments),
        edited=_edited(request, entry),
        edit_href=href if may_edit(request, entry) else "",
        pin_href=to(request, "workspace:entry-pins", **at) if writes else "",
        pinned=entry.pinned,
    )


def may_edit(request: TeamRequest, entry: EntryView) -> bool:
    """Whether the member may change it: it is hers, or her role lets her change others'."""
    mine = entry.author_id == request.member.id and request.member.may(Permission.WRITE_NOTES)
    return mine or request.member.may(Permission.EDIT_ENTRIES)


def meta_of(entry: EntryView) -> tuple[str, ...]:
    """Reason, flow, time and work type, those that are known."""
    took = (
        "" if entry.minutes is None else f"{'≈ ' if entry.minutes_usual else ''}{formats.seconds(entry.minutes * 60)}"
    )
    work = entry.work_type.label if entry.work_type and entry.work_type.value != (entry.flow or "") else ""
    return tuple(part for part in (entry.reason, entry.flow.label if entry.flow else "", took, work) if part)


def file_of(request: TeamRequest, file: AttachmentView) -> File:
    """A file with its size and its address."""
    return File(file.name, filesizeformat(file.bytes), to(request, "workspace:attachment", attachment=file.id))


def _edited(request: TeamRequest, entry: EntryView) -> str:
    if entry.edited_at is None:
        return ""
    by = f" by {entry.edited_by}" if entry.edited_by and entry.edited_by != entry.author else ""
    return f"edited {formats.moment(entry.edited_at)}{by}"
